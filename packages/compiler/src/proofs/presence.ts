import type { PlanGraph } from '../graph/plan-graph.ts';
import type { Component } from '../model/model.ts';
import type { PlanSubject } from '../rules/rule.ts';
import type { Event, Events } from './events.ts';
import { HeaviestState } from './heaviest-state.ts';
import { OrderTree } from './order-tree.ts';
import { followOutages, type Conflict, type Courses } from './outage-course.ts';
import { watchComponent, watchHosts, type Watched } from './outages.ts';
import { eventsOf } from './proof.ts';

/** What is known of something that is watched while a plan runs. */
export interface Presence {
  readonly watched: Watched;
  /** The events that may do something to it, in a topological order. */
  readonly touching: readonly Event[];
  readonly courses: Courses;
  /** Set where nothing can be said, because two events have no order. */
  readonly conflict?: Conflict;
  readonly heaviest: HeaviestState;
}

/** The nesting and the events of a plan, and what becomes of components and hosts in it; made once for all proofs. */
export class Presences {
  readonly events: Events;
  readonly tree: OrderTree;
  readonly #components = new Map<Component, Presence>();
  readonly #byComponent = new Map<string, number[]>();
  readonly #reboots: number[] = [];
  readonly #rebootsByHost = new Map<string, number[]>();
  /** Components that are not touched themselves share what becomes of their hosts. */
  readonly #rebooted = new Map<readonly string[], Presence>();
  readonly #hostEvents: number[] = [];
  readonly #hostEventsByHost = new Map<string, number[]>();

  constructor({ plan, graph }: PlanSubject) {
    this.events = eventsOf(graph);
    this.tree = new OrderTree(plan.body, graph);
    for (const [index, event] of this.events.list.entries()) this.#sort(index, event);
  }

  #sort(index: number, event: Event): void {
    for (const change of event.action.changes) {
      if (change.kind === 'component') {
        const known = this.#byComponent.get(change.name);
        if (known === undefined) this.#byComponent.set(change.name, [index]);
        else if (known.at(-1) !== index) known.push(index);
      } else if (change.kind === 'host' && change.becomes !== 'rewritten') {
        if (change.becomes === 'rebooted' && this.#reboots.at(-1) !== index) addByHost(this.#reboots, this.#rebootsByHost, index, event);
        if (this.#hostEvents.at(-1) !== index) addByHost(this.#hostEvents, this.#hostEventsByHost, index, event);
      }
    }
  }

  /** What becomes of a component. */
  component(component: Component): Presence {
    const own = this.#byComponent.get(component.name);
    let presence = this.#components.get(component) ?? (own === undefined ? this.#rebooted.get(component.hosts) : undefined);
    if (presence !== undefined) return presence;
    const reboots = onHosts(component.hosts, this.#reboots, this.#rebootsByHost);
    const indexes = own === undefined ? reboots : [...new Set([...own, ...reboots])].sort((a, b) => a - b);
    presence = this.#follow(watchComponent(component), this.#eventsAt(indexes));
    this.#components.set(component, presence);
    if (own === undefined) this.#rebooted.set(component.hosts, presence);
    return presence;
  }

  /** What becomes of hosts. */
  hosts(hosts: readonly string[]): Presence {
    return this.#follow(watchHosts(hosts), this.#eventsAt(onHosts(hosts, this.#hostEvents, this.#hostEventsByHost)));
  }

  #eventsAt(indexes: readonly number[]): Event[] {
    return indexes.map((index) => this.events.list[index] as Event);
  }

  #follow(watched: Watched, touching: readonly Event[]): Presence {
    const followed = followOutages(watched, this.events, touching);
    const weigh = (): HeaviestState => new HeaviestState(this.tree, followed.courses);
    let heaviest: HeaviestState | undefined;
    return { watched, touching, ...followed, get heaviest() { return (heaviest ??= weigh()); } };
  }
}

/** Adds the index of an event to a list of them, and to the lists of its hosts. */
function addByHost(all: number[], byHost: Map<string, number[]>, index: number, event: Event): void {
  all.push(index);
  for (const host of event.action.targets.hosts) {
    const known = byHost.get(host);
    if (known === undefined) byHost.set(host, [index]);
    else known.push(index);
  }
}

/** Those of some events that happen on some of the hosts; where they are few, all. */
function onHosts(hosts: readonly string[], all: readonly number[], byHost: ReadonlyMap<string, readonly number[]>): readonly number[] {
  if (all.length <= hosts.length) return all;
  const found = new Set<number>();
  for (const host of hosts) for (const index of byHost.get(host) ?? []) found.add(index);
  return [...found].sort((a, b) => a - b);
}

const cache = new WeakMap<PlanGraph, Presences>();

/** The presences of a plan; every proof asks for them, they are made once. */
export function presencesOf(subject: PlanSubject): Presences {
  let presences = cache.get(subject.graph);
  if (presences === undefined) cache.set(subject.graph, (presences = new Presences(subject)));
  return presences;
}
