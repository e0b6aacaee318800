import { maximumClosure } from './maximum-closure.ts';
import type { OrderTree, Part } from './order-tree.ts';
import { RollCourse, type Courses, type Tally } from './outage-course.ts';
import type { PartWeights } from './part-weights.ts';
import type { PlanState, Progress } from './plan-state.ts';

/**
 * What a part of the plan adds to the value of a pair of states, the earlier and the later one, for where these lie: before the part, anywhere from its begin to its
 * end, or after it. With both before it, it adds nothing.
 */
interface Span {
  readonly beforeToAny: number;
  readonly beforeToAfter: number;
  readonly anyToAny: number;
  readonly anyToAfter: number;
  readonly afterToAfter: number;
}

/**
 * The longest time that everything watched is away, over all orders: the most that the steps between two states weigh, where on each host one outage has begun in the
 * earlier state and not ended in the later one. A step is between them if it has not ended in the earlier one and has begun in the later one.
 *
 * The number of outages that have begun in the earlier state, less those that have ended in the later one, can not be more than that of the hosts; it is that exactly
 * where all are away all along. So with a value for each outage that outweighs all steps together the best pair of states is a maximum closure over two copies
 * of the plan. As in `HeaviestState`, each part of the plan is replaced by a few numbers, from the inside out; parts that do nothing to what is watched only add their weight.
 *
 * Exact while the number of hosts times the weight of all steps is below 2⁵³. Linear in the steps that matter, but for parallel parts whose branches wait for each other.
 */
export class LongestAbsence {
  /** The weight of the steps between the states; undefined where never everything is away. */
  readonly weight: number | undefined;
  readonly #spans: PlanSpans;

  /** @param hosts on how many hosts it has to be away */
  constructor(tree: OrderTree, courses: Courses, hosts: number, weights: PartWeights) {
    const outage = 1 + weights.all;
    this.#spans = new PlanSpans(tree, courses, weights, outage);
    const best = this.#spans.all.anyToAny;
    this.weight = Math.floor(best / outage) < hosts ? undefined : best - hosts * outage;
  }

  /** The later of the two states, as far as it matters to what is away. */
  state(): PlanState {
    return this.#spans.laterState();
  }
}

/** The spans of those parts of a plan, or of the body of a roll, that do something to what is watched. */
class PlanSpans {
  readonly #tree: OrderTree;
  readonly #courses: Courses;
  readonly #weights: PartWeights;
  /** The value of an outage. */
  readonly #outage: number;
  readonly #spans = new Map<number, Span>();
  readonly #inside = new Map<number, number[]>();

  constructor(tree: OrderTree, courses: Courses, weights: PartWeights, outage: number) {
    this.#tree = tree;
    this.#courses = courses;
    this.#weights = weights;
    this.#outage = outage;
    for (const part of tree.around(courses.keys())) {
      this.#spans.set(part, this.#spanOf(part));
      const parent = tree.parts[part]?.parent ?? -1;
      const siblings = this.#inside.get(parent);
      if (siblings === undefined) this.#inside.set(parent, [part]);
      else siblings.push(part);
    }
  }

  get all(): Span {
    return this.#span(this.#tree.root);
  }

  #span(part: number): Span {
    return this.#spans.get(part) ?? idle(this.#weights.of(part));
  }

  #spanOf(index: number): Span {
    const part = this.#tree.parts[index] as Part;
    const inside = this.#inside.get(index) ?? [];
    if (part.kind === 'step') return this.#spanOfStep(part.step, index);
    if (part.kind === 'series') return inSeries(this.#series(index).map(({ span }) => span));
    if (part.waits.length > 0) return new Branches(part, (child) => this.#span(child)).span;
    const rest = this.#weights.of(index) - inside.reduce((sum, child) => sum + this.#weights.of(child), 0);
    return sumOf([...inside.map((child) => this.#span(child)), idle(rest)]);
  }

  /** The parts of a series that matter, and what lies between them. */
  #series(index: number): { readonly span: Span; readonly part: number }[] {
    const spans: { span: Span; part: number }[] = [];
    let end = 0;
    for (const child of this.#inside.get(index) ?? []) {
      const begin = this.#weights.before(child);
      if (begin > end) spans.push({ span: idle(begin - end), part: -1 });
      spans.push({ span: this.#span(child), part: child });
      end = begin + this.#weights.of(child);
    }
    if (this.#weights.of(index) > end) spans.push({ span: idle(this.#weights.of(index) - end), part: -1 });
    return spans;
  }

  #spanOfStep(step: number, part: number): Span {
    const course = this.#courses.get(step);
    if (!(course instanceof RollCourse)) return stepSpan(this.#weights.of(part), (course?.actions ?? []).map(({ tally }) => tally), this.#outage);
    return inSeries(this.#batches(step, course));
  }

  /** The batches of a roll, and the pauses between them. */
  #batches(step: number, course: RollCourse): Span[] {
    const body = this.#tree.body(step);
    const weights = this.#weights.body(step);
    if (body === undefined || weights === undefined) return [];
    const between = idle(this.#weights.pause(step));
    const spans = course.eachBatch((batch) => new PlanSpans(body, course.coursesOf(batch), weights, this.#outage).all);
    return spans.flatMap((span, batch) => (batch === 0 ? [span] : [between, span]));
  }

  /** Only where both states lie inside a part it has to be looked into: else all of it is over, or none of it has begun as far as anything is away. */
  laterState(): PlanState {
    const state = new Map<number, Progress>();
    const open: { readonly index: number; readonly over: boolean }[] = [{ index: this.#tree.root, over: false }];
    for (let one = open.pop(); one !== undefined; one = open.pop()) {
      const part = this.#tree.parts[one.index] as Part;
      const inside = this.#inside.get(one.index) ?? [];
      if (part.kind === 'step') {
        const progress = one.over ? { at: 'end' as const } : this.#progressOf(part.step);
        if (progress !== undefined) state.set(part.step, progress);
      } else if (one.over) {
        for (const child of inside) open.push({ index: child, over: true });
      } else if (part.kind === 'series') {
        const parts = this.#series(one.index);
        const { at, isInside } = whereInSeries(parts.map(({ span }) => span));
        for (const [number, { part: child }] of parts.entries()) if (child !== -1 && (number < at || (number === at && isInside))) open.push({ index: child, over: number < at });
      } else if (part.waits.length === 0) {
        for (const child of inside) open.push({ index: child, over: false });
      } else {
        const { has } = new Branches(part, (child) => this.#span(child)).best();
        for (const child of inside) {
          if (has(child, LATER_OVER)) open.push({ index: child, over: true });
          else if (has(child, EARLIER_BEGUN)) open.push({ index: child, over: false });
        }
      }
    }
    return state;
  }

  #progressOf(step: number): Progress | undefined {
    const course = this.#courses.get(step);
    if (!(course instanceof RollCourse)) {
      let net = 0;
      let best = { peak: 0, index: -1 };
      for (const { index, tally } of course?.actions ?? []) {
        if (net + tally.peak > best.peak) best = { peak: net + tally.peak, index };
        net += tally.net;
      }
      return best.index === -1 ? undefined : { at: 'action', index: best.index };
    }
    const body = this.#tree.body(step);
    const weights = this.#weights.body(step);
    if (body === undefined || weights === undefined) return undefined;
    // Every second one is a pause.
    const { at, isInside } = whereInSeries(this.#batches(step, course));
    const batch = Math.ceil(at / 2);
    const inBody = isInside && at % 2 === 0 ? new PlanSpans(body, course.coursesOf(batch), weights, this.#outage).laterState() : new Map<number, Progress>();
    return { at: 'batch', batch, failed: 0, body: inBody };
  }
}

/** A part that does nothing to what is watched: it counts where the later state is behind its begin and the earlier one is not behind its end. */
function idle(weight: number): Span {
  return { beforeToAny: weight, beforeToAfter: weight, anyToAny: weight, anyToAfter: weight, afterToAfter: 0 };
}

/** The actions of a step share its weight, so wherever in it a state lies, the step counts as a whole. */
function stepSpan(weight: number, tallies: readonly Tally[], outage: number): Span {
  let net = 0;
  let peak = 0;
  let returned = 0;
  for (const one of tallies) {
    peak = Math.max(peak, net + one.peak);
    net += one.net;
    returned += one.returned;
  }
  return {
    beforeToAny: weight, beforeToAfter: weight - outage * returned,
    anyToAny: weight + outage * peak, anyToAfter: weight + outage * net, afterToAfter: outage * net,
  };
}

function inSeries(spans: readonly Span[]): Span {
  let beforeToAny = 0;
  let beforeToAfter = 0;
  let anyToAny = 0;
  let afterToAfter = 0;
  // The earlier state lies in a part so far, the later one behind it.
  let open = Number.NEGATIVE_INFINITY;
  for (const one of spans) {
    beforeToAny = Math.max(beforeToAny, beforeToAfter + one.beforeToAny);
    anyToAny = Math.max(anyToAny, afterToAfter + one.anyToAny, open + one.beforeToAny);
    open = Math.max(open + one.beforeToAfter, afterToAfter + one.anyToAfter);
    beforeToAfter += one.beforeToAfter;
    afterToAfter += one.afterToAfter;
  }
  return { beforeToAny, beforeToAfter, anyToAny, anyToAfter: spans.length === 0 ? 0 : open, afterToAfter };
}

/** In which of some parts in a series the later state is best, and whether the earlier one is in the same. */
function whereInSeries(spans: readonly Span[]): { readonly at: number; readonly isInside: boolean } {
  let best = { value: Number.NEGATIVE_INFINITY, at: 0, isInside: false };
  let afterToAfter = 0;
  let open = Number.NEGATIVE_INFINITY;
  for (const [at, one] of spans.entries()) {
    if (afterToAfter + one.anyToAny > best.value) best = { value: afterToAfter + one.anyToAny, at, isInside: true };
    if (open + one.beforeToAny > best.value) best = { value: open + one.beforeToAny, at, isInside: false };
    open = Math.max(open + one.beforeToAfter, afterToAfter + one.anyToAfter);
    afterToAfter += one.afterToAfter;
  }
  return best;
}

function sumOf(spans: readonly Span[]): Span {
  const sum = { beforeToAny: 0, beforeToAfter: 0, anyToAny: 0, anyToAfter: 0, afterToAfter: 0 };
  for (const one of spans) {
    sum.beforeToAny += one.beforeToAny;
    sum.beforeToAfter += one.beforeToAfter;
    sum.anyToAny += one.anyToAny;
    sum.anyToAfter += one.anyToAfter;
    sum.afterToAfter += one.afterToAfter;
  }
  return sum;
}

/** Nodes of a branch: begun and over in the later state, begun and over in the earlier one, and the earlier state begun while the later one is over. */
const NODES = 5;
const [LATER_BEGUN, LATER_OVER, EARLIER_BEGUN, EARLIER_OVER, BOTH] = [0, 1, 2, 3, 4] as const;

/** Branches that wait for each other. */
class Branches {
  readonly #part: Part;
  readonly #spans: readonly Span[];
  readonly #numbers: ReadonlyMap<number, number>;

  constructor(part: Part, spanOf: (child: number) => Span) {
    this.#part = part;
    this.#spans = part.children.map(spanOf);
    this.#numbers = new Map(part.children.map((child, index) => [child, index]));
  }

  get span(): Span {
    const sums = sumOf(this.#spans);
    return {
      ...sums, beforeToAny: this.#close({ earlier: 'before' }).weight, anyToAny: this.#close({}).weight,
      anyToAfter: sums.beforeToAfter + this.#close({ later: 'after' }).weight,
    };
  }

  /** The best pair of states for the whole of the parallel part. */
  best(): { readonly has: (child: number, node: number) => boolean } {
    const { has } = this.#close({});
    return { has: (child, node) => has((this.#numbers.get(child) ?? 0) * NODES + node) };
  }

  #close(given: { readonly earlier?: 'before'; readonly later?: 'after' }): { readonly weight: number; readonly has: (node: number) => boolean } {
    const weights = new Float64Array(NODES * this.#spans.length);
    const requires: [number, number][] = [];
    const edge = (first: number, firstNode: number, second: number, secondNode: number): void => void requires.push([first * NODES + firstNode, second * NODES + secondNode]);
    for (const [index, span] of this.#spans.entries()) {
      const own = index * NODES;
      if (given.later === undefined) {
        weights[own + LATER_BEGUN] = span.beforeToAny;
        weights[own + LATER_OVER] = span.beforeToAfter - span.beforeToAny;
        edge(index, LATER_OVER, index, LATER_BEGUN);
      }
      if (given.earlier !== undefined) continue;
      // Where the later state is behind everything, all that it adds is a given.
      weights[own + EARLIER_BEGUN] = given.later === undefined ? span.anyToAny - span.beforeToAny : span.anyToAfter - span.beforeToAfter;
      weights[own + EARLIER_OVER] = span.afterToAfter - span.anyToAfter;
      edge(index, EARLIER_OVER, index, EARLIER_BEGUN);
      if (given.later !== undefined) continue;
      weights[own + BOTH] = span.anyToAfter - span.beforeToAfter - (span.anyToAny - span.beforeToAny);
      edge(index, EARLIER_BEGUN, index, LATER_BEGUN);
      edge(index, EARLIER_OVER, index, BOTH);
      edge(index, BOTH, index, EARLIER_BEGUN);
      edge(index, BOTH, index, LATER_OVER);
    }
    for (const [firstPart, secondPart] of this.#part.waits) {
      const first = this.#numbers.get(firstPart) ?? 0;
      const second = this.#numbers.get(secondPart) ?? 0;
      edge(second, LATER_BEGUN, first, LATER_OVER);
      edge(second, EARLIER_BEGUN, first, EARLIER_OVER);
    }
    return maximumClosure(weights, requires);
  }
}
