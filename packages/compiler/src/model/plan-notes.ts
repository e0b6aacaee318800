import type { Statement } from '../syntax/tree.ts';
import { isSame, lastOf, type ByHost, type Difference, type Entry, type Noted, type Subject, type Trace } from './traces.ts';

/** A plan of more steps is refused: recipes multiply. */
export const MOST_STEPS = 200_000;

/** Pairs of rollback points and captured resources: a plan says for each how it is restored. */
const MOST_PAIRS = 4_000_000;

type HostSubject = 'installed' | 'stopped' | 'drained' | 'put';
type Table = { readonly [S in Subject]: Map<string, Noted[S]> };

/** What is being traced. */
interface Tracing {
  readonly reads: Map<string, Entry>;
  readonly writes: Map<string, readonly [Subject, string]>;
  readonly used: Set<Statement>;
  readonly steps: number;
  isWide: boolean;
}

/** Traces that nobody has asked for so far. Most edits are in one statement, and leave the rest of a plan as it was. */
interface DeferredTraces {
  /** The notes at the end of the time before. */
  readonly last: PlanNotes;
  /** Before what is bound anew, and behind it. */
  readonly start: Trace[];
  readonly end: Trace[];
  /** What was noted at the end of those before, as far as it was looked for. */
  readonly near: Map<string, unknown>;
  searches: number;
}

/** Whoever searches more often in what was deferred had better not defer it. */
const MOST_SEARCHES = 24;

/** Maps that a trace holds, too: they are copied before they change. */
const held = new WeakSet<ByHost>();

/**
 * What is known while a plan is bound in written order. All that statements leave for those behind them stands here, so that binding some statements
 * can be traced: where the same is noted before them, it does the same again.
 */
export class PlanNotes {
  #noted = emptyTable();
  #deferred: DeferredTraces | undefined;
  /** The recipes, checks and modes that the plan uses, by their statements. */
  readonly used: Set<Statement>;
  /** Steps bound so far; recipes multiply. */
  steps = 0;
  #tracing: Tracing | undefined;

  constructor(used = new Set<Statement>()) {
    this.used = used;
  }

  get<S extends Subject>(subject: S, name: string): Noted[S] | undefined {
    const value = this.#lookUp(subject, name);
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
    this.settle();
    return this.#noted[subject];
  }

  /** Whether there are more pairs of points and captured resources than a plan may have, or would be with so many more of both. */
  hasTooManyPairs(more = 0): boolean {
    const { point, captured } = this.#noted;
    if (this.#deferred === undefined) return (point.size + more) * (captured.size + more) > MOST_PAIRS;
    const last = this.#deferred.last.#noted;
    // There can not be more of them than all of last time and all that is new.
    if ((last.point.size + point.size + more) * (last.captured.size + captured.size + more) <= MOST_PAIRS) return false;
    this.settle();
    return this.hasTooManyPairs(more);
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
    if (this.hasTooManyPairs(writes.length)) return false;
    return isCertain || (!isWide && reads.every(([subject, name, value]) => isSame(this.#lookUp(subject, name), value)));
  }

  /** Leaves what a trace left. */
  follow(trace: Trace): void {
    this.settle();
    this.#leave(trace);
    this.#count(trace);
  }

  /**
   * From here on traces may be deferred: they are those of the time before, at the same places.
   *
   * @param last the notes at the end of that time
   * @param near what was read then at the first place where something else stands now
   */
  startDeferring(last: PlanNotes, near: Trace['reads']): void {
    if (last.#deferred === undefined) this.#deferred = { last, start: [], end: [], near: new Map(near.map(([subject, name, value]) => [`${subject} ${name}`, value])), searches: 0 };
  }

  /**
   * Leaves what a trace left, once somebody wants to know.
   *
   * @param isEnd whether it stands behind what was bound anew
   */
  defer(trace: Trace, isEnd: boolean): void {
    if (this.#deferred === undefined) {
      this.follow(trace);
      return;
    }
    (isEnd ? this.#deferred.end : this.#deferred.start).push(trace);
    this.#count(trace);
  }

  /**
   * What is noted now is what was noted at the end of the time before.
   *
   * @param but what was noted otherwise by what was bound anew
   */
  finishAsBefore(but: readonly Difference[]): void {
    if (this.#deferred === undefined) return;
    const { last, start, end, near } = this.#deferred;
    for (const [subject, name] of but) {
      if (lastOf(end, subject, name) !== undefined) continue;
      const table = last.#noted[subject] as Map<string, unknown>;
      const key = `${subject} ${name}`;
      const value: unknown = this.#noted[subject].get(name) ?? (near.has(key) ? near.get(key) : lastOf(start, subject, name));
      if (value === undefined) table.delete(name);
      else table.set(name, value);
    }
    this.#noted = last.#noted;
    this.#deferred = undefined;
  }

  /** Leaves what was deferred. */
  settle(): void {
    if (this.#deferred === undefined) return;
    const { start, end } = this.#deferred;
    const own = this.#noted;
    this.#deferred = undefined;
    this.#noted = emptyTable();
    for (const one of start) this.#leave(one);
    for (const [subject, values] of Object.entries(own) as [Subject, ReadonlyMap<string, unknown>][]) for (const [name, value] of values) (this.#noted[subject] as Map<string, unknown>).set(name, value);
    for (const one of end) this.#leave(one);
  }

  #leave({ writes }: Trace): void {
    for (const [subject, name, value] of writes) (this.#noted[subject] as Map<string, unknown>).set(name, value);
  }

  #count({ used, steps }: Trace): void {
    for (const one of used) this.used.add(one);
    this.steps += steps;
  }

  #lookUp<S extends Subject>(subject: S, name: string): Noted[S] | undefined {
    const deferred = this.#deferred;
    const value: Noted[S] | undefined = this.#noted[subject].get(name);
    if (value !== undefined || deferred === undefined) return value;
    const key = `${subject} ${name}`;
    if (deferred.end.length === 0) {
      // What nothing left last time was not left by those of last time that stand before.
      if (!deferred.last.#noted[subject].has(name)) return undefined;
      if (deferred.near.has(key)) return deferred.near.get(key) as Noted[S] | undefined;
      deferred.searches += 1;
      if (deferred.searches <= MOST_SEARCHES) {
        const found = lastOf(deferred.start, subject, name);
        deferred.near.set(key, found);
        return found as Noted[S] | undefined;
      }
    }
    this.settle();
    return this.#noted[subject].get(name);
  }

  #noteRead({ reads, writes }: Tracing, subject: Subject, name: string, value: unknown): void {
    const key = `${subject} ${name}`;
    if (!writes.has(key) && !reads.has(key)) reads.set(key, [subject, name, hold(value)]);
  }
}

function emptyTable(): Table {
  return {
    id: new Map(), name: new Map(), point: new Map(), captured: new Map(), mode: new Map(), window: new Map(), entered: new Map(), installed: new Map(), stopped: new Map(), drained: new Map(), put: new Map(),
  };
}

function hold<T>(value: T): T {
  if (value instanceof Map) held.add(value);
  return value;
}
