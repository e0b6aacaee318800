import type { PlanModel } from '../model/plan-model.ts';
import { jumpsOf, actionsOf, type Jump } from '../model/walk.ts';
import { Landing, type Lack } from './landing.ts';
import type { PlanRule } from './rule.ts';

/** At the end of a jump everything of the service runs the target release, its databases included. */
export const incompleteJump: PlanRule = {
  code: 'B0402', name: 'incomplete-jump', level: 'error', category: 'Releases', since: '0.1', subject: 'plan',
  summary: 'A jump ends before everything of its service is at the target release.',
  check({ plan, graph }, report) {
    const target = plan.release?.to;
    if (target === undefined) return;
    const ending = endsOf(jumpsOf(plan), new Map(graph.steps.map((step, index) => [step.id, index])));
    const state = new Landing(plan.cloud);
    for (const [index, { step }] of graph.steps.entries()) {
      if (step !== undefined) for (const action of actionsOf([step])) state.apply(action);
      for (const jump of ending.get(index) ?? []) judge(jump, target);
    }
    for (const jump of ending.get(-1) ?? []) judge(jump, target);

    function judge(jump: Jump, release: string): void {
      const lacks = state.lacks(jump, release);
      if (lacks.length === 0) return;
      report({
        message: `\`${jump.service}\` does not arrive at \`${release}\`: ${describe(lacks)}.`,
        at: jump.location,
        notes: [mend(jump, lacks, plan)],
      });
    }
  },
};

/** Jumps by the last of their steps; those without steps at -1. */
function endsOf(jumps: readonly Jump[], indexOf: ReadonlyMap<string, number>): Map<number, Jump[]> {
  const ending = new Map<number, Jump[]>();
  for (const jump of jumps) {
    const last = jump.steps.reduce((end, step) => Math.max(end, indexOf.get(step.id) ?? -1), -1);
    const same = ending.get(last);
    if (same === undefined) ending.set(last, [jump]);
    else same.push(jump);
  }
  return ending;
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
