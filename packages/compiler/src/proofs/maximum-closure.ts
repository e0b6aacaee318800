import { FlowNetwork } from './max-flow.ts';

/**
 * The heaviest set of nodes that holds, with each node, everything that this node requires. Of several it is the smallest.
 *
 * Found as a minimum cut (J.-C. Picard, “Maximal Closure of a Graph and Applications to Combinatorial Problems”, Management Science 22, 1976). With the begins of
 * intervals as gains and their ends as losses it is the heaviest set of intervals of which no two are ordered: the weighted form of Dilworth's theorem.
 *
 * @param weights by node; any numbers whose sums are exact
 * @param requires pairs of nodes of which the first requires the second
 */
export function maximumClosure(weights: ArrayLike<number>, requires: Iterable<readonly [number, number]>): { readonly weight: number; readonly has: (node: number) => boolean } {
  const source = weights.length;
  const network = new FlowNetwork(weights.length + 2);
  let gains = 0;
  for (let node = 0; node < weights.length; node += 1) {
    const weight = weights[node] ?? 0;
    if (weight > 0) {
      gains += weight;
      network.connect(source, node, weight);
    } else if (weight < 0) network.connect(node, source + 1, -weight);
  }
  for (const [first, second] of requires) network.connect(first, second, Number.POSITIVE_INFINITY);
  const lost = network.maximize(source, source + 1);
  const reached = network.reachable(source);
  return { weight: gains - lost, has: (node) => reached[node] === true };
}
