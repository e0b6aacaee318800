import type { Node, Parallel, PlanModel, Series, StepModel } from '../model/plan-model.ts';
import { orderBranches, type GraphProblem } from './branch-order.ts';
import { needsClosure } from './needs.ts';
import type { Reachability } from './reachability.ts';

export type { GraphProblem } from './branch-order.ts';

/** The steps of a plan, or of the body of a roll, as a directed graph without cycles. */
export interface PlanGraph {
  /** In a topological order, that of the text where it has a say. */
  readonly steps: readonly GraphStep[];
  readonly problems: readonly GraphProblem[];
  /** Whether one step always comes before another: `before(i, j)`, by index. Joins have no place of their own: they are never asked for. */
  readonly before: (first: number, second: number) => boolean;
  /**
   * For each step the number of its segment. Steps of different segments are ordered by these numbers; only steps that share one (the inside
   * of an outermost parallel part) may be without an order.
   */
  readonly segments: readonly number[];
}

export interface GraphStep {
  /** Absent for a join, which does nothing: it keeps the number of edges small. */
  readonly step?: StepModel;
  readonly id: string;
  /** Indexes of the steps that come right before; none of them comes before another of them. */
  readonly after: readonly number[];
  /** For a roll: its body. */
  readonly body?: PlanGraph;
}

/** Where more steps than this end a part, what follows waits for a join of them. */
const MOST_EDGES = 64;

/** The steps that end a part of the plan; what follows waits for all of them. */
interface Ends {
  readonly steps: readonly number[];
  /** The join that stands for them, once something needed it. */
  join?: number;
}

/** Where a step stands in the nesting of series and parallel parts: from the outside in. */
interface Place {
  readonly parent: Place | undefined;
  readonly depth: number;
  /** The number among the items of a series, or of the branch. */
  readonly index: number;
  /** For the branches of a parallel part: which branches come before which. */
  readonly reach?: Reachability;
}

/** Makes the graph of a plan: an edge wherever the text, `after` or `needs` puts one step before another. */
export function buildGraph(plan: PlanModel): PlanGraph {
  return new Builder(needsClosure(plan.cloud.services), { count: 0 }).build(plan.body);
}

/** A graph, and those of the bodies of its rolls. */
export function withBodies(graph: PlanGraph): PlanGraph[] {
  const graphs = [graph];
  for (const { body } of graph.steps) if (body !== undefined) graphs.push(body);
  return graphs;
}

class Builder {
  readonly #needs: ReadonlyMap<string, ReadonlySet<string>>;
  /** How many joins the plan has so far, those in the bodies of rolls included. */
  readonly #joins: { count: number };
  readonly #steps: { step?: StepModel; id: string; after: readonly number[]; body?: PlanGraph }[] = [];
  readonly #places: Place[] = [];
  readonly #problems: GraphProblem[] = [];
  readonly #segments: number[] = [];
  #segment = 0;
  #parallelDepth = 0;

  constructor(needs: ReadonlyMap<string, ReadonlySet<string>>, joins: { count: number }) {
    this.#needs = needs;
    this.#joins = joins;
  }

  build(body: Series): PlanGraph {
    this.#series(body, [], undefined);
    const places = this.#places;
    return { steps: this.#steps, problems: this.#problems, segments: this.#segments, before: (first, second) => isBefore(places[first], places[second]) };
  }

  /** Adds a node behind the given ends, and returns its own; the same array where the node has no steps. */
  #node(node: Node, after: readonly Ends[], place: Place): readonly Ends[] {
    if (node.node === 'series') return this.#series(node, after, place);
    if (node.node === 'parallel') return this.#parallel(node, after, place);
    return [{ steps: [this.#add(node.step, after, place)] }];
  }

  #series(series: Series, after: readonly Ends[], parent: Place | undefined): readonly Ends[] {
    const depth = (parent?.depth ?? -1) + 1;
    let last = after;
    for (const [index, item] of series.items.entries()) last = this.#node(item, last, { parent, depth, index });
    return last;
  }

  #parallel({ branches, location }: Parallel, after: readonly Ends[], parent: Place): readonly Ends[] {
    if (this.#parallelDepth === 0) this.#segment += 1;
    this.#parallelDepth += 1;
    const { order, before, reach, problems } = orderBranches(branches, this.#needs, location);
    for (const problem of problems) this.#problems.push(problem);
    // For each branch what ends it; for one without steps, those that it waits for stand in for it.
    const ends: (readonly Ends[] | undefined)[] = [];
    const standIns: (readonly number[])[] = [];
    const followed = new Set<number>();
    for (const index of order) {
      const waits = reach.last(unique((before[index] ?? []).flatMap((one) => (ends[one] === undefined ? (standIns[one] ?? []) : [one]))));
      const entry = waits.length === 0 ? after : waits.flatMap((one) => ends[one] ?? []);
      const branch = branches[index];
      const exit = branch === undefined ? entry : this.#node(branch.body, entry, { parent, depth: parent.depth + 1, index, reach });
      if (exit === entry) standIns[index] = waits;
      else {
        ends[index] = exit;
        for (const one of waits) followed.add(one);
      }
    }
    this.#parallelDepth -= 1;
    const last = order.filter((index) => !followed.has(index)).flatMap((index) => ends[index] ?? []);
    if (last.length < 2) return last.length === 0 ? after : last;
    return [{ steps: unique(last.flatMap((one) => one.steps)) }];
  }

  #add(step: StepModel, after: readonly Ends[], place: Place): number {
    const [only] = after;
    const isPlain = only !== undefined && after.length === 1 && only.steps.length <= MOST_EDGES;
    const edges = isPlain ? only.steps : unique(after.flatMap((one) => (one.steps.length > MOST_EDGES ? [this.#join(one, place)] : one.steps)));
    if (step.roll === undefined) this.#steps.push({ id: step.id, after: edges, step });
    else this.#steps.push({ id: step.id, after: edges, step, body: new Builder(this.#needs, this.#joins).build(step.roll.body) });
    this.#places.push(place);
    if (this.#parallelDepth === 0) this.#segment += 1;
    this.#segments.push(this.#segment);
    return this.#steps.length - 1;
  }

  /** The join that stands for many ends; all that wait for the same ones share it. */
  #join(ends: Ends, place: Place): number {
    if (ends.join !== undefined) return ends.join;
    this.#joins.count += 1;
    // No name of a step holds a dot.
    this.#steps.push({ id: `join.${this.#joins.count}`, after: ends.steps });
    this.#places.push(place);
    this.#segments.push(this.#segment);
    ends.join = this.#steps.length - 1;
    return ends.join;
  }
}

function unique(values: readonly number[]): readonly number[] {
  return values.length < 2 ? values : [...new Set(values)].sort((a, b) => a - b);
}

/**
 * The graph comes from nested series and parallel parts, so where two steps part ways in the nesting their order is decided: by number
 * in a series, by the edges between branches in a parallel part.
 */
function isBefore(first: Place | undefined, second: Place | undefined): boolean {
  let a = first;
  let b = second;
  while (a !== undefined && b !== undefined && a.depth > b.depth) a = a.parent;
  while (a !== undefined && b !== undefined && b.depth > a.depth) b = b.parent;
  while (a !== undefined && b !== undefined && a !== b && a.parent !== b.parent) {
    a = a.parent;
    b = b.parent;
  }
  if (a === undefined || b === undefined || a === b) return false;
  return b.reach === undefined ? a.index < b.index : b.reach.before(a.index, b.index);
}
