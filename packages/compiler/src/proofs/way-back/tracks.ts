import type { PlanGraph } from '../../graph/plan-graph.ts';
import type { ActionModel, StepModel } from '../../model/plan-model.ts';
import { resourceOf } from '../../model/resources.ts';
import { countWhile } from '../../text/count-while.ts';

type Capture = NonNullable<StepModel['point']>['captures'][number];

/** What a rollback goes back to: the start, whose index is -1, or a point. */
export interface Target {
  readonly name: string;
  readonly index: number;
}

/** One resource on the same hosts, however often it is captured. */
export interface Track {
  readonly resource: string;
  readonly kind: Capture['kind'];
  readonly hosts: ReadonlySet<string>;
  /** It is worked on from one of the hosts, whichever can be reached. */
  readonly isOnAny: boolean;
  readonly captures: { readonly point: string; readonly index: number }[];
  /** The steps that change it, in order, and where the restore of what was before has to stand for rollbacks to earlier targets. */
  readonly changes: { readonly index: number; readonly servedFrom: number | undefined }[];
  /** By the name of a target, the step at which the restore for it stands. */
  readonly restoredAt: Map<string, number>;
  /** Targets at which its server is down, so that it can not be loaded. */
  readonly unserved: Set<string>;
}

/** How many of the steps, in order, come before a step: for changes, how many a state has behind it. */
export function countBefore(steps: readonly { readonly index: number }[], index: number): number {
  return countWhile(steps.length, (at) => (steps[at]?.index ?? 0) < index);
}

/** How many of the numbers, in rising order, are less than a number. */
export function countBelow(numbers: readonly number[], number: number): number {
  return countWhile(numbers.length, (at) => (numbers[at] ?? 0) < number);
}

/** Everything that is captured, and what can be rolled back to. */
export class Tracks {
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
          track = { resource, kind, hosts: new Set(hosts), isOnAny: targets.mode === 'any', captures: [], changes: [], restoredAt: new Map(), unserved: new Set() };
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
    const from = countWhile(this.#paths.length, (at) => (this.#paths[at] ?? '') < `${name}/`);
    // The character after a slash.
    return this.#paths.slice(from, countWhile(this.#paths.length, (at) => (this.#paths[at] ?? '') < `${name}0`));
  }

  /** Whether what an action changes is brought back by a rollback to a target that passes the step, on all of its hosts. */
  isRestored(name: string, action: ActionModel, index: number, target: string): boolean {
    return this.#isCovered(name, action, (track) => (track.restoredAt.get(target) ?? Number.POSITIVE_INFINITY) <= index);
  }

  /** Whether what an action changes was captured before, on all of its hosts. */
  holds(name: string, action: ActionModel, index: number): boolean {
    return this.#isCovered(name, action, (track) => (track.captures[0]?.index ?? index) < index);
  }

  /** Whether tracks of a thing, or of a folder around it, that serve hold it on all hosts of an action. */
  #isCovered(name: string, action: ActionModel, serves: (track: Track) => boolean): boolean {
    const tracks = around(name).flatMap((resource) => this.#byResource.get(resource) ?? []).filter(serves);
    if (tracks.some((track) => track.kind === 'database')) return true;
    return tracks.length > 0 && hostsOf(action).every((host) => tracks.some((track) => track.hosts.has(host)));
  }
}

/** A resource by its name, and for a path all folders around it. */
export function around(name: string): string[] {
  const names = [name];
  if (name.startsWith('/')) for (let end = name.lastIndexOf('/'); end > 0; end = name.lastIndexOf('/', end - 1)) names.push(name.slice(0, end));
  return names;
}

export function hostsOf({ targets }: ActionModel): readonly string[] {
  return targets.mode === 'local' ? ['local'] : targets.hosts;
}
