import type { GraphStep, PlanGraph } from '../graph/plan-graph.ts';
import type { ActionModel, StepModel } from '../model/plan-model.ts';

/**
 * One action of a plan, as the proofs see it. It runs on its hosts: all at once, one after the other (`each`), or batch by batch in the body of a roll.
 * Actions of a step follow each other; an action begins when the one before it has ended on all its hosts.
 */
export interface Event {
  /** Index of the step in the graph of the plan. */
  readonly step: number;
  /** In the body of a roll: index of the step in the graph of the body; else -1. */
  readonly body: number;
  /** Index of the action in its step. */
  readonly index: number;
  readonly owner: StepModel;
  readonly action: ActionModel;
}

/**
 * The events of a plan in a topological order, and which ends before which begins.
 *
 * How plans run, for all proofs, and for the explorers that the tests compare them with:
 * - Before the plan everything is up and in service, and no mode is entered.
 * - Steps run at any time that the edges of the graph leave them, also at the same time. The actions of a step follow each other: one begins when the one before it has ended
 *   on all its hosts.
 * - On each of its hosts an action begins and ends. With `all` the hosts do so independently of each other; with `each` one after the other, in the order of the
 *   targets, in a roll in that of the batch; `any` and `first` run on the first host, and another takes the place of the first only where that can not be reached.
 * - What an action takes away is away from its begin on; what it brings back is back from its end on.
 * - A roll goes through its batches one after the other; each begins when the one before has gone through all of the body. An action with `batch` runs on those of its hosts that are
 *   in the batch, any other on all its hosts again in every batch.
 * - Every host needs the roll (`needed`), and no step is done already (`unless`): what is left out takes nothing away.
 * - A run may end anywhere, by a failure or a kill; so whatever holds in every state that is reached on the way holds for runs that fail. Only a roll with `max failures` goes on
 *   without hosts that failed, so many at most: what is away on them stays away while the roll goes through its next batches.
 */
export class Events {
  readonly graph: PlanGraph;
  readonly list: readonly Event[];
  readonly #batchOf = new Map<number, ReadonlyMap<string, number>>();

  constructor(graph: PlanGraph) {
    this.graph = graph;
    const list: Event[] = [];
    for (const [step, node] of graph.steps.entries()) {
      for (const [index, action] of (node.step?.actions ?? []).entries()) list.push({ step, body: -1, index, owner: node.step as StepModel, action });
      for (const [body, inner] of (node.body?.steps ?? []).entries()) {
        for (const [index, action] of (inner.step?.actions ?? []).entries()) list.push({ step, body, index, owner: inner.step as StepModel, action });
      }
    }
    this.list = list;
  }

  node(event: Event): GraphStep | undefined {
    return this.graph.steps[event.step];
  }

  /** The number of the batch that a host is in, while the step of the event is a roll. */
  batchOf(event: Event, host: string): number {
    let batches = this.#batchOf.get(event.step);
    if (batches === undefined) {
      const made = new Map<string, number>();
      for (const [index, batch] of (this.graph.steps[event.step]?.step?.roll?.batches ?? []).entries()) for (const name of batch) made.set(name, index);
      this.#batchOf.set(event.step, (batches = made));
    }
    return batches.get(host) ?? -1;
  }

  /**
   * Whether one event on one host has always ended before another begins on another host.
   *
   * In a roll an action without `batch` runs once for every batch: it then precedes nothing of an earlier batch; as a whole it lasts from its first batch to its
   * last.
   */
  precedes(first: Event, firstHost: string, second: Event, secondHost: string): boolean {
    if (first.step !== second.step) return this.graph.before(first.step, second.step);
    if (first.body !== -1) {
      const firstBatch = first.action.targets.batch === true ? this.batchOf(first, firstHost) : undefined;
      const secondBatch = second.action.targets.batch === true ? this.batchOf(second, secondHost) : undefined;
      // Once a batch: as a whole such an action overlaps the whole roll.
      if (firstBatch === undefined || secondBatch === undefined) return this.#batches(first) === 1 && this.#inBatch(first, firstHost, second, secondHost);
      if (firstBatch !== secondBatch) return firstBatch < secondBatch;
    }
    return this.#inBatch(first, firstHost, second, secondHost);
  }

  #batches(event: Event): number {
    return this.graph.steps[event.step]?.step?.roll?.batches.length ?? 1;
  }

  #inBatch(first: Event, firstHost: string, second: Event, secondHost: string): boolean {
    if (first.body !== second.body) return this.node(first)?.body?.before(first.body, second.body) === true;
    if (first.index !== second.index) return first.index < second.index;
    if (first.action.targets.mode !== 'each') return false;
    const { hosts } = first.action.targets;
    return hosts.indexOf(firstHost) < hosts.indexOf(secondHost);
  }

  /**
   * The steps that have to be complete, and those that have to be begun, for some events to be going on or over: the smallest part of the plan that
   * reaches them.
   */
  shortestWayTo(events: readonly Event[]): { readonly steps: readonly number[] } {
    const needed = new Set<number>();
    const open = events.map((event) => event.step);
    for (let step = open.pop(); step !== undefined; step = open.pop()) {
      if (needed.has(step)) continue;
      needed.add(step);
      open.push(...(this.graph.steps[step]?.after ?? []));
    }
    return { steps: [...needed].sort((a, b) => a - b) };
  }
}
