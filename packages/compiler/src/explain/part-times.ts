import type { PlanGraph } from '../graph/plan-graph.ts';
import type { Node, PlanModel, StepModel } from '../model/plan-model.ts';
import { estimateOf } from '../proofs/estimates.ts';
import { scheduleOf } from './schedule.ts';

/** How long a part of a plan takes: a stage, a parallel part, a jump, what a recipe stands for. */
export interface PartTime {
  /** From the begin of its first step to the end of its last, by the estimates that there are. In the body of a roll: of one batch. */
  readonly seconds: number;
  /** Steps without an estimate. */
  readonly unknown: number;
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly unknown: number;
}

const cache = new WeakMap<PlanGraph, ReadonlyMap<string, PartTime>>();

/**
 * The times of the parts of a plan by where they are written: `file:offset` of the statement. What stands in a recipe that is applied several times counts as it is
 * the first time.
 */
export function partTimes(plan: PlanModel, graph: PlanGraph): ReadonlyMap<string, PartTime> {
  let times = cache.get(graph);
  if (times === undefined) {
    const made = new Map<string, PartTime>();
    measure(plan.body, graph, made);
    cache.set(graph, (times = made));
  }
  return times;
}

function measure(body: Node, graph: PlanGraph, into: Map<string, PartTime>): void {
  const indexes = new Map<StepModel | undefined, number>(graph.steps.map(({ step }, index) => [step, index]));
  const { starts, ends, bodies } = scheduleOf(graph);
  // Nesting is limited, so this may call itself.
  const visit = (node: Node): Span | undefined => {
    if (node.node === 'step') {
      const { step } = node;
      const index = indexes.get(step) ?? -1;
      const inner = graph.steps[index]?.body;
      if (step.roll !== undefined && inner !== undefined) measure(step.roll.body, inner, into);
      return { start: starts[index] ?? 0, end: ends[index] ?? 0, unknown: bodies.get(index)?.unknown ?? (estimateOf(step) === undefined ? 1 : 0) };
    }
    const key = `${node.location.file}:${node.location.start}`;
    const isFirst = !into.has(key);
    // It keeps its place: what is inside may be written in the same place.
    if (isFirst) into.set(key, NOTHING);
    let whole: Span | undefined;
    for (const child of node.node === 'series' ? node.items : node.branches.map((branch) => branch.body)) {
      const one = visit(child);
      if (one === undefined) continue;
      whole = whole === undefined ? one : { start: Math.min(whole.start, one.start), end: Math.max(whole.end, one.end), unknown: whole.unknown + one.unknown };
    }
    if (isFirst && whole !== undefined) into.set(key, { seconds: (whole.end - whole.start) / 1000, unknown: whole.unknown });
    return whole;
  };
  visit(body);
}

const NOTHING: PartTime = { seconds: 0, unknown: 0 };
