import { behind } from './no-way-back.ts';
import type { PlanRule } from './rule.ts';

/** Before the way back ends, somebody says yes. */
export const unapprovedNoReturn: PlanRule = {
  code: 'B0503', name: 'unapproved-no-return', level: 'error', category: 'The way back', since: '0.1', subject: 'plan',
  summary: 'A point of no return is reached without anybody being asked.',
  check({ graph }, report) {
    const isAsked = behind(graph, 'approve');
    for (const [index, { step }] of graph.steps.entries()) {
      if (step?.kind !== 'no-return' || isAsked[index] === true) continue;
      report({
        message: 'Nobody is asked before this point of no return. Write `approve "…"` before it, with the question that has to be answered with yes.',
        at: step.location,
        ...(step.text === undefined ? {} : { label: step.text }),
      });
    }
  },
};
