import type { StepModel } from '../model/plan-model.ts';
import { maximumClosure } from './maximum-closure.ts';
import type { OrderTree, Part } from './order-tree.ts';
import { RollCourse, type Course, type Courses, type Tally } from './outage-course.ts';
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

const NOTHING: Span = { beforeToAny: 0, beforeToAfter: 0, anyToAny: 0, anyToAfter: 0, afterToAfter: 0 };

/**
 * The longest time that everything watched is away, over all orders: the most that the steps between two states weigh, where on each host one outage has begun in the
 * earlier state and not ended in the later one. A step is between them if it has not ended in the earlier one and has begun in the later one.
 *
 * The number of outages that have begun in the earlier state, less those that have ended in the later one, can not be more than that of the hosts; it is that exactly
 * where all are away all along. So with a value for each outage that outweighs all steps together the best pair of states is a maximum closure over two copies
 * of the plan. As in {@link HeaviestState}, each part of the plan is replaced by a few numbers, from the inside out.
 *
 * Exact while the number of hosts times the weight of all steps is below 2⁵³. Linear, but for parallel parts whose branches wait for each other.
 */
export class LongestAbsence {
  /** The weight of the steps between the states; undefined where never everything is away. */
  readonly weight: number | undefined;
  readonly #tree: OrderTree;
  readonly #courses: Courses;
  readonly #weightOf: WeightOf;
  readonly #outage: number;
  readonly #spans: readonly Span[];

  /**
   * @param hosts on how many hosts it has to be away
   * @param weightOf what a step weighs, a whole number; for a roll, what the pause after each of its batches does
   */
  constructor(tree: OrderTree, courses: Courses, hosts: number, weightOf: WeightOf) {
    this.#tree = tree;
    this.#courses = courses;
    this.#weightOf = weightOf;
    this.#outage = 1 + weightOfAll(tree, weightOf);
    this.#spans = spansOf(tree, courses, this.#outage, weightOf);
    const best = this.#spans[tree.root]?.anyToAny ?? 0;
    const away = Math.floor(best / this.#outage);
    this.weight = away < hosts ? undefined : best - hosts * this.#outage;
  }

  /** The later of the two states, as far as it matters to what is away. */
  state(): PlanState {
    return laterState(this.#tree, this.#courses, this.#spans, this.#outage, this.#weightOf);
  }
}

type WeightOf = (step: StepModel) => number;

function weightOfAll(tree: OrderTree, weightOf: WeightOf): number {
  let sum = 0;
  for (const [index, { step }] of tree.graph.steps.entries()) {
    if (step === undefined) continue;
    const body = tree.body(index);
    if (step.roll === undefined || body === undefined) sum += weightOf(step);
    else sum += step.roll.batches.length * weightOfAll(body, weightOf) + Math.max(0, step.roll.batches.length - 1) * weightOf(step);
  }
  return sum;
}

function spansOf(tree: OrderTree, courses: Courses, outage: number, weightOf: WeightOf): Span[] {
  const spans: Span[] = [];
  for (const part of tree.parts) {
    const inside = part.children.map((child) => spans[child] ?? NOTHING);
    spans.push(
      part.kind === 'step' ? spanOfStep(tree, part.step, courses, outage, weightOf)
      : part.kind === 'series' ? inSeries(inside)
      : part.waits.length === 0 ? sumOf(inside)
      : new Branches(part, spans).span,
    );
  }
  return spans;
}

function spanOfStep(tree: OrderTree, index: number, courses: Courses, outage: number, weightOf: WeightOf): Span {
  const step = tree.graph.steps[index]?.step;
  if (step === undefined) return NOTHING;
  const course = courses.get(index);
  const body = tree.body(index);
  if (body === undefined || step.roll === undefined) return spanOf(weightOf(step), course === undefined || course instanceof RollCourse ? [] : course.actions.map(({ tally }) => tally), outage);
  if (course instanceof RollCourse) return inSeries(batchSpans(body, course, outage, weightOf, weightOf(step)));
  const count = step.roll.batches.length;
  return spanOf(count * weightOfAll(body, weightOf) + Math.max(0, count - 1) * weightOf(step), [], outage);
}

/** The batches of a roll, and the pauses between them. */
function batchSpans(body: OrderTree, course: RollCourse, outage: number, weightOf: WeightOf, pause: number): Span[] {
  const alike = new Map<string, Span>();
  const between = spanOf(pause, [], outage);
  return course.batches.flatMap((_, batch) => {
    const pattern = course.patternOf(batch);
    let span = alike.get(pattern);
    if (span === undefined) alike.set(pattern, (span = spansOf(body, course.coursesOf(batch), outage, weightOf)[body.root] ?? NOTHING));
    return batch === 0 ? [span] : [between, span];
  });
}

/** The actions of a step share its weight, so wherever in it a state lies, the step counts as a whole. */
function spanOf(weight: number, tallies: readonly Tally[], outage: number): Span {
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

  constructor(part: Part, spans: readonly Span[]) {
    this.#part = part;
    this.#spans = spans;
    this.#numbers = new Map(part.children.map((child, index) => [child, index]));
  }

  get span(): Span {
    const sums = sumOf(this.#part.children.map((child) => this.#spans[child] ?? NOTHING));
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
    const weights = new Float64Array(NODES * this.#part.children.length);
    const requires: [number, number][] = [];
    const edge = (first: number, firstNode: number, second: number, secondNode: number): void => void requires.push([first * NODES + firstNode, second * NODES + secondNode]);
    for (const [index, child] of this.#part.children.entries()) {
      const span = this.#spans[child] ?? NOTHING;
      const own = index * NODES;
      const both = span.anyToAfter - span.beforeToAfter - (span.anyToAny - span.beforeToAny);
      if (given.later === undefined) {
        weights[own + LATER_BEGUN] = span.beforeToAny;
        weights[own + LATER_OVER] = span.beforeToAfter - span.beforeToAny;
        edge(index, LATER_OVER, index, LATER_BEGUN);
      }
      if (given.earlier === undefined) {
        // Where the later state is behind everything, all that it adds is a given.
        weights[own + EARLIER_BEGUN] = given.later === undefined ? span.anyToAny - span.beforeToAny : span.anyToAfter - span.beforeToAfter;
        weights[own + EARLIER_OVER] = span.afterToAfter - span.anyToAfter;
        edge(index, EARLIER_OVER, index, EARLIER_BEGUN);
        if (given.later === undefined) {
          weights[own + BOTH] = both;
          edge(index, EARLIER_BEGUN, index, LATER_BEGUN);
          edge(index, EARLIER_OVER, index, LATER_OVER);
          edge(index, BOTH, index, EARLIER_BEGUN);
          edge(index, BOTH, index, LATER_OVER);
          edge(index, EARLIER_OVER, index, BOTH);
        }
      }
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

/** Only where both states lie inside a part it has to be looked into: else all of it is over, or none of it has begun as far as anything is away. */
function laterState(tree: OrderTree, courses: Courses, spans: readonly Span[], outage: number, weightOf: WeightOf): PlanState {
  const state = new Map<number, Progress>();
  const open: { readonly part: number; readonly over: boolean }[] = [{ part: tree.root, over: false }];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const part = tree.parts[one.part] as Part;
    if (part.kind === 'step') {
      const progress = one.over ? { at: 'end' as const } : progressOf(tree, part.step, courses.get(part.step), outage, weightOf);
      if (progress !== undefined && courses.has(part.step)) state.set(part.step, progress);
    } else if (one.over) {
      for (const child of part.children) open.push({ part: child, over: true });
    } else if (part.kind === 'series') {
      const { at, inside } = whereInSeries(part.children.map((child) => spans[child] ?? NOTHING));
      for (const [index, child] of part.children.entries()) if (index < at || (index === at && inside)) open.push({ part: child, over: index < at });
    } else if (part.waits.length === 0) {
      for (const child of part.children) open.push({ part: child, over: false });
    } else {
      const { has } = new Branches(part, spans).best();
      for (const child of part.children) {
        if (has(child, LATER_OVER)) open.push({ part: child, over: true });
        else if (has(child, EARLIER_BEGUN)) open.push({ part: child, over: false });
      }
    }
  }
  return state;
}

function progressOf(tree: OrderTree, step: number, course: Course | undefined, outage: number, weightOf: WeightOf): Progress | undefined {
  if (!(course instanceof RollCourse)) {
    let net = 0;
    let best: { peak: number; index: number } = { peak: 0, index: -1 };
    for (const { index, tally } of course?.actions ?? []) {
      if (net + tally.peak > best.peak) best = { peak: net + tally.peak, index };
      net += tally.net;
    }
    return best.index === -1 ? undefined : { at: 'action', index: best.index };
  }
  const body = tree.body(step);
  const model = tree.graph.steps[step]?.step;
  if (body === undefined || model === undefined) return undefined;
  // Between two batches there is a pause.
  const { at, inside } = whereInSeries(batchSpans(body, course, outage, weightOf, weightOf(model)));
  const batch = Math.ceil(at / 2);
  if (!inside || at % 2 === 1) return { at: 'batch', batch, failed: 0, body: new Map() };
  const inBatch = course.coursesOf(batch);
  return { at: 'batch', batch, failed: 0, body: laterState(body, inBatch, spansOf(body, inBatch, outage, weightOf), outage, weightOf) };
}

/** In which of some parts in a series the later state is best, and whether the earlier one is in the same. */
function whereInSeries(spans: readonly Span[]): { readonly at: number; readonly inside: boolean } {
  let best = { value: Number.NEGATIVE_INFINITY, at: 0, inside: false };
  let afterToAfter = 0;
  let open = Number.NEGATIVE_INFINITY;
  for (const [index, one] of spans.entries()) {
    if (afterToAfter + one.anyToAny > best.value) best = { value: afterToAfter + one.anyToAny, at: index, inside: true };
    if (open + one.beforeToAny > best.value) best = { value: open + one.beforeToAny, at: index, inside: false };
    open = Math.max(open + one.beforeToAfter, afterToAfter + one.anyToAfter);
    afterToAfter += one.afterToAfter;
  }
  return best;
}
