import process from 'node:process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Finding } from '../diagnostics/diagnostic.ts';
import { buildGraph, type PlanGraph } from '../graph/plan-graph.ts';
import type { Node, PlanModel, StepModel } from '../model/plan-model.ts';
import type { PlanSubject } from '../rules/rule.ts';
import { tooManyDown } from './availability/too-many-down.ts';
import { noRoom } from './capacity/no-room.ts';
import { overBudget } from './downtime/over-budget.ts';
import { componentEffect, Explorer, hostEffect, type Execution, type Reached } from './explorer.test-helpers.ts';
import { presencesOf } from './presence.ts';
import { randomPlan, type RandomPlan } from './random-plan.test-helpers.ts';
import { unknownDuration } from './time/unknown-duration.ts';
import { unsafeWindowEnd } from './time/unsafe-window-end.ts';
import { windowOverrun } from './time/window-overrun.ts';
import { windowPartsOf } from './time/window-parts.ts';

const LOCATION = { file: 'random.belay', start: 0, end: 0 };
const RUNS = Number(process.env['BELAY_ORACLE_RUNS'] ?? 2000);
const parameters = { seed: 20_263, numRuns: RUNS };
const timeout = 60_000 + 60 * RUNS;
const draws = fc.record({ tape: fc.array(fc.noBias(fc.nat(10_000)), { maxLength: 120, size: 'max' }), limit: fc.nat(3) });

type States = NonNullable<ReturnType<Explorer['explore']>>;

/** How many plans break and keep each rule. */
const shares = new Map<string, { broken: number; kept: number }>();

function count(rule: string, isBroken: boolean): void {
  const share = shares.get(rule) ?? { broken: 0, kept: 0 };
  share[isBroken ? 'broken' : 'kept'] += 1;
  shares.set(rule, share);
}

/** A plan on a cloud that promises something. */
function promising({ plan }: RandomPlan, cloud: Partial<PlanModel['cloud']>): PlanSubject {
  const changed = { ...plan, cloud: { ...plan.cloud, ...cloud } } as PlanModel;
  return { plan: changed, graph: buildGraph(changed) };
}

/** The ids of the steps that a finding lists. */
function listedIn({ notes }: Finding): string[] {
  const sequence = notes?.find((note) => note.startsWith('The shortest way there:')) ?? '';
  return [...sequence.matchAll(/^ +\d+\. ([^\s,]+)/gm)].map(([, id]) => id ?? '').sort();
}

/** The steps of the plan that have begun in a state and do something there; a roll is one. */
function begunIn(explorer: Explorer, state: Reached): string[] {
  return [...new Set(explorer.executions.filter((one) => explorer.hasBegun(one, state)).map(idOf))].sort();
}

function idOf({ roll, step }: Execution): string {
  return roll?.step.id ?? step.id;
}

/** The smallest sets of steps that lead to one of some states, and of a listed one what does something at all. */
function waysTo(explorer: Explorer, states: States, isBad: (state: Reached) => boolean): { readonly ways: readonly string[]; readonly seen: (listed: readonly string[]) => string } {
  const all = [...states.values()].filter(({ state }) => isBad(state)).map(({ state }) => begunIn(explorer, state));
  const least = Math.min(...all.map((steps) => steps.length));
  const moving = new Set(explorer.executions.filter(({ moves }) => moves.length > 0).map(idOf));
  return { ways: [...new Set(all.filter((steps) => steps.length === least).map((steps) => steps.join(' ')))], seen: (listed) => listed.filter((id) => moving.has(id)).join(' ') };
}

test.each(['B0601', 'B0602'] as const)('%s: yes, no, and the shortest way', (rule) => {
  fc.assert(fc.property(draws, ({ tape, limit }) => {
    const random = randomPlan(tape);
    const { component, hosts } = random;
    const watched = rule === 'B0601' ? component.hosts : hosts;
    const allowed = Math.min(limit, watched.length);
    const subject = promising(random, rule === 'B0601'
      ? { keeps: [{ kind: 'instances', component: component.name, count: watched.length - allowed, location: LOCATION }] }
      : { groups: new Map([['group', { name: 'group', location: LOCATION, hosts, zones: [], room: { location: LOCATION, pools: [{ hosts, most: allowed }] } }]]) });
    const presences = presencesOf(subject);
    const presence = rule === 'B0601' ? presences.component(component) : presences.hosts(hosts);
    const explorer = new Explorer(subject.graph, rule === 'B0601' ? componentEffect(component) : hostEffect);
    const states = presence.conflict === undefined ? explorer.explore() : undefined;
    if (states === undefined) return;
    const members = new Set(watched);
    const awayIn = (state: Reached): number => [...state.away].filter((host) => members.has(host)).length
      + explorer.fallibleIn(state).reduce((sum, { most, hosts: failed }) => sum + Math.min(most, failed.filter((host) => members.has(host)).length), 0);
    const most = Math.max(...[...states.values()].map(({ state }) => awayIn(state)));
    const { findings: [finding], claims: [claim] } = (rule === 'B0601' ? tooManyDown : noRoom).prove(subject);
    expect({ broken: finding !== undefined, holds: claim?.holds }).toEqual({ broken: most > allowed, holds: most <= allowed });
    count(rule, most > allowed);
    if (finding === undefined) return;
    const { ways, seen } = waysTo(explorer, states, (state) => awayIn(state) === most);
    expect(ways).toContain(seen(listedIn(finding)));
  }), parameters);
}, timeout);

test('B0603: yes, no, and a way', () => {
  fc.assert(fc.property(draws, ({ tape, limit }) => {
    const random = randomPlan(tape);
    const budget = 1 + 3 * limit;
    const subject = promising(random, { keeps: [{ kind: 'available', component: random.component.name, budget, location: LOCATION }] });
    if (presencesOf(subject).component(random.component).conflict !== undefined) return;
    const explorer = new Explorer(subject.graph, componentEffect(random.component));
    const states = explorer.explore();
    if (states === undefined) return;
    const isDown = (state: Reached): boolean => random.component.hosts.every((host) => state.away.has(host));
    const longest = longestStretch(explorer, states, isDown, ({ takes }) => takes);
    const { findings: [finding] } = overBudget.prove(subject);
    expect(finding !== undefined).toBe((longest ?? 0) > budget);
    count('B0603', finding !== undefined);
    if (finding === undefined) return;
    // The stretch that lasts longest need not be the one that begins first; its own begin is reached on the shortest way.
    const listed = new Set(listedIn(finding));
    expect([...states.values()].some(({ state }) => isDown(state) && begunIn(explorer, state).every((id) => listed.has(id)))).toBe(true);
  }), parameters);
}, timeout);

test('B0604: yes and no', () => {
  fc.assert(fc.property(draws, ({ tape, limit }) => {
    const random = randomPlan(tape);
    const unknown = (step: StepModel): boolean => step.roll === undefined && step.takes === undefined;
    const plan = { ...random.plan, body: withoutSome(random.plan.body, limit + 2) as PlanModel['body'] };
    const subject = promising({ ...random, plan }, { keeps: [{ kind: 'available', component: random.component.name, budget: 5, location: LOCATION }] });
    if (presencesOf(subject).component(random.component).conflict !== undefined) return;
    const explorer = new Explorer(subject.graph, componentEffect(random.component));
    const states = explorer.explore();
    if (states === undefined) return;
    const isDown = (state: Reached): boolean => random.component.hosts.every((host) => state.away.has(host));
    const inOutage = (longestStretch(explorer, states, isDown, ({ step }) => (unknown(step) ? 1 : 0)) ?? 0) > 0;
    const inWindow = stepsWithin(subject.plan.body, false).some(unknown);
    const { findings } = unknownDuration.prove(subject);
    // A step without moves begins and ends at no time that the explorer sees.
    if (explorer.executions.some(({ step, moves }) => unknown(step) && moves.length === 0)) return;
    expect(findings.length > 0).toBe(inOutage || inWindow);
    count('B0604', findings.length > 0);
  }), parameters);
}, timeout);

test('B0605: yes and no', () => {
  fc.assert(fc.property(draws, ({ tape, limit }) => {
    const random = randomPlan(tape);
    const length = 3 + 3 * limit;
    const windows = new Map([['night', { name: 'night', days: ['tue'], at: '22:00', length, zone: 'UTC' }]]);
    const subject = promising({ ...random, plan: { ...random.plan, windows } }, {});
    const parts = windowPartsOf(subject);
    const expected = parts.filter(({ tree, part }) => longestWay(tree.graph, new Set(tree.stepsOf(part))) > length);
    expect(windowOverrun.prove(subject).findings).toHaveLength(expected.length);
    if (parts.length > 0) count('B0605', expected.length > 0);
  }), parameters);
}, timeout);

test.each([['component', 'is stopped', { stop: 'away', start: 'back', restart: 'back' }], ['host', 'drained', { drain: 'away', return: 'back' }]] as const)('B0606, %s: yes, no, and the shortest way', (_, words, effects) => {
  fc.assert(fc.property(draws, ({ tape }) => {
    const random = randomPlan(tape);
    // Texts can not stop a component where it is not; these plans do.
    if (random.component.hosts.length < random.hosts.length) return;
    const subject = promising(random, {});
    const repeats = subject.graph.steps.some(({ body }) => body?.steps.some(({ step }) => step?.actions.some(({ targets, verb }) => targets.batch !== true && verb !== 'install')));
    if (repeats || presencesOf(subject).component(random.component).conflict !== undefined || presencesOf(subject).hosts(random.hosts).conflict !== undefined) return;
    const explorer = new Explorer(subject.graph, ({ verb }) => (effects as Readonly<Record<string, 'away' | 'back'>>)[verb]);
    const states = explorer.explore();
    const parts = windowPartsOf(subject).filter(({ tree, part, roll }) => roll === -1 && tree.stepsOf(part).length > 0);
    if (states === undefined || parts.length === 0) return;
    const { findings } = unsafeWindowEnd.prove(subject);
    for (const { tree, part } of parts) {
      const inside = new Set(tree.stepsOf(part).map((step) => tree.graph.steps[step]?.id ?? ''));
      const own = explorer.executions.filter((one) => inside.has(idOf(one))).flatMap(({ moves }) => moves);
      const after = new Set<number>();
      for (const [number, move] of explorer.moves.entries()) if (!own.includes(number) && move.after.some((one) => own.includes(one) || after.has(one))) after.add(number);
      const isEnd = ({ made }: Reached): boolean => own.every((move) => (made & (1 << move)) !== 0) && [...after].every((move) => (made & (1 << move)) === 0);
      const isOpen = (state: Reached): boolean => isEnd(state) && state.away.size > 0;
      const open = [...states.values()].filter(({ state }) => isOpen(state));
      // A part that does nothing here has no end that the explorer sees.
      if (own.length === 0) continue;
      count('B0606', open.length > 0);
      if (open.length === 0) continue;
      // All parts stand at one place, so they are told apart by their steps. The way leads to what is open first, which may be something else.
      const found = findings.filter(({ message }) => message.includes(words));
      // Long ways are not listed whole.
      const ends = found.filter(({ notes: [way = ''] = [] }) => way.split('→')[1]?.includes(words) === true && !way.includes('…'));
      const { ways, seen } = waysTo(explorer, states, isOpen);
      expect(found).not.toEqual([]);
      const isShortest = ends.length < found.length || ends.some((finding) => ways.includes(seen(listedIn(finding))));
      expect({ ways, listed: ends.map((finding) => seen(listedIn(finding))), isShortest }).toMatchObject({ isShortest: true });
    }
  }), parameters);
}, timeout);

test('every rule is broken by some of these plans, and kept by others', () => {
  const texts = [...shares].map(([rule, { broken, kept }]) => `${rule} broken in ${Math.round((1000 * broken) / (broken + kept)) / 10} % of ${broken + kept}`);
  process.stderr.write(`oracle, outages and time: ${texts.join(', ')}\n`);
  expect([...shares.keys()]).toEqual(['B0601', 'B0602', 'B0603', 'B0604', 'B0605', 'B0606']);
  for (const [rule, { broken, kept }] of shares) expect({ rule, broken: broken > RUNS / 200, kept: kept > RUNS / 200 }).toEqual({ rule, broken: true, kept: true });
});

/** The same, with some of the steps without an estimate. */
function withoutSome(node: Node, every: number): Node {
  if (node.node === 'series') return { ...node, items: node.items.map((item) => withoutSome(item, every)) };
  if (node.node === 'parallel') return { ...node, branches: node.branches.map((branch) => ({ ...branch, body: withoutSome(branch.body, every) })) };
  const { step } = node;
  if (step.roll !== undefined) return { ...node, step: { ...step, roll: { ...step.roll, body: withoutSome(step.roll.body, every) as PlanModel['body'] } } };
  const { takes, ...rest } = step;
  return Number(step.id.slice(1)) % every === 0 || takes === undefined ? { ...node, step: rest } : node;
}

function stepsWithin(node: Node, isWithin: boolean): StepModel[] {
  if (node.node === 'step') return [...(isWithin ? [node.step] : []), ...(node.step.roll === undefined ? [] : stepsWithin(node.step.roll.body, isWithin))];
  if (node.node === 'series') return node.items.flatMap((item) => stepsWithin(item, isWithin || node.window !== undefined));
  return node.branches.flatMap(({ body }) => stepsWithin(body, isWithin));
}

/** The most that the executions weigh which run, as a whole or in part, between two states, where everything is away in all states from the one to the other. */
function longestStretch(explorer: Explorer, states: States, isAway: (state: Reached) => boolean, weightOf: (execution: Execution) => number): number | undefined {
  let longest: number | undefined;
  for (const [key, { state: earlier }] of states) {
    if (!isAway(earlier)) continue;
    const left = explorer.executions.filter((one) => weightOf(one) > 0 && !explorer.hasEnded(one, earlier));
    const reached = new Set([key]);
    for (const one of reached) {
      const { state: later, next } = states.get(one) as { state: Reached; next: string[] };
      longest = Math.max(longest ?? 0, left.reduce((sum, execution) => sum + (explorer.hasBegun(execution, later) ? weightOf(execution) : 0), 0));
      for (const following of next) if (isAway((states.get(following) as { state: Reached }).state)) reached.add(following);
    }
  }
  return longest;
}

/** The longest way through the edges of the graph, step by step. */
function longestWay(graph: PlanGraph, inside: ReadonlySet<number>): number {
  const ends: number[] = [];
  for (const [index, { step, after, body }] of graph.steps.entries()) {
    const begins = Math.max(0, ...after.map((one) => ends[one] ?? 0));
    const own = step?.roll === undefined || body === undefined ? (step?.takes ?? 0) : step.roll.batches.length * longestWay(body, new Set(body.steps.keys())) + (step.roll.batches.length - 1) * step.roll.pause;
    ends[index] = begins + (inside.has(index) ? own : 0);
  }
  return Math.max(0, ...ends);
}
