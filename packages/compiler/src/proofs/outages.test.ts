import process from 'node:process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildGraph } from '../graph/plan-graph.ts';
import type { Branch, Node, StepModel } from '../model/plan-model.ts';
import { componentEffect, Explorer, hostEffect, type Reached } from './explorer.test-helpers.ts';
import { LongestAbsence } from './longest-absence.ts';
import { PartWeights } from './part-weights.ts';
import { absencesAt } from './plan-state.ts';
import { Presences, type Presence } from './presence.ts';
import { outagesOf } from './outages.ts';
import { randomPlan, type RandomPlan } from './random-plan.test-helpers.ts';

const LOCATION = { file: 'random.belay', start: 0, end: 0 };
const tapes = fc.array(fc.noBias(fc.nat(10_000)), { maxLength: 120, size: 'max' });
const parameters = { seed: 20_261, numRuns: Number(process.env['BELAY_ORACLE_RUNS'] ?? 2000) };
const timeout = 60_000 + 60 * parameters.numRuns;

/** What the explorer and the proofs say of the same plan; undefined where the plan is too large to explore, or has no definite meaning. */
function explored(random: RandomPlan, what: 'component' | 'hosts') {
  const graph = buildGraph(random.plan);
  const presences = new Presences({ plan: random.plan, graph });
  const presence = what === 'component' ? presences.component(random.component) : presences.hosts(random.hosts);
  if (presence.conflict !== undefined) return undefined;
  const explorer = new Explorer(graph, what === 'component' ? componentEffect(random.component) : hostEffect);
  const states = explorer.explore();
  return states === undefined ? undefined : { presences, presence, explorer, states };
}

function awayIn(state: Reached, presence: Presence): string[] {
  return presence.watched.hosts.filter((host) => state.away.has(host));
}

describe('against every order', () => {
  for (const what of ['component', 'hosts'] as const) {
    test(`the most ${what} that are away at the same time`, () => {
      const seen = { explored: 0, some: 0, rolls: 0 };
      fc.assert(fc.property(tapes, (tape) => {
        const found = explored(randomPlan(tape), what);
        if (found === undefined) return;
        const { presences, presence, explorer, states } = found;
        const counts = [...states.values()].map(({ state }) => {
          const members = new Set(presence.watched.hosts);
          const failed = explorer.fallibleIn(state).reduce((sum, { most, hosts }) => sum + Math.min(most, hosts.filter((host) => members.has(host)).length), 0);
          return awayIn(state, presence).length + failed;
        });
        expect(presence.heaviest.peak).toBe(Math.max(...counts));
        const absences = absencesAt(presence.watched, presences.events, presence.touching, presence.heaviest.state());
        expect(absences).toHaveLength(presence.heaviest.peak);
        const away = absences.filter((one) => one.failed !== true).map((one) => one.host).sort().join(' ');
        const failed = absences.filter((one) => one.failed === true).map((one) => one.host);
        const witness = [...states.values()].some(({ state }) => awayIn(state, presence).sort().join(' ') === away
          && failed.every((host) => explorer.fallibleIn(state).some(({ hosts }) => hosts.includes(host))));
        expect(witness).toBe(true);
        seen.explored += 1;
        if (presence.heaviest.peak > 1) seen.some += 1;
        if (failed.length > 0) seen.rolls += 1;
      }), parameters);
      expect(seen.explored).toBeGreaterThan(parameters.numRuns / 2);
      expect(seen.some).toBeGreaterThan(parameters.numRuns / 10);
      expect(seen.rolls).toBeGreaterThan(0);
    }, timeout);
  }

  test('what the plan leaves away', () => {
    fc.assert(fc.property(tapes, (tape) => {
      const random = randomPlan(tape);
      const found = explored(random, 'component');
      if (found === undefined) return;
      const { presences: { events }, presence, explorer, states } = found;
      const all = (1 << explorer.moves.length) - 1;
      const left = [...states.values()].filter(({ state }) => state.made === all).map(({ state }) => awayIn(state, presence).sort().join(' '));
      const open = outagesOf(random.component, events, presence.touching).flatMap(({ to, hosts }) => (to === undefined ? hosts : [])).sort().join(' ');
      expect(new Set(left)).toEqual(new Set([open]));
    }), parameters);
  }, timeout);

  test('the longest time that everything is away', () => {
    const seen = { explored: 0, never: 0, some: 0 };
    fc.assert(fc.property(tapes, (tape) => {
      const random = randomPlan(tape);
      const found = explored(random, 'component');
      if (found === undefined) return;
      const { presences, presence, explorer, states } = found;
      const hosts = random.component.hosts.length;
      const longest = new LongestAbsence(presences.tree, presence.courses, hosts, new PartWeights(presences.tree, weightOf));
      const expected = longestStretch(explorer, states, (state) => awayIn(state, presence).length === hosts);
      expect(longest.weight).toBe(expected);
      seen.explored += 1;
      if (expected === undefined) seen.never += 1;
      else {
        expect(absencesAt(presence.watched, presences.events, presence.touching, longest.state())).toHaveLength(hosts);
        if (expected > 4) seen.some += 1;
      }
    }), parameters);
    expect(seen.never).toBeGreaterThan(parameters.numRuns / 10);
    expect(seen.some).toBeGreaterThan(parameters.numRuns / 20);
  }, timeout);
});

/** The same step on one host after the other, for what has to be built by hand. */
function rebootOf(host: string, id: string): Node {
  const action = {
    verb: 'reboot' as const, title: 'reboot', targets: { mode: 'all' as const, hosts: [host] }, operation: { type: 'shell' as const, shell: 'true' },
    changes: [{ kind: 'host' as const, becomes: 'rebooted' as const }], uses: [], effect: 'known' as const, location: LOCATION,
  };
  return { node: 'step', step: { id, kind: 'actions', location: LOCATION, actions: [action], unless: [], verify: [], repeatable: false } };
}

/** The plan of a random one, with other statements. */
function planOf(body: Node): RandomPlan {
  const random = randomPlan([3]);
  return { ...random, plan: { ...random.plan, body: { node: 'series', location: LOCATION, items: [body] } } };
}

test('a join of many steps keeps the order of what waits for it', () => {
  const wide: Branch[] = Array.from({ length: 100 }, (_, index) => ({ body: rebootOf(index === 0 ? 'a' : 'elsewhere', `wide${index}`), after: [], services: [], location: LOCATION }));
  const body: Node = {
    node: 'parallel', location: LOCATION, branches: [
      { name: 'wide', body: { node: 'parallel', location: LOCATION, branches: wide }, after: [], services: [], location: LOCATION },
      { body: rebootOf('b', 'behind'), after: [{ name: 'wide', location: LOCATION }], services: [], location: LOCATION },
      { body: rebootOf('c', 'beside'), after: [], services: [], location: LOCATION },
    ],
  };
  const { plan, component } = planOf(body);
  const graph = buildGraph(plan);
  expect(graph.steps.filter(({ step }) => step === undefined)).toHaveLength(1);
  expect(new Presences({ plan, graph }).component({ ...component, hosts: ['a', 'b', 'c'] }).heaviest.peak).toBe(2);
});

test('events on one host without an order are told apart', () => {
  const parallel: Node = { node: 'parallel', location: LOCATION, branches: ['a', 'b', 'a'].map((host, index) => ({ body: rebootOf(host, `s${index}`), after: [], services: [], location: LOCATION })) };
  const { plan, component } = planOf(parallel);
  const graph = buildGraph(plan);
  const presences = new Presences({ plan, graph });
  const ids = (hosts: string[]): (string | undefined)[] => {
    const { conflict } = presences.component({ ...component, hosts });
    return [conflict?.first.owner.id, conflict?.second.owner.id];
  };
  expect(ids(['a', 'b'])).toEqual(['s0', 's2']);
  expect(ids(['b'])).toEqual([undefined, undefined]);
});

test('a chain of 100,000 steps', () => {
  const { plan, component } = planOf({ node: 'series', location: LOCATION, items: Array.from({ length: 100_000 }, (_, index) => rebootOf(index % 2 === 0 ? 'a' : 'b', `s${index}`)) });
  const presences = new Presences({ plan, graph: buildGraph(plan) });
  expect(presences.component({ ...component, hosts: ['a', 'b'] }).heaviest.peak).toBe(1);
});

function weightOf(step: StepModel): number {
  return step.roll?.pause ?? step.takes ?? 0;
}

/** The most that the steps weigh which run, as a whole or in part, between two states, where everything is away in all states from the one to the other. */
function longestStretch(explorer: Explorer, states: NonNullable<ReturnType<Explorer['explore']>>, isAway: (state: Reached) => boolean): number | undefined {
  let longest: number | undefined;
  for (const [key, { state: earlier }] of states) {
    if (!isAway(earlier)) continue;
    const left = explorer.executions.filter((one) => one.takes > 0 && !explorer.hasEnded(one, earlier));
    const reached = new Set([key]);
    for (const one of reached) {
      const { state: later, next } = states.get(one) as { state: Reached; next: string[] };
      longest = Math.max(longest ?? 0, left.reduce((sum, execution) => sum + (explorer.hasBegun(execution, later) ? execution.takes : 0), 0));
      for (const following of next) if (isAway((states.get(following) as { state: Reached }).state)) reached.add(following);
    }
  }
  return longest;
}
