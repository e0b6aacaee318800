import type { Node, Series } from '../model/plan-model.ts';

/** How many orders the steps of a plan can run in, one after the other. */
export interface OrderCount {
  /** The natural logarithm of the number. */
  readonly log: number;
  /** False where `after` or `needs` tie branches together: then it is a lower bound. */
  readonly exact: boolean;
}

/**
 * Counts the linear orders of nested series and parallel parts: a series multiplies, and n parallel parts of sizes k₁…kₙ interleave in (k₁+…+kₙ)! ⁄ (k₁!…kₙ!) ways.
 * Branches that wait for each other are counted as if they came one after the other.
 */
export function countOrders(body: Series): OrderCount {
  const { log, exact } = count(body);
  return { log, exact };
}

interface Counted extends OrderCount {
  readonly size: number;
}

/** Nesting is limited, so this may call itself. */
function count(node: Node): Counted {
  if (node.node === 'step') return { log: 0, exact: true, size: 1 };
  const parts = node.node === 'series' ? node.items.map(count) : node.branches.map((branch) => count(branch.body));
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  let log = parts.reduce((sum, part) => sum + part.log, 0);
  let exact = parts.every((part) => part.exact);
  if (node.node === 'parallel') {
    const free = node.branches.map((branch, index) => (branch.after.length === 0 && branch.services.length < 2 ? index : -1)).filter((index) => index !== -1);
    const tied = free.length < node.branches.length || node.branches.filter((branch) => branch.services.length > 0).length > 1;
    if (tied) exact = false;
    else log += logFactorial(size) - parts.reduce((sum, part) => sum + logFactorial(part.size), 0);
  }
  return { log, exact, size };
}

function logFactorial(value: number): number {
  let log = 0;
  for (let factor = 2; factor <= value; factor += 1) log += Math.log(factor);
  return log;
}

/** As people say it: `1 order`, `6 orders`, `about 10^12 orders`, `at least 2 orders`. */
export function describeOrders({ log, exact }: OrderCount): string {
  const number = Math.exp(log);
  const rounded = Math.round(number);
  const text = number < 1e6 ? rounded.toLocaleString('en-US').replaceAll(',', ' ') : `about 10^${Math.round(log / Math.LN10)}`;
  return `${exact ? '' : 'at least '}${text} order${rounded === 1 ? '' : 's'}`;
}
