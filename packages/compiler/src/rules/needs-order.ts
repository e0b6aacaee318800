import { needsClosure } from '../graph/needs.ts';
import { jumpsOf } from '../model/walk.ts';
import type { PlanRule } from './rule.ts';

/** What a service needs is upgraded before it. */
export const needsOrder: PlanRule = {
  code: 'B0411', name: 'needs-order', level: 'warning', category: 'Order', since: '0.1', subject: 'plan',
  summary: 'A service is upgraded before one that it needs.',
  check({ plan, graph }, report) {
    const needs = needsClosure(plan.cloud.services);
    const indexOf = new Map(graph.steps.map((step, index) => [step.id, index]));
    const jumps = jumpsOf(plan);
    for (const jump of jumps) {
      for (const needed of needs.get(jump.service) ?? []) {
        for (const other of jumps.filter((one) => one.service === needed)) {
          const first = jump.steps[0];
          const last = other.steps.at(-1);
          if (first === undefined || last === undefined || other === jump) continue;
          if (graph.before(indexOf.get(last.id) ?? 0, indexOf.get(first.id) ?? 0)) continue;
          report({
            message: `\`${jump.service}\` is upgraded before \`${needed}\`, which it needs. Move \`jump ${needed}\` up, or accept the order with \`allow needs-order "why"\`.`,
            at: jump.location,
            related: [
              { location: other.location, message: `\`${needed}\` is upgraded here` },
              ...(plan.cloud.services.get(jump.service)?.needs ?? []).filter((one) => one.service === needed).map((one) => ({ location: one.location, message: 'needed here' })),
            ],
          });
        }
      }
    }
  },
};
