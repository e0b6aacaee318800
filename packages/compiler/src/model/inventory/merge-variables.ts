import { CONNECTION_VARIABLES, connectionProblem } from './connection-variables.ts';
import { hostsOf, type Inventory } from './inventory.ts';
import type { GroupRecord, HostRecord, StoredValue } from './records.ts';
import type { OpaqueReason } from './variable-value.ts';

/** Limits of the work and of the memory that merging takes. */
const MOST_VISITS = 20_000_000;
const MOST_MERGED = 4_000_000;

export interface Declared {
  readonly groups: ReadonlyMap<string, GroupRecord>;
  readonly hosts: ReadonlyMap<string, HostRecord>;
  problem(line: number, level: 'error' | 'warning', message: string): void;
}

type Merged = Pick<Inventory, 'hosts' | 'variables' | 'opaque'>;

/**
 * Merges the variables of groups and hosts. Ansible's precedence: `all`, then the other groups of the host by depth, priority and
 * name, then the host itself; what comes later wins.
 *
 * @see https://docs.ansible.com/ansible/latest/inventory_guide/intro_inventory.html#how-variables-are-merged
 */
export function mergeVariables(declared: Declared, depths: ReadonlyMap<string, number>): Merged {
  const groups = new Map(
    [...declared.groups.values()].map((group) => [
      group.name,
      { hosts: [...group.hosts], children: [...group.children.keys()] },
    ]),
  );
  const hosts = hostsOf(groups, 'all');
  const inherited = new InheritedVariables(declared.groups, depths);
  const variables = new Map<string, Record<string, string>>();
  const opaque = new Map<string, Record<string, OpaqueReason>>();
  const doubtful = new Map<string, { line: number; name: string; why: string; hosts: string[] }>();
  let merged = 0;

  for (const host of hosts) {
    const record = declared.hosts.get(host);
    const own = record?.variables ?? new Map<string, StoredValue>();
    const all = new Map([...inherited.of(record?.groups ?? new Set()), ...own]);
    merged += all.size;
    if (inherited.exhausted || merged > MOST_MERGED) break;
    const texts: [string, string][] = [];
    const without: [string, OpaqueReason][] = [];
    for (const [name, value] of all) {
      const why = whyDoubtful(name, value);
      if (why !== undefined) {
        const line = typeof value === 'string' ? 0 : value.line;
        const key = `${line} ${name} ${why}`;
        const known = doubtful.get(key);
        if (known === undefined) doubtful.set(key, { line, name, why, hosts: [host] });
        else known.hosts.push(host);
      }
      if (typeof value !== 'string') without.push([name, value.opaque]);
      else if (why === undefined) texts.push([name, value]);
    }
    // fromEntries makes own properties of names such as `__proto__` too.
    variables.set(host, Object.fromEntries(texts));
    if (without.length > 0) opaque.set(host, Object.fromEntries(without));
  }

  if (variables.size < hosts.length) {
    declared.problem(
      1,
      'error',
      'the variables are too many to be merged for every host; those of the last hosts are left out',
    );
    for (const host of hosts) if (!variables.has(host)) variables.set(host, {});
  }
  for (const { line, why, hosts: concerned } of doubtful.values()) {
    const shown = concerned.slice(0, 3).join(', ');
    const further = concerned.length > 3 ? ` and ${concerned.length - 3} more` : '';
    declared.problem(Math.max(line, 1), 'error', `${why} (${shown}${further})`);
  }
  return { hosts, variables, opaque };
}

function whyDoubtful(name: string, value: StoredValue): string | undefined {
  if (!CONNECTION_VARIABLES.has(name)) return undefined;
  if (typeof value === 'string') return connectionProblem(name, value);
  switch (value.opaque) {
    case 'template':
      return `${name} is a Jinja template, which only Ansible evaluates; write the value itself`;
    case 'vault':
      return `${name} is encrypted; Belay reads no vaults`;
    case 'null':
      return undefined;
    default:
      return `${name} is no plain text`;
  }
}

/** The merged variables of sets of groups; hosts of the same groups share them. */
class InheritedVariables {
  readonly #groups: ReadonlyMap<string, GroupRecord>;
  readonly #depths: ReadonlyMap<string, number>;
  readonly #parents = new Map<string, string[]>();
  readonly #known = new Map<string, ReadonlyMap<string, StoredValue>>();
  #visits = 0;

  constructor(groups: ReadonlyMap<string, GroupRecord>, depths: ReadonlyMap<string, number>) {
    this.#groups = groups;
    this.#depths = depths;
    for (const group of groups.values()) {
      for (const child of group.children.keys()) {
        const parents = this.#parents.get(child);
        if (parents === undefined) this.#parents.set(child, [group.name]);
        else parents.push(group.name);
      }
    }
  }

  get exhausted(): boolean {
    return this.#visits > MOST_VISITS;
  }

  of(direct: ReadonlySet<string>): ReadonlyMap<string, StoredValue> {
    const key = [...direct].sort().join('\0');
    const known = this.#known.get(key);
    if (known !== undefined || this.exhausted) return known ?? new Map();
    const merged = new Map<string, StoredValue>();
    for (const group of this.#withVariables(direct)) {
      for (const [name, value] of group.variables) merged.set(name, value);
      this.#visits += group.variables.size;
    }
    this.#known.set(key, merged);
    return merged;
  }

  /** The groups and everything above them that have variables, the weakest first. */
  #withVariables(direct: ReadonlySet<string>): GroupRecord[] {
    const above = new Set(direct);
    const found: GroupRecord[] = [];
    for (const name of above) {
      const group = this.#groups.get(name);
      if (group !== undefined && group.variables.size > 0) found.push(group);
      const parents = this.#parents.get(name) ?? [];
      this.#visits += 1 + parents.length;
      if (this.exhausted) return [];
      for (const parent of parents) above.add(parent);
    }
    const depth = (group: GroupRecord): number => (group.name === 'all' ? -1 : (this.#depths.get(group.name) ?? 0));
    return found.sort((a, b) => depth(a) - depth(b) || a.priority - b.priority || (a.name < b.name ? -1 : 1));
  }
}
