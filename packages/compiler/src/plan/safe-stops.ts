import type { PlanGraph } from '../graph/plan-graph.ts';
import type { Cloud } from '../model/model.ts';
import { Events, type Event } from '../proofs/events.ts';
import { hostOutages, outagesOf, type Outage } from '../proofs/outages.ts';

/**
 * The steps behind which a plan may rest: nothing is open there, and every `keep` holds. Inside an outermost parallel part other steps may be under way,
 * so of such a part only its last step can be one, and stands for all of it.
 *
 * @returns indexes of steps; a step stands for itself and all before it in the order of the graph
 */
export function safeStops(graph: PlanGraph, cloud: Cloud): ReadonlySet<number> {
  const events = new Events(graph);
  const last = lastOfSegments(graph);
  const open = new Changes(graph.steps.length);
  for (const outage of hostOutages([...cloud.hosts.keys()], events, events.list.filter(({ action }) => action.changes.some(({ kind }) => kind === 'host')))) {
    open.add(outage.from.step, outage.to?.step, 1);
  }
  openModes(events, open);
  const retired = new Map<string, Changes>();
  for (const [name, touching] of touchingOf(events)) {
    const component = cloud.components.get(name);
    if (component === undefined) continue;
    // A reboot does not leave anything open: it is over when its step is.
    for (const outage of outagesOf(component, events, touching)) {
      if (!isForGood(outage)) open.add(outage.from.step, outage.to?.step, 1);
      else {
        const changes = retired.get(name) ?? new Changes(graph.steps.length);
        retired.set(name, changes);
        changes.add(outage.from.step, undefined, outage.hosts.length);
      }
    }
  }
  const isOpen = open.sums();
  const kept = keepsOver(cloud, retired, graph.steps.length);
  return new Set(last.filter((index) => isOpen[index] === 0 && kept[index] === true));
}

/** The last step of each part in which steps may be without an order, in the order of the graph. */
function lastOfSegments({ steps, segments }: PlanGraph): number[] {
  return steps.flatMap((_, index) => (segments[index] === segments[index + 1] ? [] : [index]));
}

function isForGood({ from, to }: Outage): boolean {
  return to === undefined && from.action.forGood === true;
}

function openModes(events: Events, open: Changes): void {
  const entered = new Map<string, number>();
  for (const { action, step } of events.list) {
    for (const change of action.changes) {
      if (change.kind !== 'mode' || change.becomes === 'rewritten') continue;
      const since = entered.get(change.name);
      if (change.becomes === 'entered' && since === undefined) entered.set(change.name, step);
      if (change.becomes === 'left' && since !== undefined) {
        open.add(since, step, 1);
        entered.delete(change.name);
      }
    }
  }
  for (const since of entered.values()) open.add(since, undefined, 1);
}

/** The events that stop, start or restart each component. */
function touchingOf(events: Events): Map<string, Event[]> {
  const touching = new Map<string, Event[]>();
  for (const event of events.list) {
    for (const change of event.action.changes) {
      if (change.kind !== 'component' || change.becomes === 'installed' || change.becomes === 'rewritten' || change.becomes === 'reloaded') continue;
      const known = touching.get(change.name);
      if (known === undefined) touching.set(change.name, [event]);
      else if (known.at(-1) !== event) known.push(event);
    }
  }
  return touching;
}

/** Behind each step, whether enough is left of everything that has to be kept. */
function keepsOver(cloud: Cloud, retired: ReadonlyMap<string, Changes>, steps: number): boolean[] {
  const kept = Array.from({ length: steps }, () => true);
  for (const keep of cloud.keeps) {
    const gone = retired.get(keep.component)?.sums();
    const all = cloud.components.get(keep.component)?.hosts.length ?? 0;
    const least = keep.kind === 'instances' ? keep.count : 1;
    for (let index = 0; index < steps; index += 1) if (all - (gone?.[index] ?? 0) < least) kept[index] = false;
  }
  return kept;
}

/** A number for the state behind each step, made of spans. */
class Changes {
  readonly #by: number[];

  constructor(steps: number) {
    this.#by = Array.from({ length: steps + 1 }, () => 0);
  }

  /** Adds to the states behind the step `from` and all after it, up to that before the step `to`. */
  add(from: number, to: number | undefined, amount: number): void {
    this.#by[from] = (this.#by[from] ?? 0) + amount;
    if (to !== undefined) this.#by[to] = (this.#by[to] ?? 0) - amount;
  }

  sums(): number[] {
    let sum = 0;
    return this.#by.map((by) => (sum += by));
  }
}
