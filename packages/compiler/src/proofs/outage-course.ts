import { actualHosts, hostsOf, setOf, type Effect, type Watched } from './outages.ts';
import type { Event, Events } from './events.ts';

/** What happens to the number of what is away, while a part of the plan runs. */
export interface Tally {
  /** The most that are away at some time of the part, more than before it; never below 0. */
  readonly peak: number;
  /** How many more are away after the part than before it. */
  readonly net: number;
  /** How often something goes away in it, and how often something comes back. */
  readonly gone: number;
  readonly returned: number;
}

/** What a step does to what is watched: action after action, or as a roll. */
export type Course = { readonly actions: readonly { readonly index: number; readonly tally: Tally }[] } | RollCourse;

/** The course of each step that does something to what is watched, by its index in the graph. */
export type Courses = ReadonlyMap<number, Course>;

/** Two events on one host that have no order. What comes of them can not be told, and `unordered-conflict` reports them. */
export interface Conflict {
  readonly first: Event;
  readonly second: Event;
}

/**
 * Follows what is watched through the plan. On each host the events come one after the other, whatever the order of the steps; so what an event finds there, and what it
 * changes, is the same in every order.
 *
 * @param touching the events that may do something to it, in a topological order
 */
export function followOutages(watched: Watched, events: Events, touching: readonly Event[]): { readonly courses: Courses; readonly conflict?: Conflict } {
  const follower = new Follower(watched, events);
  for (let at = 0; at < touching.length;) {
    const event = touching[at] as Event;
    let end = at + 1;
    if (event.body !== -1) while (end < touching.length && touching[end]?.step === event.step) end += 1;
    if (event.body === -1) follower.single(event);
    else follower.roll(event.step, touching.slice(at, end));
    at = end;
  }
  return { courses: follower.courses, ...(follower.conflict === undefined ? {} : { conflict: follower.conflict }) };
}

class Follower {
  readonly courses = new Map<number, Course>();
  conflict: Conflict | undefined;
  readonly #watched: Watched;
  readonly #events: Events;
  readonly #numbers: ReadonlyMap<string, number>;
  /** By number of the host: 1 where it is away. */
  readonly #away: Uint8Array;
  /** By number of the host. */
  readonly #last: (Event | undefined)[] = [];
  #ordered: Conflict | undefined;

  constructor(watched: Watched, events: Events) {
    this.#watched = watched;
    this.#events = events;
    this.#numbers = new Map(watched.hosts.map((host, index) => [host, index]));
    this.#away = new Uint8Array(watched.hosts.length);
  }

  single(event: Event): void {
    const effect = this.#watched.effectOf(event);
    if (effect === undefined) return;
    let there = 0;
    let away = 0;
    let leads = false;
    for (const host of this.#membersOf(actualHosts(event.action.targets), event.action.targets.mode === 'each')) {
      this.#expectOrder(host, event);
      const isAway = this.#away[host] === 1;
      if (isAway) away += 1;
      else {
        leads ||= there + away === 0;
        there += 1;
      }
      this.#away[host] = isAwayAfter(effect, isAway) ? 1 : 0;
    }
    if (there + away === 0) return;
    const tally = tallyOf(effect, event.action.targets.mode === 'each', there, away, leads);
    const known = this.courses.get(event.step);
    if (known === undefined || known instanceof RollCourse) this.courses.set(event.step, { actions: [{ index: event.index, tally }] });
    else (known.actions as { index: number; tally: Tally }[]).push({ index: event.index, tally });
  }

  roll(step: number, touching: readonly Event[]): void {
    const batches = this.#events.graph.steps[step]?.step?.roll?.batches ?? [];
    const effects = touching.map((event) => this.#watched.effectOf(event));
    const acting = touching.filter((_, index) => effects[index] !== undefined);
    const hosts = this.#eventsByHost(acting);
    const [first] = acting;
    if (hosts.size === 0 || first === undefined) return;
    const course = new RollCourse(acting, effects.filter((effect) => effect !== undefined), batches, this.#numbers);
    for (const [host, own] of hosts) {
      this.#expectOrder(host, acting[own[0] ?? 0] as Event);
      for (let at = 1; at < own.length; at += 1) this.#expect(acting[own[at - 1] ?? 0] as Event, acting[own[at] ?? 0] as Event);
      this.#last[host] = acting[own.at(-1) ?? 0];
      this.#away[host] = course.follow(host, this.#events.batchOf(first, this.#watched.hosts[host] ?? ''), own, this.#away[host] === 1) ? 1 : 0;
    }
    course.finish();
    this.courses.set(step, course);
  }

  #eventsByHost(acting: readonly Event[]): Map<number, number[]> {
    const found = new Map<number, number[]>();
    for (const [position, event] of acting.entries()) {
      for (const host of this.#membersOf(hostsOf(event, this.#events), false)) {
        const own = found.get(host);
        if (own === undefined) found.set(host, [position]);
        else own.push(position);
      }
    }
    return found;
  }

  /** The numbers of those of some hosts that are watched; in their order, if that matters. */
  #membersOf(hosts: readonly string[], inOrder: boolean): number[] {
    const found: number[] = [];
    if (!inOrder && 4 * this.#watched.hosts.length < hosts.length) {
      const set = setOf(hosts);
      for (const [number, host] of this.#watched.hosts.entries()) if (set.has(host)) found.push(number);
      return found;
    }
    for (const host of hosts) {
      const number = this.#numbers.get(host);
      if (number !== undefined) found.push(number);
    }
    return found;
  }

  #expectOrder(host: number, event: Event): void {
    const last = this.#last[host];
    this.#last[host] = event;
    if (last !== undefined) this.#expect(last, event);
  }

  #expect(first: Event, second: Event): void {
    // Hosts that an event shares with the one before it need to be looked at once.
    if (this.conflict !== undefined || (this.#ordered?.first === first && this.#ordered.second === second)) return;
    const ordered = first.step !== second.step ? this.#events.graph.before(first.step, second.step)
      : first.body === second.body || this.#events.node(first)?.body?.before(first.body, second.body) === true;
    if (ordered) this.#ordered = { first, second };
    else this.conflict = { first, second };
  }
}

/** What a roll does to what is watched, batch by batch. */
export class RollCourse {
  readonly batches: readonly (readonly string[])[];
  /** The events in the body, in a topological order of the body. */
  readonly events: readonly Event[];
  readonly #effects: readonly Effect[];
  /** For events that run once a batch, on hosts that are not those of the batch. */
  readonly #repeated: readonly boolean[];
  /** By event, then by batch: on how many hosts what is watched is there, and away, when the event begins. */
  readonly #there: readonly Int32Array[];
  readonly #away: readonly Int32Array[];
  /** By event and batch: 1 where what is watched is there on the first of the hosts. Empty where that does not matter. */
  readonly #leads: readonly Uint8Array[];
  readonly #leaders: readonly Int32Array[];
  /** All that tells batches apart. */
  readonly #counts: readonly (Int32Array | Uint8Array)[];
  /** By batch: on how many hosts of it what is watched goes away and comes back. */
  readonly #fallible: Int32Array;

  constructor(events: readonly Event[], effects: readonly Effect[], batches: readonly (readonly string[])[], numbers: ReadonlyMap<string, number>) {
    this.events = events;
    this.batches = batches;
    this.#effects = effects;
    this.#repeated = events.map((event) => event.action.targets.batch !== true);
    this.#there = events.map(() => new Int32Array(batches.length + 1));
    this.#away = events.map(() => new Int32Array(batches.length + 1));
    const inTurns = events.map((event, index) => event.action.targets.mode === 'each' && effects[index] === 'renewed');
    this.#leads = inTurns.map((turns) => new Uint8Array(turns ? batches.length : 0));
    this.#leaders = inTurns.map((turns, index) => (turns ? this.#findLeaders(events[index] as Event, numbers) : new Int32Array(0)));
    this.#fallible = new Int32Array(batches.length);
    this.#counts = [...this.#there, ...this.#away, ...this.#leads.filter((leads) => leads.length > 0)];
  }

  #findLeaders({ action: { targets } }: Event, numbers: ReadonlyMap<string, number>): Int32Array {
    const first = (names: readonly string[]): number => numbers.get(names.find((name) => numbers.has(name)) ?? '') ?? -1;
    if (targets.batch !== true) return new Int32Array(this.batches.length).fill(first(targets.hosts));
    const wanted = new Set(targets.hosts);
    return Int32Array.from(this.batches, (batch) => first(batch.filter((name) => wanted.has(name))));
  }

  /**
   * Follows what is watched on one host through the roll.
   *
   * @param batch the batch that the host is in; -1 if it is in none
   * @param own the events on the host, as indexes
   * @returns whether it is away at the end
   */
  follow(host: number, batch: number, own: readonly number[], wasAway: boolean): boolean {
    const count = this.batches.length;
    let away = wasAway;
    if (!own.some((event) => this.#repeated[event])) return batch === -1 ? away : this.#pass(host, own, batch, batch + 1, away, true);
    // What repeats makes no further difference after the first time, until the host's own batch comes between.
    const mixed = batch !== -1 && own.some((event) => this.#repeated[event] !== true);
    const cuts = [...new Set([0, 1, ...(mixed ? [batch, batch + 1, batch + 2] : []), count])].filter((cut) => cut <= count).sort((a, b) => a - b);
    for (let at = 0; at + 1 < cuts.length; at += 1) {
      const from = cuts[at] ?? 0;
      const now = mixed && from === batch ? own : own.filter((event) => this.#repeated[event]);
      away = this.#pass(host, now, from, cuts[at + 1] ?? count, away, false);
    }
    return away;
  }

  /** Notes what the events find on a host in some batches, which are all alike for it. */
  #pass(host: number, own: readonly number[], from: number, to: number, wasAway: boolean, mayFail: boolean): boolean {
    let away = wasAway;
    let falls = false;
    for (const event of own) {
      const counts = (away ? this.#away[event] : this.#there[event]) as Int32Array;
      counts[from] = (counts[from] ?? 0) + 1;
      counts[to] = (counts[to] ?? 0) - 1;
      const leads = this.#leads[event] as Uint8Array;
      if (!away && leads.length > 0) for (let batch = from; batch < to; batch += 1) if (this.#leaders[event]?.[batch] === host) leads[batch] = 1;
      const effect = this.#effects[event] as Effect;
      falls ||= !away && effect !== 'back';
      away = isAwayAfter(effect, away);
    }
    if (mayFail && falls && !away) this.#fallible[from] = (this.#fallible[from] ?? 0) + 1;
    return away;
  }

  /** Has to be called when all hosts have been followed. */
  finish(): void {
    for (const counts of [...this.#there, ...this.#away]) {
      for (let batch = 1; batch < counts.length; batch += 1) counts[batch] = (counts[batch] ?? 0) + (counts[batch - 1] ?? 0);
    }
  }

  /** Something about every batch; what is computed for one goes for all that are like it. */
  eachBatch<T>(compute: (batch: number) => T): T[] {
    const known = new Map<string, T>();
    const all: T[] = [];
    for (const batch of this.batches.keys()) {
      if (batch > 0 && this.#counts.every((counts) => counts[batch] === counts[batch - 1])) {
        all.push(all[batch - 1] as T);
        continue;
      }
      const pattern = this.#counts.map((counts) => counts[batch] ?? 0).join(' ');
      if (!known.has(pattern)) known.set(pattern, compute(batch));
      all.push(known.get(pattern) as T);
    }
    return all;
  }

  /** The courses of the steps of the body in a batch, by index in the graph of the body. */
  coursesOf(batch: number): Courses {
    const courses = new Map<number, { actions: { index: number; tally: Tally }[] }>();
    for (const [index, event] of this.events.entries()) {
      const there = this.#there[index]?.[batch] ?? 0;
      const away = this.#away[index]?.[batch] ?? 0;
      if (there + away === 0) continue;
      const tally = tallyOf(this.#effects[index] as Effect, event.action.targets.mode === 'each', there, away, this.#leads[index]?.[batch] === 1);
      const known = courses.get(event.body);
      if (known === undefined) courses.set(event.body, { actions: [{ index: event.index, tally }] });
      else known.actions.push({ index: event.index, tally });
    }
    return courses;
  }

  /** On how many hosts of a batch what is watched goes away and comes back: where one of them fails, it stays away. */
  fallibleIn(batch: number): number {
    return this.#fallible[batch] ?? 0;
  }
}

export function isAwayAfter(effect: Effect, wasAway: boolean): boolean {
  return effect === 'away' || (effect === 'passing' && wasAway);
}

/**
 * @param inTurns whether the hosts take turns; else they begin and end as they like
 * @param leads whether what is watched is there on the first of the hosts
 */
function tallyOf(effect: Effect, inTurns: boolean, there: number, away: number, leads: boolean): Tally {
  switch (effect) {
    case 'away': return { peak: there, net: there, gone: there, returned: 0 };
    case 'back': return { peak: 0, net: -away, gone: 0, returned: away };
    case 'passing': return { peak: inTurns ? Math.min(1, there) : there, net: 0, gone: there, returned: there };
    // In turns, what has come back on the hosts before makes up for the one that is away now.
    case 'renewed': return { peak: inTurns ? (leads ? 1 : 0) : there, net: -away, gone: there, returned: there + away };
  }
}
