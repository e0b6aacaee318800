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

/** Each outage once, with all hosts that share it; what an event of a roll does again in every batch stands once. */
function listOutages({ hosts, effectOf }: Watched, events: Events, touching: readonly Event[]): Outage[] {
  const since = new Map<string, Event>();
  const members = new Set(hosts);
  const found = new Map<Event, Map<Event | undefined, string[]>>();
  const end = (host: string, from: Event, to: Event | undefined): void => {
    let ends = found.get(from);
    if (ends === undefined) found.set(from, (ends = new Map()));
    const known = ends.get(to);
    if (known === undefined) ends.set(to, [host]);
    else known.push(host);
  };
  for (const event of touching) {
    const effect = effectOf(event);
    if (effect === undefined) continue;
    for (const host of hostsOf(event, events)) {
      if (!members.has(host)) continue;
      const from = since.get(host);
      if (effect === 'away') {
        if (from === undefined) since.set(host, event);
      } else if (from === undefined) {
        if (effect !== 'back') end(host, event, event);
      } else if (effect !== 'passing') {
        end(host, from, event);
        since.delete(host);
      }
    }
  }
  for (const [host, from] of since) end(host, from, undefined);
  return [...found].flatMap(([from, ends]) => [...ends].map(([to, together]): Outage => ({ from, ...(to === undefined ? {} : { to }), hosts: together })));
}
