import process from 'node:process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkPlan } from '../../packages/compiler/src/check.ts';
import { compilePlan } from '../../packages/compiler/src/compile.ts';
import { cloudFolder, FAULT_KINDS, type Fault } from './cloud-folder.ts';
import { predictedWorld } from './predicted-world.ts';
import { KINDS, projectOf, rollbackPlan } from './rollback-plan.ts';
import { disturbed, OUTCOMES, undisturbed, WAYS } from './rollback-story.ts';
import { bodyOf } from './rollback-text.ts';

const RUNS = Number(process.env['BELAY_ROLLBACK_RUNS'] ?? 15);
/** How many places of each plan something goes wrong at; `steps`: at one in each step, `all`: at each of them. */
const PLACES = process.env['BELAY_ROLLBACK_PLACES'] ?? '1';
const SEED = Number(process.env['BELAY_ROLLBACK_SEED'] ?? 20_261_122);
const LIMIT = RUNS * (Number(PLACES) > 0 ? 60_000 : 1_200_000);
/** From how many plans on each kind of statement and each thing that a rollback does has to occur. */
const MANY = 90;

/** The places at which something goes wrong; 0 is none: the rollback is from the end. */
function placesOf({ commands, steps }: { readonly commands: number; readonly steps: ReadonlyMap<string, readonly number[]> }, choice: number): number[] {
  if (PLACES === 'all') return Array.from({ length: commands + 1 }, (_, index) => index);
  if (PLACES === 'steps') return [0, ...[...steps.values()].map((own) => own[choice % own.length] ?? 0)];
  return Array.from({ length: Number(PLACES) }, (_, index) => (choice + index * 7) % (commands + 1));
}

test(`after a failure or a kill, ${RUNS} plans are rolled back to what they were, and run to their end`, { timeout: LIMIT }, async () => {
  let compiled = 0;
  let tried = 0;
  const refused = new Map<string, number>();
  const used = new Map<string, number>();
  const done = new Map<string, number>();
  const count = (map: Map<string, number>, names: Iterable<string>): void => {
    for (const name of new Set(names)) map.set(name, (map.get(name) ?? 0) + 1);
  };
  await fc.assert(fc.asyncProperty(rollbackPlan, fc.nat(), async (made, choice) => {
    const project = await projectOf(made);
    const { plan, diagnostics } = compilePlan(project, { plan: 'random' });
    if (plan === undefined) {
      const errors = diagnostics.filter(({ level }) => level === 'error');
      count(refused, errors.map(({ code, name }) => `${code} ${name}`));
      // The texts are right; only what a proof or a rule refuses is left out.
      expect(errors.filter(({ code }) => !/^B0(?:4|5|6)/.test(code)).map(({ message }) => message)).toEqual([]);
      return;
    }
    compiled += 1;
    count(used, made.kinds);
    const text = bodyOf(made.text);
    const first = cloudFolder(plan);
    try {
      const calm = undisturbed(first, plan, text);
      const { states } = calm;
      const model = checkPlan(project, 'random').plan;
      for (const [name, state] of states) {
        if (name === 'start' || model === undefined) continue;
        const { predicted, found } = predictedWorld(model, name === 'end' ? undefined : name, state);
        expect({ text, name, state: found }).toEqual({ text, name, state: predicted });
      }
      for (const [index, at] of placesOf(calm, choice).entries()) {
        const kind = FAULT_KINDS[(choice + index) % FAULT_KINDS.length] ?? 'fail';
        const second: Fault = { at: 1 + ((choice >> 3) % 4), kind: FAULT_KINDS[((choice >> 5) + at) % FAULT_KINDS.length] ?? 'kill' };
        const program = cloudFolder(plan);
        try {
          count(done, disturbed(program, plan, states, at === 0 ? undefined : { at, kind }, second, WAYS[((choice >> 7) + at) % WAYS.length] ?? ['rollback'], text));
        } finally {
          program.dispose();
        }
        tried += 1;
      }
    } finally {
      first.dispose();
    }
  }), { numRuns: RUNS, seed: SEED, ...(process.env['BELAY_ROLLBACK_PATH'] === undefined ? {} : { path: process.env['BELAY_ROLLBACK_PATH'] }), endOnFailure: process.env['BELAY_ROLLBACK_QUICK'] !== undefined });
  const shares = (map: ReadonlyMap<string, number>, all: number): string => [...map].sort(([, a], [, b]) => b - a).map(([name, times]) => `${name} ${Math.round((times * 100) / all)}%`).join(', ');
  console.log([
    `${compiled} of ${RUNS} plans compiled, ${tried} times back`, `refused: ${shares(refused, RUNS)}`, `plans with: ${shares(used, compiled)}`, `times that: ${shares(done, tried)}`,
  ].join('\n'));
  expect(compiled).toBeGreaterThan(RUNS / 4);
  if (compiled < MANY) return;
  expect({ unused: KINDS.filter((kind) => !used.has(kind)), unseen: OUTCOMES.filter((name) => !done.has(name)) }).toEqual({ unused: [], unseen: [] });
});
