/**
 * The shell program rolls random plans back, after failures and kills; what it did is what the Ansible project would have done with the same journal. No Ansible
 * is needed for that: the modules of its collection are plain Python.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Plan } from '../../packages/compiler/src/index.ts';
import { stringifyPlan } from '../../packages/compiler/src/plan/serialize.ts';
import { cloudFolder, FAULT_KINDS, inject } from '../oracle/cloud-folder.ts';
import { compiled, rollbackPlan } from '../oracle/rollback-plan.ts';
import { WAYS } from '../oracle/rollback-story.ts';
import { bodyOf } from '../oracle/rollback-text.ts';
import { isInstalled, type Program } from '../shell/program.ts';
import { eventsOf } from './canonical.ts';

const RUNS = Number(process.env['BELAY_LISTING_RUNS'] ?? 12);
const SEED = Number(process.env['BELAY_LISTING_SEED'] ?? 20_261_122);

type Part = readonly [step: string, batch: number, label: string, hosts: readonly string[]];
interface Rollback {
  readonly target: string;
  readonly isWhole: boolean;
  readonly why: readonly string[];
  readonly expected: readonly Part[];
  readonly done: readonly Part[];
}
interface Listed {
  readonly rollbacks: readonly Rollback[];
  readonly why: Readonly<Record<string, readonly string[]>>;
  readonly nearest: string;
}

/** What the modules of the collection say of a journal, and of each rollback in it. */
function listed(plan: Plan, journal: string): Listed {
  const folder = mkdtempSync(path.join(tmpdir(), 'belay-listing-'));
  try {
    writeFileSync(path.join(folder, 'plan.json'), stringifyPlan(plan));
    const plugins = fileURLToPath(new URL('../../packages/compiler/src/emit/ansible/collection', import.meta.url));
    const script = fileURLToPath(new URL('./listing.py', import.meta.url));
    const result = spawnSync('python3', ['-B', script, plugins, path.join(folder, 'plan.json')], { input: JSON.stringify(eventsOf(journal)), encoding: 'utf8', maxBuffer: 1 << 28 });
    if (result.status !== 0) throw new Error(result.stderr);
    return JSON.parse(result.stdout) as Listed;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What was done of what was to be done, part by part; a part on any of its hosts was done on one of them. */
function asDone({ expected, done, isWhole }: Rollback): unknown {
  const parts = expected.slice(0, isWhole ? undefined : done.length).map(([step, batch, label, hosts], index) => {
    const found = done[index]?.[3] ?? [];
    if (hosts[0] === 'any') return [step, batch, label, hosts.slice(1).filter((host) => found.includes(host)).slice(0, 1)];
    // A rollback that was interrupted may have begun a part on some of its hosts.
    return [step, batch, label, (isWhole ? hosts : hosts.filter((host) => found.includes(host))).toSorted()];
  });
  return parts;
}

/** Why the shell program can not go back to a target, or nothing if it can. */
function whyNot(program: Program, target: string): string[] {
  const { err } = program.run(`rollback --to ${target} --dry-run`);
  return err.split('\n').flatMap((line) => /^[^:]*:   (.*)$/.exec(line)?.[1] ?? []);
}

const sorted = (parts: readonly Part[]): unknown => parts.map(([step, batch, label, hosts]) => [step, batch, label, hosts.toSorted()]);

test.skipIf(!isInstalled('python3'))(`what the shell program did of ${RUNS} rollbacks, the project lists (skipped without python3)`, { timeout: RUNS * 60_000 }, async () => {
  let [plans, targets, rollbacks, parts] = [0, 0, 0, 0];
  await fc.assert(fc.asyncProperty(rollbackPlan, fc.nat(), async (made, choice) => {
    const plan = await compiled(made);
    if (plan === undefined) return;
    plans += 1;
    const program = cloudFolder(plan);
    try {
      const way = WAYS[(choice >> 7) % WAYS.length] ?? ['rollback'];
      inject(program, { at: 1 + (choice % 24), kind: FAULT_KINDS[choice % FAULT_KINDS.length] ?? 'fail' });
      program.run('run');
      const said = listed(plan, program.read('.belay/random/journal'));
      expect({ text: bodyOf(made.text), why: Object.fromEntries(Object.keys(said.why).map((target) => [target, whyNot(program, target)])) }).toEqual({ text: bodyOf(made.text), why: said.why });
      targets += Object.keys(said.why).length;
      for (const one of way) {
        inject(program, one.startsWith('interrupted') ? { at: 1 + ((choice >> 3) % 4), kind: FAULT_KINDS[(choice >> 5) % FAULT_KINDS.length] ?? 'kill' } : undefined);
        const reached = (): string => Object.keys(listed(plan, program.read('.belay/random/journal')).why).at(-1) ?? 'start';
        program.run(one.replace('interrupted ', '').replace('reached', reached));
      }
      const journal = program.read('.belay/random/journal');
      const { rollbacks: all } = listed(plan, journal);
      if (way.join() === 'rollback' && all[0] !== undefined) expect(said.nearest).toBe(all[0].target);
      for (const one of all) {
        rollbacks += 1;
        parts += one.done.length;
        const about = { text: bodyOf(made.text), way, journal };
        expect({ ...about, why: one.why, parts: asDone(one) }).toEqual({ ...about, why: [], parts: sorted(one.done) });
      }
    } finally {
      program.dispose();
    }
  }), { numRuns: RUNS, seed: SEED, endOnFailure: process.env['BELAY_LISTING_QUICK'] !== undefined });
  console.log(`${plans} of ${RUNS} plans compiled; ${targets} targets and ${rollbacks} rollbacks with ${parts} parts compared`);
  expect(parts).toBeGreaterThan(0);
});
