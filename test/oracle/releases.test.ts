import process from 'node:process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkPlan } from '../../packages/compiler/src/check.ts';
import type { Diagnostic } from '../../packages/compiler/src/diagnostics/diagnostic.ts';
import { loadProject } from '../../packages/compiler/src/project/load.ts';
import { movesOf, reachable, stateAfter } from './explorer.ts';
import { openAfterRollback } from './jump-verdicts.ts';
import { randomPlan } from './random-plan.ts';
import { brokenReleases, openIn } from './release-verdicts.ts';
import { listedSteps, Shares } from './shares.ts';

const RUNS = Number(process.env['BELAY_ORACLE_RUNS'] ?? 2000);
const RULES = ['B0403', 'B0611', 'B0621', 'B0631', 'B0641', 'B0642'];

/** What a finding is about, in the words of the verdicts. */
function aboutOf({ code, message, primary }: Diagnostic): string[] {
  const names = [...(message.split(/ may | is | are /)[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '');
  if (code === 'B0611') return names.map((name) => `${name} ${message.includes('ahead, and it may never') ? 'ahead' : 'behind'}`);
  // That a rollback would find no server is another matter.
  if (code === 'B0642') return message.includes(' needs ') ? names.filter((name) => name === 'db.server') : [];
  if (code === 'B0631' || code === 'B0403') return [String(primary.start)];
  if (code === 'B0641' && message.startsWith('Mode')) return names.map((name) => `mode ${name}`);
  return code === 'B0641' && message.includes('drained') ? ['drained hosts'] : names;
}

test(`the proofs about releases agree with brute force on ${RUNS} plans`, async () => {
  const shares = new Shares(RULES);
  let opened = 0;
  await fc.assert(fc.asyncProperty(randomPlan, async ({ text }) => {
    const bytes = new TextEncoder().encode(text);
    const project = await loadProject('random.belay', { read: () => Promise.resolve({ found: true, bytes }) });
    const { plan, diagnostics } = checkPlan(project, 'random');
    // Where two changes of one thing have no order the state is undefined; that is an error of its own;
    // so is a change that a roll repeats.
    if (plan === undefined || diagnostics.some(({ code }) => code === 'B0414' || code === 'B0415')) return;
    const unexpected = diagnostics.filter(({ code, level }) => level === 'error' && !/^B0(?:6\d\d|403|502|501)$/.test(code));
    expect(unexpected.map((one) => `${one.code} ${one.message}`)).toEqual([]);
    const moves = movesOf(plan);
    const masks = reachable(moves);
    if (masks === undefined) return;
    const broken = brokenReleases(plan, moves, masks);
    const found = diagnostics.filter(({ code }) => RULES.includes(code));
    expect({ text, found: keysOf(found.flatMap((one) => aboutOf(one).map((about) => `${one.code} ${about}`))) }).toEqual({ text, found: keysOf(broken.map(({ code, about }) => `${code} ${about}`)) });
    for (const { code, about, ways } of broken) {
      const shown = found.filter((one) => one.code === code && aboutOf(one).includes(about)).map(listedSteps);
      // Of several findings about one thing each has its own way, and the shortest is as short as any.
      expect({ text, code, about, ways, shown, isShortest: shown.some((steps) => ways.includes(steps)) }).toEqual({ text, code, about, ways, shown, isShortest: true });
    }
    // A run may fail anywhere; what it opened is closed by the way back.
    if (!diagnostics.some(({ code }) => code === 'B0501' || code === 'B0502')) {
      opened += masks.filter((done) => openIn(plan, stateAfter(plan, moves, done)).length > 0).length;
      expect({ text, open: masks.flatMap((done) => openAfterRollback(plan, moves, done)) }).toEqual({ text, open: [] });
    }
    shares.count(new Set(broken.map(({ code }) => code)));
  }), { numRuns: RUNS, seed: 20_150_430 });
  shares.print('releases');
  process.stderr.write(`oracle, releases: ${opened} failures with something open, which the way back closes\n`);
  expect(opened).toBeGreaterThan(RUNS);
  expect(shares.onesided()).toEqual([]);
}, 900_000);

function keysOf(all: readonly string[]): string[] {
  return [...new Set(all)].sort();
}
