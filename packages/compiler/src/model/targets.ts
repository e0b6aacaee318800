import { KINDS } from '../diagnostics/kinds.ts';
import type { Target, Text, Value, Word } from '../syntax/tree.ts';
import type { Targets } from './action.ts';
import { reportUnknown } from './declarations.ts';
import { nameText, type Here } from './evaluate.ts';
import { readHosts } from './bind-groups.ts';
import type { Component, Group, HostModel } from './model.ts';
import { locate } from './reporter.ts';

/** What targets can name. */
export interface Places {
  readonly hosts: ReadonlyMap<string, HostModel>;
  readonly groups: ReadonlyMap<string, Group>;
  readonly components: ReadonlyMap<string, Component>;
}

/** The hosts of a roll, while its body is bound. */
export interface RollPlace {
  readonly group: string;
  readonly hosts: ReadonlySet<string>;
  readonly ordered: readonly string[];
}

export const LOCAL: Targets = { mode: 'local', hosts: [] };

/** Resolves `on …`; reports unknown names and targets without hosts. */
export function resolveTarget(value: Value | undefined, here: Here, places: Places, roll?: RollPlace): Targets | undefined {
  if (value?.node !== 'target') return undefined;
  const only = value.hosts[0];
  if (value.hosts.length === 1 && only?.node === 'word' && nameText(only, here) === 'local') return LOCAL;
  const hosts = hostsOfTarget(value, here, places);
  return here.reporter.spend('hosts', hosts.length, locate(here.file, value)) ? inRoll({ mode: value.mode, hosts }, roll) : { mode: value.mode, hosts: [] };
}

function hostsOfTarget(value: Target, here: Here, places: Places): readonly string[] {
  const found = value.hosts.map((one) => hostsOfPlace(one, here, places));
  const [first] = found;
  // Most targets are one group: its list is shared, not copied.
  if (found.length === 1 && value.except.length === 0 && value.hosts[0]?.node === 'word') {
    if (first?.length === 0) reportEmpty(value, here);
    return first ?? [];
  }
  const hosts = new Set(found.flatMap((one) => one ?? []));
  for (const one of value.except) for (const host of hostsOfPlace(one, here, places) ?? []) hosts.delete(host);
  if (hosts.size === 0 && !found.includes(undefined)) reportEmpty(value, here);
  return [...hosts];
}

/** Hosts of the roll's group are those of the current batch. */
export function inRoll(targets: Targets, roll: RollPlace | undefined): Targets {
  if (roll === undefined || (targets.mode !== 'all' && targets.mode !== 'each')) return targets;
  return targets.hosts.length > 0 && targets.hosts.every((host) => roll.hosts.has(host)) ? { ...targets, batch: true } : targets;
}

function hostsOfPlace(value: Word | Text, here: Here, places: Places): readonly string[] | undefined {
  if (value.node === 'text') {
    const hosts = readHosts(value, here);
    // A pattern that can't be read is reported already.
    if (hosts.length === 0) return undefined;
    const unknown = hosts.find((host) => !places.hosts.has(host));
    if (unknown === undefined) return hosts;
    reportUnknown('host', unknown, value, here.file, places.hosts.keys(), here.reporter);
    return undefined;
  }
  const name = nameText(value, here);
  // A role of a catalogue's service that nothing places is reported there.
  if (name === '') return undefined;
  const found = places.groups.get(name)?.hosts ?? places.components.get(name)?.hosts;
  if (found !== undefined) return found;
  if (places.hosts.has(name)) {
    here.reporter.report(KINDS.wrongType, {
      message: `\`${name}\` is a host: write it in quotes.`, at: locate(here.file, value),
      fixes: [{ title: 'Put it in quotes', applicability: 'certain', edits: [{ location: locate(here.file, value), newText: `"${name}"` }] }],
    });
    return undefined;
  }
  reportUnknown('group', name, value, here.file, groupNames(places), here.reporter);
  return undefined;
}

function reportEmpty(value: Target, here: Here): void {
  here.reporter.report(KINDS.emptyTarget, {
    message: 'No host is left here: the groups are empty, or `except` takes all of them away.', at: locate(here.file, value),
  });
}

function* groupNames({ groups }: Places): Generator<string> {
  yield* groups.keys();
  yield 'local';
}

/** The hosts that an action is sure to touch: `any` names one of several. */
export function certainHosts({ mode, hosts, batch }: Targets): readonly string[] {
  if (hosts.length < 2 || mode === 'all' || mode === 'each') return hosts;
  return mode === 'first' && batch !== true ? hosts.slice(0, 1) : [];
}
