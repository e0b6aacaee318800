import type { Plan } from '../../../packages/compiler/src/index.ts';
import { canonicalJournal } from '../canonical.ts';
import { failingAt, perform, type Command, type Ended, type Executor, type Rig } from './rig.ts';

/** What is compared: a whole run; a failure at a step and the way back; a kill at a line of the journal and how each executor goes on. */
export type Kind = 'whole run' | 'failure, then rollback' | 'shell killed, then resumed' | 'Ansible killed, then resumed';

export interface Row {
  readonly plan: string;
  readonly kind: Kind;
  /** The step, or the line. */
  readonly at: string;
  /** Undefined: they agree. */
  readonly difference?: string;
  /** Why it counts for nothing. */
  readonly skipped?: string;
}

/** A plan and the clouds that it runs on. */
export interface Subject {
  readonly name: string;
  readonly plan: Plan;
  readonly rig: (plan: Plan) => Rig;
}

interface Found {
  readonly well: readonly boolean[];
  readonly world: readonly string[];
  readonly journal: readonly string[];
}

const found = (rig: Rig, ended: readonly Ended[]): Found => ({ well: ended.map(({ code }) => code === 0), world: rig.world(), journal: canonicalJournal(rig.journal()) });

/** The first thing in which two outcomes differ. */
function difference(shell: Found, ansible: Found, out: string): string | undefined {
  if (shell.well.join() !== ansible.well.join()) return `exit codes: the shell program ${shell.well.join()}, Ansible ${ansible.well.join()}\n${out}`;
  for (const part of ['journal', 'world'] as const) {
    const index = shell[part].findIndex((line, at) => line !== ansible[part][at]);
    const at = index < 0 && shell[part].length < ansible[part].length ? shell[part].length : index;
    if (at >= 0) return `${part}, line ${at + 1}:\n  before: ${shell[part][at - 1] ?? ''}\n  shell:   ${shell[part][at] ?? '(nothing)'}\n  Ansible: ${ansible[part][at] ?? '(nothing)'}`;
  }
  return undefined;
}

async function story(rig: Rig, who: Executor, commands: readonly Command[], before: (index: number) => void = () => {}): Promise<{ found: Found; out: string }> {
  const ended: Ended[] = [];
  for (const [index, command] of commands.entries()) {
    before(index);
    ended.push(await perform(rig, who, command));
  }
  return { found: found(rig, ended), out: ended.map(({ out }) => out.slice(-2000)).join('\n') };
}

async function compared(rigs: readonly [Rig, Rig], commands: readonly Command[], before: (rig: Rig, index: number) => void = () => {}): Promise<string | undefined> {
  const [shell, ansible] = [await story(rigs[0], 'shell', commands, (index) => before(rigs[0], index)), await story(rigs[1], 'ansible', commands, (index) => before(rigs[1], index))];
  return difference(shell.found, ansible.found, ansible.out);
}

/** The run of a plan from its begin to its end. */
export async function wholeRun({ name, plan, rig }: Subject): Promise<Row> {
  const rigs = [rig(plan), rig(plan)] as const;
  try {
    return row(name, 'whole run', '', await compared(rigs, ['run']));
  } finally {
    for (const one of rigs) one.dispose();
  }
}

/** A step fails on one host; then back, then to the end. */
export async function failure({ name, plan, rig }: Subject, step: string, choice: number): Promise<Row> {
  const kind = 'failure, then rollback';
  const first = rig(plan);
  const broken = failingAt(plan, step, first.isBroken, choice);
  first.dispose();
  if (broken === undefined) return { plan: name, kind, at: step, skipped: 'it runs no command' };
  const rigs = [rig(broken), rig(broken)] as const;
  try {
    const commands: readonly Command[] = choice % 2 === 0 ? ['run', 'rollback'] : ['run', 'rollback', 'rollback --to start'];
    return row(name, kind, step, await compared(rigs, commands, (one, index) => (index === 0 ? one.breakIt() : one.mendIt())));
  } finally {
    for (const one of rigs) one.dispose();
  }
}

/** A `kill -9` when the journal has so many lines. What it left is gone on with by both, each on a copy; if a step can not be repeated, it is rolled back and run again. */
export async function kill({ name, plan, rig }: Subject, who: Executor, line: number): Promise<Row> {
  const kind = who === 'shell' ? 'shell killed, then resumed' : 'Ansible killed, then resumed';
  const first = rig(plan);
  const rigs: Rig[] = [first];
  try {
    const { code, out } = await perform(first, who, 'run', line);
    if (code !== null) return { plan: name, kind, at: String(line), ...(code === 0 ? { skipped: 'it was over before' } : { difference: `it was not killed, but ended with ${code}\n${out.slice(-2000)}` }) };
    const copies = [first.copy(), first.copy()] as const;
    rigs.push(...copies);
    const problem = await compared(copies, ['resume']);
    if (problem !== undefined || canonicalJournal(copies[0].journal()).at(-1) === 'run-end 0 done') return row(name, kind, String(line), problem);
    return row(name, kind, String(line), await compared(copies, ['rollback', 'run']));
  } finally {
    for (const one of rigs) one.dispose();
  }
}

const row = (plan: string, kind: Kind, at: string, problem: string | undefined): Row => ({ plan, kind, at, ...(problem === undefined ? {} : { difference: problem }) });

/** The counts of a matrix: a line for each plan, a column for each kind, as AGREE/RUN; behind it every difference. */
export function matrixText(rows: readonly Row[]): string {
  const kinds: readonly Kind[] = ['whole run', 'failure, then rollback', 'shell killed, then resumed', 'Ansible killed, then resumed'];
  const plans = [...new Set(rows.map(({ plan }) => plan))];
  const cell = (list: readonly Row[]): string => {
    const run = list.filter(({ skipped }) => skipped === undefined);
    return run.length === 0 ? '-' : `${run.filter((one) => one.difference === undefined).length}/${run.length}`;
  };
  const lines = [...plans, 'all'].map((plan) => {
    const own = plan === 'all' ? rows : rows.filter((one) => one.plan === plan);
    return `${plan.padEnd(24)}${kinds.map((kind) => cell(own.filter((one) => one.kind === kind)).padStart(kind.length + 2)).join('')}`;
  });
  const skipped = rows.filter((one) => one.skipped !== undefined).length;
  const wrong = rows.filter((one) => one.difference !== undefined).map((one) => `${one.plan}, ${one.kind}, ${one.at}: ${one.difference ?? ''}`);
  return [`${'agree/run'.padEnd(24)}${kinds.map((kind) => `  ${kind}`).join('')}`, ...lines, ...(skipped > 0 ? [`${skipped} more had nothing to fail or to kill`] : []), ...wrong].join('\n');
}
