import type { ActionModel, Node, PlanModel, Series, StepModel } from './plan-model.ts';

/** A jump of a plan, with its steps in written order; those of rolls are looked into. */
export interface Jump {
  readonly service: string;
  readonly leaving: readonly string[];
  /** What is left is at the target, and only down. */
  readonly stopped: boolean;
  readonly location: Series['location'];
  readonly steps: readonly StepModel[];
}

/** The jumps of a plan, in written order. Walks without recursion. */
export function jumpsOf(plan: PlanModel): Jump[] {
  const jumps: Jump[] = [];
  const open: Node[] = [plan.body];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.node === 'step') continue;
    if (node.node === 'series' && node.jump !== undefined) jumps.push({ ...node.jump, location: node.location, steps: stepsOf(node) });
    for (const child of childrenOf(node).toReversed()) open.push(child);
  }
  return jumps;
}

/** All steps below a node, in written order; rolls themselves, not their bodies. */
export function stepsOf(root: Node): StepModel[] {
  const steps: StepModel[] = [];
  const open: Node[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.node === 'step') steps.push(node.step);
    else for (const child of childrenOf(node).toReversed()) open.push(child);
  }
  return steps;
}

/** The actions of steps in written order, those of the bodies of rolls included. */
export function actionsOf(steps: readonly StepModel[]): ActionModel[] {
  return steps.flatMap((step) => (step.roll === undefined ? step.actions : stepsOf(step.roll.body).flatMap((one) => one.actions)));
}

function childrenOf(node: Exclude<Node, { node: 'step' }>): readonly Node[] {
  return node.node === 'series' ? node.items : node.branches.map((branch) => branch.body);
}
