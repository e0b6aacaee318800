import type { Branch } from '../model/plan-model.ts';
import type { Location } from '../text/source.ts';
import { findCycle } from './cycle.ts';
import { MOST_LINKED, reachabilityOf, type Reachability } from './reachability.ts';

/** Why parallel parts can not be ordered as they ask for. */
export type GraphProblem =
  | { readonly problem: 'cycle'; readonly branches: readonly { readonly name: string; readonly location: Location; readonly why: string }[] }
  | { readonly problem: 'unknown-after'; readonly name: string; readonly location: Location; readonly known: readonly string[] }
  | { readonly problem: 'too-many'; readonly location: Location; readonly most: number };

/** The branches of a parallel part in an order that `after` and `needs` allow. */
export interface BranchOrder {
  readonly order: readonly number[];
  /** For each branch those that it waits for, as they were asked for. */
  readonly before: readonly (readonly number[])[];
  readonly reach: Reachability;
  readonly problems: readonly GraphProblem[];
}

/**
 * Orders the branches of a parallel part. Where that can't be done the problem is noted, and they count as unordered.
 *
 * @param needs for each service all services that it needs, directly or through others
 */
export function orderBranches(branches: readonly Branch[], needs: ReadonlyMap<string, ReadonlySet<string>>, location: Location): BranchOrder {
  const problems: GraphProblem[] = [];
  const reasons = branches.map(() => new Map<number, string>());
  addNamed(branches, reasons, problems);
  addNeeded(branches, reasons, needs);
  const before = reasons.map((one) => [...one.keys()].sort((a, b) => a - b));
  const { order, cycle } = findCycle(before);
  const reach = cycle === undefined ? reachabilityOf(order, before) : undefined;
  if (reach !== undefined) return { order, before, reach, problems };
  if (cycle === undefined) problems.push({ problem: 'too-many', location, most: MOST_LINKED });
  else {
    problems.push({
      problem: 'cycle',
      branches: cycle.map((index, at) => {
        const branch = branches[index] as Branch;
        return { name: branch.name ?? 'this part', location: branch.location, why: reasons[index]?.get(cycle[(at + 1) % cycle.length] ?? 0) ?? '' };
      }),
    });
  }
  const none = branches.map(() => []);
  return { order: branches.map((_, index) => index), before: none, reach: { before: () => false, last: (members) => members }, problems };
}

/** `after NAME`. */
function addNamed(branches: readonly Branch[], reasons: readonly Map<number, string>[], problems: GraphProblem[]): void {
  const byName = new Map<string, number>();
  for (const [index, branch] of branches.entries()) if (branch.name !== undefined && !byName.has(branch.name)) byName.set(branch.name, index);
  for (const [index, branch] of branches.entries()) {
    for (const { name, location } of branch.after) {
      const found = byName.get(name);
      if (found === undefined) problems.push({ problem: 'unknown-after', name, location, known: [...byName.keys()].filter((one) => one !== branch.name) });
      else reasons[index]?.set(found, 'after');
    }
  }
}

/** What a service needs is upgraded before it. */
function addNeeded(branches: readonly Branch[], reasons: readonly Map<number, string>[], needs: ReadonlyMap<string, ReadonlySet<string>>): void {
  const jumping = new Map<string, number[]>();
  for (const [index, branch] of branches.entries()) {
    for (const service of branch.services) {
      const known = jumping.get(service);
      if (known === undefined) jumping.set(service, [index]);
      else known.push(index);
    }
  }
  for (const [index, branch] of branches.entries()) {
    for (const service of branch.services) {
      for (const needed of needs.get(service) ?? []) {
        for (const other of jumping.get(needed) ?? []) {
          if (other !== index && reasons[index]?.has(other) === false) reasons[index]?.set(other, `${service} needs ${needed}`);
        }
      }
    }
  }
}
