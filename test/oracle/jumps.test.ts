import process from 'node:process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkPlan } from '../../packages/compiler/src/check.ts';
import type { Diagnostic } from '../../packages/compiler/src/diagnostics/diagnostic.ts';
import { loadProject } from '../../packages/compiler/src/project/load.ts';
import { movesIn, reachable } from './explorer.ts';
import { brokenJumps } from './jump-verdicts.ts';
import { randomJumps } from './random-jumps.ts';
import { Shares } from './shares.ts';

const RUNS = Number(process.env['BELAY_ORACLE_RUNS'] ?? 2000);
const RULES = ['B0402', 'B0411', 'B0413', 'B0414', 'B0415', 'B0502', 'B0503'];

/** What findings are about, in the words of the verdicts: one for several services that are needed. */
function keysOf({ code, message }: Diagnostic): string[] {
  const names = [...message.matchAll(/`([^` ]+)`/g)].map(([, name]) => name ?? '');
  if (code === 'B0402') return [`B0402 ${names[0] ?? ''}`];
  return code === 'B0411' ? [`B0411 ${names[0] ?? ''} before ${names[1] ?? ''}`] : [code];
}

test(`the rules about jumps, order and the way back agree with brute force on ${RUNS} plans`, async () => {
  const shares = new Shares(RULES);
  await fc.assert(fc.asyncProperty(randomJumps, async (text) => {
    const bytes = new TextEncoder().encode(text);
    const project = await loadProject('random.belay', { read: () => Promise.resolve({ found: true, bytes }) });
    const { plan, diagnostics } = checkPlan(project, 'random');
    if (plan === undefined) throw new Error(diagnostics.map(({ message }) => message).join(' '));
    const unexpected = diagnostics.filter(({ code }) => /^B0[0-3]/.test(code) && code !== 'B0108');
    expect({ text, unexpected: unexpected.map((one) => `${one.code} ${one.message}`) }).toEqual({ text, unexpected: [] });
    const found = new Set(diagnostics.filter(({ code }) => RULES.includes(code)).flatMap(keysOf));
    const moves = movesIn(plan);
    // Where parts wait for each other in a circle there is no order at all.
    expect({ text, isCircle: found.has('B0413') }).toEqual({ text, isCircle: moves === undefined });
    if (moves === undefined) {
      shares.count(new Set(['B0413']));
      return;
    }
    const masks = reachable(moves);
    if (masks === undefined) return;
    const expected = brokenJumps(plan, moves, masks);
    // Without an order the state is undefined, and so is what depends on it; the same goes for what a roll repeats.
    const undefinedBy = ['B0414', 'B0415'].filter((code) => expected.has(code) || found.has(code));
    const compared = (keys: ReadonlySet<string>): string[] => [...keys].filter((key) => undefinedBy.length === 0 || /^B0(?:411|414|415|503)/.test(key)).sort();
    expect({ text, found: compared(found) }).toEqual({ text, found: compared(expected) });
    shares.count(new Set([...expected].map((key) => key.slice(0, 5))));
  }), { numRuns: RUNS, seed: 20_141_030 });
  shares.print('jumps');
  expect(shares.onesided()).toEqual([]);
}, 900_000);
