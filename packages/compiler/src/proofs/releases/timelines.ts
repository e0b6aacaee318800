import type { Component } from '../../model/model.ts';
import type { Event, Events } from '../events.ts';
import { hostsOf } from '../outages.ts';

/** What a component is on a host for some time: what is installed, and what runs. */
export interface ComponentTime {
  /** Undefined where an opaque action has left it unknown. */
  readonly installed: string | undefined;
  /** The release that runs; `null` while it is stopped. */
  readonly running: string | null | undefined;
  /** The event that brings it about; absent: from the start. */
  readonly from?: Event;
  /** The event that ends it; absent: until the end. */
  readonly to?: Event;
}

/** Hosts on which a component goes through the same. */
export interface ComponentLine {
  readonly component: string;
  readonly hosts: readonly string[];
  readonly times: readonly ComponentTime[];
}

/** Hosts that have gone through the same so far. */
interface Draft {
  count: number;
  readonly times: ComponentTime[];
}

/** What a component goes through, for each set of hosts on which that differs; in the order of their first hosts. */
export function linesOf(component: Component, touching: readonly Event[], initial: string | undefined, events: Events): ComponentLine[] {
  const whole: Draft = { count: component.hosts.length, times: [{ installed: initial, running: initial }] };
  const drafts = new Map<string, Draft>(component.hosts.map((host) => [host, whole]));
  for (const event of touching) {
    for (const [draft, hosts] of groupByDraft(hostsOf(event, events), drafts)) {
      const last = draft.times.at(-1) as ComponentTime;
      const next = timeAfter(event, last, component.name);
      if (next.installed === last.installed && next.running === last.running) continue;
      let changed = draft;
      if (hosts.length < draft.count) {
        changed = { count: hosts.length, times: [...draft.times] };
        draft.count -= hosts.length;
        for (const host of hosts) drafts.set(host, changed);
      }
      changed.times[changed.times.length - 1] = { ...last, to: event };
      changed.times.push(next);
    }
  }
  const lines = new Map<Draft, string[]>();
  for (const [host, draft] of drafts) {
    const hosts = lines.get(draft);
    if (hosts === undefined) lines.set(draft, [host]);
    else hosts.push(host);
  }
  return [...lines].map(([{ times }, hosts]) => ({ component: component.name, hosts, times }));
}

function groupByDraft(hosts: readonly string[], drafts: ReadonlyMap<string, Draft>): Map<Draft, string[]> {
  const groups = new Map<Draft, string[]>();
  for (const host of hosts) {
    const draft = drafts.get(host);
    if (draft === undefined) continue;
    const group = groups.get(draft);
    if (group === undefined) groups.set(draft, [host]);
    else group.push(host);
  }
  return groups;
}

function timeAfter(event: Event, last: ComponentTime, component: string): ComponentTime {
  let { installed, running } = last;
  for (const change of event.action.changes) {
    if (change.kind === 'host' && change.becomes === 'rebooted' && running !== null) running = installed;
    if (change.kind !== 'component' || change.name !== component) continue;
    if (change.becomes === 'installed') installed = change.release;
    else if (change.becomes === 'stopped') running = null;
    else if (change.becomes === 'started' || change.becomes === 'restarted') running = installed;
    else if (change.becomes === 'rewritten') installed = undefined;
  }
  return { installed, running, from: event };
}

/** A time of something, and the hosts on which its events happen. */
export interface Lasting {
  readonly from?: Event;
  readonly to?: Event;
}


export function endsBefore(first: Lasting, firstHost: string, second: Lasting, secondHost: string, events: Events): boolean {
  if (first.to === undefined || second.from === undefined) return false;
  // One event that ends the one and begins the other on the same host does both at once.
  if (first.to === second.from && firstHost === secondHost) return true;
  return events.precedes(first.to, firstHost, second.from, secondHost);
}

/**
 * Hosts that stand for all of a line: in every roll that touches it, some of the first batch and of the last. Which batch comes first is all
 * that tells hosts of a line apart.
 */
export function representatives(line: { readonly hosts: readonly string[]; readonly times: readonly Lasting[] }, events: Events): string[] {
  const found = new Set<string>([line.hosts[0] ?? '', line.hosts.at(-1) ?? '']);
  const rolls = new Map<number, Event>();
  for (const { from } of line.times) if (from !== undefined && from.body !== -1) rolls.set(from.step, from);
  for (const event of rolls.values()) {
    let first: string | undefined;
    let last: string | undefined;
    const again = new Map<number, string>();
    for (const host of line.hosts) {
      const batch = events.batchOf(event, host);
      if (first === undefined || batch < events.batchOf(event, first)) first = host;
      if (last === undefined || batch > events.batchOf(event, last)) last = host;
      const twin = again.get(batch);
      if (twin === undefined) again.set(batch, host);
      else if (found.size < 6) found.add(twin).add(host);
    }
    if (first !== undefined) found.add(first);
    if (last !== undefined) found.add(last);
  }
  return [...found];
}

/**
 * Pairs of hosts of two lines that stand for all pairs: those of their representatives, and for each roll in whose body something of both begins and ends again some of the same batch, since such
 * times meet nowhere else.
 */
export function hostPairs(line: ComponentLine, other: ComponentLine, events: Events): (readonly [string, string])[] {
  const others = representatives(other, events);
  const pairs = representatives(line, events).flatMap((host) => others.map((otherHost) => [host, otherHost] as const));
  const inBoth = new Set(insideRolls(other).map(({ step }) => step));
  for (const event of insideRolls(line)) {
    if (!inBoth.delete(event.step)) continue;
    const byBatch = new Map(other.hosts.map((host) => [events.batchOf(event, host), host]));
    byBatch.delete(-1);
    const host = line.hosts.find((one) => byBatch.has(events.batchOf(event, one)));
    if (host !== undefined) pairs.push([host, byBatch.get(events.batchOf(event, host)) ?? '']);
  }
  return pairs;
}

/** The events with which something begins that ends in the same roll. */
function insideRolls({ times }: ComponentLine): Event[] {
  return times.flatMap(({ from, to }) => (from !== undefined && from.body !== -1 && from.step === to?.step ? [from] : []));
}
