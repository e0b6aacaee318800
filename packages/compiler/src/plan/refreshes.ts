import type { PlanGraph } from '../graph/plan-graph.ts';
import type { Change, Targets, Verb } from '../model/action.ts';
import type { ActionModel } from '../model/plan-model.ts';
import { resourceOf } from '../model/resources.ts';
import { Events, type Event } from '../proofs/events.ts';

/** What has components load again what a rollback has brought back below them. */
export interface Refreshes {
  /** For what an action changed, once its own way back has run. */
  of(action: ActionModel): readonly ActionModel[];
  /**
   * For what a restore brought back.
   *
   * @param index of the step where it stands
   */
  ofRestore(index: number, resource: string, kind: 'database' | 'file' | 'component', targets: Targets): readonly ActionModel[];
}

type LoadVerb = 'stop' | 'start' | 'restart' | 'reload';

/** What the plan does to one component on one host, by verb: the numbers of the events, ascending. */
type Course = Partial<Record<LoadVerb, number[]>>;

/**
 * A service that was restarted or reloaded runs with the files and the code of that time. When a rollback has put the former ones back below it, it has to
 * load them again, by the command with which the plan had it load the new ones; a stop and a start will do. Nothing says which component reads which file, so a
 * file counts for every component that the plan has load anything later on the same host. What was stopped when the change was made is started later on
 * the way back.
 */
export function placeRefreshes(graph: PlanGraph): Refreshes {
  const { list } = new Events(graph);
  if (!list.some(({ action }) => action.changes.some((change) => isBelow(change)))) return { of: () => [], ofRestore: () => [] };
  return new Placer(list);
}

/** Does a change replace what a component has loaded? What is installed has its own way to make it run. */
function isBelow(change: Change): boolean {
  return (change.kind === 'file' || change.kind === 'component') && change.becomes === 'rewritten';
}

class Placer implements Refreshes {
  readonly #events: readonly Event[];
  readonly #numbers = new Map<ActionModel, number>();
  /** The number of the first event of each step. */
  readonly #firsts = new Map<number, number>();
  /** By host, then by component. */
  readonly #courses = new Map<string, Map<string, Course>>();

  constructor(events: readonly Event[]) {
    this.#events = events;
    for (const [number, { action, step }] of events.entries()) {
      this.#numbers.set(action, number);
      if (!this.#firsts.has(step)) this.#firsts.set(step, number);
      const component = componentOf(action);
      if (component === undefined || !isLoad(action.verb)) continue;
      for (const host of action.targets.hosts) {
        let courses = this.#courses.get(host);
        if (courses === undefined) this.#courses.set(host, (courses = new Map()));
        const course = courses.get(component) ?? {};
        courses.set(component, course);
        const times = (course[action.verb] ??= []);
        if (times.at(-1) !== number) times.push(number);
      }
    }
  }

  of(action: ActionModel): readonly ActionModel[] {
    const number = this.#numbers.get(action);
    const below = action.changes.filter(isBelow);
    if (number === undefined || below.length === 0) return [];
    const only = below.some(({ kind }) => kind === 'file') ? undefined : new Set(below.map(resourceOf));
    return this.#after(number, action.targets, only);
  }

  ofRestore(index: number, resource: string, kind: 'database' | 'file' | 'component', targets: Targets): readonly ActionModel[] {
    const first = this.#firsts.get(index);
    return kind === 'database' || first === undefined ? [] : this.#after(first - 1, targets, kind === 'component' ? new Set([resource]) : undefined);
  }

  /** @param only these components; any, if left out */
  #after(number: number, targets: Targets, only: ReadonlySet<string> | undefined): ActionModel[] {
    const found = new Map<string, { readonly loads: readonly ActionModel[]; readonly component: string; readonly hosts: string[] }>();
    for (const host of targets.hosts) {
      for (const [component, course] of this.#courses.get(host) ?? []) {
        if (only?.has(component) === false || !runsAt(course, number)) continue;
        const chosen = this.#choose(course, number);
        if (chosen.length === 0) continue;
        const key = `${component} ${chosen.join(' ')}`;
        const known = found.get(key);
        if (known === undefined) found.set(key, { loads: chosen.flatMap((one) => this.#whole(one)), component, hosts: [host] });
        else known.hosts.push(host);
      }
    }
    return [...found.values()].flatMap(({ loads, component, hosts }) => loads.map((load) => refreshing(load, component, hosts, targets)));
  }

  /** The events whose commands have the component load anew: a restart, else a stop and what starts it again, else a reload. */
  #choose(course: Course, number: number): readonly number[] {
    const restart = next(course.restart, number);
    if (restart !== undefined) return [restart];
    const stop = next(course.stop, number);
    if (stop !== undefined) {
      const start = next(course.start, stop);
      return start === undefined ? [stop] : [stop, start];
    }
    const reload = next(course.reload, number);
    return reload === undefined ? [] : [reload];
  }

  /** All commands of the action that an event is the last of; a stop that nothing follows, with its way back. */
  #whole(number: number): ActionModel[] {
    const event = this.#events[number];
    if (event === undefined) return [];
    const { action, owner } = event;
    const all = owner.actions.filter(({ verb, title }) => verb === action.verb && title === action.title);
    if (action.verb !== 'stop' || this.#startsAgain(event, number)) return all;
    return [...all, ...all.flatMap(({ inverse }) => inverse ?? [])];
  }

  #startsAgain({ action }: Event, number: number): boolean {
    const component = componentOf(action) ?? '';
    return action.targets.hosts.some((host) => next(this.#courses.get(host)?.get(component)?.start, number) !== undefined);
  }
}

function componentOf({ changes }: ActionModel): string | undefined {
  const change = changes.find(({ kind }) => kind === 'component');
  return change === undefined ? undefined : resourceOf(change);
}

function isLoad(verb: Verb): verb is LoadVerb {
  return verb === 'stop' || verb === 'start' || verb === 'restart' || verb === 'reload';
}

/** Whether a component runs before an event: it does unless the last that was done to it was a stop. */
function runsAt(course: Course, number: number): boolean {
  const stopped = previous(course.stop, number);
  return stopped === undefined || Math.max(previous(course.start, number) ?? -1, previous(course.restart, number) ?? -1) > stopped;
}

/** Where many would be down at once the plan may have gone one by one, so the way back does. */
function refreshing(load: ActionModel, component: string, hosts: readonly string[], { batch }: Targets): ActionModel {
  const inTurns = batch !== true && (load.targets.batch === true || load.targets.mode === 'each');
  return {
    ...load, targets: { mode: inTurns ? 'each' : 'all', hosts, ...(batch === true ? { batch } : {}) }, inverse: [], refresh: component,
    title: `${load.title} with what is back`,
  };
}

function next(times: readonly number[] | undefined, number: number): number | undefined {
  return times?.[place(times, number + 1)];
}

function previous(times: readonly number[] | undefined, number: number): number | undefined {
  return times?.[place(times, number) - 1];
}

/** How many of some ascending numbers are less than one. */
function place(times: readonly number[], number: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < number) low = middle + 1;
    else high = middle;
  }
  return low;
}
