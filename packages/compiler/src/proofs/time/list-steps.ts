import type { StepModel } from '../../model/plan-model.ts';

/** More steps than these are not named. */
const MOST_NAMED = 12;

/** Steps for people, by their ids; each once. */
export function listSteps(steps: readonly StepModel[]): string {
  const ids = [...new Set(steps.map(({ id }) => `\`${id}\``))];
  const left = ids.length - MOST_NAMED;
  return left > 1 ? `${ids.slice(0, MOST_NAMED).join(', ')} and ${left} more` : ids.join(', ');
}
