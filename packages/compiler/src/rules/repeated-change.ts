import { stepsOf } from '../model/walk.ts';
import type { PlanRule } from './rule.ts';

/** What the body of a roll changes belongs to the hosts of the batch; anything else would be changed again with every batch. */
export const repeatedChange: PlanRule = {
  code: 'B0415', name: 'repeated-change', level: 'error', category: 'Order', since: '0.1', subject: 'plan',
  summary: 'A roll changes the same thing again with every batch.',
  check({ graph }, report) {
    for (const { step: outer } of graph.steps) {
      if (outer?.roll === undefined) continue;
      for (const step of stepsOf(outer.roll.body)) {
        for (const action of step.actions) {
          const known = action.changes.some((change) => change.becomes !== 'rewritten' && change.kind !== 'mode');
          if (!known || action.targets.batch === true) continue;
          report({
            message: `\`${action.title}\` is not for the hosts of the batch: it would be done again with every batch of \`${outer.roll.group}\`. Put it before or after the roll.`,
            at: action.location,
            related: [{ location: outer.location, message: `${outer.roll.batches.length} batch${outer.roll.batches.length === 1 ? '' : 'es'}` }],
          });
        }
      }
    }
  },
};
