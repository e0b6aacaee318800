import { Graph } from '@dagrejs/graphlib';
import { drawCycle } from '../model/draw-cycle.ts';
import type { Service } from '../model/model.ts';
import type { CloudRule } from './rule.ts';

/** Services can not need each other in a circle: none could be upgraded first. */
export const needsCycle: CloudRule = {
  code: 'B0412', name: 'needs-cycle', level: 'error', category: 'Order', since: '0.1', subject: 'cloud',
  summary: 'Services need each other in a circle.',
  check(cloud, report) {
    const graph = new Graph({ directed: true });
    for (const service of cloud.services.values()) {
      graph.setNode(service.name, service);
      for (const need of service.needs) graph.setEdge(service.name, need.service);
    }
    const reported = new Set<string>();
    for (const name of graph.nodes()) {
      if (reported.has(name)) continue;
      const cycle = shortestCycle(graph, name);
      if (cycle === undefined) continue;
      for (const member of cycle) reported.add(member);
      const services = cycle.flatMap((member) => (graph.node(member) as Service | undefined) ?? []);
      const first = services[0];
      const next = cycle[1] ?? cycle[0];
      const at = first?.needs.find((need) => need.service === next)?.location;
      if (first === undefined || at === undefined) continue;
      report({
        message: cycle.length === 1 ? `\`${first.name}\` needs itself.` : 'These services need each other in a circle: none of them can be upgraded first. Take one `needs` away.',
        at,
        related: services.slice(1).flatMap((service, index) => {
          const target = cycle[(index + 2) % cycle.length];
          return service.needs.filter((need) => need.service === target).map((need) => ({ location: need.location, message: `\`${service.name}\` needs \`${target}\`` }));
        }),
        notes: [drawCycle(cycle)],
      });
    }
  },
};

/** The shortest way from a node back to itself, breadth first. */
function shortestCycle(graph: Graph, start: string): string[] | undefined {
  const from = new Map<string, string>();
  const queue = [start];
  for (const node of queue) {
    for (const next of graph.successors(node) ?? []) {
      if (next === start) {
        const path = [node];
        for (let at = node; at !== start; ) {
          at = from.get(at) ?? start;
          path.unshift(at);
        }
        return path[0] === start ? path : [start, ...path];
      }
      if (!from.has(next)) {
        from.set(next, node);
        queue.push(next);
      }
    }
  }
  return undefined;
}
