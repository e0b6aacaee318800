import type { Component } from '../model/model.ts';
import type { Targets } from '../model/action.ts';
import { heaviestAntichain } from './antichain.ts';
import type { Event, Events } from './events.ts';

/** A time during which something is away on some hosts: from the beginning of one event to the end of another. */
export interface Outage {
  readonly from: Event;
  /** Absent: until the end of the plan. */
  readonly to?: Event;
  readonly hosts: readonly string[];
  /** How many of the hosts are away at the same time: 1 where they take turns. */
  readonly weight: number;
}

/** Hosts that went through the same so far. */
interface Cohort {
  readonly hosts: readonly string[];
  since: Event | undefined;
}

type Effect = 'away' | 'back' | 'passing' | undefined;

/** The hosts on which an action runs in any one execution. */
export function actualHosts(targets: Targets): readonly string[] {
  return targets.mode === 'any' || targets.mode === 'first' ? targets.hosts.slice(0, 1) : targets.hosts;
}

/**
 * When a component is not there: stopped, restarting, or its host rebooting.
 *
 * @param events the events that touch it or its hosts, in a topological order
 */
export function outagesOf(component: Component, events: Events, touching: readonly Event[]): Outage[] {
  return collectOutages(component.hosts, events, touching, (event) => {
    for (const change of event.action.changes) {
      if (change.kind === 'host' && change.becomes === 'rebooted') return 'passing';
      if (change.kind !== 'component' || change.name !== component.name) continue;
      if (change.becomes === 'stopped') return 'away';
      if (change.becomes === 'started') return 'back';
      if (change.becomes === 'restarted') return 'passing';
    }
    return undefined;
  });
}

/** When hosts are not in service: drained, or rebooting. */
export function hostOutages(hosts: readonly string[], events: Events, touching: readonly Event[]): Outage[] {
  return collectOutages(hosts, events, touching, (event) => {
    for (const change of event.action.changes) {
      if (change.kind !== 'host') continue;
      if (change.becomes === 'drained') return 'away';
      if (change.becomes === 'returned') return 'back';
      if (change.becomes === 'rebooted') return 'passing';
    }
    return undefined;
  });
}

function collectOutages(all: readonly string[], events: Events, touching: readonly Event[], effectOf: (event: Event) => Effect): Outage[] {
  const outages: Outage[] = [];
  let cohorts: Cohort[] = [{ hosts: all, since: undefined }];
  for (const event of touching) {
    const effect = effectOf(event);
    if (effect === undefined) continue;
    const wanted = new Set(actualHosts(event.action.targets));
    const next: Cohort[] = [];
    for (const cohort of cohorts) {
      const inside = cohort.hosts.filter((host) => wanted.has(host));
      if (inside.length < cohort.hosts.length) next.push({ hosts: inside.length === 0 ? cohort.hosts : cohort.hosts.filter((host) => !wanted.has(host)), since: cohort.since });
      if (inside.length === 0) continue;
      const hosts = inside.length === cohort.hosts.length ? cohort.hosts : inside;
      if (effect === 'away') next.push({ hosts, since: cohort.since ?? event });
      else if (cohort.since !== undefined) {
        // What is stopped stays so through a reboot or a restart of something else on its host.
        const ends = effect === 'back' || event.action.verb === 'restart';
        if (ends) outages.push(...byBatch(cohort.since, event, hosts, events));
        next.push({ hosts, since: ends ? undefined : cohort.since });
      } else {
        if (effect === 'passing') outages.push(...byBatch(event, event, hosts, events));
        next.push({ hosts, since: undefined });
      }
    }
    cohorts = merge(next);
  }
  for (const { hosts, since } of cohorts) if (since !== undefined) outages.push({ from: since, hosts, weight: hosts.length });
  return outages;
}

/** Hosts that are again in the same state need no longer be told apart. */
function merge(cohorts: readonly Cohort[]): Cohort[] {
  const bySince = new Map<Event | undefined, Cohort[]>();
  for (const cohort of cohorts) bySince.set(cohort.since, [...(bySince.get(cohort.since) ?? []), cohort]);
  return [...bySince].map(([since, same]) => (same.length === 1 ? (same[0] as Cohort) : { hosts: same.flatMap((one) => one.hosts), since }));
}

/** An outage that begins and ends in the same batch of a roll happens batch by batch; its hosts are never all away. */
function byBatch(from: Event, to: Event, hosts: readonly string[], events: Events): Outage[] {
  const turns = from === to && from.action.targets.mode === 'each';
  const batched = from.step === to.step && from.body !== -1 && from.action.targets.batch === true && to.action.targets.batch === true;
  if (!batched) return [{ from, to, hosts, weight: turns ? 1 : hosts.length }];
  const batches = new Map<number, string[]>();
  for (const host of hosts) {
    const batch = events.batchOf(from, host);
    const known = batches.get(batch);
    if (known === undefined) batches.set(batch, [host]);
    else known.push(host);
  }
  // Batches follow each other, and look the same from outside: the largest stands for all.
  let largest: string[] = [];
  for (const batch of batches.values()) if (batch.length > largest.length) largest = batch;
  return [{ from, to, hosts: largest, weight: turns ? 1 : largest.length }];
}

/**
 * The most that can be away at the same time in some order of the steps.
 *
 * Outages that overlap pairwise can overlap all at once: the steps before their beginnings contain none of their ends. So the most is a heaviest antichain
 * of the order “ends before the other begins”. Only outages of the same segment may be without an order, so each segment is looked at for itself, with those that last
 * through it.
 */
export function worstOverlap(outages: readonly Outage[], events: Events): { readonly weight: number; readonly outages: readonly Outage[] } {
  const segmentOf = (event: Event): number => events.graph.segments[event.step] ?? 0;
  const lastSegment = (outage: Outage): number => (outage.to === undefined ? Number.POSITIVE_INFINITY : segmentOf(outage.to));
  const starts = new Map<number, Outage[]>();
  for (const outage of outages) {
    for (const segment of new Set([segmentOf(outage.from), lastSegment(outage)])) {
      if (Number.isFinite(segment)) starts.set(segment, [...(starts.get(segment) ?? []), outage]);
    }
  }
  const sorted = [...starts.keys()].sort((a, b) => a - b);
  let worst: { weight: number; outages: readonly Outage[] } = { weight: 0, outages: [] };
  let lasting: Outage[] = [];
  for (const segment of sorted) {
    lasting = lasting.filter((outage) => lastSegment(outage) > segment);
    const here = starts.get(segment) ?? [];
    const through = lasting.filter((outage) => segmentOf(outage.from) < segment);
    const base = through.reduce((sum, outage) => sum + outage.weight, 0);
    const { members, weight } = heaviestAntichain(here.map((outage) => outage.weight), (first, second) => isBefore(here[first], here[second], events));
    if (base + weight > worst.weight) worst = { weight: base + weight, outages: [...through, ...members.flatMap((index) => here[index] ?? [])] };
    lasting.push(...here.filter((outage) => segmentOf(outage.from) === segment && lastSegment(outage) > segment));
  }
  return worst;
}

function isBefore(first: Outage | undefined, second: Outage | undefined, events: Events): boolean {
  if (first?.to === undefined || second === undefined) return false;
  return events.precedes(first.to, first.hosts[0] ?? '', second.from, second.hosts[0] ?? '');
}
