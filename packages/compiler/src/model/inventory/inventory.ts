import type { OpaqueReason } from './variable-value.ts';

/** Hosts, groups and variables of an Ansible inventory file. */
export interface Inventory {
  /** In the order in which Ansible lists them (`ansible all --list-hosts`). */
  readonly hosts: readonly string[];
  /** `all` and `ungrouped` first, the others in the order of their declaration. */
  readonly groups: ReadonlyMap<string, InventoryGroup>;
  /** For each host the variables of its groups and its own, merged with Ansible's precedence, as Ansible would print them. */
  readonly variables: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** For hosts that have such: the variables that are left out, and why. */
  readonly opaque: ReadonlyMap<string, Readonly<Record<string, OpaqueReason>>>;
  readonly problems: readonly InventoryProblem[];
}

export interface InventoryGroup {
  /** Only its own; `hostsOf` adds those of its children. */
  readonly hosts: readonly string[];
  readonly children: readonly string[];
}

export interface InventoryProblem {
  /** From 1. */
  readonly line: number;
  /** `error`: hosts, groups or variables are missing or uncertain. `warning`: Ansible warns of it too, or ignores it. */
  readonly level: 'error' | 'warning';
  readonly message: string;
  readonly hint?: string;
}

/**
 * The hosts of a group and of everything below it, in Ansible's order: its own, then those of its children, level by level.
 * Empty for a group that is not there.
 */
export function hostsOf(groups: ReadonlyMap<string, InventoryGroup>, name: string): string[] {
  const hosts = new Set<string>();
  const queue = [name];
  const seen = new Set(queue);
  for (const group of queue) {
    for (const host of groups.get(group)?.hosts ?? []) hosts.add(host);
    for (const child of groups.get(group)?.children ?? []) {
      if (seen.has(child)) continue;
      seen.add(child);
      queue.push(child);
    }
  }
  return [...hosts];
}
