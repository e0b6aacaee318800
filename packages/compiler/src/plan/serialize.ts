import { planDigest } from './digest.ts';
import type { Plan } from './plan.ts';
import { validatePlan } from './validate.generated.js';

/**
 * The text of a plan: JSON with an indentation of two, and a line break at the end.
 *
 * @throws Error if the plan does not fit its own schema: a fault of the compiler.
 */
export function stringifyPlan(plan: Plan): string {
  if (!validatePlan(plan)) throw new Error(`the plan does not fit its schema: ${describeFault()}`);
  return `${JSON.stringify(plan, undefined, 2)}\n`;
}

/** A plan read from text, or what is wrong with the text. */
export function parsePlan(text: string): { readonly plan: Plan } | { readonly fault: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { fault: `it is no JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  if (!validatePlan(value)) return { fault: `it is no belay.plan/1: ${describeFault()}` };
  const plan = value as Plan;
  const { digest, ...rest } = plan;
  const expected = planDigest(rest);
  return digest === expected ? { plan } : { fault: `its digest does not fit what it holds: it was changed after it was compiled (expected ${expected})` };
}

function describeFault(): string {
  const fault = validatePlan.errors?.[0];
  return fault === undefined ? 'unknown' : `${fault.instancePath === '' ? 'the plan' : fault.instancePath} ${fault.message ?? 'is not valid'}`;
}
