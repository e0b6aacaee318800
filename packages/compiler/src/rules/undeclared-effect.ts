import type { ActionModel } from '../model/plan-model.ts';
import { ofEachPart, stepsOf } from '../model/walk.ts';
import type { PlanRule } from './rule.ts';

/** An action that the language knows nothing of says what it changes, or that it changes nothing. */
export const undeclaredEffect: PlanRule = {
  code: 'B0501', name: 'undeclared-effect', level: 'error', category: 'The way back', since: '0.1', subject: 'plan',
  summary: 'A command does not say what it changes.',
  check({ plan }, report) {
    for (const part of plan.body.items) {
      for (const action of undeclaredIn(part)) {
        report({
          message: `Nothing says what \`${action.title}\` changes, so nothing can take it back.`,
          at: action.location,
          notes: ['Write `changes nothing` if it only looks, `rewrites nova.main` (or a component, or a path) for what it changes, or `undo { … }` for the way back.'],
        });
      }
    }
  },
};

/** The first of each step. */
const undeclaredIn = ofEachPart((part): readonly ActionModel[] => stepsOf(part).flatMap((outer) => (outer.roll === undefined ? [outer] : stepsOf(outer.roll.body)).flatMap((step) => (
  step.undo !== undefined || step.irreversible !== undefined ? [] : (step.actions.find((one) => one.effect === 'unknown') ?? [])
))));
