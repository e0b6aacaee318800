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

/** What a component goes through, for each set of hosts on which that differs. */
export function linesOf(component: Component, touching: readonly Event[], initial: string | undefined, events: Events): ComponentLine[] {
  let lines: { hosts: readonly string[]; times: ComponentTime[] }[] = [{ hosts: component.hosts, times: [{ installed: initial, running: initial }] }];
  for (const event of touching) {
    const wanted = new Set(hostsOf(event, events));
    lines = lines.flatMap((line) => {
      const inside = line.hosts.filter((host) => wanted.has(host));
      if (inside.length === 0) return [line];
      const rest = inside.length === line.hosts.length ? [] : [{ hosts: line.hosts.filter((host) => !wanted.has(host)), times: [...line.times] }];
      return [{ hosts: inside, times: step(line.times, event, component.name) }, ...rest];
    });
  }
  return lines.map((line) => ({ component: component.name, ...line }));
}

function step(times: ComponentTime[], event: Event, component: string): ComponentTime[] {
  const last = times.at(-1);
  if (last === undefined) return times;
  let { installed, running } = last;
  for (const change of event.action.changes) {
    if (change.kind === 'host' && change.becomes === 'rebooted' && running !== null) running = installed;
    if (change.kind !== 'component' || change.name !== component) continue;
    if (change.becomes === 'installed') installed = change.release;
    else if (change.becomes === 'stopped') running = null;
    else if (change.becomes === 'started' || change.becomes === 'restarted') running = installed;
    else if (change.becomes === 'rewritten') installed = undefined;
  }
  if (installed === last.installed && running === last.running) return times;
  return [...times.slice(0, -1), { ...last, to: event }, { installed, running, from: event }];
}

/** A time of something, and the hosts on which its events happen. */
export interface Lasting {
  readonly from?: Event;
  readonly to?: Event;
}

/** Whether one thing on one host and another on another host may hold at the same time: neither has always ended before the other begins. */
export function mayMeet(first: Lasting, firstHost: string, second: Lasting, secondHost: string, events: Events): boolean {
  return !endsBefore(first, firstHost, second, secondHost, events) && !endsBefore(second, secondHost, first, firstHost, events);
}

function endsBefore(first: Lasting, firstHost: string, second: Lasting, secondHost: string, events: Events): boolean {
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
