import { FlowNetwork } from './max-flow.ts';

/**
 * The heaviest set of members of a partial order of which no two are ordered.
 *
 * By Dilworth's theorem the size of a largest antichain is the least number of chains that cover the order; for a transitive order that is found as a maximum
 * bipartite matching, here with capacities for weights (D. R. Fulkerson, 1956). The set itself comes from the minimum cut (Kőnig).
 *
 * @param weights positive integers, by member
 * @param before whether one member comes before another; transitive
 * @returns the indexes of the members, in rising order, and their weight
 */
export function heaviestAntichain(weights: readonly number[], before: (first: number, second: number) => boolean): { members: number[]; weight: number } {
  const count = weights.length;
  if (count === 0) return { members: [], weight: 0 };
  const source = 2 * count;
  const sink = source + 1;
  const network = new FlowNetwork(2 * count + 2);
  for (let first = 0; first < count; first += 1) {
    network.connect(source, first, weights[first] ?? 0);
    network.connect(count + first, sink, weights[first] ?? 0);
    for (let second = 0; second < count; second += 1) {
      if (first !== second && before(first, second)) network.connect(first, count + second, Number.MAX_SAFE_INTEGER);
    }
  }
  network.maximize(source, sink);
  const reached = network.reachable(source);
  const members = weights.flatMap((_, index) => (reached[index] === true && reached[count + index] !== true ? [index] : []));
  return { members, weight: members.reduce((sum, index) => sum + (weights[index] ?? 0), 0) };
}
