import process from 'node:process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkPlan } from '../../packages/compiler/src/check.ts';
import type { Diagnostic } from '../../packages/compiler/src/diagnostics/diagnostic.ts';
import type { PlanModel } from '../../packages/compiler/src/model/plan-model.ts';
import { loadProject } from '../../packages/compiler/src/project/load.ts';
import { isEnabled, movesOf, reachable, stateAfter, type Move, type State } from './explorer.ts';
import { randomPlan } from './random-plan.ts';

const RUNS = Number(process.env['BELAY_ORACLE_RUNS'] ?? 2000);
const RANK = new Map([['r1', 1], ['r2', 2], ['r3', 3]]);
const RULES = ['B0611', 'B0621', 'B0631', 'B0641'] as const;

/** What brute force says: which rules some order breaks. */
function violations(plan: PlanModel, moves: readonly Move[], masks: readonly number[]): Set<string> {
  const found = new Set<string>();
  const certain = new Map<number, Set<string>>();
  for (const done of masks) {
    const state = stateAfter(plan, moves, done);
    if (skewed(plan, state)) found.add('B0611');
    if (mismatched(plan, state)) found.add('B0621');
    for (const [index, move] of moves.entries()) {
      if (move.action.under === undefined || !isEnabled(move, index, done)) continue;
      const hosts = move.action.targets.mode === 'any' ? move.action.targets.hosts : [move.host];
      const here = [...plan.cloud.components.keys()].filter((name) => hosts.every((host) => state.installed.get(`${name} ${host}`) === move.action.under));
      certain.set(index, new Set(here.filter((name) => certain.get(index)?.has(name) ?? true)));
    }
  }
  for (const names of certain.values()) if (names.size === 0) found.add('B0631');
  const last = stateAfter(plan, moves, masks.at(-1) ?? 0);
  const stopped = [...plan.cloud.components.values()].some((component) => component.hosts.some((host) => !last.running.has(`${component.name} ${host}`)));
  if (stopped || last.modes.size > 0) found.add('B0641');
  return found;
}

function skewed(plan: PlanModel, state: State): boolean {
  return [...plan.cloud.components.values()].some((component) => component.lags.some((lag) => component.hosts.some((host) => {
    const mine = RANK.get(state.running.get(`${component.name} ${host}`) ?? '');
    return plan.cloud.components.get(lag.component)?.hosts.some((other) => {
      const theirs = RANK.get(state.running.get(`${lag.component} ${other}`) ?? '');
      return mine !== undefined && theirs !== undefined && (theirs - mine > lag.releases || mine > theirs);
    }) === true;
  })));
}

function mismatched(plan: PlanModel, state: State): boolean {
  return [...plan.cloud.databases.values()].some((database) => database.usedBy.some((name) => plan.cloud.components.get(name)?.hosts.some((host) => {
    const code = RANK.get(state.running.get(`${name} ${host}`) ?? '');
    const oldest = RANK.get(state.oldest.get(database.name) ?? '') ?? 0;
    const newest = RANK.get(state.newest.get(database.name) ?? '') ?? 0;
    return code !== undefined && (code < oldest - database.tolerates || code > newest);
  })));
}

/** Do the steps of a counterexample, in any order that the plan allows, lead through a state that breaks its rule? */
function replays(plan: PlanModel, moves: readonly Move[], masks: readonly number[], finding: Diagnostic): boolean {
  const ids = new Set(finding.related.map((place) => place.message.replaceAll('`', '')));
  const listed = finding.notes.join('\n').matchAll(/^ +\d+\. (\S+)/gm);
  for (const [, id] of listed) ids.add(id ?? '');
  return masks.some((done) => {
    const inside = moves.every((move, index) => (done & (1 << index)) === 0 || ids.has(move.step) || [...ids].some((id) => move.step.startsWith(`${id}/`)));
    if (!inside) return false;
    const state = stateAfter(plan, moves, done);
    return finding.code === 'B0611' ? skewed(plan, state) : mismatched(plan, state);
  });
}

test(`the proofs about releases agree with brute force on ${RUNS} plans`, async () => {
  const counts = new Map<string, { kept: number; broken: number }>(RULES.map((rule) => [rule, { kept: 0, broken: 0 }]));
  let compared = 0;
  await fc.assert(fc.asyncProperty(randomPlan, async ({ text }) => {
    const bytes = new TextEncoder().encode(text);
    const project = await loadProject('random.belay', { read: () => Promise.resolve({ found: true, bytes }) });
    const { plan, diagnostics } = checkPlan(project, 'random');
    // Where two changes of one thing have no order the state is undefined; that is an error of its own;
    // so is a change that a roll repeats.
    if (plan === undefined || diagnostics.some((one) => one.code === 'B0414' || one.code === 'B0415')) return;
    const unexpected = diagnostics.filter((one) => !/^B0(?:611|621|631|641|6\d\d|502|501)$/.test(one.code));
    expect(unexpected.map((one) => `${one.code} ${one.message}`)).toEqual([]);
    const moves = movesOf(plan);
    const masks = reachable(moves);
    if (masks === undefined) return;
    compared += 1;
    const expected = violations(plan, moves, masks);
    for (const rule of RULES) {
      const reported = diagnostics.filter((one) => one.code === rule);
      const count = counts.get(rule);
      if (count !== undefined) count[expected.has(rule) ? 'broken' : 'kept'] += 1;
      expect({ rule, broken: reported.length > 0, text }).toEqual({ rule, broken: expected.has(rule), text });
      if (rule === 'B0611' || rule === 'B0621') {
        for (const finding of reported) expect({ rule, replays: replays(plan, moves, masks, finding), notes: finding.notes, text }).toMatchObject({ replays: true });
      }
    }
  }), { numRuns: RUNS, seed: 20_150_430 });
  const shares = [...counts].map(([rule, { kept, broken }]) => `${rule} broken in ${Math.round((100 * broken) / (kept + broken))} %`).join(', ');
  process.stderr.write(`oracle: ${compared} plans compared; ${shares}\n`);
  for (const [rule, { kept, broken }] of counts) expect({ rule, kept: kept > 20, broken: broken > 20 }).toEqual({ rule, kept: true, broken: true });
}, 600_000);
