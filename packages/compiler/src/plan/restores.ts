import type { PlanGraph } from '../graph/plan-graph.ts';
import type { Cloud } from '../model/model.ts';
import type { ActionModel } from '../model/plan-model.ts';
import { actionsOf } from '../model/walk.ts';
import { resourceOf, touches } from '../model/resources.ts';
import type { Restore } from './plan.ts';

/** Where in a rollback each capture is restored. */
export interface PlacedRestores {
  /** The restores that belong to a step, by its id. */
  get(step: string): Restore[] | undefined;
  /** Does a capture before the action hold everything that it changes? */
  covered(action: ActionModel): boolean;
}

interface CapturedAt {
  readonly point: string;
  /** Index of the point among the steps. */
  readonly index: number;
}

/**
 * Places the restore of each capture: at the first change of its resource after the point, where the way back has undone all later ones. A database can
 * only be loaded while its server is up; where the server was stopped before that change, the restore moves to the step that stopped it, since the way
 * back through that step starts the server again.
 */
export function placeRestores(graph: PlanGraph, cloud: Cloud): PlacedRestores {
  const steps = graph.steps;
  const captures = new Map<string, CapturedAt[]>();
  const points: CapturedAt[] = [];
  const placed = new Map<string, Restore[]>();
  const coveredActions = new Set<ActionModel>();
  const changedSince = new Map<string, Set<string>>();
  const downSince = new Map<string, number>();
  for (const [index, { step }] of steps.entries()) {
    if (step === undefined) continue;
    if (step.point !== undefined) {
      points.push({ point: step.id, index });
      for (const capture of step.point.captures) {
        captures.set(capture.resource, [...(captures.get(capture.resource) ?? []), { point: step.id, index }]);
        changedSince.set(capture.resource, new Set());
      }
    }
    for (const action of actionsOf([step])) {
      const names = action.changes.map(resourceOf);
      if (names.length > 0 && names.every((name) => capturesOf(name, captures).length > 0)) coveredActions.add(action);
      for (const name of names) place(name, index);
    }
    for (const action of actionsOf([step])) noteServers(action, index);
  }
  return { get: (id) => placed.get(id), covered: (action) => coveredActions.has(action) };

  function place(changed: string, index: number): void {
    for (const resource of captures.keys()) {
      if (!touches(changed, resource)) continue;
      const known = captures.get(resource) ?? [];
      const last = known.at(-1);
      const seen = changedSince.get(resource);
      if (last === undefined || seen === undefined || seen.has('placed')) continue;
      seen.add('placed');
      const server = cloud.databases.get(resource)?.server;
      const stoppedAt = server === undefined ? undefined : downSince.get(server);
      const at = stoppedAt !== undefined && stoppedAt > last.index ? stoppedAt : index;
      const id = steps[at]?.id ?? '';
      placed.set(id, [...(placed.get(id) ?? []), { point: last.point, resource, to: targetsOf(resource, last) }]);
    }
  }

  /** The rollback targets for which this is the earliest capture on the way: the point itself, and those before it that lie behind the capture before. */
  function targetsOf(resource: string, capture: CapturedAt): string[] {
    const earlier = (captures.get(resource) ?? []).filter((one) => one.index < capture.index).at(-1);
    const between = points.filter((one) => one.index <= capture.index && (earlier === undefined || one.index > earlier.index)).map((one) => one.point);
    return earlier === undefined ? ['start', ...between] : between;
  }

  function noteServers(action: ActionModel, index: number): void {
    for (const change of action.changes) {
      if (change.kind !== 'component') continue;
      if (change.becomes === 'stopped') downSince.set(change.name, index);
      if (change.becomes === 'started' || change.becomes === 'restarted') downSince.delete(change.name);
    }
  }
}

/** The captures that hold what has this name; a folder holds what is in it. */
function capturesOf(name: string, captures: ReadonlyMap<string, readonly CapturedAt[]>): readonly CapturedAt[] {
  const own = captures.get(name);
  if (own !== undefined || !name.startsWith('/')) return own ?? [];
  for (const [resource, at] of captures) if (resource.startsWith('/') && name.startsWith(`${resource}/`)) return at;
  return [];
}
