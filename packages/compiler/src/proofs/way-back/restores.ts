import type { PlanGraph } from '../../graph/plan-graph.ts';
import type { Cloud } from '../../model/model.ts';
import type { ActionModel } from '../../model/plan-model.ts';
import { resourceOf } from '../../model/resources.ts';
import { actionsOf, stepsOf } from '../../model/walk.ts';
import { ServerTimes } from './server-times.ts';
import { countBefore, countBelow, Tracks, type Target, type Track } from './tracks.ts';

/** “When a rollback to one of `to` passes this step and a change of the resource was made since, restore it.” */
export interface Restore {
  readonly point: string;
  readonly resource: string;
  /** Rollback targets for which it holds: ids of points, or `start`. */
  readonly to: readonly string[];
}

/** Where in a rollback each capture is restored. */
export interface PlacedRestores {
  /** The restores that belong to a step, by its id. */
  get(step: string): Restore[] | undefined;
  /** Does a capture before the action hold everything that it changes? */
  covered(action: ActionModel): boolean;
  /**
   * The first step behind a target that a rollback to it can not take back, because what it changes was not saved as it was there, or can not be
   * loaded there; by the name of the target. Targets that are not lost are not listed.
   */
  readonly lost: ReadonlyMap<string, LostTarget>;
}

/** Why a target is out of reach from some step on. */
export interface LostTarget {
  /** Of the step. */
  readonly index: number;
  readonly action: ActionModel;
  readonly resource: string;
  /** It was saved, but its server is down there. */
  readonly unserved: boolean;
}

/**
 * Places the restores of captures. Rollback points stand outside of parallel parts, so every step is before or after each of them: between two changes of a
 * resource, all points see the same state of it. A rollback to a target needs the nearest capture of such a state that is not older than the target's;
 * it is restored at the first change after that state, where the way back has undone all later ones. What lies between the target and that state is undone step by step.
 *
 * A database can only be loaded while its server is up. Where the server was stopped before the change, the restore moves to the step that stopped
 * it, since the way back through that step starts the server again. A target at which the server was down already has no restore: what was changed since can
 * only be taken back by going further.
 */
export function placeRestores(graph: PlanGraph, cloud: Cloud): PlacedRestores {
  let placed = cache.get(graph);
  if (placed === undefined) cache.set(graph, (placed = place(graph, cloud)));
  return placed;
}

/** A graph is of one cloud; proofs, plan and explanations ask for the same. */
const cache = new WeakMap<PlanGraph, PlacedRestores>();

function place(graph: PlanGraph, cloud: Cloud): PlacedRestores {
  const tracks = new Tracks(graph);
  const servers = new ServerTimes(cloud);
  const covered = new Set<ActionModel>();
  const needing: Needing[] = [];
  for (const [index, { step }] of graph.steps.entries()) {
    if (step === undefined) continue;
    for (const action of actionsOf([step])) {
      if (action.changes.length > 0 && action.changes.every((change) => tracks.holds(resourceOf(change), action, index))) covered.add(action);
      for (const track of tracks.changedBy(action)) {
        if (track.changes.at(-1)?.index === index) continue;
        const server = cloud.databases.get(track.resource)?.server;
        track.changes.push({ index, servedFrom: server === undefined ? undefined : servers.stoppedAt(server, track.hosts, track.isOnAny) });
      }
    }
    for (const action of actionsOf([step])) servers.note(action, index);
    for (const one of step.roll === undefined ? [step] : stepsOf(step.roll.body)) {
      if (one.undo !== undefined || one.irreversible !== undefined) continue;
      for (const action of one.actions) if (action.inverse === undefined && action.changes.length > 0) needing.push({ action, index });
    }
  }
  const placed = new Map<string, Restore[]>();
  for (const track of tracks.all) {
    for (const [index, restores] of restoresOf(track, tracks.targets)) {
      const id = graph.steps[index]?.id ?? '';
      placed.set(id, [...(placed.get(id) ?? []), ...restores]);
    }
  }
  return { get: (id) => placed.get(id), covered: (action) => covered.has(action), lost: lostTargets(tracks, needing) };
}

/** The restores of a track, by the index of the step at which each stands. */
function restoresOf(track: Track, targets: readonly Target[]): Map<number, Restore[]> {
  const placed = new Map<number, Map<string, string[]>>();
  const { captures, changes } = track;
  const ages = captures.map(({ index }) => countBefore(changes, index));
  for (const target of targets) {
    // Captures and their ages rise: the first that is not older than the target is the nearest; of those that saw the same the first from the target on.
    const age = countBefore(changes, target.index);
    const nearest = ages[countBelow(ages, age)];
    const change = nearest === undefined ? undefined : changes[nearest];
    if (nearest === undefined || change === undefined) continue;
    const onward = countBefore(captures, target.index);
    const capture = captures[ages[onward] === nearest ? onward : countBelow(ages, nearest + 1) - 1];
    if (capture === undefined) continue;
    const { index, servedFrom } = change;
    if (servedFrom !== undefined && servedFrom <= target.index) {
      track.unserved.add(target.name);
      continue;
    }
    const at = servedFrom !== undefined && servedFrom > Math.max(capture.index, target.index) ? servedFrom : index;
    track.restoredAt.set(target.name, at);
    const there = placed.get(at) ?? new Map<string, string[]>();
    placed.set(at, there);
    const names = there.get(capture.point);
    if (names === undefined) there.set(capture.point, [target.name]);
    else names.push(target.name);
  }
  return new Map([...placed].map(([index, points]) => [index, [...points].map(([point, to]) => ({ point, resource: track.resource, to }))]));
}

/** An action that only a restore takes back. */
interface Needing {
  readonly action: ActionModel;
  readonly index: number;
}

/** The first step of each target that no restore for it takes back. */
function lostTargets(tracks: Tracks, needing: readonly Needing[]): Map<string, LostTarget> {
  const lost = new Map<string, LostTarget>();
  const byTrack = new Map<Track, Needing[]>();
  for (const one of needing) {
    for (const track of tracks.changedBy(one.action)) {
      const known = byTrack.get(track);
      if (known === undefined) byTrack.set(track, [one]);
      else known.push(one);
    }
  }
  for (const target of tracks.targets) {
    let first: LostTarget | undefined;
    for (const [track, all] of byTrack) {
      const restoredAt = track.restoredAt.get(target.name) ?? Number.POSITIVE_INFINITY;
      for (let at = countBefore(all, target.index + 1); at < all.length; at += 1) {
        const { action, index } = all[at] as Needing;
        if (index >= Math.min(restoredAt, first?.index ?? restoredAt)) break;
        const change = action.changes.find((one) => !tracks.isRestored(resourceOf(one), action, index, target.name));
        if (change !== undefined) first = { index, action, resource: resourceOf(change), unserved: track.unserved.has(target.name) };
      }
    }
    if (first !== undefined) lost.set(target.name, first);
  }
  return lost;
}
