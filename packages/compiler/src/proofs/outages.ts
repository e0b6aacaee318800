import type { Targets } from '../model/action.ts';
import type { Component } from '../model/model.ts';
import type { Event, Events } from './events.ts';

/**
 * What an event does to something on a host: takes it away at its begin (`away`), brings it back at its end (`back`), or both. After `passing` all is as it was before,
 * after `renewed` it is there in any case.
 */
export type Effect = 'away' | 'back' | 'passing' | 'renewed';

/** Something that is there or away on each of some hosts: the instances of a component, or the hosts themselves. */
export interface Watched {
  readonly hosts: readonly string[];
  readonly effectOf: (event: Event) => Effect | undefined;
}

/** A time during which something is away on some hosts: from the begin of one event to the end of another. */
export interface Outage {
  readonly from: Event;
  /** Absent: until the end of the plan. */
  readonly to?: Event;
  readonly hosts: readonly string[];
}

/** The hosts on which an action runs in any one execution. */
export function actualHosts(targets: Targets): readonly string[] {
  return targets.mode === 'any' || targets.mode === 'first' ? targets.hosts.slice(0, 1) : targets.hosts;
}

/** The hosts on which an event happens; in a roll, in one batch or another. */
export function hostsOf({ action: { targets }, step }: Event, events: Events): readonly string[] {
  if (targets.batch !== true || (targets.mode !== 'any' && targets.mode !== 'first')) return actualHosts(targets);
  const wanted = new Set(targets.hosts);
  return (events.graph.steps[step]?.step?.roll?.batches ?? []).flatMap((batch) => batch.find((host) => wanted.has(host)) ?? []);
}

const sets = new WeakMap<readonly string[], ReadonlySet<string>>();

/** The hosts of a list, as a set that is made once. */
export function setOf(hosts: readonly string[]): ReadonlySet<string> {
  let set = sets.get(hosts);
  if (set === undefined) sets.set(hosts, (set = new Set(hosts)));
  return set;
}

/** A component is away where it is stopped or restarting, and while its host reboots. A reboot does not start what was stopped. */
export function watchComponent(component: Component): Watched {
  return {
    hosts: component.hosts,
    effectOf({ action }) {
      for (const change of action.changes) {
        if (change.kind === 'host' && change.becomes === 'rebooted') return 'passing';
        if (change.kind !== 'component' || change.name !== component.name) continue;
        if (change.becomes === 'stopped') return 'away';
        if (change.becomes === 'started') return 'back';
        if (change.becomes === 'restarted') return 'renewed';
      }
      return undefined;
    },
  };
}

/** A host is out of service while it is drained or rebooting. A reboot does not give back what was drained. */
export function watchHosts(hosts: readonly string[]): Watched {
  return {
    hosts,
    effectOf({ action }) {
      for (const change of action.changes) {
        if (change.kind !== 'host') continue;
        if (change.becomes === 'drained') return 'away';
        if (change.becomes === 'returned') return 'back';
        if (change.becomes === 'rebooted') return 'passing';
      }
      return undefined;
    },
  };
}

/**
 * When a component is not there.
 *
 * @param touching the events that touch it or its hosts, in a topological order
 */
export function outagesOf(component: Component, events: Events, touching: readonly Event[]): Outage[] {
  return listOutages(watchComponent(component), events, touching);
}

/** When hosts are not in service: drained, or rebooting. */
export function hostOutages(hosts: readonly string[], events: Events, touching: readonly Event[]): Outage[] {
  return listOutages(watchHosts(hosts), events, touching);
}

/** Each outage of what is watched once, with all hosts that share it. */
export function listOutages(watched: Watched, events: Events, touching: readonly Event[]): Outage[] {
  const list = new OutageList(watched);
  for (let at = 0; at < touching.length; at += 1) {
    const event = touching[at] as Event;
    if (event.body === -1) {
      list.add(event, hostsOf(event, events));
      continue;
    }
    const body = [event];
    while (touching[at + 1]?.step === event.step) body.push(touching[at += 1] as Event);
    addRoll(list, body, events);
  }
  return list.finish();
}

/**
 * What an event of a roll does again in every batch makes a difference twice at most, before and after the batch that a host is in; so the body is gone through for
 * what comes before, once for the host's own batch, and for what comes after.
 */
function addRoll(list: OutageList, body: readonly Event[], events: Events): void {
  const batches = events.graph.steps[body[0]?.step ?? -1]?.step?.roll?.batches ?? [];
  const first = new Set(batches[0]);
  const last = new Set(batches.at(-1));
  const repeated = batches.length < 2 ? [] : body.filter(({ action }) => action.targets.batch !== true);
  for (const event of repeated) list.add(event, hostsOf(event, events).filter((host) => !first.has(host)));
  for (const event of body) list.add(event, hostsOf(event, events));
  for (const event of repeated) list.add(event, hostsOf(event, events).filter((host) => !last.has(host)));
}

class OutageList {
  readonly #watched: Watched;
  readonly #members: ReadonlySet<string>;
  readonly #since = new Map<string, Event>();
  readonly #found = new Map<Event, Map<Event | undefined, Set<string>>>();

  constructor(watched: Watched) {
    this.#watched = watched;
    this.#members = new Set(watched.hosts);
  }

  add(event: Event, hosts: readonly string[]): void {
    const effect = this.#watched.effectOf(event);
    if (effect === undefined) return;
    for (const host of hosts) {
      if (!this.#members.has(host)) continue;
      const from = this.#since.get(host);
      if (effect === 'away') this.#since.set(host, from ?? event);
      else if (from === undefined) {
        if (effect !== 'back') this.#end(host, event, event);
      } else if (effect !== 'passing') {
        this.#end(host, from, event);
        this.#since.delete(host);
      }
    }
  }

  #end(host: string, from: Event, to: Event | undefined): void {
    let ends = this.#found.get(from);
    if (ends === undefined) this.#found.set(from, (ends = new Map()));
    const known = ends.get(to);
    if (known === undefined) ends.set(to, new Set([host]));
    else known.add(host);
  }

  finish(): Outage[] {
    for (const [host, from] of this.#since) this.#end(host, from, undefined);
    return [...this.#found].flatMap(([from, ends]) => [...ends].map(([to, hosts]): Outage => ({ from, ...(to === undefined ? {} : { to }), hosts: [...hosts] })));
  }
}
