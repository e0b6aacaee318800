import type { PlanGraph } from '../graph/plan-graph.ts';
import type { Cloud } from '../model/model.ts';
import { placeRestores } from '../proofs/way-back/restores.ts';
import { reachOf } from '../proofs/way-back/reach.ts';

/** A target of a rollback, and what a rollback to it has to do if everything ran that may have run by then. */
export interface StepWayBack {
  /** `start`, or the id of a rollback point. */
  readonly to: string;
  /** Steps that are taken back, the failed one included. */
  readonly steps: number;
  /** What is restored, such as `nova.main`. */
  readonly restores: readonly string[];
}

/** Where a rollback can go once a step has begun, the nearest target first. */
export function waysBack(graph: PlanGraph, cloud: Cloud, index: number): StepWayBack[] {
  const placed = placeRestores(graph, cloud);
  const reach = reachOf(graph, cloud)[index];
  if (reach === undefined) return [];
  const points = graph.steps.flatMap(({ step }, at) => (step?.kind === 'point' && at < index ? [{ name: step.id, at }] : []));
  const targets = [{ name: 'start', at: -1 }, ...points];
  const from = targets.findIndex(({ name }) => name === reach.farthest);
  const to = targets.findIndex(({ name }) => name === reach.nearest);
  return targets.slice(from, to + 1).filter(({ name }) => reach.except?.includes(name) !== true).toReversed().map(({ name, at }) => {
    const passed = graph.steps.flatMap(({ step }, other) => (step !== undefined && other > at && !graph.before(index, other) ? [step] : []));
    const restores = passed.flatMap(({ id }) => (placed.get(id) ?? []).filter(({ to }) => to.includes(name)).map(({ resource }) => resource));
    return { to: name, steps: passed.filter(({ kind }) => kind === 'actions' || kind === 'roll').length, restores: [...new Set(restores)].sort() };
  });
}
