import type { PlanGraph } from '../../graph/plan-graph.ts';
import type { Cloud } from '../../model/model.ts';
import type { StepModel } from '../../model/plan-model.ts';
import { stepsOf } from '../../model/walk.ts';
import { Captured } from './captured.ts';
import { placeRestores, type PlacedRestores } from './restores.ts';

/** How far a rollback can go once a step has begun. */
export interface Reach {
  /** Id of the last rollback point before it that can be reached; `start` if there is none. */
  readonly nearest: string;
  /** The earliest that can be reached: `start`, or the id of a point. */
  readonly farthest: string;
  /** Points between the two that can not be reached. */
  readonly except?: readonly string[];
}

interface Target {
  readonly name: string;
  /** Index of the step; -1 for the start. */
  readonly index: number;
}

/**
 * How far back each step can go when it fails, or after it: whatever else has run by then, every action since the target can be taken back.
 * Undefined where the way is forward only: a point of no return, or something that can not be taken back, lies between it and every rollback point before it.
 *
 * Rollback points stand outside of parallel parts, so each is before or after every step, in the order of the graph too.
 *
 * @returns by the index of the step; found out once for a graph
 */
export function reachOf(graph: PlanGraph, cloud: Cloud): readonly (Reach | undefined)[] {
  let reaches = cache.get(graph);
  if (reaches === undefined) cache.set(graph, (reaches = findReach(graph, placeRestores(graph, cloud).lost)));
  return reaches;
}

const cache = new WeakMap<PlanGraph, readonly (Reach | undefined)[]>();

/** @param lost the first step that a rollback to a target can not take back, by the name of the target */
function findReach(graph: PlanGraph, lost: PlacedRestores['lost']): readonly (Reach | undefined)[] {
  const reaches: (Reach | undefined)[] = [];
  const captured = new Captured();
  let targets: readonly Target[] = [{ name: 'start', index: -1 }];
  let gone: readonly Target[] = [];
  let reach = reachTo(targets, gone);
  // There may be many targets, and most segments lose none of them.
  let nextLost = firstLost(targets, lost);
  for (let index = 0; index < graph.steps.length;) {
    const end = endOfSegment(graph, index);
    const blocks: number[] = [];
    for (let at = index; at < end; at += 1) {
      const step = graph.steps[at]?.step;
      for (const capture of step?.point?.captures ?? []) captured.add(capture);
      // What comes behind another block stops nothing that the other does not.
      if (step !== undefined && isBlock(step, captured) && !blocks.some((block) => graph.before(block, at))) blocks.push(at);
    }
    const losing = nextLost < end ? targets.filter(({ name }) => (lost.get(name)?.index ?? end) < end) : [];
    for (let at = index; at < end; at += 1) {
      // A point of no return stops what comes behind it, not itself.
      const isStopped = blocks.some((block) => (block === at ? graph.steps[at]?.step?.kind !== 'no-return' : mayHaveRun(block, at, graph)));
      const away = losing.filter(({ name }) => mayHaveRun(lost.get(name)?.index ?? end, at, graph));
      reaches.push(isStopped ? undefined : away.length === 0 ? reach : reachTo(without(targets, away), [...gone, ...away]));
    }
    const point = graph.steps[end - 1]?.step?.kind === 'point' ? [{ name: graph.steps[end - 1]?.id ?? '', index: end - 1 }] : [];
    if (blocks.length + losing.length + point.length > 0) {
      gone = blocks.length > 0 ? [] : [...gone, ...losing];
      targets = [...(blocks.length > 0 ? [] : without(targets, losing)), ...point];
      reach = reachTo(targets, gone);
      nextLost = blocks.length + losing.length === 0 ? Math.min(nextLost, firstLost(point, lost)) : firstLost(targets, lost);
    }
    index = end;
  }
  return reaches;
}

/** The first step at which one of some targets can not be reached any more. */
function firstLost(targets: readonly Target[], lost: PlacedRestores['lost']): number {
  return targets.reduce((first, { name }) => Math.min(first, lost.get(name)?.index ?? Number.POSITIVE_INFINITY), Number.POSITIVE_INFINITY);
}

/** Whether a step of the same segment, or itself, may have run when another fails. */
function mayHaveRun(step: number, failing: number, graph: PlanGraph): boolean {
  return step <= failing || !graph.before(failing, step);
}

function without(targets: readonly Target[], away: readonly Target[]): readonly Target[] {
  return away.length === 0 ? targets : targets.filter((one) => !away.includes(one));
}

function reachTo(targets: readonly Target[], gone: readonly Target[]): Reach | undefined {
  const [first] = targets;
  const last = targets.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const except = gone.filter(({ index }) => index > first.index && index < last.index).map(({ name }) => name);
  return { nearest: last.name, farthest: first.name, ...(except.length === 0 ? {} : { except }) };
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
