import type { PlanGraph } from '../graph/plan-graph.ts';
import type { Cloud } from '../model/model.ts';
import type { ActionModel, StepModel } from '../model/plan-model.ts';
import { resourceOf } from '../model/resources.ts';
import { actionsOf } from '../model/walk.ts';
import { ServerTimes } from './server-times.ts';
import type { Restore } from './plan.ts';

/** Where in a rollback each capture is restored. */
export interface PlacedRestores {
  /** The restores that belong to a step, by its id. */
  get(step: string): Restore[] | undefined;
  /** Does a capture before the action hold everything that it changes? */
  covered(action: ActionModel): boolean;
}

type Capture = NonNullable<StepModel['point']>['captures'][number];

/** What a rollback goes back to: the start, whose index is -1, or a point. */
interface Target {
  readonly name: string;
  readonly index: number;
}

/** One resource on the same hosts, however often it is captured. */
interface Track {
  readonly resource: string;
  readonly kind: Capture['kind'];
  readonly hosts: ReadonlySet<string>;
  /** It is worked on from one of the hosts, whichever can be reached. */
  readonly isOnAny: boolean;
  readonly captures: { readonly point: string; readonly index: number }[];
  /** The steps that change it, in order, and where the restore of what was before has to stand for rollbacks to earlier targets. */
  readonly changes: { readonly index: number; readonly servedFrom: number | undefined }[];
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
  const tracks = new Tracks(graph);
  const servers = new ServerTimes(cloud);
  const covered = new Set<ActionModel>();
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
  }
  const placed = new Map<string, Restore[]>();
  for (const track of tracks.all) {
    for (const [index, restores] of restoresOf(track, tracks.targets)) {
      const id = graph.steps[index]?.id ?? '';
      placed.set(id, [...(placed.get(id) ?? []), ...restores]);
    }
  }
  return { get: (id) => placed.get(id), covered: (action) => covered.has(action) };
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
    if (servedFrom !== undefined && servedFrom <= target.index) continue;
    const at = servedFrom !== undefined && servedFrom > Math.max(capture.index, target.index) ? servedFrom : index;
    const there = placed.get(at) ?? new Map<string, string[]>();
    placed.set(at, there);
    const names = there.get(capture.point);
    if (names === undefined) there.set(capture.point, [target.name]);
    else names.push(target.name);
  }
  return new Map([...placed].map(([index, points]) => [index, [...points].map(([point, to]) => ({ point, resource: track.resource, to }))]));
}

/** How many of the steps, in order, come before a step: for changes, how many a state has behind it. */
function countBefore(steps: readonly { readonly index: number }[], index: number): number {
  return firstIndex(steps.length, (at) => (steps[at]?.index ?? 0) >= index);
}

/** How many of the numbers, in rising order, are less than a number. */
function countBelow(numbers: readonly number[], number: number): number {
  return firstIndex(numbers.length, (at) => (numbers[at] ?? 0) >= number);
}

/** The first index for which something holds that holds for all after it; the length if there is none. */
function firstIndex(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  for (let high = length; low < high;) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Everything that is captured, and what can be rolled back to. */
class Tracks {
  readonly all: Track[] = [];
  readonly targets: Target[] = [{ name: 'start', index: -1 }];
  readonly #byResource = new Map<string, Track[]>();
  /** Sorted. */
  readonly #paths: readonly string[];

  constructor(graph: PlanGraph) {
    const byKey = new Map<string, Track>();
    for (const [index, { step }] of graph.steps.entries()) {
      if (step?.point === undefined) continue;
      this.targets.push({ name: step.id, index });
      for (const { resource, kind, targets } of step.point.captures) {
        const hosts = targets.mode === 'local' ? ['local'] : targets.mode === 'first' ? targets.hosts.slice(0, 1) : targets.hosts;
        const key = kind === 'database' ? resource : `${resource}\0${hosts.join('\0')}`;
        let track = byKey.get(key);
        if (track === undefined) {
          track = { resource, kind, hosts: new Set(hosts), isOnAny: targets.mode === 'any', captures: [], changes: [] };
          byKey.set(key, track);
          this.all.push(track);
          this.#byResource.set(resource, [...(this.#byResource.get(resource) ?? []), track]);
        }
        track.captures.push({ point: step.id, index });
      }
    }
    this.#paths = [...this.#byResource.keys()].filter((name) => name.startsWith('/')).sort();
  }

  /** The tracks of what an action changes: the same thing, a folder around it, or something in a folder that is changed. */
  changedBy(action: ActionModel): Set<Track> {
    const found = new Set<Track>();
    const hosts = hostsOf(action);
    for (const name of new Set(action.changes.map(resourceOf))) {
      for (const track of [...around(name), ...this.#inside(name)].flatMap((resource) => this.#byResource.get(resource) ?? [])) {
        if (track.kind === 'database' || hosts.some((host) => track.hosts.has(host))) found.add(track);
      }
    }
    return found;
  }

  /** The captured paths inside a folder. */
  #inside(name: string): readonly string[] {
    if (!name.startsWith('/')) return [];
    const from = firstIndex(this.#paths.length, (at) => (this.#paths[at] ?? '') >= `${name}/`);
    // The character after a slash.
    return this.#paths.slice(from, firstIndex(this.#paths.length, (at) => (this.#paths[at] ?? '') >= `${name}0`));
  }

  /** Whether what an action changes was captured before, on all of its hosts. */
  holds(name: string, action: ActionModel, index: number): boolean {
    const tracks = around(name).flatMap((resource) => this.#byResource.get(resource) ?? []).filter((track) => (track.captures[0]?.index ?? index) < index);
    if (tracks.some((track) => track.kind === 'database')) return true;
    return tracks.length > 0 && hostsOf(action).every((host) => tracks.some((track) => track.hosts.has(host)));
  }
}

/** A resource by its name, and for a path all folders around it. */
function around(name: string): string[] {
  const names = [name];
  if (name.startsWith('/')) for (let end = name.lastIndexOf('/'); end > 0; end = name.lastIndexOf('/', end - 1)) names.push(name.slice(0, end));
  return names;
}

function hostsOf({ targets }: ActionModel): readonly string[] {
  return targets.mode === 'local' ? ['local'] : targets.hosts;
}
