import type { Statement } from '../syntax/tree.ts';
import { isEqual } from '../text/is-equal.ts';
import type { Location } from '../text/source.ts';
import type { Targets } from './action.ts';
import type { CaptureModel } from './model.ts';
import type { WindowModel } from './plan-model.ts';

/** A rollback point, as what stands behind it sees it. */
interface NotedPoint {
  readonly captures: readonly (CaptureModel & { readonly targets: Targets })[];
  readonly location: Location;
}

/** What is noted, by what it is about and then by name. */
export interface Noted {
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

export type Subject = keyof Noted;
export type ByHost = ReadonlyMap<string, string>;
export type Entry = readonly [Subject, string, unknown];

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

/** Subjects of which everything is looked at, in its order. */
const LISTED: ReadonlySet<Subject> = new Set(['mode', 'window', 'point']);

/** More differences than these are not followed. */
const MOST_DIFFERENCES = 32;

/** A thing that is noted otherwise than the time before. */
export type Difference = readonly [Subject, string];

/**
 * What some traces, one after the other, leave otherwise than others did.
 *
 * @returns undefined where that is much, or something of which everything is looked at
 */
export function differences(before: readonly Trace[], now: readonly Trace[]): readonly Difference[] | undefined {
  const [left, leaves] = [leftBy(before), leftBy(now)];
  const listed = [left, leaves].map((all) => [...all.values()].filter(([subject]) => LISTED.has(subject)).map(([, name]) => name).join(' '));
  const found = [...left].filter(([key, one]) => !isSame(one[2], leaves.get(key)?.[2])).map(([, one]) => one);
  for (const [key, one] of leaves) if (!left.has(key)) found.push(one);
  if (listed[0] !== listed[1] || found.length > MOST_DIFFERENCES || found.some(([subject]) => LISTED.has(subject))) return undefined;
  return found.map(([subject, name]) => [subject, name]);
}

function leftBy(traces: readonly Trace[]): ReadonlyMap<string, Entry> {
  return new Map(traces.flatMap(({ writes }) => writes.map((one) => [`${one[0]} ${one[1]}`, one] as const)));
}

/** Whether one of some things was asked for. */
export function reads(trace: Trace, things: readonly Difference[]): boolean {
  return things.length > 0 && trace.reads.some(([subject, name]) => things.some((one) => one[1] === name && one[0] === subject));
}

/** What the last trace left that left something under a name. */
export function lastOf(traces: readonly Trace[], subject: Subject, name: string): unknown {
  for (let index = traces.length - 1; index >= 0; index -= 1) {
    for (const one of traces[index]?.writes ?? []) if (one[1] === name && one[0] === subject) return one[2];
  }
  return undefined;
}

/** Whether two notes say the same: what is noted has its place, so that what moved is another one. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a instanceof Map && b instanceof Map) return a === b || (a.size === b.size && [...a].every(([key, value]) => b.get(key) === value));
  return isEqual(a, b);
}
