import type { Analysis, StepModel } from '@belay/compiler/analysis';

type PlanGraph = Analysis['plans'][number]['graph'];

/** A step of a plan, or of the body of a roll, in its graph. */
export interface PlacedStep {
  readonly step: StepModel;
  readonly graph: PlanGraph;
  readonly index: number;
}

const known = new WeakMap<PlanGraph, readonly PlacedStep[]>();

/** The steps of a plan in order, those in the bodies of rolls behind their roll. */
export function stepsOfPlan(graph: PlanGraph): readonly PlacedStep[] {
  let steps = known.get(graph);
  if (steps === undefined) {
    steps = graph.steps.flatMap(({ step, body }, index) => (step === undefined ? [] : [
      { step, graph, index },
      // A roll stands in no other roll.
      ...(body === undefined ? [] : body.steps.flatMap((one, inner) => (one.step === undefined ? [] : [{ step: one.step, graph: body, index: inner }]))),
    ]));
    known.set(graph, steps);
  }
  return steps;
}

/** The steps right before a step, or right behind it; joins are looked through. */
export function neighborsOf({ graph, index }: PlacedStep, direction: 'earlier' | 'later'): PlacedStep[] {
  const next = direction === 'earlier' ? (at: number): readonly number[] => graph.steps[at]?.after ?? [] : laterIn(graph);
  const seen = new Set<number>();
  const found: number[] = [];
  const queue = [...next(index)];
  for (const at of queue) {
    if (seen.has(at)) continue;
    seen.add(at);
    if (graph.steps[at]?.step === undefined) queue.push(...next(at));
    else found.push(at);
  }
  return found.sort((a, b) => a - b).flatMap((at) => {
    const step = graph.steps[at]?.step;
    return step === undefined ? [] : [{ step, graph, index: at }];
  });
}

function laterIn(graph: PlanGraph): (at: number) => readonly number[] {
  const later = new Map<number, number[]>();
  for (const [index, { after }] of graph.steps.entries()) {
    for (const one of after) {
      const list = later.get(one);
      if (list === undefined) later.set(one, [index]);
      else list.push(index);
    }
  }
  return (at) => later.get(at) ?? [];
}
