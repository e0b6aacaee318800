import type { Branch, Node, Parallel, PlanModel, Series, StepModel } from '../model/plan-model.ts';
import type { Location } from '../text/source.ts';
import { findCycle } from './cycle.ts';
import { needsClosure } from './needs.ts';

/** The steps of a plan, or of the body of a roll, as a directed graph without cycles. */
export interface PlanGraph {
  /** In a topological order, that of the text where it has a say. */
  readonly steps: readonly GraphStep[];
  readonly problems: readonly GraphProblem[];
  /** Whether one step always comes before another: `before(i, j)`, by index. */
  readonly before: (first: number, second: number) => boolean;
  /**
   * For each step the number of its segment. Steps of different segments are ordered by these numbers; only steps that
   * share one (the inside of an outermost parallel part) may be without an order.
   */
  readonly segments: readonly number[];
}

export interface GraphStep {
  /** Absent for a join, which does nothing: it keeps the number of edges small. */
  readonly step?: StepModel;
  readonly id: string;
  /** Indexes of the steps that come right before. */
  readonly after: readonly number[];
  /** For a roll: its body. */
  readonly body?: PlanGraph;
}

export type GraphProblem =
  | { readonly problem: 'cycle'; readonly branches: readonly { readonly name: string; readonly location: Location; readonly why: string }[] }
  | { readonly problem: 'unknown-after'; readonly name: string; readonly location: Location; readonly known: readonly string[] };

/** More edges than this between two parallel parts are replaced by a join. */
const MOST_EDGES = 64;

/** Where a step stands in the nesting of series and parallel parts: from the outside in. */
interface Place {
  readonly parent: Place | undefined;
  readonly depth: number;
  /** The number among the items of a series, or of the branch. */
  readonly index: number;
  /** For the branches of a parallel part: which branches come before which. */
  readonly reach?: readonly ReadonlySet<number>[];
}

/** Makes the graph of a plan: an edge wherever the text, `after` or `needs` puts one step before another. */
export function buildGraph(plan: PlanModel): PlanGraph {
  return new Builder(needsClosure(plan.cloud.services)).build(plan.body);
}

class Builder {
  readonly #needs: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #steps: { step?: StepModel; id: string; after: number[]; body?: PlanGraph }[] = [];
  readonly #places: Place[] = [];
  readonly #problems: GraphProblem[] = [];
  readonly #segments: number[] = [];
  #segment = 0;
  #parallelDepth = 0;
  #joins = 0;

  constructor(needs: ReadonlyMap<string, ReadonlySet<string>>) {
    this.#needs = needs;
  }

  build(body: Series): PlanGraph {
    this.#series(body, [], undefined);
    const places = this.#places;
    return { steps: this.#steps, problems: this.#problems, segments: this.#segments, before: (first, second) => isBefore(places[first], places[second]) };
  }

  /** Adds a node behind the given steps, and returns the steps that end it. */
  #node(node: Node, after: readonly number[], place: Place): readonly number[] {
    if (node.node === 'series') return this.#series(node, after, place);
    if (node.node === 'parallel') return this.#parallel(node, after, place);
    return [this.#add(node.step.id, after, place, node.step)];
  }

  #series(series: Series, after: readonly number[], parent: Place | undefined): readonly number[] {
    let last = after;
    for (const [index, item] of series.items.entries()) last = this.#node(item, last, { parent, depth: (parent?.depth ?? -1) + 1, index });
    return last;
  }

  #parallel(parallel: Parallel, after: readonly number[], parent: Place): readonly number[] {
    const { branches } = parallel;
    if (this.#parallelDepth === 0) this.#segment += 1;
    this.#parallelDepth += 1;
    const { order, before } = this.#orderBranches(branches);
    const reach = closure(order, before);
    const entries: (readonly number[])[] = [];
    const exits: (readonly number[])[] = [];
    const followed = new Set<number>();
    for (const index of order) {
      const own = before[index] ?? [];
      const entry = own.length === 0 ? after : unique(own.flatMap((one) => exits[one] ?? []));
      if (own.length === 0) entries[index] = entry;
      for (const one of own) followed.add(one);
      const branch = branches[index];
      if (branch !== undefined) exits[index] = this.#node(branch.body, entry, { parent, depth: parent.depth + 1, index, reach });
    }
    // An empty branch ends where it began; that says nothing beside the others.
    const last = unique(order.filter((index) => !followed.has(index) && exits[index] !== entries[index]).flatMap((index) => exits[index] ?? []));
    this.#parallelDepth -= 1;
    return last.length === 0 ? after : last;
  }

  /** The branches in an order that `after` and `needs` allow, and for each those right before it. */
  #orderBranches(branches: readonly Branch[]): { order: number[]; before: number[][] } {
    const byName = new Map<string, number>();
    for (const [index, branch] of branches.entries()) if (branch.name !== undefined && !byName.has(branch.name)) byName.set(branch.name, index);
    const reasons = branches.map(() => new Map<number, string>());
    for (const [index, branch] of branches.entries()) {
      for (const { name, location } of branch.after) {
        const found = byName.get(name);
        if (found === undefined) this.#problems.push({ problem: 'unknown-after', name, location, known: [...byName.keys()] });
        else reasons[index]?.set(found, 'after');
      }
    }
    const jumping = new Map<string, number[]>();
    for (const [index, branch] of branches.entries()) for (const service of branch.services) jumping.set(service, [...(jumping.get(service) ?? []), index]);
    for (const [index, branch] of branches.entries()) {
      for (const service of branch.services) {
        for (const needed of this.#needs.get(service) ?? []) {
          for (const other of jumping.get(needed) ?? []) if (other !== index && reasons[index]?.has(other) === false) reasons[index]?.set(other, `${service} needs ${needed}`);
        }
      }
    }
    const before = reasons.map((one) => [...one.keys()].sort((a, b) => a - b));
    const { order, cycle } = findCycle(before);
    if (cycle === undefined) return { order, before };
    this.#problems.push({
      problem: 'cycle',
      branches: cycle.map((index, at) => {
        const next = cycle[(at + 1) % cycle.length] ?? 0;
        const branch = branches[index] as Branch;
        return { name: branch.name ?? 'this part', location: branch.location, why: reasons[index]?.get(next) ?? '' };
      }),
    });
    return { order: branches.map((_, index) => index), before: branches.map(() => []) };
  }

  #add(id: string, after: readonly number[], place: Place, step?: StepModel): number {
    let edges = unique(after);
    if (step !== undefined && edges.length > MOST_EDGES) edges = [this.#join(edges, place)];
    this.#steps.push({
      id, after: edges,
      ...(step === undefined ? {} : { step }),
      ...(step?.roll === undefined ? {} : { body: new Builder(this.#needs).build(step.roll.body) }),
    });
    this.#places.push(place);
    if (this.#parallelDepth === 0) this.#segment += 1;
    this.#segments.push(this.#segment);
    return this.#steps.length - 1;
  }

  /** Parallel branches that all wait for the same many steps share one join. */
  readonly #joinOf = new Map<string, number>();

  #join(edges: number[], place: Place): number {
    const key = edges.join();
    const known = this.#joinOf.get(key);
    if (known !== undefined) return known;
    this.#joins += 1;
    this.#steps.push({ id: `join_${this.#joins}`, after: edges });
    // A join stands where the first of its followers does: nothing is asked of its order.
    this.#places.push(place);
    this.#segments.push(this.#segment);
    this.#joinOf.set(key, this.#steps.length - 1);
    return this.#steps.length - 1;
  }
}

function unique(values: readonly number[]): number[] {
  return values.length < 2 ? [...values] : [...new Set(values)].sort((a, b) => a - b);
}

/** For each branch all that come before it. */
function closure(order: readonly number[], before: readonly (readonly number[])[]): Set<number>[] {
  const reach: Set<number>[] = [];
  for (const index of order) {
    const all = new Set<number>();
    for (const one of before[index] ?? []) {
      all.add(one);
      for (const earlier of reach[one] ?? []) all.add(earlier);
    }
    reach[index] = all;
  }
  return reach;
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
  if (a === b) return false;
  while (a !== undefined && b !== undefined && a.parent !== b.parent) {
    a = a.parent;
    b = b.parent;
  }
  if (a === undefined || b === undefined || a === b) return false;
  return a.reach === undefined ? a.index < b.index : b.reach?.[b.index]?.has(a.index) === true;
}
