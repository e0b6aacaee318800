import type { Statement } from '../syntax/tree.ts';
import type { Location } from '../text/source.ts';
import type { Targets } from './action.ts';
import type { CaptureModel } from './model.ts';
import type { WindowModel } from './plan-model.ts';

/** A rollback point, as what stands behind it sees it. */
export interface NotedPoint {
  readonly captures: readonly (CaptureModel & { readonly targets: Targets })[];
  readonly location: Location;
}

/** A plan of more steps is refused: recipes multiply. */
export const MOST_STEPS = 200_000;

/** Pairs of rollback points and captured resources: a plan says for each how it is restored. */
const MOST_PAIRS = 4_000_000;

/** What is noted, by what it is about and then by name. */
interface Noted {
  /** How many steps would have an id, by id. */
  readonly id: number;
  /** Where steps and stages were given their names, by path. */
  readonly name: Location;
  readonly point: NotedPoint;
  /** Whether any point captures a resource. */
  readonly captured: true;
  readonly mode: { readonly name: string; readonly title?: string };
  readonly window: WindowModel;
  /** Whether a mode is entered. */
  readonly entered: boolean;
  /** By component: the release that hosts have, where it is another one than before the plan. */
  readonly installed: ByHost;
  /** By component: the hosts on which it does not run. */
  readonly stopped: ByHost;
  /** Under one name: hosts that are drained. */
  readonly drained: ByHost;
  /** By path: the file of the workspace that a `put` left there. */
  readonly put: ByHost;
}

type Subject = keyof Noted;
type ByHost = ReadonlyMap<string, string>;
type HostSubject = 'installed' | 'stopped' | 'drained' | 'put';
type Entry = readonly [Subject, string, unknown];

/** What binding some statements read of the notes, and what it left there. */
export interface Trace {
  /** What was noted before, for each thing that was asked for. */
  readonly reads: readonly Entry[];
  readonly writes: readonly Entry[];
  /** Declarations that were used, by their statements. */
  readonly used: ReadonlySet<Statement>;
  readonly steps: number;
  /** All of something was looked at: what is found then can not be told by names. */
  readonly isWide: boolean;
}

/** What is being traced. */
interface Tracing {
  readonly reads: Map<string, Entry>;
  readonly writes: Map<string, readonly [Subject, string]>;
  readonly used: Set<Statement>;
  readonly steps: number;
  isWide: boolean;
}

/** Maps that a trace holds, too: they are copied before they change. */
const held = new WeakSet<ByHost>();

/**
 * What is known while a plan is bound in written order. All that statements leave for those behind them stands here, so that binding some statements
 * can be traced: where the same is noted before them, it does the same again.
 */
export class PlanNotes {
  readonly #noted: { readonly [S in Subject]: Map<string, Noted[S]> } = {
    id: new Map(), name: new Map(), point: new Map(), captured: new Map(), mode: new Map(), window: new Map(), entered: new Map(), installed: new Map(), stopped: new Map(), drained: new Map(), put: new Map(),
  };
  /** The recipes, checks and modes that the plan uses, by their statements. */
  readonly used: Set<Statement>;
  /** Steps bound so far; recipes multiply. */
  steps = 0;
  #tracing: Tracing | undefined;

  constructor(used = new Set<Statement>()) {
    this.used = used;
  }

  get<S extends Subject>(subject: S, name: string): Noted[S] | undefined {
    const value = this.#noted[subject].get(name);
    if (this.#tracing !== undefined) this.#noteRead(this.#tracing, subject, name, value);
    return value;
  }

  set<S extends Subject>(subject: S, name: string, value: Noted[S]): void {
    this.#tracing?.writes.set(`${subject} ${name}`, [subject, name]);
    this.#noted[subject].set(name, value);
  }

  /** What is noted by host, to be changed at once. */
  change(subject: HostSubject, name: string): Map<string, string> {
    const before = this.get(subject, name);
    const own = before === undefined || held.has(before) ? new Map(before) : before as Map<string, string>;
    this.set(subject, name, own);
    return own;
  }

  /** Everything that is noted of a subject. */
  all<S extends Subject>(subject: S): ReadonlyMap<string, Noted[S]> {
    if (this.#tracing !== undefined) this.#tracing.isWide = true;
    return this.#noted[subject];
  }

  /** Whether there are more pairs of points and captured resources than a plan may have, or would be with so many more of both. */
  hasTooManyPairs(more = 0): boolean {
    return (this.#noted.point.size + more) * (this.#noted.captured.size + more) > MOST_PAIRS;
  }

  use(statement: Statement): void {
    this.used.add(statement);
    this.#tracing?.used.add(statement);
  }

  /** Does something, and says what it read and left. */
  traced<T>(run: () => T): { readonly value: T; readonly trace: Trace } {
    const tracing: Tracing = { reads: new Map(), writes: new Map(), used: new Set(), steps: this.steps, isWide: false };
    this.#tracing = tracing;
    const value = run();
    this.#tracing = undefined;
    const writes = [...tracing.writes.values()].map(([subject, name]): Entry => [subject, name, hold(this.#noted[subject].get(name))]);
    return { value, trace: { reads: [...tracing.reads.values()], writes, used: tracing.used, steps: this.steps - tracing.steps, isWide: tracing.isWide } };
  }

  /**
   * Whether what was noted before a trace is noted now.
   *
   * @param isCertain that is known already, but for the limits
   */
  fits({ reads, writes, isWide }: Trace, isCertain = false): boolean {
    if (isWide || this.hasTooManyPairs(writes.length)) return false;
    return isCertain || reads.every(([subject, name, value]) => isSame(this.#noted[subject].get(name), value));
  }

  /** Leaves what a trace left. */
  follow({ writes, used, steps }: Trace): void {
    for (const [subject, name, value] of writes) (this.#noted[subject] as Map<string, unknown>).set(name, value);
    for (const one of used) this.used.add(one);
    this.steps += steps;
  }

  #noteRead({ reads, writes }: Tracing, subject: Subject, name: string, value: unknown): void {
    const key = `${subject} ${name}`;
    if (!writes.has(key) && !reads.has(key)) reads.set(key, [subject, name, hold(value)]);
  }
}

/** Whether some traces, one after the other, leave the same as others do. */
export function leaveTheSame(before: readonly Trace[], now: readonly Trace[]): boolean {
  const [left, leaves] = [before, now].map((traces) => new Map(traces.flatMap(({ writes }) => writes.map(([subject, name, value]) => [`${subject} ${name}`, value] as const))));
  if (left === undefined || leaves === undefined || left.size !== leaves.size) return false;
  for (const [key, value] of left) if (!leaves.has(key) || !isSame(value, leaves.get(key))) return false;
  return true;
}

function hold<T>(value: T): T {
  if (value instanceof Map) held.add(value);
  return value;
}

/** Whether two notes say the same. Points are what they were only if nothing was bound again. */
function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (a instanceof Map && b instanceof Map) return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
  return isPlace(a) && isPlace(b) && a.file === b.file && a.start === b.start && a.end === b.end;
}

function isPlace(value: unknown): value is Location {
  return typeof value === 'object' && value !== null && 'file' in value && 'start' in value;
}
