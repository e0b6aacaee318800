import type { Plan } from '../../packages/compiler/src/plan/plan.ts';
import { journalRows } from '../journal.test-helpers.ts';
import type { Outcome, Program } from '../shell/program.ts';
import { commandsSoFar, inject, withFresh, worldOf, type Fault, type World } from './cloud-folder.ts';

/** What is done after something went wrong in a run, before the plan is run again. `interrupted`: something goes wrong in that, too. */
export const WAYS: readonly (readonly string[])[] = [
  ['rollback'],
  ['rollback --to start'],
  ['rollback', 'rollback --to start'],
  ['interrupted rollback', 'rollback'],
  ['interrupted rollback --to start', 'rollback --to start'],
  ['interrupted rollback --to start', 'rollback'],
  ['interrupted rollback --to start', 'rollback --to reached'],
  ['resume', 'rollback'],
  ['resume', 'rollback --to start'],
];

/**
 * The states at the start, at each rollback point, and at the end of a run in which nothing goes wrong; how many commands it took, and by step and batch the numbers
 * of those that were its own.
 */
export function undisturbed(program: Program, plan: Plan, text: string): { readonly states: ReadonlyMap<string, World>; readonly commands: number; readonly steps: ReadonlyMap<string, readonly number[]> } {
  const story = new Story(program, plan, text);
  const states = new Map<string, World>([['start', worldOf(program)]]);
  inject(program, undefined);
  for (const { id } of plan.points) {
    story.succeed(`run --until ${id}`, [0, 3]);
    states.set(id, worldOf(program));
  }
  story.succeed('run', [0]);
  states.set('end', worldOf(program));
  const steps = new Map<string, number[]>();
  for (const [index, row] of rowsOf(program).filter((line) => line.includes('\taction-begin\t')).entries()) {
    const [, , step, batch] = row.split('\t');
    const name = `${step} ${batch}`;
    steps.set(name, [...(steps.get(name) ?? []), index + 1]);
  }
  return { states, commands: commandsSoFar(program), steps };
}

/**
 * Something goes wrong at one place, or, without a fault, nothing; then back, by one of the ways, and then again to the end.
 *
 * @param second what goes wrong in an interrupted rollback
 * @returns what a rollback had to do
 */
export function disturbed(program: Program, plan: Plan, states: ReadonlyMap<string, World>, fault: Fault | undefined, second: Fault, way: readonly string[], text: string): ReadonlySet<string> {
  const story = new Story(program, plan, text);
  inject(program, fault);
  story.tell(fault === undefined ? 'run' : `run, ${fault.kind} at command ${fault.at}`);
  program.run('run');
  const halfDone = isHalfDone(rowsOf(program));
  // Without a host that failed, a plan that allows for it goes on, to another state than the model's.
  const isExact = !rowsOf(program).some((line) => line.includes('\thost-failed\t'));
  for (const one of way) {
    inject(program, one.startsWith('interrupted') ? second : undefined);
    if (one === 'resume') story.resume();
    else if (one.startsWith('interrupted')) story.tell(`${one}, ${second.kind} at its command ${second.at}: ${program.run(one.slice('interrupted '.length)).code}`);
    else story.backTo(one, states, isExact);
  }
  inject(program, undefined);
  // One that was refused leaves an interrupted one open, which has to end first.
  if (openRollback(rowsOf(program)) !== undefined) story.backTo('rollback', states, isExact);
  if (!isExact) program.remove('seen');
  const again = story.succeed('run', [0]);
  story.expectState(states.get('end') ?? {}, `run again\n${again.out}`);
  const done = whatWasDone(rowsOf(program));
  return halfDone ? new Set([...done, 'a step was half done']) : done;
}

/** The events so far, a line each, with tabs between the fields. */
function rowsOf(program: Program): string[] {
  const text = program.read('.belay/random/journal');
  return text === '' ? [] : journalRows(text).map((row) => row.join('\t'));
}

/** What happened so far, for people, and what has to hold. */
class Story {
  readonly #program: Program;
  readonly #plan: Plan;
  readonly #lines: string[];

  constructor(program: Program, plan: Plan, text: string) {
    this.#program = program;
    this.#plan = plan;
    this.#lines = [text];
  }

  tell(line: string): void {
    this.#lines.push(line);
  }

  succeed(command: string, codes: readonly number[]): Outcome {
    const outcome = this.#program.run(command);
    if (!codes.includes(outcome.code ?? -1)) this.#fail(`${command} ended with ${outcome.code}:`, outcome.out.slice(-3000), outcome.err.slice(-3000));
    return outcome;
  }

  /** Only what may be repeated is; a schema change that may be half done is not. */
  resume(): void {
    const { code } = this.succeed('resume', [0, 1, 2]);
    this.tell(`resume: ${code}`);
  }

  /** A rollback, and what it has to end with. */
  backTo(command: string, states: ReadonlyMap<string, World>, isExact: boolean): void {
    const lines = rowsOf(this.#program);
    const points = reachedPoints(lines);
    const near = points.filter((point) => !isOutOfReach(point, lines, this.#plan));
    const target = command.endsWith('start') ? 'start' : command.endsWith('reached') ? (points.at(-1) ?? 'start') : (openRollback(lines) ?? near.at(-1) ?? 'start');
    const called = command.replace(' reached', ` ${target}`);
    this.tell(`${called} (to ${target})`);
    const { out } = this.succeed(called, [target === 'start' || near.includes(target) ? 0 : 1]);
    if (target === 'start' || (isExact && near.includes(target))) this.expectState(states.get(target) ?? {}, out);
  }

  expectState(expected: World, what: string): void {
    const found = worldOf(this.#program);
    const allowed = withFresh(expected);
    const wrong = [...new Set([...Object.keys(found), ...Object.keys(expected)])].sort().flatMap((path) => (
      found[path] !== undefined && allowed[path]?.includes(found[path]) === true ? [] : [`${path}: ${JSON.stringify(found[path])} instead of ${JSON.stringify(expected[path])}`]
    ));
    if (wrong.length > 0) this.#fail(what, ...wrong);
  }

  #fail(...lines: readonly string[]): never {
    throw new Error([...this.#lines, ...lines, 'JOURNAL', ...rowsOf(this.#program).map((line) => line.slice(21))].join('\n'));
  }
}

/** The points that were reached and not taken back since, in order. */
function reachedPoints(lines: readonly string[]): string[] {
  const reached: string[] = [];
  for (const line of lines) {
    const [, event, step = '', , result] = line.split('\t');
    if (!step.startsWith('point')) continue;
    if (event === 'step-end' && result === 'ok') reached.push(step);
    if (event === 'step-undone') reached.splice(0, reached.length, ...reached.filter((one) => one !== step));
  }
  return reached;
}

/**
 * Whether something that only a capture brings back was changed behind a point, and no capture has the state that it had there; or the server of the databases, without
 * which none can be loaded, was down from before the point until they were changed.
 */
function isOutOfReach(point: string, lines: readonly string[], plan: Plan): boolean {
  const steps = new Map(plan.steps.map((step) => [step.id, step]));
  const captures = new Map(plan.points.map((one) => [one.id, one.captures.map(({ resource }) => resource)]));
  /** What is captured as it is now, and, behind the point, what is as it was there or captured so. */
  const fresh = new Set<string>();
  let saved: Set<string> | undefined;
  let isDown = false;
  const touched = new Set<string>();
  for (const { step, isPoint } of standing(lines)) {
    if (isPoint) {
      for (const resource of captures.get(step) ?? []) fresh.add(resource);
      if (step === point) saved = new Set(fresh);
      continue;
    }
    if (/^(?:stop|start|restart)_db_server/.test(step)) {
      isDown = step.startsWith('stop') && (saved === undefined || isDown);
      continue;
    }
    const { actions = [], undo } = steps.get(step) ?? {};
    for (const { back, changes } of actions) {
      for (const name of changes.map((change) => ('name' in change ? change.name : ''))) {
        // A later capture, before the first change, holds the same.
        const isLost = back.by === 'restore' && undo === undefined;
        if (saved !== undefined && isLost && ((!saved.has(name) && !fresh.has(name)) || (isDown && name.startsWith('store.') && !touched.has(name)))) return true;
        if (saved !== undefined) touched.add(name);
        if (saved !== undefined && fresh.has(name)) saved.add(name);
        fresh.delete(name);
      }
    }
  }
  return false;
}

/** The steps that have begun an action and points that were reached, as far as they were not taken back. */
function standing(lines: readonly string[]): { readonly step: string; readonly isPoint: boolean }[] {
  const found: { readonly step: string; readonly isPoint: boolean }[] = [];
  for (const line of lines) {
    const [, event, step = '', , result] = line.split('\t');
    if (event === 'step-undone') found.splice(0, found.length, ...found.filter((one) => one.step !== step));
    else if (event === 'step-end' && result === 'ok' && step.startsWith('point')) found.push({ step, isPoint: true });
    else if (event === 'action-begin' && !step.startsWith('point') && !found.some((one) => one.step === step)) found.push({ step, isPoint: false });
  }
  return found;
}

/** Where a rollback that did not come to its end was to lead. */
function openRollback(lines: readonly string[]): string | undefined {
  let open: string | undefined;
  for (const line of lines) {
    const [, event, what] = line.split('\t');
    if (event === 'rollback-begin') open = what;
    if (event === 'rollback-end' && what === 'ok') open = undefined;
  }
  return open;
}

/** Whether an action began that is not known to have ended well. */
function isHalfDone(lines: readonly string[]): boolean {
  const begun = lines.filter((line) => line.includes('\taction-begin\t')).length;
  return begun > lines.filter((line) => /\taction-end\t.*\tok\t/.test(line)).length;
}

const DONE: readonly (readonly [string, RegExp])[] = [
  ['a database was restored', /undo-begin\t.*\trestore store/], ['a file was restored', /undo-begin\t.*\trestore \//], ['a component was restored', /undo-begin\t.*\trestore app/],
  ['a file was put back', /undo-begin\t.*\tput /], ['a mode was left', /undo-begin\t.*\tleave quiet/], ['a host returned', /undo-begin\t.*\treturn /],
  ['a release was installed', /undo-begin\t.*\tinstall /], ['a component was started', /undo-begin\t.*\tstart [^\t]*$/], ['something was loaded again', /undo-begin\t.*\tf\d+\t/],
  ['a step said how', /undo-begin\t.*\tu1\t/], ['a batch was taken back', /step-undone\t[^\t]*\t[1-9]/], ['a lock was released', /undo-begin\t.*\tunlock\t/],
  ['a rollback was interrupted', /rollback-begin\t(?:.*\n)(?:(?!.*rollback-end\tok)[^]*?)rollback-begin/], ['a resume came to the end', /run-begin\tresume(?:(?!run-begin)[^])*run-end\t0/],
];

export const OUTCOMES = [...DONE.map(([name]) => name), 'a step was half done'];

function whatWasDone(lines: readonly string[]): Set<string> {
  const text = lines.join('\n');
  return new Set(DONE.filter(([, pattern]) => new RegExp(pattern.source, 'm').test(text)).map(([name]) => name));
}
