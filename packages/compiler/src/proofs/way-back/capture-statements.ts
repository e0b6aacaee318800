import type { Cloud } from '../../model/model.ts';

/** More hosts are not named one by one. */
const MOST_NAMED = 8;

/** Something that a rollback point is to save. */
export interface ToCapture {
  /** A database, or the path of a file. */
  readonly name: string;
  /** The hosts of a file; none where it lies on the machine that runs the plan. Absent for a database, which says itself where it is. */
  readonly hosts?: readonly string[];
}

/**
 * The `capture` statements that save things, as a plan writes them: databases together, files by the hosts that they lie on.
 *
 * @returns undefined where the hosts are too many to be named, and are no groups
 */
export function captureStatements(things: readonly ToCapture[], cloud: Cloud): string[] | undefined {
  const byTarget = new Map<string, string[]>();
  for (const { name, hosts } of things) {
    const target = hosts === undefined ? '' : targetOf(hosts, cloud);
    if (target === undefined) return undefined;
    const written = hosts === undefined ? name : inQuotes(name);
    const known = byTarget.get(target);
    if (known === undefined) byTarget.set(target, [written]);
    else known.push(written);
  }
  return [...byTarget].map(([target, names]) => `capture ${names.join(', ')}${target === '' ? '' : ` on ${target}`}`);
}

/** Hosts as a plan names them: by the largest groups that hold no others, and by their names. */
function targetOf(hosts: readonly string[], { groups }: Cloud): string | undefined {
  if (hosts.length === 0) return 'local';
  const wanted = new Set(hosts);
  const left = new Set(hosts);
  const names: string[] = [];
  const fitting = [...groups.values()].filter((group) => group.hosts.length > 0 && group.hosts.every((host) => wanted.has(host)));
  for (const group of fitting.toSorted((a, b) => b.hosts.length - a.hosts.length)) {
    if (!group.hosts.some((host) => left.has(host))) continue;
    names.push(group.name);
    for (const host of group.hosts) left.delete(host);
  }
  return left.size > MOST_NAMED ? undefined : [...names, ...[...left].map(inQuotes)].join(', ');
}

function inQuotes(text: string): string {
  return JSON.stringify(text).replaceAll('${', () => '$${');
}
