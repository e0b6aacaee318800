import type { StepModel, WindowModel } from '../../model/plan-model.ts';
import type { PlanGraph } from '../../graph/plan-graph.ts';
import type { PlanSubject } from '../../rules/rule.ts';
import type { Location } from '../../text/source.ts';
import { estimateOf } from '../estimates.ts';
import type { OrderTree, Part } from '../order-tree.ts';
import { presencesOf } from '../presence.ts';

/** One `within`, as it stands in a plan or in the body of a roll. */
export interface WindowPart {
  readonly window: WindowModel;
  readonly location: Location;
  /** The nesting that it is part of. */
  readonly tree: OrderTree;
  readonly part: number;
  /** Index of the roll in whose body it stands; -1 elsewhere. */
  readonly roll: number;
  /** How long it takes if what may run at the same time does, by the estimates that there are. */
  readonly seconds: number;
  /** The steps that follow each other for so long. */
  readonly path: readonly StepModel[];
  readonly unknown: readonly StepModel[];
}

const cache = new WeakMap<PlanGraph, readonly WindowPart[]>();

/** Every `within` of a plan, in the order of the text. */
export function windowPartsOf(subject: PlanSubject): readonly WindowPart[] {
  let parts = cache.get(subject.graph);
  if (parts === undefined) {
    const { tree } = presencesOf(subject);
    parts = [...inTree(subject, tree, -1), ...subject.graph.steps.flatMap((step, index) => {
      const body = step.body === undefined ? undefined : tree.body(index);
      return body === undefined ? [] : inTree(subject, body, index);
    })];
    cache.set(subject.graph, parts);
  }
  return parts;
}

function inTree({ plan }: PlanSubject, tree: OrderTree, roll: number): WindowPart[] {
  if (tree.parts.every((part) => part.window === undefined)) return [];
  const times = new Times(tree);
  return tree.parts.flatMap((part, index) => {
    const window = part.window === undefined ? undefined : plan.windows.get(part.window);
    if (window === undefined || part.written.node !== 'series') return [];
    const unknown = tree.stepsOf(index).flatMap((step) => unknownIn(tree, step));
    return [{ window, location: part.written.location, tree, part: index, roll, seconds: times.of(index) / 1000, path: times.pathOf(index), unknown }];
  });
}

function unknownIn(tree: OrderTree, index: number): StepModel[] {
  const step = tree.graph.steps[index]?.step;
  const body = tree.body(index);
  if (body !== undefined) return body.stepsOf(body.root).flatMap((inner) => unknownIn(body, inner));
  return step === undefined || estimateOf(step) !== undefined ? [] : [step];
}

/** How long the parts of a plan take, where parallel ones run at the same time: their critical paths. */
class Times {
  readonly #tree: OrderTree;
  /** In milliseconds, which add up exactly. */
  readonly #times: Float64Array;
  /** For a branch that others wait for or that waits: when it ends, counted from the begin of its parallel part, and which one it waits for longest. */
  readonly #branches = new Map<number, { readonly end: number; readonly before: number }>();

  constructor(tree: OrderTree) {
    this.#tree = tree;
    this.#times = new Float64Array(tree.parts.length);
    for (const [index, part] of tree.parts.entries()) this.#times[index] = this.#measure(part);
  }

  /** Milliseconds. */
  of(part: number): number {
    return this.#times[part] ?? 0;
  }

  #measure(part: Part): number {
    if (part.kind === 'step') return this.#ofStep(part.step);
    if (part.kind === 'series') return part.children.reduce((sum, child) => sum + this.of(child), 0);
    for (const branch of inOrder(part)) {
      let before = -1;
      for (const one of branch.waits) if ((this.#branches.get(one)?.end ?? 0) > (this.#branches.get(before)?.end ?? 0)) before = one;
      this.#branches.set(branch.child, { end: (this.#branches.get(before)?.end ?? 0) + this.of(branch.child), before });
    }
    return part.children.reduce((longest, child) => Math.max(longest, this.#branches.get(child)?.end ?? 0), 0);
  }

  #ofStep(index: number): number {
    const step = this.#tree.graph.steps[index]?.step;
    const body = this.#tree.body(index);
    if (step?.roll === undefined || body === undefined) return step === undefined ? 0 : Math.round((estimateOf(step) ?? 0) * 1000);
    const count = step.roll.batches.length;
    return count * new Times(body).of(body.root) + Math.max(0, count - 1) * Math.round(step.roll.pause * 1000);
  }

  /** The steps of the critical path of a part; a roll stands for its body. */
  pathOf(part: number): StepModel[] {
    const path: StepModel[] = [];
    const open = [part];
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      const one = this.#tree.parts[index] as Part;
      if (one.kind === 'step') {
        const step = this.#tree.graph.steps[one.step]?.step;
        if (step !== undefined && this.of(index) > 0) path.push(step);
      } else if (one.kind === 'series') open.push(...one.children.toReversed());
      else {
        const ends = one.children.toSorted((a, b) => (this.#branches.get(b)?.end ?? 0) - (this.#branches.get(a)?.end ?? 0));
        // The last one comes off the stack last.
        for (let child = ends[0] ?? -1; child !== -1; child = this.#branches.get(child)?.before ?? -1) open.push(child);
      }
    }
    return path;
  }
}

/** The branches of a parallel part, each behind those that it waits for. */
function inOrder(part: Part): { readonly child: number; readonly waits: readonly number[] }[] {
  const waits = new Map<number, number[]>(part.children.map((child) => [child, []]));
  const followers = new Map<number, number[]>(part.children.map((child) => [child, []]));
  for (const [first, second] of part.waits) {
    waits.get(second)?.push(first);
    followers.get(first)?.push(second);
  }
  const left = new Map([...waits].map(([child, before]) => [child, before.length]));
  const order = part.children.filter((child) => left.get(child) === 0);
  for (const child of order) {
    for (const next of followers.get(child) ?? []) {
      left.set(next, (left.get(next) ?? 0) - 1);
      if (left.get(next) === 0) order.push(next);
    }
  }
  return order.map((child) => ({ child, waits: waits.get(child) ?? [] }));
}
