import { withBodies, type PlanGraph } from '../graph/plan-graph.ts';
import type { Targets } from '../model/action.ts';
import type { Cloud } from '../model/model.ts';
import type { ActionModel, StepModel } from '../model/plan-model.ts';
import { hasSameItems } from '../text/is-equal.ts';
import type { Location } from '../text/source.ts';
import { actionsIn } from '../model/walk.ts';
import type { PlanRule } from './rule.ts';

interface Touch {
  readonly step: number;
  readonly how: 'changed' | 'used';
  /** Meets every other touch; one that does not write meets only those that do. */
  readonly writes: boolean;
  readonly title: string;
  readonly location: Location;
}

/** A touch with its hosts; absent for what the cloud has once, such as a database. */
interface Placed {
  readonly touch: Touch;
  readonly hosts?: readonly string[];
}

/** More pairs of steps in one plan say nothing new. */
const MOST_CONFLICTS = 500;

/** What is touched, and on which host where that matters: kind, name and host with NULs between. */
type Resource = string;

/** Two steps that change the same thing, or of which one changes what the other uses, have an order. */
export const unorderedConflict: PlanRule = {
  code: 'B0414', name: 'unordered-conflict', level: 'error', category: 'Order', since: '0.1', subject: 'plan',
  summary: 'Two steps without an order touch the same thing, and one of them changes it.',
  check({ plan, graph }, report) {
    for (const one of withBodies(graph)) {
      for (const { resource, first, second } of conflicts(one, plan.cloud)) {
        report({
          message: `\`${first.title}\` and \`${second.title}\` have no order, and both touch ${resource}. Put one after the other: outside \`parallel\`, or with \`after\`.`,
          at: second.location,
          label: `${second.how} here`,
          related: [{ location: first.location, message: `${first.how} here, at any time` }],
        });
      }
    }
  },
};

/**
 * Steps stand in a topological order. Where all changes of a resource are ordered, each change is ordered with the one before it, and each use with the
 * changes right before and after it; so looking at neighbors is enough.
 */
function* conflicts(graph: PlanGraph, cloud: Cloud): Generator<{ resource: string; first: Touch; second: Touch }> {
  const seen = new Set<string>();
  for (const part of parallelParts(graph)) {
    if (isKnownFree(part, graph)) continue;
    const before = seen.size;
    for (const [resource, touches] of touchesByResource(graph, part, cloud)) {
      let lastWrite: Touch | undefined;
      let reads: Touch[] = [];
      for (const touch of touches) {
        const against = touch.writes ? [...reads, ...(lastWrite === undefined ? [] : [lastWrite])] : lastWrite === undefined ? [] : [lastWrite];
        for (const earlier of against) {
          if (earlier.step === touch.step || graph.before(earlier.step, touch.step)) continue;
          const key = `${earlier.step} ${touch.step}`;
          if (seen.has(key)) continue;
          seen.add(key);
          if (seen.size > MOST_CONFLICTS) return;
          yield { resource: describe(resource), first: earlier, second: touch };
        }
        if (touch.writes) {
          lastWrite = touch;
          reads = [];
        } else reads.push(touch);
      }
    }
    if (seen.size === before) noteFree(part, graph);
  }
}

/** The steps inside each outermost parallel part, which stand side by side; all other steps are ordered. */
function parallelParts({ segments }: PlanGraph): number[][] {
  const parts: number[][] = [];
  for (let index = 0; index < segments.length;) {
    let end = index + 1;
    while (end < segments.length && segments[end] === segments[index]) end += 1;
    if (end - index > 1) parts.push(Array.from({ length: end - index }, (_, at) => index + at));
    index = end;
  }
  return parts;
}

/**
 * Parallel parts in which nothing is in conflict, by the first of their steps. Steps that were not bound again are as they were, and so is their order: while a plan
 * is edited, most parts need not be looked at again.
 */
const free = new WeakMap<StepModel, readonly StepModel[]>();

function isKnownFree(part: readonly number[], graph: PlanGraph): boolean {
  const steps = stepsIn(part, graph);
  const known = steps[0] === undefined ? undefined : free.get(steps[0]);
  return known !== undefined && hasSameItems(steps, known);
}

function noteFree(part: readonly number[], graph: PlanGraph): void {
  const steps = stepsIn(part, graph);
  if (steps[0] !== undefined) free.set(steps[0], steps);
}

function stepsIn(part: readonly number[], { steps }: PlanGraph): StepModel[] {
  return part.flatMap((index) => steps[index]?.step ?? []);
}

/** Touches by what is touched, and where that matters by host; each list in the order of the steps. */
function touchesByResource(graph: PlanGraph, part: readonly number[], cloud: Cloud): Map<Resource, Touch[]> {
  const placed = new Map<Resource, Placed[]>();
  for (const index of part) {
    const step = graph.steps[index]?.step;
    if (step === undefined) continue;
    for (const action of actionsIn(step)) addTouches(placed, index, action, cloud);
  }
  addFolders(placed);
  const out = new Map<Resource, Touch[]>();
  for (const [resource, all] of placed) {
    if (all.length < 2) continue;
    // Split by host only where the hosts differ: most plans touch a component on all its hosts.
    const first = all[0]?.hosts;
    if (first === undefined || all.every(({ hosts }) => isSame(hosts, first))) out.set(resource, all.map(({ touch }) => touch));
    else for (const { hosts, touch } of all) for (const host of hosts ?? []) push(out, `${resource}\0${host}`, touch);
  }
  return out;
}

function addTouches(placed: Map<Resource, Placed[]>, step: number, action: ActionModel, cloud: Cloud): void {
  const add = (kind: string, name: string, how: Touch['how'], hosts?: readonly string[]): void => {
    const touch: Touch = { step, how, writes: how === 'changed', title: action.title, location: action.location };
    push(placed, `${kind}\0${name}`, { touch, ...(hosts === undefined ? {} : { hosts }) });
  };
  const addHosts = (hosts: readonly string[]): void => {
    add('host', '', 'changed', hosts);
    const wanted = new Set(hosts);
    // What a host runs goes down with it.
    for (const component of cloud.components.values()) {
      const there = component.hosts.filter((host) => wanted.has(host));
      if (there.length > 0) add('component', component.name, 'changed', there);
    }
  };
  const rewritten: string[] = [];
  for (const change of action.changes) {
    if (change.kind === 'database' || change.kind === 'mode') add(change.kind, change.name, 'changed');
    else if (change.kind !== 'host') add(change.kind, change.name, 'changed', reached(action.targets));
    else if (change.becomes === 'rewritten') rewritten.push(change.name);
    else if (change.becomes === 'rebooted') addHosts(reached(action.targets));
    else add('host', '', 'changed', reached(action.targets));
  }
  if (rewritten.length > 0) addHosts(rewritten);
  for (const name of action.uses) add('component', name, 'used', cloud.components.get(name)?.hosts ?? []);
}

/**
 * Who changes a file changes the folders around it too. In the list of a folder changes of what it holds stand as uses: they meet changes of
 * the folder, and not each other.
 */
function addFolders(placed: Map<Resource, Placed[]>): void {
  const paths = [...placed.keys()].filter((resource) => resource.startsWith('file\0/')).sort((a, b) => (`${a}/` < `${b}/` ? -1 : 1));
  const around: Resource[] = [];
  const inside = new Map<Resource, Placed[]>();
  for (const path of paths) {
    while (around.length > 0 && !path.startsWith(`${around.at(-1)}/`)) around.pop();
    for (const folder of around) {
      for (const one of placed.get(path) ?? []) push(inside, folder, { ...one, touch: { ...one.touch, writes: false } });
    }
    around.push(path);
  }
  for (const [folder, more] of inside) {
    placed.set(folder, [...(placed.get(folder) ?? []), ...more].sort((a, b) => a.touch.step - b.touch.step));
  }
}

/** The hosts on which an action may run. */
function reached({ mode, hosts }: Targets): readonly string[] {
  return mode === 'first' ? hosts.slice(0, 1) : hosts;
}

function isSame(a: readonly string[] | undefined, b: readonly string[]): boolean {
  return a === b || (a !== undefined && hasSameItems(a, b));
}

function push<K, T>(map: Map<K, T[]>, key: K, value: T): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

function describe(resource: Resource): string {
  const [kind, name = '', host] = resource.split('\0');
  if (kind === 'host') return host === undefined ? 'the same hosts' : `the host \`${host}\``;
  return host === undefined ? `\`${name}\`` : `\`${name}\` on \`${host}\``;
}
