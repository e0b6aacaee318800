import { maximumClosure } from './maximum-closure.ts';
import type { OrderTree, Part } from './order-tree.ts';
import { RollCourse, type Course, type Courses, type Tally } from './outage-course.ts';
import type { PlanState, Progress } from './plan-state.ts';

/**
 * The most that is away at the same time in any order of the steps, and a state in which it is.
 *
 * Outages that may overlap pairwise may overlap all at once, so the most is the heaviest antichain of the order “ends before the other begins”. It is not looked for among
 * pairs: from outside, a part of the plan has not begun, is over, or is under way, and of the last only the state with most away can matter. So each part is replaced by
 * two numbers, from the inside out: `net` and `peak`. In a series they add up from the left; parallel parts without edges each have their peak at the same time; where branches
 * wait for each other the best choice is a maximum closure. The batches of a roll are a series, and batches that are alike are weighed once.
 *
 * Linear in the steps that matter, but for parallel parts whose branches wait for each other.
 */
export class HeaviestState {
  readonly #tree: OrderTree;
  readonly #courses: Courses;
  readonly #weighed = new Map<number, Weight>();
  readonly #inside = new Map<number, number[]>();
  readonly #rolls = new Map<number, WeighedRoll>();

  constructor(tree: OrderTree, courses: Courses) {
    this.#tree = tree;
    this.#courses = courses;
    for (const part of this.#relevant()) {
      const weight = this.#weigh(part);
      this.#weighed.set(part, weight);
      const parent = tree.parts[part]?.parent ?? -1;
      const siblings = this.#inside.get(parent);
      if (siblings === undefined) this.#inside.set(parent, [part]);
      else siblings.push(part);
    }
  }

  get peak(): number {
    return this.#weighed.get(this.#tree.root)?.peak ?? 0;
  }

  get net(): number {
    return this.#weighed.get(this.#tree.root)?.net ?? 0;
  }

  /** Steps with a course and everything around them, from the inside out. */
  #relevant(): number[] {
    const found = new Set<number>();
    for (const step of this.#courses.keys()) {
      for (let part = this.#tree.leaves[step] ?? -1; part !== -1 && !found.has(part); part = this.#tree.parts[part]?.parent ?? -1) found.add(part);
    }
    return [...found].sort((a, b) => a - b);
  }

  #weigh(index: number): Weight {
    const part = this.#tree.parts[index] as Part;
    const inside = this.#inside.get(index) ?? [];
    if (part.kind === 'step') return this.#weighStep(part.step);
    if (part.kind === 'series') return inSeries(inside.map((child) => this.#weighed.get(child) as Weight));
    const weights = inside.map((child) => this.#weighed.get(child) as Weight);
    const net = weights.reduce((sum, one) => sum + one.net, 0);
    const peak = part.waits.length === 0 || inside.length < 2 ? weights.reduce((sum, one) => sum + one.peak, 0) : this.#choose(part).weight;
    return { peak, net };
  }

  #weighStep(step: number): Weight {
    const course = this.#courses.get(step) as Course;
    if (!(course instanceof RollCourse)) return inSeries(course.actions.map(({ tally }) => tally));
    const body = this.#tree.body(step);
    if (body === undefined) return { peak: 0, net: 0 };
    const roll = new WeighedRoll(body, course, this.#tree.graph.steps[step]?.step?.roll?.maxFailures ?? 0);
    this.#rolls.set(step, roll);
    return roll;
  }

  /** Which branches have begun and which are over when most is away. Each is two nodes: to have begun gains its peak, to be over gives back what is not left of it. */
  #choose(part: Part): { readonly weight: number; readonly has: (node: number) => boolean } {
    const numbers = new Map(part.children.map((child, index) => [child, index]));
    const weights = new Float64Array(2 * part.children.length);
    const requires: [number, number][] = [];
    for (const [index, child] of part.children.entries()) {
      const weight = this.#weighed.get(child);
      weights[2 * index] = weight?.peak ?? 0;
      weights[2 * index + 1] = weight === undefined ? 0 : weight.net - weight.peak;
      requires.push([2 * index + 1, 2 * index]);
    }
    for (const [first, second] of part.waits) requires.push([2 * (numbers.get(second) ?? 0), 2 * (numbers.get(first) ?? 0) + 1]);
    return maximumClosure(weights, requires);
  }

  /** A state in which most is away; of several, one that is reached early. */
  state(): PlanState {
    const state = new Map<number, Progress>();
    const open: { readonly part: number; readonly over: boolean }[] = this.peak > 0 ? [{ part: this.#tree.root, over: false }] : [];
    for (let one = open.pop(); one !== undefined; one = open.pop()) {
      const part = this.#tree.parts[one.part] as Part;
      const inside = this.#inside.get(one.part) ?? [];
      if (one.over) {
        if (part.kind === 'step') state.set(part.step, { at: 'end' });
        for (const child of inside) open.push({ part: child, over: true });
      } else if (part.kind === 'step') {
        const progress = this.#progressOf(part.step);
        if (progress !== undefined) state.set(part.step, progress);
      } else if (part.kind === 'series') {
        const at = peakOf(inside.map((child) => this.#weighed.get(child) as Weight));
        for (const [index, child] of inside.entries()) if (index <= at) open.push({ part: child, over: index < at });
      } else if (part.waits.length === 0 || inside.length < 2) {
        for (const child of inside) if ((this.#weighed.get(child)?.peak ?? 0) > 0) open.push({ part: child, over: false });
      } else {
        const { has } = this.#choose(part);
        const numbers = new Map(part.children.map((child, index) => [child, index]));
        for (const child of inside) {
          const number = numbers.get(child) ?? 0;
          if (has(2 * number)) open.push({ part: child, over: has(2 * number + 1) });
        }
      }
    }
    return state;
  }

  #progressOf(step: number): Progress | undefined {
    const course = this.#courses.get(step) as Course;
    if (course instanceof RollCourse) return this.#rolls.get(step)?.progress();
    const at = peakOf(course.actions.map(({ tally }) => tally));
    return at === -1 ? undefined : { at: 'action', index: course.actions[at]?.index ?? 0 };
  }
}

type Weight = Pick<Tally, 'peak' | 'net'>;

function inSeries(weights: readonly Weight[]): Weight {
  let net = 0;
  let peak = 0;
  for (const one of weights) {
    peak = Math.max(peak, net + one.peak);
    net += one.net;
  }
  return { peak, net };
}

/** The first of some parts in a series in which most is away; -1 where that is none. */
function peakOf(weights: readonly Weight[]): number {
  let net = 0;
  let peak = 0;
  let at = -1;
  for (const [index, one] of weights.entries()) {
    if (net + one.peak > peak) {
      peak = net + one.peak;
      at = index;
    }
    net += one.net;
  }
  return at;
}

/** A roll, weighed batch by batch. Hosts that failed in a batch stay away while the roll goes on, as many as it allows. */
class WeighedRoll implements Weight {
  readonly peak: number;
  readonly net: number;
  readonly #course: RollCourse;
  readonly #body: OrderTree;
  readonly #at: { readonly batch: number; readonly failed: number };

  constructor(body: OrderTree, course: RollCourse, maxFailures: number) {
    this.#body = body;
    this.#course = course;
    const alike = new Map<string, Weight>();
    let net = 0;
    let peak = 0;
    let fallible = 0;
    let at = { batch: 0, failed: 0 };
    for (const batch of course.batches.keys()) {
      const pattern = course.patternOf(batch);
      let weight = alike.get(pattern);
      if (weight === undefined) {
        const state = new HeaviestState(body, course.coursesOf(batch));
        alike.set(pattern, (weight = { peak: state.peak, net: state.net }));
      }
      const failed = Math.min(maxFailures, fallible);
      if (net + weight.peak + failed > peak) {
        peak = net + weight.peak + failed;
        at = { batch, failed };
      }
      net += weight.net;
      fallible += course.fallibleIn(batch);
    }
    this.net = net;
    this.peak = peak;
    this.#at = at;
  }

  progress(): Progress | undefined {
    if (this.peak === 0) return undefined;
    const { batch, failed } = this.#at;
    return { at: 'batch', batch, failed, body: new HeaviestState(this.#body, this.#course.coursesOf(batch)).state() };
  }
}
