import type { PlanGraph } from '../graph/plan-graph.ts';
import type { Node, Series, StepModel } from '../model/plan-model.ts';

/** A part of a plan: a step, or parts that run one after the other, or in any order that their edges allow. */
export interface Part {
  readonly kind: 'step' | 'series' | 'parallel';
  /** Number of the part around it; -1 for the whole. */
  readonly parent: number;
  /** Index of the step in the graph; -1 for other parts. */
  readonly step: number;
  /** Numbers of the parts inside, as written. */
  readonly children: readonly number[];
  /** In a parallel part: pairs of children of which the second waits for the first. What follows from others may be missing. */
  readonly waits: readonly (readonly [number, number])[];
  /** Set where the part is a `within`. */
  readonly window?: string;
  readonly written: Node;
}

type Draft = { -readonly [K in keyof Part]: Part[K] } & { children: number[]; waits: (readonly [number, number])[] };

/**
 * The nesting of a plan, or of the body of a roll, as a tree. Whatever is outside a part comes before all of it, after all of it, or has no order with any of it.
 * So a proof can look at each part for itself and keep a few numbers of it, where it would otherwise look at all pairs of steps.
 */
export class OrderTree {
  /** Children stand before the part around them; the last part is the whole. */
  readonly parts: readonly Part[];
  readonly graph: PlanGraph;
  /** For each step of the graph its part; -1 for joins. */
  readonly leaves: Int32Array;
  readonly #bodies = new Map<number, OrderTree>();
  /** For each part some step in it. */
  readonly #anySteps: Int32Array;

  constructor(body: Series, graph: PlanGraph) {
    this.graph = graph;
    const parts: Draft[] = [];
    const indexes = new Map<StepModel | undefined, number>(graph.steps.map(({ step }, index) => [step, index]));
    this.leaves = new Int32Array(graph.steps.length).fill(-1);
    // Nesting is limited, so this may call itself.
    const add = (node: Node): number => {
      const children = node.node === 'step' ? [] : node.node === 'series' ? node.items.map(add) : node.branches.map((branch) => add(branch.body));
      const step = node.node === 'step' ? (indexes.get(node.step) ?? -1) : -1;
      const window = node.node === 'series' ? node.window : undefined;
      const index = parts.push({ kind: node.node, parent: -1, step, children, waits: [], ...(window === undefined ? {} : { window }), written: node }) - 1;
      for (const child of children) (parts[child] as Draft).parent = index;
      if (step !== -1) this.leaves[step] = index;
      return index;
    };
    add(body);
    this.parts = parts;
    this.#anySteps = new Int32Array(parts.length).fill(-1);
    for (const [index, part] of parts.entries()) this.#anySteps[index] = part.kind === 'step' ? part.step : part.children.reduce((any, child) => (any === -1 ? (this.#anySteps[child] ?? -1) : any), -1);
    this.#addWaits(parts);
  }

  /** Where an edge of the graph leads from one branch of a parallel part into another. */
  #addWaits(parts: readonly Draft[]): void {
    const depths = new Int32Array(parts.length);
    for (let index = parts.length - 1; index >= 0; index -= 1) {
      const parent = parts[index]?.parent ?? -1;
      depths[index] = parent === -1 ? 0 : (depths[parent] ?? 0) + 1;
    }
    const known = new Set<number>();
    for (const [to, leaf] of this.leaves.entries()) {
      if (leaf === -1) continue;
      for (const from of this.graph.steps[to]?.after ?? []) {
        // A join waits for the ends of one part, so any of them shows where the edge leads.
        const joined = this.leaves[from] === -1 ? (this.graph.steps[from]?.after[0] ?? -1) : from;
        let first = this.leaves[joined] ?? -1;
        let second = leaf;
        if (first === -1) continue;
        while ((depths[first] ?? 0) > (depths[second] ?? 0)) first = parts[first]?.parent ?? -1;
        while ((depths[second] ?? 0) > (depths[first] ?? 0)) second = parts[second]?.parent ?? -1;
        while (first !== second && parts[first]?.parent !== parts[second]?.parent) {
          first = parts[first]?.parent ?? -1;
          second = parts[second]?.parent ?? -1;
        }
        const around = parts[parts[first]?.parent ?? -1];
        if (first === second || around?.kind !== 'parallel' || known.has(first * parts.length + second)) continue;
        known.add(first * parts.length + second);
        around.waits.push([first, second]);
      }
    }
  }

  /** The body of a roll. */
  body(step: number): OrderTree | undefined {
    const node = this.graph.steps[step];
    if (node?.body === undefined || node.step?.roll === undefined) return undefined;
    let tree = this.#bodies.get(step);
    if (tree === undefined) this.#bodies.set(step, (tree = new OrderTree(node.step.roll.body, node.body)));
    return tree;
  }

  get root(): number {
    return this.parts.length - 1;
  }

  /** The parts of some steps and all parts around them, from the inside out. */
  around(steps: Iterable<number>): number[] {
    const found = new Set<number>();
    for (const step of steps) {
      for (let part = this.leaves[step] ?? -1; part !== -1 && !found.has(part); part = this.parts[part]?.parent ?? -1) found.add(part);
    }
    return [...found].sort((a, b) => a - b);
  }

  /** Whether one of two parts that do not hold each other always comes before the other. */
  before(first: number, second: number): boolean {
    const one = this.#anySteps[first] ?? -1;
    const other = this.#anySteps[second] ?? -1;
    return one !== -1 && other !== -1 && this.graph.before(one, other);
  }

  /** The steps of a part, by their index in the graph, in the order of the graph. */
  stepsOf(part: number): number[] {
    const found: number[] = [];
    const open = [part];
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      const one = this.parts[index];
      if (one?.kind === 'step') found.push(one.step);
      for (const child of one?.children ?? []) open.push(child);
    }
    return found.filter((step) => step !== -1).sort((a, b) => a - b);
  }
}
