import type { StepModel } from '../model/plan-model.ts';
import type { OrderTree } from './order-tree.ts';

/** What the parts of a plan weigh: all their steps together, those of a roll once for each batch. */
export class PartWeights {
  readonly #tree: OrderTree;
  readonly #weightOf: (step: StepModel) => number;
  readonly #totals: Float64Array;
  readonly #before: Float64Array;
  readonly #bodies = new Map<number, PartWeights>();

  /** @param weightOf what a step weighs, a whole number; of a roll, what the pause after a batch does */
  constructor(tree: OrderTree, weightOf: (step: StepModel) => number) {
    this.#tree = tree;
    this.#weightOf = weightOf;
    this.#totals = new Float64Array(tree.parts.length);
    this.#before = new Float64Array(tree.parts.length);
    for (const [index, { kind, step, children }] of tree.parts.entries()) {
      let total = kind === 'step' ? this.#ofStep(step) : 0;
      for (const child of children) {
        this.#before[child] = total;
        total += this.#totals[child] ?? 0;
      }
      this.#totals[index] = total;
    }
  }

  #ofStep(index: number): number {
    const step = this.#tree.graph.steps[index]?.step;
    if (step?.roll === undefined) return step === undefined ? 0 : this.#weightOf(step);
    const count = step.roll.batches.length;
    return count * (this.body(index)?.all ?? 0) + Math.max(0, count - 1) * this.#weightOf(step);
  }

  get all(): number {
    return this.of(this.#tree.root);
  }

  of(part: number): number {
    return this.#totals[part] ?? 0;
  }

  /** What the parts before this one in the same series weigh. */
  before(part: number): number {
    return this.#before[part] ?? 0;
  }

  pause(roll: number): number {
    const step = this.#tree.graph.steps[roll]?.step;
    return step === undefined ? 0 : this.#weightOf(step);
  }

  /** The weights in the body of a roll. */
  body(roll: number): PartWeights | undefined {
    let weights = this.#bodies.get(roll);
    const tree = this.#tree.body(roll);
    if (weights === undefined && tree !== undefined) this.#bodies.set(roll, (weights = new PartWeights(tree, this.#weightOf)));
    return weights;
  }
}
