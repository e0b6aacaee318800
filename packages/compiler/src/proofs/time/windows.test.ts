import process from 'node:process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildGraph, type PlanGraph } from '../../graph/plan-graph.ts';
import type { ActionModel, StepModel } from '../../model/plan-model.ts';
import { Explorer, type Effect } from '../explorer.test-helpers.ts';
import { Presences } from '../presence.ts';
import { randomPlan, type RandomPlan } from '../random-plan.test-helpers.ts';
import { openAtEnds } from './open-at-end.ts';
import { windowPartsOf, type WindowPart } from './window-parts.ts';

const tapes = fc.array(fc.noBias(fc.nat(10_000)), { maxLength: 120, size: 'max' });
const parameters = { seed: 20_262, numRuns: Number(process.env['BELAY_ORACLE_RUNS'] ?? 2000) };
const timeout = 60_000 + 60 * parameters.numRuns;

/** What stays open: an action that is under way is no longer so when somebody looks after it. */
const EFFECTS: Readonly<Record<'component' | 'host', Readonly<Record<string, Effect>>>> = {
  component: { stop: 'away', start: 'back', restart: 'back' }, host: { drain: 'away', return: 'back' },
};

/** Plans of which everybody knows what they mean: what is done to a host has an order, and no roll repeats it. */
function isDefinite(random: RandomPlan, graph: PlanGraph): boolean {
  const presences = new Presences({ plan: random.plan, graph });
  const repeats = graph.steps.some(({ body }) => body?.steps.some(({ step }) => step?.actions.some(({ targets, verb }) => targets.batch !== true && verb !== 'install')));
  return !repeats && presences.component(random.component).conflict === undefined && presences.hosts(random.hosts).conflict === undefined;
}

/** The moves of a part, in one batch if it stands in a roll. */
function movesOf(explorer: Explorer, { tree, part }: WindowPart, batch: number | undefined): number[] {
  const steps = new Set(tree.stepsOf(part).map((step) => tree.graph.steps[step]?.step));
  return explorer.executions.flatMap(({ step, roll, moves }) => {
    const inside = (steps.has(step) && (batch === undefined || roll?.batch === batch)) || (batch === undefined && steps.has(roll?.step));
    return inside ? moves : [];
  });
}

describe('against every order', () => {
  test.each(['component', 'host'] as const)('what of each %s may be open when a window ends', (what) => {
    const seen = { open: 0, closed: 0, inRoll: 0 };
    fc.assert(fc.property(tapes, (tape) => {
      const random = randomPlan(tape);
      const graph = buildGraph(random.plan);
      if (!isDefinite(random, graph)) return;
      const subject = { plan: random.plan, graph };
      const parts = windowPartsOf(subject);
      const opened = openAtEnds(subject, parts);
      const explorer = new Explorer(graph, ({ verb }: ActionModel) => EFFECTS[what][verb]);
      const states = explorer.explore();
      if (states === undefined) return;
      for (const [index, part] of parts.entries()) {
        const batches = part.roll === -1 ? [undefined] : [...(graph.steps[part.roll]?.step?.roll?.batches ?? []).keys()];
        const expected = new Set<string>();
        let runs = false;
        for (const batch of batches) {
          const inside = new Set(movesOf(explorer, part, batch));
          if (inside.size === 0) continue;
          runs = true;
          const after = new Set<number>();
          for (const [number, move] of explorer.moves.entries()) if (!inside.has(number) && move.after.some((one) => inside.has(one) || after.has(one))) after.add(number);
          for (const { state } of states.values()) {
            const isEnd = [...inside].every((move) => (state.made & (1 << move)) !== 0) && [...after].every((move) => (state.made & (1 << move)) === 0);
            if (isEnd) for (const host of state.away) expected.add(host);
          }
        }
        // A part without moves, in a batch or anywhere, has no end that could be told.
        if (!runs || (part.roll !== -1 && batches.some((batch) => movesOf(explorer, part, batch).length === 0))) continue;
        const found = (opened[index] ?? []).filter(({ kind }) => kind === what).flatMap(({ hosts }) => hosts);
        expect(new Set(found)).toEqual(expected);
        if (part.roll !== -1) seen.inRoll += 1;
        if (expected.size > 0) seen.open += 1;
        else seen.closed += 1;
      }
    }), parameters);
    expect(Math.min(seen.open, seen.closed)).toBeGreaterThan(parameters.numRuns / 20);
    expect(seen.inRoll).toBeGreaterThan(parameters.numRuns / 200);
  }, timeout);
});

/** The longest way through the edges of the graph, step by step. */
function longestWay(graph: PlanGraph, inside: ReadonlySet<number>): number {
  const ends: number[] = [];
  for (const [index, { step, after, body }] of graph.steps.entries()) {
    const begins = Math.max(0, ...after.map((one) => ends[one] ?? 0));
    ends[index] = begins + (step === undefined || !inside.has(index) ? 0 : timeOf(step, body));
  }
  return Math.max(0, ...ends);
}

function timeOf(step: StepModel, body: PlanGraph | undefined): number {
  if (step.roll === undefined || body === undefined) return step.takes ?? 0;
  const count = step.roll.batches.length;
  return count * longestWay(body, new Set(body.steps.keys())) + (count - 1) * step.roll.pause;
}

test('how long what stands within a window takes', () => {
  let parallel = 0;
  fc.assert(fc.property(tapes, (tape) => {
    const random = randomPlan(tape);
    const graph = buildGraph(random.plan);
    for (const part of windowPartsOf({ plan: random.plan, graph })) {
      const inside = new Set(part.tree.stepsOf(part.part));
      expect(part.seconds).toBe(longestWay(part.tree.graph, inside));
      if (part.path.length < inside.size) parallel += 1;
    }
  }), parameters);
  expect(parallel).toBeGreaterThan(parameters.numRuns / 20);
}, timeout);
