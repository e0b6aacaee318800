import { countOrders, describeOrders } from '../graph/count-orders.ts';
import type { PlanGraph } from '../graph/plan-graph.ts';
import type { PlanModel } from '../model/plan-model.ts';
import type { ProvenClaim } from '../proofs/index.ts';
import type { ProofRow, ProofTable } from './plan.ts';

/** What was proven of a plan, as the JSON plan carries it. */
export function proofTable(plan: PlanModel, graph: PlanGraph, proven: readonly ProvenClaim[]): ProofTable {
  return {
    orders: describeOrders(countOrders(plan.body)),
    rows: proven.map(({ proof, about, holds, closest, step }): ProofRow => {
      const id = step === undefined ? undefined : graph.steps[step]?.id;
      return { code: proof.code, rule: proof.name, about, holds, closest, ...(id === undefined ? {} : { step: id }) };
    }),
  };
}
