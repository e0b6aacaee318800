import type { PlanGraph } from '../graph/plan-graph.ts';
import type { Change, Verb } from '../model/action.ts';
import type { ActionModel } from '../model/plan-model.ts';
import { resourceOf } from '../model/resources.ts';
import { Events, type Event } from '../proofs/events.ts';

/** How a component is made to load again what a rollback has brought back below it, on the hosts of the actions. */
export interface RefreshModel {
  readonly component: string;
  readonly by: 'restart' | 'reload';
  /** One after the other. */
  readonly actions: readonly ActionModel[];
}

type LoadVerb = 'stop' | 'start' | 'restart' | 'reload' | 'reboot';

type Restarts = ReadonlyMap<string, readonly ActionModel[]>;

/** What the plan does to one component on one host, by verb: the numbers of the events, ascending. */
type Course = Partial<Record<LoadVerb, number[]>>;

/** Numbers of the first events that replace what is below components on a host. */
interface Below {
  /** By a file: nothing says which component reads it, so it counts for each. */
  file?: number;
  readonly components: Map<string, number>;
}

/**
 * A service that was restarted or reloaded runs with the files and the code of that time. When a rollback has put the former ones back below it, it has to
 * load them again, by the command with which the plan had it load the new ones; a stop and a start will do, and a reload where nothing else is done to it. Where the
 * plan only reboots its host, it is restarted.
 *
 * Only components that may have to are listed: those that load anything on a host behind the first change of something that they may have loaded. Whoever rolls back
 * knows what ran, and so what has to be loaded again, where and when: once, where the last thing is back that a component has loaded. What is installed has its
 * own way to make it run.
 *
 * @param restarts by component, how it is started anew on hosts that the plan reboots
 */
export function refreshesOf(graph: PlanGraph, restarts: Restarts = new Map()): readonly RefreshModel[] {
  const { list } = new Events(graph);
  const below = new Map<string, Below>();
  for (const [number, { action }] of list.entries()) for (const change of action.changes) if (isBelow(change)) noteBelow(below, action, change, number);
  return below.size === 0 ? [] : new Refreshing(list, below, restarts).all();
}

function isBelow(change: Change): boolean {
  return (change.kind === 'file' || change.kind === 'component') && change.becomes === 'rewritten';
}

function noteBelow(below: Map<string, Below>, { targets }: ActionModel, change: Change, number: number): void {
  for (const host of targets.mode === 'local' ? [] : targets.hosts) {
    let there = below.get(host);
    if (there === undefined) below.set(host, (there = { components: new Map() }));
    const name = resourceOf(change);
    if (change.kind === 'file') there.file ??= number;
    else if (!there.components.has(name)) there.components.set(name, number);
  }
}

/** The actions that do it, and where. */
interface Found {
  readonly loads: readonly ActionModel[];
  readonly hosts: string[];
}

class Refreshing {
  readonly #events: readonly Event[];
  readonly #below: ReadonlyMap<string, Below>;
  readonly #restarts: Restarts;
  /** By component, then by host. */
  readonly #courses = new Map<string, Map<string, Course>>();

  constructor(events: readonly Event[], below: ReadonlyMap<string, Below>, restarts: Restarts) {
    this.#events = events;
    this.#below = below;
    this.#restarts = restarts;
    const standing = componentsByHost(restarts);
    for (const [number, { action }] of events.entries()) {
      const component = componentOf(action);
      if (action.changes.some(({ becomes }) => becomes === 'rebooted')) {
        for (const host of action.targets.hosts) for (const name of standing.get(host) ?? []) this.#note(name, host, 'reboot', number);
      } else if (component !== undefined && isLoad(action.verb)) {
        for (const host of action.targets.hosts) this.#note(component, host, action.verb, number);
      }
    }
  }

  #note(component: string, host: string, verb: LoadVerb, number: number): void {
    let courses = this.#courses.get(component);
    if (courses === undefined) this.#courses.set(component, (courses = new Map()));
    const course = courses.get(host) ?? {};
    courses.set(host, course);
    const times = (course[verb] ??= []);
    if (times.at(-1) !== number) times.push(number);
  }

  all(): RefreshModel[] {
    return [...this.#courses].flatMap(([component, courses]) => (['restart', 'reload'] as const).flatMap((by) => this.#of(component, courses, by)));
  }

  /** Hosts on which other commands do it have a refresh of their own. */
  #of(component: string, courses: ReadonlyMap<string, Course>, by: RefreshModel['by']): RefreshModel[] {
    const found = new Map<string, Found>();
    const byEvents = new Map<string, Found>();
    for (const [host, course] of courses) {
      const first = firstBelow(this.#below.get(host), component);
      const chosen = first === undefined ? [] : by === 'reload' ? [next(course.reload, first) ?? []].flat() : anew(course, first);
      if (chosen.length === 0) continue;
      let known = byEvents.get(chosen.join());
      if (known === undefined) {
        const loads = chosen.flatMap((number) => this.#whole(number, component));
        const commands = JSON.stringify(loads.map(({ verb, operation, targets }) => [verb, operation, inTurns(targets)]));
        known = found.get(commands) ?? { loads, hosts: [] };
        found.set(commands, known);
        byEvents.set(chosen.join(), known);
      }
      known.hosts.push(host);
    }
    return [...found.values()].map(({ loads, hosts }) => ({ component, by, actions: loads.map((load) => refreshing(load, hosts)) }));
  }

  /** All commands of the action that an event is the last of; a stop that nothing follows, with its way back; of a reboot, what restarts the component. */
  #whole(number: number, component: string): ActionModel[] {
    const event = this.#events[number];
    if (event === undefined) return [];
    const { action, owner } = event;
    if (componentOf(action) !== component) return (this.#restarts.get(component) ?? []).map((restart) => ({ ...restart, targets: action.targets }));
    const all = owner.actions.filter(({ verb, title }) => verb === action.verb && title === action.title);
    if (action.verb !== 'stop' || this.#startsAgain(action, number)) return all;
    return [...all, ...all.flatMap(({ inverse }) => inverse ?? [])];
  }

  #startsAgain(action: ActionModel, number: number): boolean {
    const courses = this.#courses.get(componentOf(action) ?? '');
    return action.targets.hosts.some((host) => next(courses?.get(host)?.start, number) !== undefined);
  }
}

function firstBelow(below: Below | undefined, component: string): number | undefined {
  const own = below?.components.get(component);
  return own === undefined || below?.file === undefined ? own ?? below?.file : Math.min(own, below.file);
}

/** The events whose commands start a component anew: a restart, else a stop and what starts it again. */
function anew(course: Course, first: number): readonly number[] {
  const restart = next(course.restart, first);
  if (restart !== undefined) return [restart];
  const stop = next(course.stop, first);
  if (stop === undefined) return [next(course.reboot, first) ?? []].flat();
  const start = next(course.start, stop);
  return start === undefined ? [stop] : [stop, start];
}

function componentsByHost(restarts: Restarts): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [component, actions] of restarts) {
    for (const host of actions[0]?.targets.hosts ?? []) {
      const known = found.get(host);
      if (known === undefined) found.set(host, [component]);
      else known.push(component);
    }
  }
  return found;
}

function componentOf({ changes }: ActionModel): string | undefined {
  const change = changes.find(({ kind }) => kind === 'component');
  return change === undefined ? undefined : resourceOf(change);
}

function isLoad(verb: Verb): verb is LoadVerb {
  return verb === 'stop' || verb === 'start' || verb === 'restart' || verb === 'reload';
}

/** Where many would be down at once the plan may have gone one by one, or batch by batch, so the way back does. */
function inTurns({ mode, batch }: ActionModel['targets']): 'each' | 'batch' | 'all' {
  return mode === 'each' ? 'each' : batch === true ? 'batch' : 'all';
}

function refreshing(load: ActionModel, hosts: readonly string[]): ActionModel {
  const turns = inTurns(load.targets);
  return {
    ...load, targets: { mode: turns === 'each' ? 'each' : 'all', hosts, ...(turns === 'batch' ? { batch: true } : {}) }, inverse: [],
    title: `${load.title} with what is back`,
  };
}

/** The first of some ascending numbers that is greater than one. */
function next(times: readonly number[] | undefined, number: number): number | undefined {
  return times?.find((time) => time > number);
}
