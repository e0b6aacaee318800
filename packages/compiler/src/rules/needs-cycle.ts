import { findCycle } from '../graph/cycle.ts';
import { drawCycle } from '../model/draw-cycle.ts';
import type { Service } from '../model/model.ts';
import type { CloudRule } from './rule.ts';

/** Services can not need each other in a circle: none could be upgraded first. */
export const needsCycle: CloudRule = {
  code: 'B0412', name: 'needs-cycle', level: 'error', category: 'Order', since: '0.1', subject: 'cloud',
  summary: 'Services need each other in a circle.',
  check(cloud, report) {
    const services = [...cloud.services.values()];
    const indexOf = new Map(services.map((service, index) => [service.name, index]));
    const needs = services.map((service) => service.needs.flatMap((need) => indexOf.get(need.service) ?? []));
    // What can be put in order is in no circle.
    const ordered = new Set(findCycle(needs).order);
    const reported = new Set<number>();
    for (const start of services.keys()) {
      if (ordered.has(start) || reported.has(start)) continue;
      const circle = shortestCircle(start, needs, ordered);
      for (const member of circle) reported.add(member);
      const members = circle.flatMap((member) => services[member] ?? []);
      const [first, ...others] = members;
      if (first === undefined) continue;
      const next = (index: number): string => members[(index + 1) % members.length]?.name ?? '';
      report({
        message: members.length === 1
          ? `\`${first.name}\` needs itself. Remove it from its own \`needs\`.`
          : 'These services need each other in a circle: none of them can be upgraded first. Remove one of these needs.',
        at: needOf(first, next(0)),
        label: `\`${first.name}\` needs \`${next(0)}\``,
        related: others.map((service, index) => ({
          location: needOf(service, next(index + 1)), message: `\`${service.name}\` needs \`${next(index + 1)}\``,
        })),
        notes: members.length === 1 ? [] : [drawCycle(members.map(({ name }) => name))],
      });
    }
  },
};

function needOf(service: Service, needed: string): Service['location'] {
  return service.needs.find((need) => need.service === needed)?.location ?? service.location;
}

/** The shortest way from a node back to itself, breadth first; empty where there is none. */
function shortestCircle(start: number, after: readonly (readonly number[])[], ignored: ReadonlySet<number>): number[] {
  const from = new Map<number, number>();
  const queue = [start];
  for (const node of queue) {
    for (const next of after[node] ?? []) {
      if (next === start) {
        const path = [node];
        for (let at = node; at !== start;) {
          at = from.get(at) ?? start;
          path.push(at);
        }
        return path.reverse();
      }
      if (ignored.has(next) || from.has(next)) continue;
      from.set(next, node);
      queue.push(next);
    }
  }
  return [];
}
