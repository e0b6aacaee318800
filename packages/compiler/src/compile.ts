import { checkPlan, type CheckOptions } from './check.ts';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import { buildPlan } from './plan/build-plan.ts';
import type { Plan } from './plan/plan.ts';
import type { Project } from './project/project.ts';

export interface CompileOptions extends CheckOptions {
  /** The name of the plan. */
  readonly plan: string;
  /** Another cloud than the one that the plan names, for a rehearsal. */
  readonly cloud?: string;
}

/** The JSON plan of a plan, if it has no errors; its findings either way. */
export function compilePlan(project: Project, options: CompileOptions): { readonly plan?: Plan; readonly diagnostics: readonly Diagnostic[] } {
  const { plan, graph, proven, diagnostics } = checkPlan(project, options.plan, options);
  if (plan === undefined || graph === undefined || diagnostics.some((one) => one.level === 'error')) return { diagnostics };
  return { plan: buildPlan(plan, graph, project, proven), diagnostics };
}
