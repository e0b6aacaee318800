import type { GroupRecord } from './records.ts';

/** A cycle of groups, its first name repeated at its end, and the line of the child that closes it. */
export interface GroupCycle {
  readonly path: readonly string[];
  readonly line: number;
}

/** Finds the cycles of the groups and takes away the child that closes each. */
export function dropCycles(groups: ReadonlyMap<string, GroupRecord>): GroupCycle[] {
  const cycles: GroupCycle[] = [];
  const done = new Set<string>();
  for (const start of groups.keys()) {
    if (done.has(start)) continue;
    // Depth first, with a stack of its own: chains of groups may be longer than the call stack.
    const path: { readonly name: string; readonly children: Iterator<string> }[] = [];
    const onPath = new Set<string>();
    const enter = (name: string): void => {
      path.push({ name, children: [...(groups.get(name)?.children.keys() ?? [])][Symbol.iterator]() });
      onPath.add(name);
    };
    enter(start);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = top.children.next();
      if (next.done === true) {
        path.pop();
        onPath.delete(top.name);
        done.add(top.name);
      } else if (onPath.has(next.value)) {
        const names = path.map(({ name }) => name);
        const cycle = [...names.slice(names.indexOf(next.value)), next.value];
        const children = groups.get(top.name)?.children;
        cycles.push({ path: cycle, line: children?.get(next.value) ?? 1 });
        children?.delete(next.value);
      } else if (!done.has(next.value)) {
        enter(next.value);
      }
    }
  }
  return cycles;
}

/** The depth of each group: the length of the longest way from `all` down to it. The groups hold no cycle. */
export function sortByDepth(groups: ReadonlyMap<string, GroupRecord>): Map<string, number> {
  const depths = new Map<string, number>();
  const open = new Map<string, number>();
  for (const group of groups.values()) {
    for (const child of group.children.keys()) open.set(child, (open.get(child) ?? 0) + 1);
  }
  const ready = [...groups.keys()].filter((name) => !open.has(name));
  for (const name of ready) {
    const depth = depths.get(name) ?? 0;
    depths.set(name, depth);
    for (const child of groups.get(name)?.children.keys() ?? []) {
      depths.set(child, Math.max(depths.get(child) ?? 0, depth + 1));
      const left = (open.get(child) ?? 1) - 1;
      open.set(child, left);
      if (left === 0) ready.push(child);
    }
  }
  return depths;
}
