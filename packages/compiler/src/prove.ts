import { checkPlan, type CheckOptions } from './check.ts';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import type { ProofTable } from './plan/plan.ts';
import { proofTable } from './plan/proof-table.ts';
import type { Project } from './project/project.ts';

/** What was proven of a plan. */
export interface ProofReport extends ProofTable {
  readonly plan: string;
  readonly cloud: string;
  readonly steps: number;
}

/** Proves a plan, and says of each promise how close a call it was. */
export function provePlan(project: Project, options: CheckOptions & { readonly plan: string; readonly cloud?: string }): { readonly report?: ProofReport; readonly diagnostics: readonly Diagnostic[] } {
  const { plan, graph, proven, diagnostics } = checkPlan(project, options.plan, options);
  if (plan === undefined || graph === undefined) return { diagnostics };
  const steps = graph.steps.filter((one) => one.step !== undefined).length;
  return { report: { plan: plan.name, cloud: plan.cloud.name, steps, ...proofTable(plan, graph, proven) }, diagnostics };
}
