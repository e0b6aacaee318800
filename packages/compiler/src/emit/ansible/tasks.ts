import type { Action, Plan, Probe, Step } from '../../plan/plan.ts';
import { FileNames, shownText, taskName } from './names.ts';
import { Operations, type Piece } from './operations.ts';
import { Noted, userText, type Fields, type Value } from './yaml.ts';

/** Where tasks stand. */
export interface Context {
  /** The hosts of the play; none: it is for the machine that runs the plan. */
  readonly hosts: ReadonlySet<string>;
  /** The body of a roll: a host that fails leaves it, and the others go on. */
  readonly isBody?: true;
  /** The way back: the id of the step that the rollback is at. */
  readonly place?: string;
  /** Of what a component loads again: the part of the step behind which it does. */
  readonly behind?: string;
  /** Behind a rollback: what is checked again. */
  readonly isArrival?: true;
  /** The component that is asked whether it works. */
  readonly component?: string;
  /** What its tasks are named after, if not after the step. */
  readonly about?: string;
}

/** How the journal's plugin finds the host of a task: its own, this machine, the one of several, or the one that a loop names. */
type On = 'host' | 'local' | 'chosen' | 'named';

const DUE = 'belay_host is belay.run.due(belay_action, inventory_hostname)';

/** Makes the tasks of actions. Those that need a file of their own are collected in `files`. */
export class Tasks {
  readonly files = new Map<string, Value>();
  private readonly operations: Operations;
  private readonly names = new FileNames();

  constructor(plan: Plan) {
    this.operations = new Operations(plan);
  }

  action(step: Step, label: string, action: Action | Probe, context: Context): Fields[] {
    const isQuestion = label.startsWith('?') || label === 'needed' || context.isArrival === true;
    const on = placeOf(action, context, isQuestion);
    const spec = {
      step: userText(step.id), action: label, at: on,
      ...(context.place === undefined ? {} : { place: userText(context.place) }),
      ...(context.behind === undefined ? {} : { behind: context.behind }),
      ...(context.isArrival === true ? { arrival: true } : {}),
      ...(context.component === undefined ? {} : { component: userText(context.component) }),
    };
    const asked = this.operations.pieces(action, isQuestion);
    const pieces = context.isArrival === true ? asked.map(patient) : asked;
    const named = `${isBack(context) ? 'Back: ' : ''}${taskName(context.about ?? `Step ${step.id}`, label, action)}`;
    const made = layOut(pieces, (piece, index, count) => task(named, piece, spec, on, partOf(index, count), context));
    const tasks = isQuestion && context.isArrival !== true ? made.map(asQuestion) : isInTurns(action, on, context) ? made.map(asOneOfMany) : made;
    if (on === 'named') return [this.included(step, label, named, tasks, action, context)];
    return action.targets.mode === 'any' && action.targets.hosts.length > 1 ? [...ask(step, label, action, spec, context), ...tasks] : tasks;
  }

  /** One host after the other: a loop over tasks of one host each, which ends at the first that fails. */
  private included(step: Step, label: string, name: string, tasks: readonly Fields[], action: Action | Probe, context: Context): Fields {
    const file = `tasks/${this.names.name(`${isBack(context) ? 'back.' : ''}${context.component ?? step.id}.${label}`)}.yml`;
    this.files.set(file, tasks);
    return {
      name: `${name}, host by host`,
      'ansible.builtin.include_tasks': `../${file}`,
      loop: action.targets.batch === true ? '{{ ansible_play_batch }}' : action.targets.hosts.map(userText),
      loop_control: { loop_var: 'belay_named' },
      ...(context.isBody === true ? {} : { run_once: true }),
    };
  }

  /** The attempts at a step. */
  attempts(step: Step, count: number, tasks: readonly Fields[]): Fields {
    const file = `tasks/${this.names.name(step.id)}.yml`;
    this.files.set(file, tasks);
    return {
      '#': 'Ansible repeats a task, never a block. An attempt that is not needed has nothing that is due.',
      name: shownText(`Step ${step.id}: up to ${count} attempts`),
      'ansible.builtin.include_tasks': `../${file}`,
      loop: Array.from({ length: count }, (_, index) => index + 1),
      loop_control: { loop_var: 'belay_attempt' },
    };
  }
}

/** A task of the collection that comes with the project: it tells the journal where the plan is. */
export function control(module: 'step' | 'batch' | 'undo', name: string, fields: Fields): Fields {
  return { name: shownText(name), [`belay.run.${module}`]: fields, delegate_to: 'localhost', run_once: true };
}

function placeOf({ targets }: Action | Probe, context: Context, isQuestion: boolean): On {
  const { mode, hosts } = targets;
  if (mode === 'local') return 'local';
  if (mode === 'any' || mode === 'first') return 'chosen';
  const inPlay = hosts.every((host) => context.hosts.has(host));
  if (targets.batch === true && (mode !== 'each' || isQuestion)) return 'host';
  return mode === 'all' && inPlay ? 'host' : 'named';
}

/** In the body of a roll, one host of the batch after the other. */
const isInTurns = ({ targets }: Action | Probe, on: On, context: Context): boolean => on === 'named' && targets.batch === true && context.isBody === true;

/** It runs in the name of another host, which does not leave the batch with the one that fails. */
const asOneOfMany = (fields: Fields): Fields => ignoring(fields, { ignore_errors: true });

const isBack = (context: Context): boolean => context.place !== undefined || context.isArrival === true;

const partOf = (index: number, count: number): string | undefined =>
  count === 1 ? undefined : index === 0 ? 'first' : index === count - 1 ? 'last' : 'middle';

/** The tasks of an action; where there is something to clean up behind it, in a block that does so in any case. */
function layOut(pieces: readonly Piece[], make: (piece: Piece, index: number, count: number) => Fields): Fields[] {
  const main = pieces.filter((piece) => piece.cleanup !== true);
  const tasks = main.map((piece, index) => make(piece, index, main.length));
  const cleanup = pieces.filter((piece) => piece.cleanup === true).map((piece) => make(piece, 0, 0));
  return cleanup.length === 0 ? tasks : [{ name: (tasks.at(-1) as { name: string }).name, block: tasks, always: cleanup }];
}

function task(name: string, piece: Piece, spec: Fields, on: On, part: string | undefined, context: Context): Fields {
  const { fields, accepted = [], about } = piece;
  const isOnce = (on === 'local' || on === 'chosen' || on === 'named') && context.isBody !== true;
  const text = about === undefined ? name : `${name}, ${about}`;
  const { delegate_to: ownDelegate, ...rest } = fields;
  const delegate = ownDelegate ?? (on === 'local' ? 'localhost' : on === 'host' ? undefined : '{{ belay_host }}');
  const host = on === 'local' ? 'local' : on === 'chosen' ? '{{ belay_action | belay.run.host }}' : on === 'named' ? '{{ belay_named }}' : undefined;
  return {
    name: accepted.length === 0 ? text : (new Noted(text, `noqa: ${accepted.join(' ')}`) as never),
    ...rest,
    ...(delegate === undefined ? {} : { delegate_to: delegate }),
    ...(isOnce ? { run_once: true } : {}),
    // What one answers badly does not keep the others from being asked.
    ...(context.isArrival === true && rest['register'] !== undefined ? { ignore_errors: true, ignore_unreachable: true } : {}),
    when: piece.cleanup === true ? 'belay_file.path is defined' : DUE,
    vars: {
      ...piece.vars,
      ...(piece.cleanup === true ? {} : { belay_action: { ...spec, ...(part === undefined ? {} : { part }), ...piece.spec } }),
      ...(host === undefined ? {} : { belay_host: host }),
      ...(piece.cleanup === true && host !== undefined ? { belay_action: spec } : {}),
    },
  };
}

/** A question may be answered badly, and where nobody answers is found out by the journal: neither ends the play. */
const asQuestion = (fields: Fields): Fields => ignoring(fields, { ignore_errors: true, ignore_unreachable: true });

/** A task, or those of a block. What goes on behind an error without a look at the result says so to ansible-lint: the journal looks at it. */
function ignoring(fields: Fields, more: Fields): Fields {
  const { block, name } = fields;
  if (Array.isArray(block)) return { ...fields, block: block.map((one) => ignoring(one as Fields, more)) };
  if (fields['register'] !== undefined) return { ...fields, ...more };
  const noted = name instanceof Noted ? new Noted(name.text, `${name.note} ignore-errors`) : new Noted(name as string, 'noqa: ignore-errors');
  return { ...fields, ...more, name: noted as never };
}

/** Behind a rollback a question that does not say itself how often it is asked is asked again for a while: what was just started may need it. */
function patient(piece: Piece): Piece {
  const { accept, status } = piece.spec ?? {};
  if (piece.fields['failed_when'] !== false || piece.fields['until'] !== undefined || (accept ?? status) === undefined) return piece;
  const known = accept === undefined ? 'belay_result.status | default(0)' : 'belay_result.rc | default(255)';
  const good = `${known} in [${((accept ?? status) as readonly number[]).join(', ')}]`;
  return { ...piece, fields: { ...piece.fields, until: `${good} or belay_action is not belay.run.settling`, retries: 60, delay: 2 } };
}

/** An action on any of its hosts takes the first that answers; a connection that is lost later is a failure. Most times the first one does. */
function ask(step: Step, label: string, action: Action | Probe, spec: Fields, context: Context): Fields[] {
  const [first = '', ...rest] = action.targets.hosts;
  const about = (who: string, more: Fields, kind: string): Fields => ({
    name: shownText(`${context.about ?? `Step ${step.id}`}, ${label}: ${who}`),
    'ansible.builtin.ping': {},
    ...more,
    ...(context.isBody === true ? {} : { run_once: true }),
    '#': 'A host that does not answer ends the play, with `run_once`, unless errors are ignored too.',
    ignore_unreachable: true,
    ignore_errors: true,
    register: 'belay_answer',
    when: 'belay_action is belay.run.asked(inventory_hostname)',
    vars: { belay_action: { ...spec, ask: kind } },
  });
  return [
    about('does the first host answer', { delegate_to: userText(first) }, 'first'),
    about('find another host that answers', { delegate_to: '{{ item }}', loop: rest.map(userText) }, 'rest'),
  ];
}
