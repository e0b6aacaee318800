import type { Plan } from '../plan/plan.ts';
import type { Journal } from './read-journal.ts';

/** Where a run stands, as its journal says. */
export type RunState = 'done' | 'failed' | 'stopped' | 'open' | 'rolling-back' | 'rolled-back' | 'unverified' | 'not-started';

export interface JournalSummary {
  readonly plan: string;
  readonly run: string;
  /** `open`: it runs, or was killed; only who holds its lock knows. */
  readonly state: RunState;
  /** The last run: what was asked, when it began and, if it did, ended, and with which exit code. */
  readonly last?: { readonly command: string; readonly began: string; readonly ended?: string; readonly code?: number; readonly reason?: string };
  /** Ids of steps of the plan itself, in the order in which they began. */
  readonly done: readonly string[];
  readonly failed: readonly string[];
  readonly begun: readonly string[];
  /** Those that have not begun, if the plan is known. */
  readonly left?: readonly string[];
  /** Actions that did not end well or not at all, of steps that are not done. */
  readonly open: readonly { readonly step: string; readonly action: string; readonly host: string; readonly title: string; readonly result: string }[];
  /** Hosts that failed in a roll, which went on without them or ended, and the step of its body in which they did; the roll itself, if they could not be asked whether they need it. */
  readonly lost: readonly { readonly roll: string; readonly host: string; readonly step: string }[];
  /** Rolls whose lock is held. */
  readonly locks: readonly { readonly roll: string; readonly lock: string }[];
}

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

/** @param plan the plan of the journal, to say what is left */
export function summarizeJournal(journal: Journal, plan?: Plan): JournalSummary {
  const steps = new Map<string, string>();
  const actions = new Map<string, { step: string; action: string; host: string; title: string; result: string }>();
  const locks = new Map<string, string>();
  let lost: { roll: string; host: string; step: string }[] = [];
  let last: JournalSummary['last'];
  let rollback = '';
  for (const { time, event, fields } of journal.events) {
    const step = text(fields['step']);
    const isOwn = fields['batch'] === 0;
    const key = [step, text(fields['batch']), text(fields['action']), text(fields['host'])].join('\t');
    if (event === 'run-begin') last = { command: text(fields['command']), began: time };
    else if (event === 'run-end' && last !== undefined) last = { ...last, ended: time, code: Number(fields['code']), reason: text(fields['reason']) };
    else if (event === 'step-begin' && isOwn) {
      steps.set(step, 'begun');
      lost = lost.filter((one) => one.roll !== step);
    } else if (event === 'host-failed') lost.push({ roll: step, host: text(fields['host']), step: text(fields['bodyStep']) });
    else if (event === 'step-end' && isOwn) steps.set(step, text(fields['result']));
    else if (event === 'step-undone') {
      if (isOwn) steps.delete(step);
      if (isOwn) lost = lost.filter((one) => one.roll !== step);
      for (const [other, action] of actions) if (action.step === step) actions.delete(other);
    } else if (event === 'action-begin' || event === 'undo-begin') {
      actions.set(key, { step, action: text(fields['action']), host: text(fields['host']), title: text(fields['title']), result: 'did not end' });
    } else if (event === 'action-end' || event === 'undo-end') {
      const known = actions.get(key);
      if (known !== undefined) known.result = text(fields['result']) === 'ok' ? 'ok' : `${text(fields['result'])}, exit ${text(fields['code'])}`;
    } else if (event === 'lock-taken') locks.set(step, text(fields['lock']));
    else if (event === 'lock-released' || event === 'lock-lost') locks.delete(step);
    else if (event === 'rollback-begin') rollback = text(fields['target']);
    else if (event === 'rollback-end' && fields['result'] === 'ok') rollback = '';
  }
  const having = (...results: string[]): string[] => [...steps].filter(([, result]) => results.includes(result)).map(([id]) => id);
  const all = plan?.steps.filter((step) => step.kind !== 'join').map((step) => step.id);
  return {
    plan: journal.plan,
    run: journal.run,
    state: stateOf(last, rollback),
    ...(last === undefined ? {} : { last }),
    done: having('ok', 'skipped', 'left-out'),
    failed: having('failed'),
    begun: having('begun', 'stopped'),
    ...(all === undefined ? {} : { left: all.filter((id) => !steps.has(id)) }),
    open: [...actions.values()].filter((action) => action.result !== 'ok'),
    lost,
    locks: [...locks].map(([roll, lock]) => ({ roll, lock })),
  };
}

function stateOf(last: JournalSummary['last'], rollback: string): RunState {
  if (last === undefined) return 'not-started';
  if (last.reason === undefined) return last.command === 'rollback' ? 'rolling-back' : 'open';
  if (rollback !== '') return 'rolling-back';
  switch (last.reason) {
    case 'done':
      return 'done';
    case 'rolled-back':
      return 'rolled-back';
    case 'failed':
      return 'failed';
    case 'unverified':
      return 'unverified';
    default:
      return 'stopped';
  }
}
