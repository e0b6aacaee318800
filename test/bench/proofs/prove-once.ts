/**
 * `prove-once.ts SHAPE STEPS`: proves one made plan in this process and prints as JSON what that takes. A process for each plan keeps its memory
 * apart from that of others, and nothing is warm, as for somebody who types `belay check`.
 */
import process from 'node:process';
import { buildGraph } from '../../../packages/compiler/src/graph/plan-graph.ts';
import { loadProject } from '../../../packages/compiler/src/index.ts';
import { bindPlan } from '../../../packages/compiler/src/model/bind-plan.ts';
import { collect } from '../../../packages/compiler/src/model/collect.ts';
import { Reporter } from '../../../packages/compiler/src/model/reporter.ts';
import { PROOFS } from '../../../packages/compiler/src/proofs/index.ts';
import { RULES } from '../../../packages/compiler/src/rules/index.ts';
import { madePlan, type Shape } from './made-plan.ts';

/** What one plan took: milliseconds of CPU time, and mebibytes. */
export interface Proved {
  readonly steps: number;
  /** Reading the text and binding it. */
  readonly bind: number;
  /** The graph, and every rule that is no proof. */
  readonly rules: number;
  readonly proofs: number;
  /** By the name of the proof. What several share is counted for the first of them. */
  readonly each: Readonly<Record<string, number>>;
  /** The most memory of the process. */
  readonly memory: number;
}

const [shape = 'chain', steps = '100'] = process.argv.slice(2);

let since = process.cpuUsage();

/** Milliseconds since the last lap. */
function lap(): number {
  const { user, system } = process.cpuUsage(since);
  since = process.cpuUsage();
  return (user + system) / 1000;
}

function refuse(where: string, found: string | undefined): void {
  if (found !== undefined) throw new Error(`${where} finds something in the made plan: ${found}`);
}

const { entry, plan: name, host } = madePlan(shape as Shape, Number(steps));
lap();
const project = await loadProject(entry, host);
const reporter = new Reporter();
const universe = collect(project, {}, reporter);
const declared = universe.declarations.get('plan', name);
const plan = declared === undefined ? undefined : bindPlan(declared, universe);
const bind = lap();
refuse('binding', [...(project.trees.get(entry)?.diagnostics ?? []), ...reporter.diagnostics][0]?.message);
const train = universe.trains.get(plan?.release?.train ?? '');
if (plan === undefined || train === undefined) throw new Error('the made plan is no plan');
lap();
const graph = buildGraph(plan);
for (const rule of RULES) if (rule.subject === 'plan') rule.check({ plan, graph, train }, ({ message }) => refuse(rule.name, message));
const rules = lap();
const each = PROOFS.map((proof) => {
  proof.check({ plan, graph, train }, ({ message }) => refuse(proof.name, message));
  return [proof.name, lap()] as const;
});
const count = graph.steps.reduce((sum, step) => sum + (step.step === undefined ? 0 : 1) + (step.body?.steps.length ?? 0), 0);
const proved: Proved = {
  steps: count, bind, rules, proofs: each.reduce((sum, [, cpu]) => sum + cpu, 0), each: Object.fromEntries(each), memory: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(`${JSON.stringify(proved)}\n`);
