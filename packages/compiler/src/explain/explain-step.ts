import { checkPlan, type CheckOptions } from '../check.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { PlanGraph } from '../graph/plan-graph.ts';
import type { Targets } from '../model/action.ts';
import type { PlanModel, StepModel } from '../model/plan-model.ts';
import { resourceOf } from '../model/resources.ts';
import type { Project } from '../project/project.ts';
import { scheduleOf } from './schedule.ts';
import { statesAround, type StateRow } from './states-around.ts';
import { waysBack, type StepWayBack } from './ways-back.ts';

export type { StateRow, StepWayBack };

/** What a step does, and the state of the model before and after it, with all values that the orders of the plan allow. */
export interface StepExplanation {
  readonly step: string;
  readonly title?: string;
  readonly actions: readonly ExplainedAction[];
  readonly after: readonly string[];
  /** Steps that may run at the same time, or in any order with it. */
  readonly beside: readonly string[];
  /** When it begins at the earliest, by the estimates of what comes before: seconds after the begin of the plan; of a step in a roll, in the first batch. */
  readonly begins: { readonly seconds: number; /** Something before it has no estimate. */ readonly isVague: boolean };
  readonly states: readonly StateRow[];
  /** Where a rollback can go once the step has begun, the nearest target first, and what it would do; empty where the way is forward only. */
  readonly back: readonly StepWayBack[];
}

export interface ExplainedAction {
  readonly title: string;
  /** How many of the hosts it runs on: see the targets of the JSON plan. */
  readonly mode: Targets['mode'];
  readonly hosts: readonly string[];
  /** How it is taken back. */
  readonly back: string;
}

/** Explains one step of a plan. */
export function explainStep(project: Project, options: CheckOptions & { readonly plan: string; readonly step: string; readonly cloud?: string }): {
  readonly explanation?: StepExplanation; readonly steps: readonly string[]; readonly diagnostics: readonly Diagnostic[];
} {
  const { plan, graph, diagnostics } = checkPlan(project, options.plan, options);
  if (plan === undefined || graph === undefined) return { steps: [], diagnostics };
  const steps = graph.steps.flatMap((one) => [one.id, ...(one.body?.steps.map((inner) => inner.id) ?? [])]);
  const explanation = explainPlanned(plan, graph, options.step);
  return { steps, diagnostics, ...(explanation === undefined ? {} : { explanation }) };
}

/**
 * Explains one step of a plan that was analyzed already.
 *
 * @param wanted the id of the step, such as `nova/flavors`
 */
export function explainPlanned(plan: PlanModel, graph: PlanGraph, wanted: string): StepExplanation | undefined {
  const index = graph.steps.findIndex((one) => one.id === wanted || one.body?.steps.some((inner) => inner.id === wanted) === true);
  const node = graph.steps[index];
  const body = node?.id === wanted ? -1 : (node?.body?.steps.findIndex((one) => one.id === wanted) ?? -1);
  const step = body === -1 ? node?.step : node?.body?.steps[body]?.step;
  if (node === undefined || step === undefined) return undefined;
  const schedule = scheduleOf(graph);
  const inner = schedule.bodies.get(index);
  return {
    step: step.id,
    ...(step.title === undefined ? {} : { title: step.title }),
    actions: step.actions.map((action) => ({ title: action.title, mode: action.targets.mode, hosts: action.targets.hosts, back: backOf(action, step) })),
    ...neighborsOf(node.body !== undefined && body !== -1 ? node.body : graph, body === -1 ? index : body),
    begins: {
      seconds: ((schedule.starts[index] ?? 0) + (inner?.starts[body] ?? 0)) / 1000,
      isVague: schedule.isVague[index] === 1 || inner?.isVague[body] === 1,
    },
    states: statesAround(plan, graph, { step: index, body }),
    back: waysBack(graph, plan.cloud, index),
  };
}

/** What comes right before a step of a graph, and what has no order with it. */
function neighborsOf({ steps, before }: PlanGraph, index: number): Pick<StepExplanation, 'after' | 'beside'> {
  return {
    after: (steps[index]?.after ?? []).map((one) => steps[one]?.id ?? ''),
    beside: steps.flatMap((one, other) => (one.step !== undefined && other !== index && !before(index, other) && !before(other, index) ? [one.id] : [])),
  };
}

function backOf(action: StepModel['actions'][number], step: StepModel): string {
  if (step.undo !== undefined) return step.undo.length === 0 ? 'nothing to do' : 'the undo of the step';
  if (action.inverse === undefined) return action.changes.length === 0 ? 'nothing to do' : `restore ${[...new Set(action.changes.map(resourceOf))].join(', ')}`;
  return action.inverse.length === 0 ? 'nothing to do' : action.inverse.map((one) => one.title).join(', ');
}
