import { itemsOf, literalText, parseHostPattern, type Statement } from '@belay/compiler/analysis';
import type { Snapshot } from '../workspace/snapshot.ts';
import { cloudsFor, inventoriesNear } from './inventory-place.ts';
import type { SymbolScope } from './symbol.ts';
import { fewWiderFiles } from './wider-files.ts';

/** More hosts are not listed. */
const MOST_HOSTS = 10_000;

/** Statements of a cloud's groups that name hosts. */
const NAMING: ReadonlySet<string> = new Set(['hosts', 'zone']);

/** The hosts that can be named in a block: those of inventories, then those that groups name. */
export function hostsFor(scope: SymbolScope, snapshot: Snapshot): string[] {
  const hosts = new Set<string>();
  for (const { inventory } of inventoriesNear(scope, snapshot)) for (const host of inventory?.hosts ?? []) hosts.add(host);
  for (const cloud of cloudsFor(scope, snapshot, fewWiderFiles)) for (const host of hostsWritten(cloud)) hosts.add(host);
  return [...hosts].slice(0, MOST_HOSTS);
}

/** The names of variables that inventories give to hosts. */
export function hostVariablesFor(scope: SymbolScope, snapshot: Snapshot): string[] {
  const names = new Set<string>();
  for (const { inventory } of inventoriesNear(scope, snapshot)) for (const variables of inventory?.variables.values() ?? []) for (const name of Object.keys(variables)) names.add(name);
  return [...names].sort();
}

const written = new WeakMap<Statement, readonly string[]>();

function hostsWritten({ statement }: SymbolScope): readonly string[] {
  if (statement === undefined) return [];
  let hosts = written.get(statement);
  if (hosts === undefined) {
    const groups = (statement.block?.statements ?? []).filter(({ declaration }) => declaration.id === 'group');
    const patterns = groups.flatMap((group) => group.block?.statements ?? []).filter(({ declaration }) => NAMING.has(declaration.id)).flatMap((one) => itemsOf(one.arguments['hosts']));
    const found: string[] = [];
    for (const pattern of patterns) if (found.length < MOST_HOSTS) for (const host of hostsOfPattern(literalText(pattern) ?? '')) found.push(host);
    written.set(statement, (hosts = found));
  }
  return hosts;
}

/** The hosts that a pattern stands for; none where it can not be read. */
export function hostsOfPattern(pattern: string): readonly string[] {
  const parsed = parseHostPattern(pattern);
  return 'hosts' in parsed ? (parsed.hosts ?? []) : [];
}
