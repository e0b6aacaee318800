import type { ActionModel } from '../model/plan-model.ts';
import { stepsOf } from '../model/walk.ts';
import type { PlanRule } from './rule.ts';

/** What the body of a roll changes belongs to the hosts of the batch; anything else would be changed again with every batch. */
export const repeatedChange: PlanRule = {
  code: 'B0415', name: 'repeated-change', level: 'error', category: 'Order', since: '0.1', subject: 'plan',
  summary: 'A roll changes the same thing again with every batch.',
  check({ graph }, report) {
    for (const { step: outer } of graph.steps) {
      if (outer?.roll === undefined) continue;
      const repeated = stepsOf(outer.roll.body).flatMap((step) => step.actions).filter(isRepeated);
      // One statement may make many actions: a `jump` without a block.
      for (const [first, ...others] of byStatement(repeated)) {
        const isOne = others.length === 0;
        report({
          message: `\`${first.title}\` ${isOne ? 'is' : `and ${others.length} more ${others.length === 1 ? 'action' : 'actions'} are`} not for the hosts of the batch: ${isOne ? 'it' : 'they'} would be done again with every batch of \`${outer.roll.group}\`. Put ${isOne ? 'it' : 'them'} before or after the roll.`,
          at: first.location,
          related: [{ location: outer.location, message: `${outer.roll.batches.length} batch${outer.roll.batches.length === 1 ? '' : 'es'}` }],
        });
      }
    }
  },
};

function byStatement(actions: readonly ActionModel[]): Iterable<[ActionModel, ...ActionModel[]]> {
  const found = new Map<string, [ActionModel, ...ActionModel[]]>();
  for (const action of actions) {
    const key = `${action.location.file} ${action.location.start}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, [action]);
    else known.push(action);
  }
  return found.values();
}

function isRepeated({ changes, targets }: ActionModel): boolean {
  return targets.batch !== true && changes.some((change) => change.becomes !== 'rewritten' && change.kind !== 'mode');
}
