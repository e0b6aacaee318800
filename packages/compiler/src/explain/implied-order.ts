import { needsClosure } from '../graph/needs.ts';
import type { Branch, Node, PlanModel } from '../model/plan-model.ts';
import type { Location } from '../text/source.ts';

/** A statement of a parallel part that waits for others because of what its service needs. */
export interface ImpliedOrder {
  /** Of the statement that waits. */
  readonly location: Location;
  /** What it waits for directly, and why: `glance` for `nova needs glance`. */
  readonly waits: readonly { readonly name: string; readonly because: string }[];
}

/** Of one statement more are not looked at: nobody reads them. */
const MOST_NEEDED = 200;

const cache = new WeakMap<PlanModel, readonly ImpliedOrder[]>();

/** The order that `needs` gives to the statements of parallel parts, and nobody wrote. Of what follows from each other only the last is named. */
export function impliedOrders(plan: PlanModel): readonly ImpliedOrder[] {
  let orders = cache.get(plan);
  if (orders === undefined) {
    const needs = needsClosure(plan.cloud.services);
    const found: ImpliedOrder[] = [];
    const open: Node[] = [plan.body];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      if (node.node === 'step') {
        if (node.step.roll !== undefined) open.push(node.step.roll.body);
      } else if (node.node === 'series') for (const item of node.items) open.push(item);
      else {
        found.push(...ordersIn(node.branches, needs));
        for (const { body } of node.branches) open.push(body);
      }
    }
    cache.set(plan, (orders = found));
  }
  return orders;
}

function ordersIn(branches: readonly Branch[], needs: ReadonlyMap<string, ReadonlySet<string>>): ImpliedOrder[] {
  const jumping = new Map<string, Branch>();
  for (const branch of branches) for (const service of branch.services) if (!jumping.has(service)) jumping.set(service, branch);
  return branches.flatMap((branch) => {
    const named = new Set(branch.after.map(({ name }) => name));
    const needed = branch.services.flatMap((service) => [...(needs.get(service) ?? [])].map((one) => ({ service, needed: one, branch: jumping.get(one) })))
      .filter((one) => one.branch !== undefined && one.branch !== branch).slice(0, MOST_NEEDED);
    const direct = needed.filter((one) => !needed.some((other) => other.branch !== one.branch && needs.get(other.needed)?.has(one.needed) === true));
    const waits = new Map<string, string>();
    for (const one of direct) {
      const name = one.branch?.name ?? one.needed;
      if (!named.has(name) && !waits.has(name)) waits.set(name, `${one.service} needs ${one.needed}`);
    }
    return waits.size === 0 ? [] : [{ location: branch.location, waits: [...waits].map(([name, because]) => ({ name, because })) }];
  });
}
