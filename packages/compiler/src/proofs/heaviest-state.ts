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
  readonly #choices = new Map<number, Choice>();

  constructor(tree: OrderTree, courses: Courses) {
    this.#tree = tree;
    this.#courses = courses;
    for (const part of tree.around(courses.keys())) {
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

  #weigh(index: number): Weight {
    const part = this.#tree.parts[index] as Part;
    const inside = this.#inside.get(index) ?? [];
    if (part.kind === 'step') return this.#weighStep(part.step);
    if (part.kind === 'series') return inSeries(inside.map((child) => this.#weighed.get(child) as Weight));
    const weights = inside.map((child) => this.#weighed.get(child) as Weight);
    const net = weights.reduce((sum, one) => sum + one.net, 0);
    const peak = part.waits.length === 0 || inside.length < 2 ? weights.reduce((sum, one) => sum + one.peak, 0) : this.#choose(index).weight;
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

  /**
   * Which branches have begun and which are over when most is away. Each is two nodes: to have begun gains its peak, to be over gives back what is not left of it.
   */
  #choose(index: number): Choice {
    const known = this.#choices.get(index);
    if (known !== undefined) return known;
    const part = this.#tree.parts[index] as Part;
    const inside = this.#inside.get(index) ?? [];
    const pairs = inside.length ** 2;
    // Where few branches matter, their own order is less than all the edges that it follows from.
    const few = pairs <= 4 * (part.children.length + part.waits.length);
    const nodes = few ? inside : part.children;
    const numbers = new Map(nodes.map((child, number) => [child, number]));
    const weights = new Float64Array(2 * nodes.length);
    const requires: [number, number][] = [];
    for (const [number, child] of nodes.entries()) {
      const weight = this.#weighed.get(child);
      weights[2 * number] = weight?.peak ?? 0;
      weights[2 * number + 1] = weight === undefined ? 0 : weight.net - weight.peak;
      requires.push([2 * number + 1, 2 * number]);
    }
    const wait = (first: number, second: number): void => void requires.push([2 * second, 2 * first + 1]);
    if (few) {
      for (const [first, one] of nodes.entries()) for (const [second, other] of nodes.entries()) if (first !== second && this.#tree.before(one, other)) wait(first, second);
    } else for (const [first, second] of part.waits) wait(numbers.get(first) ?? 0, numbers.get(second) ?? 0);
    const { weight, has } = maximumClosure(weights, requires);
    const choice: Choice = { weight, progress: inside.map((child) => (!has(2 * (numbers.get(child) ?? 0)) ? 'not begun' : has(2 * (numbers.get(child) ?? 0) + 1) ? 'over' : 'under way')) };
    this.#choices.set(index, choice);
    return choice;
  }

  /** How far the parts inside a part are when most is away in it. */
  #progressIn(index: number): BranchProgress[] {
    const part = this.#tree.parts[index] as Part;
    const inside = this.#inside.get(index) ?? [];
    if (part.kind === 'series') {
      const at = peakOf(inside.map((child) => this.#weighed.get(child) as Weight));
      return inside.map((_, number) => (number < at ? 'over' : number === at ? 'under way' : 'not begun'));
    }
    if (part.waits.length > 0 && inside.length > 1) return [...this.#choose(index).progress];
    return inside.map((child) => ((this.#weighed.get(child)?.peak ?? 0) > 0 ? 'under way' : 'not begun'));
  }

  /** The last of the steps that are under way when most is away; undefined where nothing ever is. */
  lastStep(): number | undefined {
    let index = this.#tree.root;
    while (this.peak > 0) {
      const part = this.#tree.parts[index] as Part;
      if (part.kind === 'step') return part.step;
      const progress = this.#progressIn(index);
      const last = progress.lastIndexOf('under way');
      if (last === -1) return undefined;
      index = this.#inside.get(index)?.[last] ?? -1;
    }
    return undefined;
  }

  /** A state in which most is away; of several, one that is reached early. */
  state(): PlanState {
    const state = new Map<number, Progress>();
    const open: { readonly index: number; readonly over: boolean }[] = this.peak > 0 ? [{ index: this.#tree.root, over: false }] : [];
    for (let one = open.pop(); one !== undefined; one = open.pop()) {
      const part = this.#tree.parts[one.index] as Part;
      const inside = this.#inside.get(one.index) ?? [];
      if (part.kind === 'step') {
        const progress = one.over ? { at: 'end' as const } : this.#progressOf(part.step);
        if (progress !== undefined) state.set(part.step, progress);
        continue;
      }
      const progress = one.over ? [] : this.#progressIn(one.index);
      for (const [number, child] of inside.entries()) {
        if (one.over || progress[number] !== 'not begun') open.push({ index: child, over: one.over || progress[number] === 'over' });
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

type BranchProgress = 'not begun' | 'under way' | 'over';

interface Choice {
  readonly weight: number;
  /** For each part inside that matters. */
  readonly progress: readonly BranchProgress[];
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
    const weights = course.eachBatch((batch): Weight => {
      const { peak, net } = new HeaviestState(body, course.coursesOf(batch));
      return { peak, net };
    });
    let net = 0;
    let peak = 0;
    let fallible = 0;
    let at = { batch: 0, failed: 0 };
    for (const [batch, weight] of weights.entries()) {
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
