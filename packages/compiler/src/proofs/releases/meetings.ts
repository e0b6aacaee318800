import { countWhile } from '../../text/count-while.ts';
import type { Event, Events } from '../events.ts';
import { endsBefore, type Lasting } from './timelines.ts';

/** The times of a chain, from the number `first` to the number `last`; none where `last` is less. */
export interface Window {
  readonly first: number;
  readonly last: number;
}

/**
 * The times of a chain that may hold together with some time of another one. On each host the times of a chain follow each other, so those that have always ended before are the
 * first ones of the chain, those that always begin after are the last ones, and what is between may meet. Takes the logarithm of the chain's length.
 */
export function windowOf(time: Lasting, host: string, chain: readonly Lasting[], chainHost: string, events: Events): Window {
  const first = countWhile(chain.length, (index) => endsBefore(chain[index] as Lasting, chainHost, time, host, events));
  const last = countWhile(chain.length, (index) => index < first || !endsBefore(time, host, chain[index] as Lasting, chainHost, events)) - 1;
  return { first, last };
}

/** The times of a chain that may hold on a host when an event begins there; what it changes itself comes later. */
export function windowAtBegin(event: Event, host: string, chain: readonly Lasting[], events: Events): Window {
  const isOver = ({ to }: Lasting): boolean => to !== undefined && to !== event && events.precedes(to, host, event, host);
  const isLater = ({ from }: Lasting): boolean => from !== undefined && (from === event || events.precedes(event, host, from, host));
  const first = countWhile(chain.length, (index) => isOver(chain[index] as Lasting));
  const last = countWhile(chain.length, (index) => index < first || !isLater(chain[index] as Lasting)) - 1;
  return { first, last };
}

/** The first of some ascending numbers that lies in a window; undefined where none does. */
export function firstIn(numbers: readonly number[], { first, last }: Window): number | undefined {
  const found = numbers[countWhile(numbers.length, (index) => (numbers[index] ?? 0) < first)];
  return found !== undefined && found <= last ? found : undefined;
}

/** A chain of times on a host, the numbers of those of its times that are looked for, ascending, and where in the chain they have to be. */
export interface Sought {
  readonly chain: readonly Lasting[];
  readonly host: string;
  readonly numbers: readonly number[];
  readonly window: Window;
}

/**
 * For several chains the first times among those that are looked for that may all hold together: the least consistent cut, found as by Garg and Waldecker, “Detection of weak
 * unstable predicates in distributed programs” (1994). Where a time has always ended before that of another chain begins, it goes with none of that chain's later ones either, so it is passed over.
 *
 * @returns for each chain the number of its time; undefined where there are no such times
 */
export function leastMeeting(sought: readonly Sought[], events: Events): readonly number[] | undefined {
  const at = sought.map(({ numbers, window }) => countWhile(numbers.length, (index) => (numbers[index] ?? 0) < window.first));
  const numberOf = (index: number): number => {
    const number = sought[index]?.numbers[at[index] ?? 0] ?? -1;
    return number <= (sought[index]?.window.last ?? -1) ? number : -1;
  };
  const timeOf = (index: number): Lasting | undefined => sought[index]?.chain[numberOf(index)];
  const passedOver = (one: number, other: number): number | undefined => {
    const [first, second, host, otherHost] = [timeOf(one) ?? {}, timeOf(other) ?? {}, sought[one]?.host ?? '', sought[other]?.host ?? ''];
    if (endsBefore(first, host, second, otherHost, events)) return one;
    return endsBefore(second, otherHost, first, host, events) ? other : undefined;
  };
  const open = sought.map((_, index) => index);
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    for (const other of sought.keys()) {
      if (timeOf(index) === undefined || timeOf(other) === undefined) return undefined;
      const passed: number | undefined = other === index ? undefined : passedOver(index, other);
      if (passed === undefined) continue;
      at[passed] = (at[passed] ?? 0) + 1;
      open.push(passed);
      if (passed === index) break;
    }
  }
  return sought.some((_, index) => timeOf(index) === undefined) ? undefined : sought.map((_, index) => numberOf(index));
}

/** One of several ways into a bad state: what has to have happened. */
export interface Way {
  readonly events: readonly Event[];
}

/** The way that takes the fewest steps from the start; of several the first. */
export function shortestWay<T extends Way>(ways: readonly T[], events: Events): T | undefined {
  const { graph } = events;
  // All steps of a segment come before all of a later one, so a way that ends in an earlier segment is shorter.
  const segments = ways.map((way) => way.events.reduce((most, { step }) => Math.max(most, graph.segments[step] ?? 0), -1));
  const earliest = segments.reduce((least, one) => Math.min(least, one), Number.POSITIVE_INFINITY);
  let best: { readonly way: T; readonly count: number } | undefined;
  const known = new Set<string>();
  for (const [index, way] of ways.entries()) {
    const key = way.events.map(({ step }) => step).join(' ');
    if (segments[index] !== earliest || known.has(key)) continue;
    known.add(key);
    const count = events.shortestWayTo(way.events).steps.filter((step) => graph.steps[step]?.step !== undefined).length;
    if (best === undefined || count < best.count) best = { way, count };
  }
  return best?.way;
}
