import { dropCycles, sortByDepth } from './group-graph.ts';
import type { Inventory, InventoryProblem } from './inventory.ts';
import { mergeVariables } from './merge-variables.ts';
import type { GroupRecord, HostRecord } from './records.ts';
import type { VariableValue } from './variable-value.ts';

/** More problems than these are counted only. */
const MOST_PROBLEMS = 100;

/** Every time that a host is named counts, and every variable that is set for it. */
const MOST_ENTRIES = 2_000_000;

/**
 * Gathers what an inventory file declares, with the rules that Ansible has for every format (its `inventory/data.py`), and completes it:
 * hosts without a group go into `ungrouped`, groups without a parent into `all`.
 */
export class InventoryBuilder {
  readonly groups = new Map<string, GroupRecord>();
  readonly hosts = new Map<string, HostRecord>();
  readonly #problems: InventoryProblem[] = [];
  readonly #unreadable = new Set<number>();
  #unreported = 0;
  #entries = 0;

  constructor() {
    this.addGroup('all');
    this.addGroup('ungrouped');
    this.addChild('all', 'ungrouped', 1);
  }

  /** The limits are reached: what is added is left out, and nothing more needs to be read. */
  get full(): boolean {
    return this.#entries > MOST_ENTRIES;
  }

  /** Reports a line that can not be read at all; what is found in it besides comes from that, and is not reported. */
  unreadable(line: number, message: string): void {
    this.problem(line, 'error', message);
    this.#unreadable.add(line);
  }

  problem(line: number, level: 'error' | 'warning', message: string, hint?: string): void {
    if (this.#unreadable.has(line)) return;
    if (this.#problems.length >= MOST_PROBLEMS) this.#unreported += 1;
    else this.#problems.push({ line, level, message, ...(hint === undefined ? {} : { hint }) });
  }

  addGroup(name: string): GroupRecord {
    let group = this.groups.get(name);
    if (group === undefined) {
      group = { name, hosts: new Set(), children: new Map(), variables: new Map(), priority: 1 };
      this.groups.set(name, group);
    }
    return group;
  }

  /** Puts hosts into a group and sets their variables; `port` counts for hosts that are new. */
  addHosts(
    names: readonly string[],
    group: string,
    variables: ReadonlyMap<string, VariableValue>,
    line: number,
    port?: number,
  ): void {
    if (this.full) return;
    this.#entries += names.length * (1 + variables.size);
    if (this.full) {
      this.problem(
        line,
        'error',
        `the inventory names more than ${MOST_ENTRIES} hosts and variables of hosts; what follows is left out`,
      );
      return;
    }
    const record = this.addGroup(group);
    for (const name of names) {
      let host = this.hosts.get(name);
      if (host === undefined) {
        host = { groups: new Set(), variables: new Map() };
        if (port !== undefined) host.variables.set('ansible_port', String(port));
        this.hosts.set(name, host);
      }
      host.groups.add(group);
      record.hosts.add(name);
      for (const [key, value] of variables) this.setVariable(name, key, value, line);
    }
  }

  addChild(parent: string, child: string, line: number): void {
    if (child === 'all') {
      this.problem(
        line,
        'error',
        parent === 'all' ? 'the group "all" holds itself' : `the groups hold each other: all → ${parent} → all`,
        ALL_HINT,
      );
    } else if (child === 'ungrouped' && parent !== 'all') {
      this.problem(
        line,
        'error',
        '"ungrouped" can not be a child of another group: Ansible fills it with the hosts that have no group',
      );
    } else {
      const children = this.addGroup(parent).children;
      this.addGroup(child);
      if (!children.has(child)) children.set(child, line);
    }
  }

  /** Sets a variable of a group, or of a host if there is no group of that name: so does Ansible. */
  setVariable(entity: string, key: string, value: VariableValue, line: number): void {
    const group = this.groups.get(entity);
    const stored = typeof value === 'string' ? value : { opaque: value.opaque, line };
    if (group === undefined) this.hosts.get(entity)?.variables.set(key, stored);
    else if (key === 'ansible_group_priority') this.#setPriority(group, value, line);
    else group.variables.set(key, stored);
  }

  #setPriority(group: GroupRecord, value: VariableValue, line: number): void {
    const priority = typeof value === 'string' && /^[+-]?[0-9]{1,9}$/.test(value) ? Number(value) : undefined;
    if (priority === undefined) this.problem(line, 'error', 'ansible_group_priority is a whole number');
    else group.priority = priority;
  }

  finish(): Inventory {
    for (const { path, line } of dropCycles(this.groups)) {
      const shown = path.length <= 12 ? path : [...path.slice(0, 8), `(${path.length - 10} more)`, ...path.slice(-2)];
      const message =
        path.length === 2 ? `the group "${path[0]}" holds itself` : `the groups hold each other: ${shown.join(' → ')}`;
      this.problem(line, 'error', message, 'a group can not be below itself; take one of the children away');
    }
    this.#reconcile();
    const depths = sortByDepth(this.groups);
    const { hosts, variables, opaque } = mergeVariables(this, depths);
    if (this.#unreported > 0) {
      const last = this.#problems.at(-1)?.line ?? 1;
      this.#problems.push({ line: last, level: 'error', message: `${this.#unreported} more problems are not shown` });
    }
    const groups = new Map(
      [...this.groups.values()].map((group) => [
        group.name,
        { hosts: [...group.hosts], children: [...group.children.keys()] },
      ]),
    );
    return { hosts, groups, variables, opaque, problems: this.#problems.toSorted((a, b) => a.line - b.line) };
  }

  /** Ansible's `reconcile_inventory`. */
  #reconcile(): void {
    const all = this.addGroup('all');
    const ungrouped = this.addGroup('ungrouped');
    const below = new Set([...this.groups.values()].flatMap((group) => [...group.children.keys()]));
    for (const name of this.groups.keys()) {
      if (name !== 'all' && !below.has(name)) all.children.set(name, 1);
    }
    for (const [name, host] of this.hosts) {
      const grouped = [...host.groups].some((group) => group !== 'all' && group !== 'ungrouped');
      if (grouped) {
        host.groups.delete('ungrouped');
        ungrouped.hosts.delete(name);
      } else {
        host.groups.add('ungrouped');
        ungrouped.hosts.add(name);
      }
      if (this.groups.has(name)) {
        this.problem(
          1,
          'warning',
          `"${name}" is the name of a host and of a group`,
          'Ansible gives variables of such a host to the group; rename one of them',
        );
      }
    }
  }
}

const ALL_HINT = 'every group is below "all" by itself';
