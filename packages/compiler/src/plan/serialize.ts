import { planDigest } from './digest.ts';
import { PLAN_FORMAT, type Plan } from './plan.ts';
import { validatePlan, type SchemaError } from './validate.generated.js';

/**
 * The text of a plan: JSON with an indentation of two, and a line break at the end.
 *
 * @throws Error if the plan does not fit its own schema, which is a fault of the compiler, or if its text would be longer than texts can be.
 */
export function stringifyPlan(plan: Plan): string {
  if (!validatePlan(plan)) throw new Error(`the plan does not fit its schema: ${describeFault()}`);
  try {
    return `${JSON.stringify(plan, undefined, 2)}\n`;
  } catch (error) {
    // A text has no more characters than that in any JavaScript engine.
    if (error instanceof RangeError) throw new Error('the plan has more than 512 million characters: split it', { cause: error });
    throw error;
  }
}

/** Plans nest a dozen levels; what nests deeper is none, and the validator would run out of stack on it. */
const DEEPEST = 64;

/** A plan read from text, or what is wrong with the text. Never throws. */
export function parsePlan(text: string): { readonly plan: Plan } | { readonly fault: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { fault: `it is no JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  if (isDeep(value)) return { fault: `it is no ${PLAN_FORMAT}: it nests deeper than ${DEEPEST} levels` };
  if (!validatePlan(value)) return { fault: `it is no ${PLAN_FORMAT}: ${describeFault()}` };
  const plan = value as Plan;
  const { digest, ...rest } = plan;
  const expected = planDigest(rest);
  return digest === expected ? { plan } : { fault: `its digest does not fit what it holds: it was changed after it was compiled (expected ${expected})` };
}

function isDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST) return true;
    const next: unknown[] = [];
    for (const one of level) if (typeof one === 'object' && one !== null) for (const inner of Object.values(one)) if (typeof inner === 'object') next.push(inner);
    level = next;
  }
  return false;
}

/** The first violation; where a type decides what fits, that of its own branch. */
function describeFault(): string {
  const fault = validatePlan.errors?.[0];
  if (fault === undefined) return 'it does not fit the schema';
  const at = fault.instancePath === '' ? 'the plan' : `\`${fault.instancePath}\``;
  return `${at} ${describe(fault)}`;
}

function describe({ keyword, params }: SchemaError): string {
  const list = (values: unknown): string => (Array.isArray(values) ? values.map((one) => JSON.stringify(one)).join(', ') : JSON.stringify(values) ?? '');
  switch (keyword) {
    case 'required': return `lacks \`${String(params['missingProperty'])}\``;
    case 'additionalProperties': return `has a property that it can not have: \`${String(params['additionalProperty'])}\``;
    case 'type': return `is no ${String(params['type'])}`;
    case 'const': return `is not ${list(params['allowedValue'])}`;
    case 'enum': return `is none of ${list(params['allowedValues'])}`;
    case 'pattern': return `does not match ${String(params['pattern'])}`;
    case 'minimum': case 'maximum': return `is not ${String(params['comparison'])} ${String(params['limit'])}`;
    case 'minItems': return `has less than ${String(params['limit'])} items`;
    case 'false schema': return 'can not stand here';
    default: return `does not fit (${keyword})`;
  }
}
