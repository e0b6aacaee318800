import type { Event, Events } from './events.ts';
import { isAwayAfter } from './outage-course.ts';
import { actualHosts, hostsOf, type Effect, type Watched } from './outages.ts';

/** How far each step is, by its index in the graph; only steps that matter are listed, and those that have not begun are not. */
export type PlanState = ReadonlyMap<number, Progress>;

export type Progress =
  | { readonly at: 'end' }
  /** An action is under way, on as many hosts as can be at the same time. */
  | { readonly at: 'action'; readonly index: number }
  /** A roll is in the body of a batch (from 0), and so many hosts of earlier batches have failed in theirs. */
  | { readonly at: 'batch'; readonly batch: number; readonly failed: number; readonly body: PlanState };

/** Something that is away on a host, and the event that took it away. */
export interface Absence {
  readonly host: string;
  readonly since: Event;
  /** In a roll: the number of the batch, from 0. */
  readonly batch?: number;
  /** It would be back, had the host not failed. */
  readonly failed?: true;
}

/** What is away in a state of the plan. */
export function absencesAt(watched: Watched, events: Events, touching: readonly Event[], state: PlanState): Absence[] {
  return new Replay(watched, events).run(touching, state);
}

class Replay {
  readonly #watched: Watched;
  readonly #events: Events;
  readonly #members: ReadonlySet<string>;
  readonly #away = new Map<string, Absence>();

  constructor(watched: Watched, events: Events) {
    this.#watched = watched;
    this.#events = events;
    this.#members = new Set(watched.hosts);
  }

  run(touching: readonly Event[], state: PlanState): Absence[] {
    const rolls = new Map<number, Event[]>();
    for (const event of touching) {
      if (event.body === -1 || this.#watched.effectOf(event) === undefined) continue;
      const group = rolls.get(event.step);
      if (group === undefined) rolls.set(event.step, [event]);
      else group.push(event);
    }
    for (const event of touching) {
      const progress = state.get(event.step);
      if (progress === undefined || this.#watched.effectOf(event) === undefined) continue;
      if (event.body === -1) {
        if (isBegun(event, progress)) this.#apply(event, this.#ofMembers(actualHosts(event.action.targets)), isUnderWay(event, progress));
      } else if (rolls.get(event.step)?.[0] === event) this.#roll(rolls.get(event.step) ?? [], progress);
    }
    return [...this.#away.values()];
  }

  #ofMembers(hosts: readonly string[]): string[] {
    return hosts.filter((host) => this.#members.has(host));
  }

  #apply(event: Event, hosts: readonly string[], underWay: boolean, batch?: number): void {
    const effect = this.#watched.effectOf(event) as Effect;
    const inTurns = underWay && event.action.targets.mode === 'each';
    // Of hosts that take turns only one is away for it; on the first one nothing has come back yet that had been away before.
    const now = inTurns && effect === 'passing' ? hosts.filter((host) => !this.#away.has(host)).slice(0, 1) : inTurns && effect === 'renewed' ? hosts.slice(0, 1) : hosts;
    for (const host of now) {
      const wasAway = this.#away.has(host);
      const isAway = underWay ? wasAway || effect !== 'back' : isAwayAfter(effect, wasAway);
      if (isAway && !wasAway) this.#away.set(host, { host, since: event, ...(batch === undefined ? {} : { batch }) });
      else if (!isAway) this.#away.delete(host);
    }
  }

  #roll(group: readonly Event[], progress: Progress): void {
    const batches = this.#events.graph.steps[group[0]?.step ?? -1]?.step?.roll?.batches ?? [];
    const current = progress.at === 'batch' ? progress.batch : batches.length;
    const targets = new Map(group.map((event) => [event, new Set(this.#ofMembers(hostsOf(event, this.#events)))]));
    const repeated = new Set(group.flatMap((event) => (event.action.targets.batch === true ? [] : [...(targets.get(event) ?? [])])));
    const failed: Absence[] = [];
    for (let batch = 0; batch <= Math.min(current, batches.length - 1); batch += 1) {
      const members = batches[batch] ?? [];
      // What repeats makes a difference twice at most, except on hosts near whose own batch it is.
      const near = batch < 2 || batch === current ? undefined : new Set([...members, ...(batches[batch - 1] ?? [])]);
      const fallen = new Map<string, Absence>();
      for (const event of group) {
        const inBody: Progress | undefined = batch < current ? { at: 'end' } : progress.at === 'batch' ? progress.body.get(event.body) : undefined;
        if (inBody === undefined || !isBegun(event, inBody)) continue;
        const isBatched = event.action.targets.batch === true;
        const own = targets.get(event) ?? new Set<string>();
        const hosts = isBatched ? members.filter((host) => own.has(host)) : [...own].filter((host) => near === undefined || near.has(host));
        if (isBatched && this.#watched.effectOf(event) !== 'back') {
          for (const host of hosts) {
            if (!this.#away.has(host) && !fallen.has(host) && !repeated.has(host)) fallen.set(host, { host, since: event, batch, failed: true });
          }
        }
        this.#apply(event, hosts, isUnderWay(event, inBody), batch);
      }
      if (batch < current) failed.push(...[...fallen.values()].filter(({ host }) => !this.#away.has(host)));
    }
    if (progress.at === 'batch') for (const absence of failed.slice(0, progress.failed)) this.#away.set(absence.host, absence);
  }
}

function isBegun(event: Event, progress: Progress): boolean {
  return progress.at === 'end' || (progress.at === 'action' && event.index <= progress.index);
}

function isUnderWay(event: Event, progress: Progress): boolean {
  return progress.at === 'action' && event.index === progress.index;
}
