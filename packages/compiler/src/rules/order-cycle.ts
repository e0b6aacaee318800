import { withBodies } from '../graph/plan-graph.ts';
import { drawCycle } from '../model/draw-cycle.ts';
import type { PlanRule } from './rule.ts';

/** `after` and `needs` inside `parallel` have to leave something that can start. */
export const orderCycle: PlanRule = {
  code: 'B0413', name: 'order-cycle', level: 'error', category: 'Order', since: '0.1', subject: 'plan', isTolerant: true,
  summary: 'Parallel parts wait for each other in a circle.',
  check({ graph }, report) {
    for (const problem of withBodies(graph).flatMap((one) => one.problems)) {
      if (problem.problem !== 'cycle') continue;
      const [first, ...others] = problem.branches;
      if (first === undefined) continue;
      report({
        message: problem.branches.length === 1 ? `\`${first.name}\` waits for itself. Remove it from its \`after\`.` : 'These parts wait for each other in a circle: none of them can start.',
        at: first.location,
        label: reason(first.why, others[0]?.name ?? first.name),
        related: others.map((one, index) => ({ location: one.location, message: `\`${one.name}\` ${reason(one.why, problem.branches[(index + 2) % problem.branches.length]?.name ?? '')}` })),
        notes: [drawCycle(problem.branches.map((one) => one.name))],
      });
    }
  },
};

function reason(why: string, next: string): string {
  return why === 'after' ? `waits for \`${next}\` by \`after\`` : `waits for \`${next}\`: ${why}`;
}
