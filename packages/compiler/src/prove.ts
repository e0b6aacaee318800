import { checkPlan, type CheckOptions } from './check.ts';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import { countOrders, describeOrders } from './graph/count-orders.ts';
import { PROOFS } from './proofs/index.ts';
import type { Project } from './project/project.ts';

/** What was proven of a plan. */
export interface ProofReport {
  readonly plan: string;
  readonly cloud: string;
  readonly steps: number;
  /** Over how many orders, as people say it. */
  readonly orders: string;
  readonly rows: readonly ProofRow[];
}

export interface ProofRow {
  readonly code: string;
  readonly rule: string;
  readonly about: string;
  readonly holds: boolean;
  /** How near the plan comes to breaking it. */
  readonly closest: string;
  /** The step at which that is. */
  readonly step?: string;
}

/** Proves a plan, and says of each promise how close a call it was. */
export function provePlan(project: Project, options: CheckOptions & { readonly plan: string; readonly cloud?: string }): { readonly report?: ProofReport; readonly diagnostics: readonly Diagnostic[] } {
  const { plan, graph, train, diagnostics } = checkPlan(project, options.plan, options);
  if (plan === undefined || graph === undefined) return { diagnostics };
  const subject = { plan, graph, ...(train === undefined ? {} : { train }) };
  const rows = PROOFS.flatMap((proof) => proof.prove(subject).claims.map((claim): ProofRow => {
    const step = claim.step === undefined ? undefined : graph.steps[claim.step]?.id;
    return { code: proof.code, rule: proof.name, about: claim.about, holds: claim.holds, closest: claim.closest, ...(step === undefined ? {} : { step }) };
  }));
  const steps = graph.steps.filter((one) => one.step !== undefined).length;
  return { report: { plan: plan.name, cloud: plan.cloud.name, steps, orders: describeOrders(countOrders(plan.body)), rows }, diagnostics };
}
