import type { PlanGraph } from '../../graph/plan-graph.ts';
import type { StepModel } from '../../model/plan-model.ts';
import { stepsOf } from '../../model/walk.ts';
import { Captured } from './captured.ts';

/** How far a rollback can go once a step has begun. */
export interface Reach {
  /** Id of the last rollback point before it; `start` if there is none. */
  readonly nearest: string;
  /** The earliest that can be reached: `start`, or the id of a point. */
  readonly farthest: string;
}

/**
 * How far back each step can go when it fails, or after it: whatever else has run by then, every action since the target can be taken back.
 * Undefined where the way is forward only: a point of no return, or something that can not be taken back, lies between it and every rollback point before it.
 *
 * Rollback points stand outside of parallel parts, so each is before or after every step, in the order of the graph too.
 *
 * @returns by the index of the step
 */
export function reachOf(graph: PlanGraph): readonly (Reach | undefined)[] {
  const reaches: (Reach | undefined)[] = [];
  const captured = new Captured();
  /** What can be reached from here, by the ids of the targets: the first and the last. */
  let reach: Reach | undefined = { nearest: 'start', farthest: 'start' };
  for (let index = 0; index < graph.steps.length;) {
    const end = endOfSegment(graph, index);
    const blocks: number[] = [];
    for (let at = index; at < end; at += 1) {
      const step = graph.steps[at]?.step;
      for (const capture of step?.point?.captures ?? []) captured.add(capture);
      // What comes behind another block stops nothing that the other does not.
      if (step !== undefined && isBlock(step, captured) && !blocks.some((block) => graph.before(block, at))) blocks.push(at);
    }
    for (let at = index; at < end; at += 1) {
      // A point of no return stops what comes behind it, not itself.
      const isStopped = blocks.some((block) => (block === at ? graph.steps[at]?.step?.kind !== 'no-return' : block < at || !graph.before(at, block)));
      reaches.push(isStopped ? undefined : reach);
    }
    if (blocks.length > 0) reach = undefined;
    const point = graph.steps[end - 1]?.step;
    if (point?.kind === 'point') reach = { nearest: point.id, farthest: reach?.farthest ?? point.id };
    index = end;
  }
  return reaches;
}

/** The index behind the steps that may be without an order with one. */
function endOfSegment({ steps, segments }: PlanGraph, index: number): number {
  let end = index + 1;
  while (end < steps.length && segments[end] === segments[index]) end += 1;
  return end;
}

/** Can nothing go back past the step once it has run? */
function isBlock(outer: StepModel, captured: Captured): boolean {
  if (outer.kind === 'no-return') return true;
  return (outer.roll === undefined ? [outer] : stepsOf(outer.roll.body)).some((step) => (
    step.irreversible !== undefined || (step.undo === undefined && step.actions.some((action) => captured.lostBy(action).length > 0))
  ));
}
