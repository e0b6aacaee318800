import type { AnalyzedPlan, PlanGraph, Statement, StepModel } from '@belay/compiler/analysis';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { WorkspaceFile } from '../workspace/workspace-file.ts';

/** A step of a plan, where it is written. */
export interface PlannedStep {
  readonly step: StepModel;
  /** Index in the graph of the plan. */
  readonly index: number;
  /** In the body of a roll: index in the graph of the body; else -1. */
  readonly body: number;
}

const cache = new WeakMap<PlanGraph, ReadonlyMap<string, readonly PlannedStep[]>>();

/** The steps of a plan by where they are written: `file:offset`. What a recipe holds may be several. */
function stepsByPlace(graph: PlanGraph): ReadonlyMap<string, readonly PlannedStep[]> {
  let places = cache.get(graph);
  if (places === undefined) {
    const made = new Map<string, PlannedStep[]>();
    const add = (planned: PlannedStep): void => {
      const key = `${planned.step.location.file}:${planned.step.location.start}`;
      const known = made.get(key);
      if (known === undefined) made.set(key, [planned]);
      else known.push(planned);
    };
    for (const [index, { step, body }] of graph.steps.entries()) {
      if (step !== undefined) add({ step, index, body: -1 });
      for (const [at, inner] of (body?.steps ?? []).entries()) if (inner.step !== undefined) add({ step: inner.step, index, body: at });
    }
    cache.set(graph, (places = made));
  }
  return places;
}

/** The steps that a statement, or a word of one, stands for in a plan. */
export function stepsAt(plan: Pick<AnalyzedPlan, 'graph'> | undefined, file: WorkspaceFile, start: number): readonly PlannedStep[] {
  return plan === undefined ? [] : (stepsByPlace(plan.graph).get(`${file.path}:${start}`) ?? []);
}

/** The model of the plan that a statement declares, on the first of its clouds. */
export function planOf(statement: Statement, file: WorkspaceFile, snapshot: Snapshot): AnalyzedPlan | undefined {
  return plansOf(statement, file, snapshot)[0];
}

/** The models of the plan that a statement declares, one for each of its clouds. */
export function plansOf(statement: Statement, file: WorkspaceFile, snapshot: Snapshot): readonly AnalyzedPlan[] {
  return snapshot.analysis(file)?.plans.filter((one) => one.statement === statement || one.statement.start === statement.start) ?? [];
}
