import type { PlanGraph } from '../graph/plan-graph.ts';
import type { Cloud } from '../model/model.ts';
import type { PlanModel, StepModel } from '../model/plan-model.ts';
import { actionsIn, jumpsOf, type Jump } from '../model/walk.ts';
import { Landing, type Lack } from './landing.ts';
import type { PlanRule } from './rule.ts';

/** At the end of a jump everything of the service runs the target release, its databases included: whatever has run by then beside it. */
export const incompleteJump: PlanRule = {
  code: 'B0402', name: 'incomplete-jump', level: 'error', category: 'Releases', since: '0.1', subject: 'plan',
  summary: 'A jump ends before everything of its service is at the target release.',
  check({ plan, graph }, report) {
    const target = plan.release?.to;
    if (target === undefined) return;
    const jumps = jumpsOf(plan);
    if (jumps.length === 0) return;
    const ending = endsOf(jumps, graph);
    const state = new Landing(plan.cloud);
    // What comes behind the last jump makes no difference to any; one without steps is judged by all of the plan.
    let left = ending.has(-1) ? Number.POSITIVE_INFINITY : jumps.length;
    for (let index = 0; index < graph.steps.length && left > 0;) {
      const segment = segmentAt(graph, index);
      const ends = segment.flatMap((step) => ending.get(step) ?? []);
      if (segment.length > 1) for (const jump of ends) judge(jump, lacksAtEnd(jump, segment, graph, state, plan.cloud, target));
      for (const step of segment) apply(graph, step, state);
      if (segment.length === 1) for (const jump of ends) judge(jump, state.lacks(jump, target));
      index += segment.length;
      left -= ends.length;
    }
    for (const jump of ending.get(-1) ?? []) judge(jump, state.lacks(jump, target));

    function judge(jump: Jump, lacks: readonly Lack[]): void {
      if (lacks.length === 0) return;
      report({
        message: `\`${jump.service}\` does not arrive at \`${target ?? ''}\`: ${describe(lacks)}.`,
        at: jump.location,
        notes: [mend(jump, lacks, plan)],
      });
    }
  },
};

/** Jumps by the last of their steps; those without steps at -1. */
function endsOf(jumps: readonly Jump[], graph: PlanGraph): Map<number, Jump[]> {
  const wanted = new Set(jumps.flatMap(({ steps }) => steps));
  const indexOf = new Map<StepModel, number>();
  for (const [index, { step }] of graph.steps.entries()) if (step !== undefined && wanted.has(step)) indexOf.set(step, index);
  const ending = new Map<number, Jump[]>();
  for (const jump of jumps) {
    const last = jump.steps.reduce((end, step) => Math.max(end, indexOf.get(step) ?? -1), -1);
    const same = ending.get(last);
    if (same === undefined) ending.set(last, [jump]);
    else same.push(jump);
  }
  return ending;
}

/** A step, or all steps of the outermost parallel part that begins with it. */
function segmentAt({ segments, steps }: PlanGraph, first: number): number[] {
  const segment = [first];
  for (let index = first + 1; index < steps.length && segments[index] === segments[first]; index += 1) segment.push(index);
  return segment;
}

function apply({ steps }: PlanGraph, index: number, state: Landing): void {
  const step = steps[index]?.step;
  if (step !== undefined) for (const action of actionsIn(step)) state.apply(action);
}

/**
 * What a jump may lack when it ends in a segment. What comes before some step of it has run by then; what has no order with it may have. As each thing is changed in one order,
 * every state that it may be in shows when these are added one by one.
 */
function lacksAtEnd(jump: Jump, segment: readonly number[], graph: PlanGraph, before: Landing, cloud: Cloud, target: string): readonly Lack[] {
  const state = before.copyOf(jump.service);
  const ids = new Set(jump.steps.map(({ id }) => id));
  const isOwn = (index: number): boolean => ids.has(graph.steps[index]?.id ?? '');
  // What is not of the jump has the same order with all of its steps.
  const any = segment.find(isOwn) ?? -1;
  const isCertain = (index: number): boolean => isOwn(index) || graph.before(index, any);
  for (const index of segment) if (graph.steps[index]?.step !== undefined && isCertain(index)) apply(graph, index, state);
  const lacks = state.lacks(jump, target);
  if (lacks.length > 0) return lacks;
  for (const index of segment) {
    const step = graph.steps[index]?.step;
    if (step === undefined || isCertain(index) || graph.before(any, index) || !touches(step, jump.service, cloud)) continue;
    apply(graph, index, state);
    const more = state.lacks(jump, target);
    if (more.length > 0) return more;
  }
  return [];
}

function touches(step: StepModel, service: string, cloud: Cloud): boolean {
  const of = cloud.services.get(service);
  return actionsIn(step).some(({ changes }) => changes.some((change) => (
    change.kind === 'component' ? of?.components.includes(change.name) : change.kind === 'database' ? of?.databases.includes(change.name) : change.becomes === 'rebooted'
  )));
}

/** What is lacking, with what lacks the same named together. */
function describe(lacks: readonly Lack[]): string {
  const alike = new Map<string, Lack[]>();
  for (const lack of lacks) alike.set(`${lack.what}${lack.where}`, [...(alike.get(`${lack.what}${lack.where}`) ?? []), lack]);
  return [...alike.values()].map((same) => {
    const [first] = same;
    const names = same.map(({ name }) => `\`${name}\``);
    const shown = names.length > 5 ? [...names.slice(0, 4), `${names.length - 4} more`] : names;
    const verb = same.length === 1 ? first?.what : first?.what.replace(/^is /, 'are ').replace(/^still runs /, 'still run ');
    return `${shown.length === 1 ? shown[0] : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`} ${verb}${first?.where ?? ''}`;
  }).join('; ');
}

function mend(jump: Jump, lacks: readonly Lack[], plan: PlanModel): string {
  const byVerb = new Map<string, string[]>();
  for (const { mend: verb, name } of lacks) byVerb.set(verb, [...(byVerb.get(verb) ?? []), name]);
  const statements = [...byVerb].map(([verb, names]) => `\`${verb} ${names.join(', ')}\``).join(', ');
  const components = [...new Set(lacks.map(({ name }) => name))].filter((name) => plan.cloud.components.has(name));
  if (components.length === 0) return `Add ${statements} to the jump.`;
  const isDown = lacks.every(({ down }) => down === true);
  const leaving = [...new Set([...jump.leaving, ...components])].join(', ');
  return isDown
    ? `Add ${statements} to the jump, or say that it leaves them to be started later: \`jump ${jump.service} leaving ${leaving} stopped\`.`
    : `Add ${statements} to the jump, or say what it leaves behind: \`jump ${jump.service} leaving ${leaving}\`.`;
}
