import process from 'node:process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkPlan } from '../../packages/compiler/src/check.ts';
import { compilePlan } from '../../packages/compiler/src/compile.ts';
import type { Plan } from '../../packages/compiler/src/plan/plan.ts';
import { loadProject } from '../../packages/compiler/src/project/load.ts';
import type { Project } from '../../packages/compiler/src/project/project.ts';
import type { Outcome, Program } from '../shell/program.ts';
import { cloudFolder, commandsSoFar, inject, withFresh, worldOf, type Fault, type World } from './cloud-folder.ts';
import { predictedWorld } from './predicted-world.ts';
import { rollbackPlan, type RollbackPlan } from './rollback-plan.ts';

const RUNS = Number(process.env['BELAY_ROLLBACK_RUNS'] ?? 15);
/** How many places of each plan something goes wrong at; 0: at each of them. */
const PLACES = Number(process.env['BELAY_ROLLBACK_PLACES'] ?? 1);
const SEED = Number(process.env['BELAY_ROLLBACK_SEED'] ?? 20_261_122);
const LIMIT = RUNS * 60_000;

const FAULTS: readonly Fault['kind'][] = ['fail', 'kill', 'crash-after', 'fail-after', 'crash'];
/** What is done after something went wrong, before the plan is run again: the targets of the rollbacks, one after the other. */
const WAYS = [['point'], ['start'], ['point', 'start']] as const;

/** The part of a plan's text that differs from plan to plan. */
function bodyOf(text: string): string {
  return text.slice(text.indexOf('host leave'));
}

async function projectOf({ text, files }: RollbackPlan): Promise<Project> {
  const bytes = (content: string): Uint8Array => new TextEncoder().encode(content);
  return loadProject('main.belay', {
    read: (path) => {
      const content = path === 'main.belay' ? text : files[path];
      return Promise.resolve(content === undefined ? { found: false, reason: 'missing' } : { found: true, bytes: bytes(content) });
    },
  });
}

function succeed(program: Program, command: string, codes: readonly number[], story: readonly string[]): Outcome {
  const outcome = program.run(command);
  if (!codes.includes(outcome.code ?? -1)) throw new Error([...story, `${command} ended with ${outcome.code}:`, outcome.out.slice(-3000), outcome.err.slice(-3000)].join('\n'));
  return outcome;
}

/** The states at the start, at each rollback point, and at the end of a run in which nothing goes wrong; and how many commands it took. */
function undisturbed(program: Program, plan: Plan, story: readonly string[]): { readonly states: ReadonlyMap<string, World>; readonly commands: number } {
  const states = new Map<string, World>([['start', worldOf(program)]]);
  inject(program, undefined);
  for (const { id } of plan.points) {
    succeed(program, `run --until ${id}`, [0, 3], story);
    states.set(id, worldOf(program));
  }
  succeed(program, 'run', [0], story);
  states.set('end', worldOf(program));
  return { states, commands: commandsSoFar(program) };
}

function expectState(program: Program, expected: World, what: readonly string[]): void {
  const found = worldOf(program);
  const allowed = withFresh(expected);
  const wrong = [...new Set([...Object.keys(found), ...Object.keys(expected)])].sort().flatMap((path) => (
    found[path] !== undefined && allowed[path]?.includes(found[path]) === true ? [] : [`${path}: ${JSON.stringify(found[path])} instead of ${JSON.stringify(expected[path])}`]
  ));
  if (wrong.length > 0) throw new Error([...what, ...wrong].join('\n'));
}

/** Something goes wrong at one place; then back, by one of the ways, and then again to the end. */
function disturbed(fresh: () => Program, states: ReadonlyMap<string, World>, fault: Fault, way: readonly string[], text: string): void {
  const program = fresh();
  const story = [bodyOf(text), `${fault.kind} at command ${fault.at}`];
  try {
    inject(program, fault);
    const { code } = program.run('run');
    if (code === 0) return;
    for (const one of way) {
      const reached = program.lines('.belay/random/journal').flatMap((line) => /\tstep-end\t(point\d+)\t0\tok\t/.exec(line)?.[1] ?? []).at(-1) ?? 'start';
      const target = one === 'start' ? 'start' : reached;
      const command = one === 'start' ? 'rollback --to start' : 'rollback';
      story.push(`${command} (to ${target})`);
      const { out } = succeed(program, command, [0], [...story, program.run('status').out]);
      expectState(program, states.get(target) ?? {}, [...story, out]);
    }
    const again = succeed(program, 'run', [0], story);
    expectState(program, states.get('end') ?? {}, [...story, 'run again', again.out]);
  } finally {
    program.dispose();
  }
}

test(`after a failure or a kill, ${RUNS} plans are rolled back to what they were, and run to their end`, { timeout: LIMIT }, async () => {
  let compiled = 0;
  let tried = 0;
  const refused = new Map<string, number>();
  const used = new Map<string, number>();
  await fc.assert(fc.asyncProperty(rollbackPlan, fc.nat(), async (made, choice) => {
    const project = await projectOf(made);
    const { plan, diagnostics } = compilePlan(project, { plan: 'random' });
    if (plan === undefined) {
      for (const name of new Set(diagnostics.filter(({ level }) => level === 'error').map((one) => `${one.code} ${one.name}`))) refused.set(name, (refused.get(name) ?? 0) + 1);
      // The texts are right; only what a proof or a rule refuses is left out.
      expect(diagnostics.filter(({ level, code }) => level === 'error' && !/^B0(?:4|5|6)/.test(code)).map(({ message }) => message)).toEqual([]);
      return;
    }
    compiled += 1;
    for (const kind of new Set(made.kinds)) used.set(kind, (used.get(kind) ?? 0) + 1);
    const first = cloudFolder(plan);
    try {
      const { states, commands } = undisturbed(first, plan, [bodyOf(made.text)]);
      const bound = checkPlan(project, 'random');
      const model = predictedWorld(bound.plan, states.get('end') ?? {});
      expect({ text: made.text, end: model.found }).toEqual({ text: made.text, end: model.predicted });
      const places = Array.from({ length: commands }, (_, index) => index + 1);
      const chosen = PLACES === 0 ? places : places.length === 0 ? [] : Array.from({ length: PLACES }, (_, index) => places[(choice + index * 7) % places.length] ?? 1);
      for (const [index, at] of chosen.entries()) {
        const kinds = PLACES === 0 ? [FAULTS[index % 2 === 0 ? 0 : 3], FAULTS[[1, 2, 4][index % 3] ?? 1]] : [FAULTS[(choice + index) % FAULTS.length]];
        for (const kind of kinds) {
          disturbed(() => cloudFolder(plan), states, { at, kind: kind ?? 'fail' }, WAYS[(choice + at) % WAYS.length] ?? ['start'], made.text);
          tried += 1;
        }
      }
    } finally {
      first.dispose();
    }
  }), { numRuns: RUNS, seed: SEED, ...(process.env['BELAY_ROLLBACK_PATH'] === undefined ? {} : { path: process.env['BELAY_ROLLBACK_PATH'] }), endOnFailure: process.env['BELAY_ROLLBACK_QUICK'] !== undefined });
  const share = (count: number): string => `${Math.round((count * 100) / RUNS)}%`;
  console.log([
    `${compiled} of ${RUNS} plans compiled, ${tried} faults tried`,
    `refused: ${[...refused].map(([name, count]) => `${name} ${share(count)}`).join(', ')}`,
    `with: ${[...used].sort(([, a], [, b]) => b - a).map(([kind, count]) => `${kind} ${share(count)}`).join(', ')}`,
  ].join('\n'));
  expect(compiled).toBeGreaterThan(RUNS / 4);
});
