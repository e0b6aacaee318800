import process from 'node:process';
import { checkProject, compilePlan, loadProject, stringifyPlan } from '../../packages/compiler/src/index.ts';
import { growthExponent } from './growth.ts';
import { madeLongPlan, madeSites, type MadeProject } from './made-project.ts';
import type { Row } from './table.ts';

const SIZES = [500, 2_000, 26_000, 100_000] as const;

const STAGES = ['load', 'check', 'compile', 'write', 'JSON.parse'] as const;

type Stage = (typeof STAGES)[number];

/** Measures whole projects of many sites, each with a cloud and a plan of its own. */
export async function measureSites(): Promise<Row[]> {
  return measure(madeSites, 'sites');
}

/** Measures one plan that grows. */
export async function measureLongPlan(): Promise<Row[]> {
  return measure(madeLongPlan, 'one plan');
}

/** Measures reading, checking and compiling at several sizes, and how the times grow with the size: milliseconds of CPU time. */
async function measure(make: (lines: number) => MadeProject, name: string): Promise<Row[]> {
  // Warm, as an editor is.
  for (let round = 0; round < 5; round += 1) await runStages(make(2_000));
  const measured: { size: number; steps: number; least: (stage: Stage) => number }[] = [];
  for (const size of SIZES) {
    const runs: { times: Record<Stage, number>; steps: number }[] = [];
    for (let run = 0; run < (size > 10_000 ? 3 : 10); run += 1) runs.push(await runStages(make(size)));
    measured.push({ size, steps: runs[0]?.steps ?? 0, least: (stage: Stage) => Math.min(...runs.map(({ times }) => times[stage])) });
  }
  const figures = (of: (stage: Stage) => number): Record<string, number> => Object.fromEntries(STAGES.map((stage) => [`${stage}, CPU ms`, Number(of(stage).toFixed(2))]));
  return [
    ...measured.map(({ size, steps, least }) => ({ name: `${name}, ${size.toLocaleString('en-US')} lines`, figures: { ...figures(least), steps } })),
    { name: 'growth exponent', figures: figures((stage) => growthExponent(measured.map(({ size, least }) => ({ size, cost: least(stage) })))) },
  ];
}

/** One run of every stage. JSON.parse of the plans that come out is a measure of the machine. */
async function runStages({ entry, host, plans: names }: MadeProject): Promise<{ times: Record<Stage, number>; steps: number }> {
  const times: Record<Stage, number> = { load: 0, check: 0, compile: 0, write: 0, 'JSON.parse': 0 };
  let start = process.cpuUsage();
  const lap = (stage: Stage): void => {
    const { user, system } = process.cpuUsage(start);
    times[stage] = (user + system) / 1000;
    start = process.cpuUsage();
  };
  const project = await loadProject(entry, host);
  lap('load');
  const error = checkProject(project).diagnostics.find(({ level }) => level === 'error');
  lap('check');
  if (error !== undefined) throw new Error(`the made project has an error: ${error.message}`);
  const plans = names.flatMap((plan) => compilePlan(project, { plan }).plan ?? []);
  lap('compile');
  const texts = plans.map(stringifyPlan);
  lap('write');
  for (const text of texts) JSON.parse(text);
  lap('JSON.parse');
  return { times, steps: plans.reduce((sum, plan) => sum + plan.steps.length, 0) };
}
