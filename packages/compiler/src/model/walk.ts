import type { ActionModel, Node, PlanModel, Series, StepModel } from './plan-model.ts';

/** A jump of a plan, with its steps in written order. One in the body of a roll is over when the roll is: its step is the roll. */
export interface Jump {
  readonly service: string;
  readonly leaving: readonly string[];
  /** What is left is at the target, and only down. */
  readonly stopped: boolean;
  readonly location: Series['location'];
  readonly steps: readonly StepModel[];
}

/**
 * Something that is said of a part of a plan, found out once for each part: while a plan is edited, most of its parts stay what they are.
 *
 * @param find looks at nothing but the part
 */
export function ofEachPart<T>(find: (part: Node) => T): (part: Node) => T {
  const known = new WeakMap<Node, { readonly found: T }>();
  return (part) => {
    let kept = known.get(part);
    if (kept === undefined) known.set(part, (kept = { found: find(part) }));
    return kept.found;
  };
}

/** The jumps of a plan, in written order. */
export function jumpsOf(plan: PlanModel): Jump[] {
  return plan.body.items.flatMap(jumpsIn);
}

/** Walks without recursion. */
const jumpsIn = ofEachPart((part): readonly Jump[] => {
  const jumps: Jump[] = [];
  const open: { readonly node: Node; readonly roll?: StepModel }[] = [{ node: part }];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const { node, roll } = one;
    if (node.node === 'step') {
      if (node.step.roll !== undefined) open.push({ node: node.step.roll.body, roll: node.step });
      continue;
    }
    if (node.node === 'series' && node.jump !== undefined) jumps.push({ ...node.jump, location: node.location, steps: roll === undefined ? stepsOf(node) : [roll] });
    for (const child of childrenOf(node).toReversed()) open.push({ node: child, ...(roll === undefined ? {} : { roll }) });
  }
  return jumps;
});

/** All steps below a node, in written order; rolls themselves, not their bodies. */
export function stepsOf(root: Node): StepModel[] {
  const steps: StepModel[] = [];
  const open: Node[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.node === 'step') steps.push(node.step);
    else {
      const children = childrenOf(node);
      for (let index = children.length - 1; index >= 0; index -= 1) open.push(children[index] as Node);
    }
  }
  return steps;
}

/** The actions of steps in written order, those of the bodies of rolls included. */
export function actionsOf(steps: readonly StepModel[]): ActionModel[] {
  const actions: ActionModel[] = [];
  for (const step of steps) {
    if (step.roll === undefined) for (const action of step.actions) actions.push(action);
    else for (const inner of stepsOf(step.roll.body)) for (const action of inner.actions) actions.push(action);
  }
  return actions;
}

/** The actions of one step, those of the body of a roll included. */
export function actionsIn(step: StepModel): readonly ActionModel[] {
  return step.roll === undefined ? step.actions : actionsOf([step]);
}

function childrenOf(node: Exclude<Node, { node: 'step' }>): readonly Node[] {
  return node.node === 'series' ? node.items : node.branches.map((branch) => branch.body);
}
