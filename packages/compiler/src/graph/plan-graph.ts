import type { Node, Parallel, PlanModel, Series, StepModel } from '../model/plan-model.ts';
import { orderBranches, type GraphProblem } from './branch-order.ts';
import { needsClosure } from './needs.ts';
import type { Reachability } from './reachability.ts';
import { hasSameItems } from '../text/is-equal.ts';

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

/** How far a graph was when a part of the plan had been added. */
interface Mark {
  readonly part: Node;
  readonly steps: number;
  readonly problems: number;
  readonly segment: number;
  readonly joins: number;
  readonly ends: readonly Readonly<Ends>[];
}

/** How a graph was made: what of it still holds is taken over when the plan was edited. */
interface Made {
  readonly cloud: PlanModel['cloud'];
  readonly graph: PlanGraph;
  readonly places: readonly Place[];
  /** One for each part that stands directly in the plan. */
  readonly marks: readonly Mark[];
}

const made = new WeakMap<PlanGraph, Made>();

/**
 * Makes the graph of a plan: an edge wherever the text, `after` or `needs` puts one step before another.
 *
 * @param before a graph of the plan before it was edited; the outcome is the same without it
 */
export function buildGraph(plan: PlanModel, before?: PlanGraph): PlanGraph {
  const known = before === undefined ? undefined : made.get(before);
  const builder = new Builder(needsClosure(plan.cloud.services), { count: 0 });
  const graph = builder.build(plan.body, known?.cloud === plan.cloud ? known : undefined);
  made.set(graph, { cloud: plan.cloud, graph, places: builder.places, marks: builder.marks });
  return graph;
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
  readonly marks: Mark[] = [];
  readonly places: Place[] = [];
  readonly #steps: GraphStep[] = [];
  readonly #problems: GraphProblem[] = [];
  readonly #segments: number[] = [];
  #segment = 0;
  #parallelDepth = 0;

  constructor(needs: ReadonlyMap<string, ReadonlySet<string>>, joins: { count: number }) {
    this.#needs = needs;
    this.#joins = joins;
  }

  build({ items }: Series, before?: Made): PlanGraph {
    let index = before === undefined ? 0 : this.#takeStart(items, before);
    let last: readonly Ends[] = this.marks.at(-1)?.ends.map((one) => ({ ...one })) ?? [];
    // From here on all parts are those that stood there before.
    const rest = before?.marks.length === items.length ? 1 + items.findLastIndex((part, at) => before.marks[at]?.part !== part) : Number.POSITIVE_INFINITY;
    for (; index < items.length; index += 1) {
      const part = items[index] as Node;
      last = this.#node(part, last, { parent: undefined, depth: 0, index });
      this.marks.push({ part, steps: this.#steps.length, problems: this.#problems.length, segment: this.#segment, joins: this.#joins.count, ends: last.map((one) => ({ ...one })) });
      if (before !== undefined && index + 1 >= rest && this.#isAsBefore(before.marks[index])) {
        this.#take(before, before.marks[index], before.marks.at(-1));
        break;
      }
    }
    const { places } = this;
    return { steps: this.#steps, problems: this.#problems, segments: this.#segments, before: (first, second) => isBefore(places[first], places[second]) };
  }

  /** Takes over all before the first part that is another one than before; returns its number. */
  #takeStart(items: readonly Node[], before: Made): number {
    const differing = items.findIndex((part, index) => before.marks[index]?.part !== part);
    const count = differing === -1 ? items.length : differing;
    const until = before.marks[count - 1];
    if (until !== undefined) this.#take(before, undefined, until);
    return count;
  }

  /** Takes over what was added between two marks. */
  #take({ graph, places, marks }: Made, from: Mark | undefined, until: Mark | undefined): void {
    if (until === undefined) return;
    const start = from?.steps ?? 0;
    for (let index = start; index < until.steps; index += 1) {
      this.#steps.push(graph.steps[index] as GraphStep);
      this.places.push(places[index] as Place);
      this.#segments.push(graph.segments[index] as number);
    }
    for (const problem of graph.problems.slice(from?.problems ?? 0, until.problems)) this.#problems.push(problem);
    for (const mark of marks.slice(from === undefined ? 0 : marks.indexOf(from) + 1, marks.indexOf(until) + 1)) this.marks.push(mark);
    this.#segment = until.segment;
    this.#joins.count = until.joins;
  }

  /** Whether what follows is added to the same as before. */
  #isAsBefore(before: Mark | undefined): boolean {
    const now = this.marks.at(-1);
    return now !== undefined && before !== undefined && now.steps === before.steps && now.problems === before.problems && now.segment === before.segment && now.joins === before.joins
      && now.ends.length === before.ends.length && now.ends.every(({ steps, join }, index) => {
        const other = before.ends[index];
        return other !== undefined && join === other.join && hasSameItems(steps, other.steps);
      });
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
    this.places.push(place);
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
    this.places.push(place);
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
