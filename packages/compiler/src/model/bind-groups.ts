import type { Finding } from '../diagnostics/diagnostic.ts';
import { KINDS } from '../diagnostics/kinds.ts';
import type { Statement, Value } from '../syntax/tree.ts';
import type { Location, Span } from '../text/source.ts';
import { capturesPath, type Placed } from './placed.ts';
import type { CommandTable } from './cloud-binding.ts';
import { namedPath, type Universe } from './collect.ts';
import { bindHosts, MOST_HOSTS, type KnownVariables } from './bind-hosts.ts';
import { drawCycle } from './draw-cycle.ts';
import { declaredName, nameOrExcuse, reportDuplicate, reportUnknown, shown } from './declarations.ts';
import { constantText, evaluateAmount, itemsOf, wordOf, nameText, wordText, type Here } from './evaluate.ts';
import { parseHostPattern } from './inventory/host-pattern.ts';
import type { Group, HostModel, Room } from './model.ts';
import { locate } from './reporter.ts';

interface Draft {
  readonly name: string;
  readonly location: Location;
  readonly hosts: Set<string>;
  readonly children: Map<string, Location>;
  /** The level of the cloud whose inventory has it. */
  readonly level: number;
  placed?: Placed;
}

/** The group of every host. */
const ALL = 'all';

/** Binds hosts and groups: those of the inventories, and those that are written in the cloud. */
export function bindGroups(placed: readonly Placed[], universe: Universe, commands: CommandTable, cloud: Location): {
  hosts: Map<string, HostModel>; groups: Map<string, Group>; captures: Map<string, string>;
} {
  const drafts = new Map<string, Draft>();
  const known: KnownVariables = new Map();
  for (const one of placed) if (one.statement.declaration.id === 'inventory') readInventory(one, universe, drafts, known);
  const declared = new Map<string, Location>();
  for (const one of placed) if (one.statement.declaration.id === 'group') readGroup(one, drafts, declared, commands);
  const resolved = resolve(drafts, universe);
  const hosts = bindHosts(placed, connectionsOf(drafts, resolved), everyHost(resolved), known, universe.reporter, cloud);
  resolved.set(ALL, [...hosts.keys()]);
  draftOf(drafts, ALL, cloud, 0);
  const groups = new Map<string, Group>();
  const captures = new Map<string, string>();
  for (const [name, draft] of drafts) {
    const members = resolved.get(name) ?? [];
    groups.set(name, finishGroup(draft, members));
    const path = draft.placed?.statement.block?.statements.find((one) => one.declaration.id === 'captures');
    if (path !== undefined && draft.placed !== undefined) captures.set(name, capturesPath({ statement: path, here: draft.placed.here }));
  }
  return { hosts, groups, captures };
}

/** Every host of the cloud: those of `all` in its order, then those that only other groups have. */
function everyHost(resolved: ReadonlyMap<string, readonly string[]>): Set<string> {
  const order = new Set<string>(resolved.get(ALL));
  for (const members of resolved.values()) if (order.size <= MOST_HOSTS) for (const host of members) order.add(host);
  return order;
}

/** The `connection` that groups give to their hosts; of two that hold a host, the smaller group counts. */
function connectionsOf(drafts: ReadonlyMap<string, Draft>, resolved: ReadonlyMap<string, readonly string[]>): Map<string, Placed> {
  const connections = new Map<string, Placed>();
  const connecting = [...drafts.values()].flatMap(({ name, placed }) => {
    const statement = placed?.statement.block?.statements.findLast((one) => one.declaration.id.startsWith('connection-'));
    return placed === undefined || statement === undefined ? [] : [{ hosts: name === ALL ? undefined : (resolved.get(name) ?? []), placed: { ...placed, statement } }];
  });
  const every = connecting.some((one) => one.hosts === undefined) ? everyHost(resolved) : [];
  const size = (one: { hosts: readonly string[] | undefined }): number => one.hosts?.length ?? Number.POSITIVE_INFINITY;
  for (const { hosts, placed } of connecting.sort((a, b) => (size(a) === size(b) ? 0 : size(b) - size(a)))) for (const host of hosts ?? every) connections.set(host, placed);
  return connections;
}

function readInventory({ statement, here, level = 0 }: Placed, universe: Universe, drafts: Map<string, Draft>, known: KnownVariables): void {
  const path = namedPath(statement, 'path', here.file, universe.project, here.reporter);
  const inventory = path === undefined ? undefined : universe.project.inventories.get(path);
  if (inventory === undefined || inventory.problems.some(({ level: one }) => one === 'error')) {
    here.reporter.excuse('group');
    here.reporter.excuse('host');
  }
  if (path === undefined || inventory === undefined) return;
  const at = locate(here.file, statement.arguments['path'] ?? statement);
  const source = universe.project.sources.get(path);
  for (const problem of inventory.problems) {
    // What is wrong is known by its line; the blanks around it are not.
    const line = source?.line(problem.line) ?? '';
    const start = (source?.lineStart(problem.line) ?? 0) + (line.length - line.trimStart().length);
    here.reporter.report(problem.level === 'error' ? KINDS.malformedInventory : KINDS.doubtfulInventory, {
      message: `${problem.message[0]?.toUpperCase() ?? ''}${problem.message.slice(1)}.`.replace(/([.!?])\.$/, '$1'),
      at: { file: path, start, end: start + line.trim().length },
      related: [{ location: at, message: 'the inventory is named here' }],
      notes: problem.hint === undefined ? [] : [problem.hint],
    });
  }
  for (const [name, group] of inventory.groups) {
    const draft = draftOf(drafts, name, at, level);
    for (const host of group.hosts) draft.hosts.add(host);
    for (const child of group.children) if (!draft.children.has(child)) draft.children.set(child, at);
  }
  for (const [host, values] of inventory.variables) {
    const opaque = inventory.opaque.get(host);
    known.set(host, { values, ...(opaque === undefined ? {} : { opaque }) });
  }
}

function draftOf(drafts: Map<string, Draft>, name: string, location: Location, level: number): Draft {
  let draft = drafts.get(name);
  if (draft === undefined) drafts.set(name, (draft = { name, location, hosts: new Set(), children: new Map(), level }));
  return draft;
}

function readGroup(one: Placed, drafts: Map<string, Draft>, declared: Map<string, Location>, commands: CommandTable): void {
  const { statement, here } = one;
  const name = nameOrExcuse(statement, here.reporter, 'group');
  if (name === undefined) return;
  const location = locate(here.file, statement.arguments['name'] ?? statement);
  const first = declared.get(name);
  if (first !== undefined) {
    reportDuplicate('group', name, location, first, here.reporter);
    return;
  }
  declared.set(name, location);
  const draft = draftOf(drafts, name, location, one.level ?? 0);
  draft.placed = one;
  // A cloud that takes over another one replaces the group of its inventory, too.
  if (draft.level < (one.level ?? 0) && (statement.block?.statements ?? []).some(({ declaration: { id } }) => id === 'hosts' || id === 'groups')) {
    draft.hosts.clear();
    draft.children.clear();
  }
  for (const inner of statement.block?.statements ?? []) {
    const { id } = inner.declaration;
    if (id === 'hosts') for (const host of readHosts(inner.arguments['hosts'], here)) draft.hosts.add(host);
    if (id === 'groups') {
      for (const child of itemsOf(inner.arguments['groups'])) {
        if (child.node === 'word') draft.children.set(nameText(child, here), locate(here.file, child));
      }
    }
    if (id.startsWith('command.')) commands.set(`group ${name}`, { name: inner.declaration.keyword, statement: inner, file: here.file, scope: here.scope });
  }
}

/** The hosts of patterns; reports a pattern that can't be read. */
export function readHosts(value: Value | undefined, here: Here): string[] {
  return itemsOf(value).flatMap((item) => {
    const text = constantText(item, here, 'A host pattern');
    const parsed = parseHostPattern(text);
    if (!('error' in parsed)) return here.reporter.spend('patterns', parsed.hosts.length, locate(here.file, item)) ? parsed.hosts : [];
    const { message, offset, length } = parsed.error;
    const literal = item.node === 'text' && item.parts.length === 1 && item.end - item.start === text.length + 2;
    const span: Span = literal ? { start: item.start + 1 + offset, end: item.start + 1 + offset + Math.max(length, 1) } : item;
    here.reporter.report(KINDS.malformedHosts, { message: `\`${text.slice(0, 80)}\` is no host pattern: ${message}.`.replace(/\.\.$/, '.'), at: locate(here.file, span) });
    return [];
  });
}

/** The hosts of each group, those of its children included; cycles are drawn and cut. */
function resolve(drafts: Map<string, Draft>, universe: Universe): Map<string, string[]> {
  const { reporter } = universe;
  const resolved = new Map<string, string[]>();
  for (const root of drafts.values()) {
    const members = new Set(root.hosts);
    // How each group was reached, to draw a circle.
    const from = new Map<string, string>([[root.name, '']]);
    const queue = [root];
    for (const draft of queue) {
      for (const [name, location] of draft.children) {
        const found = drafts.get(name);
        if (found === undefined) {
          if (draft === root) reportUnknown('group', name, location, location.file, drafts.keys(), reporter);
        } else if (found === root) {
          const circle = pathTo(draft.name, from);
          // Each circle once, told from its first name.
          if (circle.every((one) => one >= root.name)) reporter.report(KINDS.cyclicDefinition, groupCircle(circle, location));
        } else if (!from.has(name) && reporter.spend('hosts', found.hosts.size + 1, location)) {
          from.set(name, draft.name);
          for (const host of found.hosts) members.add(host);
          queue.push(found);
        }
      }
    }
    resolved.set(root.name, [...members]);
  }
  return resolved;
}

function pathTo(name: string, from: ReadonlyMap<string, string>): string[] {
  const path: string[] = [];
  for (let at = name; at !== ''; at = from.get(at) ?? '') path.push(at);
  return path.reverse();
}

function groupCircle(circle: readonly string[], at: Location): Finding {
  return circle.length === 1
    ? { message: `Group ${shown(circle[0] ?? '')} holds itself. Remove it here.`, at }
    : { message: 'These groups hold each other in a circle. Remove one of them from the group that holds it.', at, notes: [drawCycle(circle)] };
}

function finishGroup(draft: Draft, members: readonly string[]): Group {
  const { placed } = draft;
  const zones: { name: string; hosts: string[] }[] = [];
  let amount: Statement | undefined;
  if (placed !== undefined) {
    const inZone = new Map<string, string>();
    const memberSet = new Set(members);
    const known = new Map<string, Location>();
    for (const inner of placed.statement.block?.statements ?? []) {
      if (inner.declaration.id === 'spare') amount = inner;
      if (inner.declaration.id === 'zone') zones.push(readZone(inner, placed.here, draft.name, memberSet, inZone, known));
    }
  }
  const spare = placed === undefined || amount === undefined ? undefined : evaluateAmount(amount.arguments['amount'], placed.here, members.length);
  const room = placed === undefined || amount === undefined || spare === undefined ? undefined : readRoom(amount, placed.here, members, zones, spare);
  return { name: draft.name, location: draft.location, hosts: members, ...(spare === undefined ? {} : { spare }), ...(room === undefined ? {} : { room }), zones };
}

function readRoom(statement: Statement, here: Here, members: readonly string[], zones: Group['zones'], spare: number): Room {
  const value = statement.arguments['amount'];
  const location = locate(here.file, statement);
  const isShare = value?.node === 'word' && wordText(value, here).endsWith('%');
  if (!isShare || zones.length === 0) return { location, pools: [{ hosts: members, most: spare }] };
  const zoned = new Set(zones.flatMap((zone) => zone.hosts));
  const rest = members.filter((host) => !zoned.has(host));
  const share = (hosts: readonly string[]): number => evaluateAmount(value, here, hosts.length) ?? 0;
  return {
    location,
    pools: [
      ...zones.map(({ name, hosts }) => ({ zone: name, hosts, most: share(hosts) })),
      ...(rest.length === 0 ? [] : [{ hosts: rest, most: share(rest) }]),
    ],
  };
}

function readZone(
  statement: Statement, here: Here, group: string, members: ReadonlySet<string>, inZone: Map<string, string>, known: Map<string, Location>,
): { name: string; hosts: string[] } {
  const name = declaredName(statement) ?? '';
  const at = locate(here.file, statement.arguments['name'] ?? statement);
  const first = known.get(name);
  if (first === undefined) known.set(name, at);
  else reportDuplicate('zone of this group', name, at, first, here.reporter);
  const hosts = readHosts(statement.arguments['hosts'], here);
  for (const host of hosts) {
    const other = inZone.get(host);
    if (!members.has(host)) {
      reportUnknown(`host of group \`${group}\``, host, statement.arguments['hosts'] ?? statement, here.file, members, here.reporter);
      break;
    }
    if (other !== undefined) {
      here.reporter.report(KINDS.malformedHosts, { message: `\`${host}\` is in zone \`${other}\` already, and a host stands in one zone only. Remove it from one of the two.`, at });
      break;
    }
    inZone.set(host, name);
  }
  return { name, hosts };
}

/** The group that a place names, or undefined after a report. */
export function findGroup(value: Value | undefined, here: Here, groups: ReadonlyMap<string, Group>): Group | undefined {
  if (value?.node !== 'word') return undefined;
  const name = nameText(value, here);
  const group = groups.get(name);
  if (group === undefined) reportUnknown('group', name, value, here.file, groups.keys(), here.reporter);
  return group;
}

/** The name that a word argument holds, aliases resolved. */
export function nameAt(value: Value | undefined, here: Here): string | undefined {
  return value?.node === 'word' ? nameText(value, here) : wordOf(value);
}
