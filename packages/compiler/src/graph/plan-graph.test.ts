import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Branch, Node, PlanModel, Series } from '../model/plan-model.ts';
import { boundPlanOf } from '../plan/plan.test-helpers.ts';
import { buildGraph, type PlanGraph } from './plan-graph.ts';

const NOWHERE = { file: 'plan.belay', start: 0, end: 0 };

function step(id: string): Node {
  return { node: 'step', step: { id, kind: 'actions', location: NOWHERE, actions: [], unless: [], verify: [], repeatable: false } };
}

function series(...items: readonly Node[]): Series {
  return { node: 'series', items, location: NOWHERE };
}

/** Branches by name: what is in them, and what they wait for. */
function parallel(branches: Readonly<Record<string, { readonly body: Node; readonly after?: readonly string[]; readonly services?: readonly string[] }>>): Node {
  return {
    node: 'parallel', location: NOWHERE,
    branches: Object.entries(branches).map(([name, { body, after = [], services = [] }]): Branch => ({
      name, body, services, after: after.map((one) => ({ name: one, location: NOWHERE })), location: NOWHERE,
    })),
  };
}

/** @param needs for each service those that it needs */
function graphOf(body: Series, needs: Readonly<Record<string, readonly string[]>> = {}): PlanGraph {
  const services = new Map(Object.entries(needs).map(([name, needed]) => [
    name, { name, location: NOWHERE, components: [], databases: [], needs: needed.map((service) => ({ service, location: NOWHERE })) },
  ]));
  return buildGraph({ body, cloud: { services } } as unknown as PlanModel);
}

/** `step <- those right before it`, in the order of the graph. */
function edges(graph: PlanGraph): string[] {
  return graph.steps.map(({ id, after }) => `${id}${after.length === 0 ? '' : ` <- ${after.map((index) => graph.steps[index]?.id).join(' ')}`}`);
}

describe('edges', () => {
  test('a series is a chain', () => {
    expect(edges(graphOf(series(step('a'), step('b'), series(step('c'), step('d')))))).toEqual(['a', 'b <- a', 'c <- b', 'd <- c']);
  });

  test('parallel parts start behind what is before them, and end before what is after them', () => {
    const body = series(step('a'), parallel({ x: { body: series(step('x1'), step('x2')) }, y: { body: step('y') } }), step('z'));
    expect(edges(graphOf(body))).toEqual(['a', 'x1 <- a', 'x2 <- x1', 'y <- a', 'z <- x2 y']);
  });

  test('`after` orders parts, in the order of the text where it has a say', () => {
    const body = series(parallel({ a: { body: step('a'), after: ['c'] }, b: { body: step('b') }, c: { body: step('c') } }), step('z'));
    expect(edges(graphOf(body))).toEqual(['b', 'c', 'a <- c', 'z <- b a']);
  });

  test('`needs` orders the jumps of services, over services that are not jumped too', () => {
    const body = series(parallel({
      nova: { body: step('nova'), services: ['nova'] }, keystone: { body: step('keystone'), services: ['keystone'] }, glance: { body: step('glance'), services: ['glance'] },
    }));
    expect(edges(graphOf(body, { nova: ['neutron'], neutron: ['keystone'], glance: [], keystone: [] }))).toEqual(['keystone', 'nova <- keystone', 'glance']);
  });

  test('an edge that others imply is left out', () => {
    const body = series(parallel({
      a: { body: step('a') }, b: { body: step('b'), after: ['a'] }, c: { body: step('c'), after: ['a', 'b'] }, d: { body: step('d'), after: ['a', 'b', 'c'] },
    }));
    expect(edges(graphOf(body))).toEqual(['a', 'b <- a', 'c <- b', 'd <- c']);
  });

  test('a part without steps hands on what it waits for', () => {
    const body = series(step('z'), parallel({ a: { body: step('a') }, b: { body: series(), after: ['a'] }, c: { body: step('c'), after: ['b'] }, d: { body: series() } }), step('e'));
    expect(edges(graphOf(body))).toEqual(['z', 'a <- z', 'c <- a', 'e <- c']);
  });

  test('parts without any steps are passed over', () => {
    const body = series(step('a'), parallel({ x: { body: series() }, y: { body: parallel({}), after: ['x'] } }), step('b'));
    expect(edges(graphOf(body))).toEqual(['a', 'b <- a']);
  });

  test('many steps that end a part are joined once for all that follow', () => {
    const many = (letter: string, count: number): Node => parallel(Object.fromEntries(Array.from({ length: count }, (_, index) => [`${letter}${index}`, { body: step(`${letter}${index}`) }])));
    const graph = graphOf(series(many('a', 65), many('b', 3), step('c')));
    expect(edges(graph).slice(65)).toEqual([`join.1 <- ${Array.from({ length: 65 }, (_, index) => `a${index}`).join(' ')}`, 'b0 <- join.1', 'b1 <- join.1', 'b2 <- join.1', 'c <- b0 b1 b2']);
    expect(edges(graphOf(series(many('a', 64), step('c')))).at(-1)).toBe(`c <- ${Array.from({ length: 64 }, (_, index) => `a${index}`).join(' ')}`);
  });

  test('joins in the body of a roll have names of their own', async () => {
    const parts = (letter: string): string => Array.from({ length: 65 }, (_, index) => `step ${letter}${index} { on local  run "true"  changes nothing }`).join('\n');
    const { graph } = await boundPlanOf(`
      cloud c { group g { hosts "h1" } }
      plan p {
        on c
        parallel { ${parts('a')} }
        step b { on local  run "true"  changes nothing }
        roll g {
          parallel { ${parts('c')} }
          step d { on local  run "true"  changes nothing }
        }
      }
    `);
    const joins = [...(graph?.steps ?? []), ...(graph?.steps.at(-1)?.body?.steps ?? [])].filter((one) => one.step === undefined).map((one) => one.id);
    expect(joins).toEqual(['join.1', 'join.2']);
  });
});

describe('problems', () => {
  test('a circle is named, each part with what it waits for; the parts count as unordered', () => {
    const graph = graphOf(series(parallel({ a: { body: step('a'), after: ['c'] }, b: { body: step('b'), after: ['a'] }, c: { body: step('c'), after: ['b'] } })));
    expect(graph.problems).toEqual([{
      problem: 'cycle',
      branches: [{ name: 'a', location: NOWHERE, why: 'after' }, { name: 'c', location: NOWHERE, why: 'after' }, { name: 'b', location: NOWHERE, why: 'after' }],
    }]);
    expect(edges(graph)).toEqual(['a', 'b', 'c']);
  });

  test('a part that waits for itself', () => {
    expect(graphOf(series(parallel({ a: { body: step('a'), after: ['a'] } }))).problems).toMatchObject([{ problem: 'cycle', branches: [{ name: 'a' }] }]);
  });

  test('a name that no part has', () => {
    expect(graphOf(series(parallel({ a: { body: step('a'), after: ['b'] }, c: { body: step('c') } }))).problems).toEqual([
      { problem: 'unknown-after', name: 'b', location: NOWHERE, known: ['c'] },
    ]);
  });

  test('more parts than the table of their order holds', () => {
    const count = 20_001;
    const branches = Object.fromEntries(Array.from({ length: count }, (_, index) => [`s${index}`, { body: step(`s${index}`), after: index === 0 ? [] : [`s${index - 1}`] }]));
    expect(graphOf(series(parallel(branches))).problems).toEqual([{ problem: 'too-many', location: NOWHERE, most: 20_000 }]);
  });
});

/** A tree of series and parallel parts with `after` edges that form no circle. */
interface Tree {
  readonly kind: 'step' | 'series' | 'parallel';
  readonly children: readonly Tree[];
  /** For a branch: the branches before it that it waits for, as shares of their number. */
  readonly waits: readonly number[];
}

const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.record({ kind: fc.constant('step' as const), children: fc.constant([]), waits: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { maxLength: 3 }) }),
    fc.record({ kind: fc.constantFrom('series' as const, 'parallel' as const), children: fc.array(tie('tree'), { maxLength: 5 }), waits: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { maxLength: 3 }) }),
  ),
}));

/** The tree as a model, and every pair of steps of which one comes before the other, by definition. */
function build(root: Tree): { body: Series; pairs: Set<string> } {
  const pairs = new Set<string>();
  let count = 0;
  const join = (before: readonly string[], after: readonly string[]): void => {
    for (const one of before) for (const other of after) pairs.add(`${one} ${other}`);
  };
  const make = (node: Tree): { model: Node; steps: string[] } => {
    if (node.kind === 'step') {
      const id = `s${(count += 1)}`;
      return { model: step(id), steps: [id] };
    }
    const children = node.children.map(make);
    const before = node.children.map((child, index) => (node.kind === 'series' ? (index === 0 ? [] : [index - 1]) : child.waits.map((share) => Math.floor(share * index)).filter((one) => one < index)));
    // A branch waits for those before it and for all that they wait for, whether they have steps or not.
    const all: Set<number>[] = [];
    for (const index of children.keys()) all.push(new Set((before[index] ?? []).flatMap((one) => [one, ...(all[one] ?? [])])));
    for (const [index, earlier] of all.entries()) for (const one of earlier) join(children[one]?.steps ?? [], children[index]?.steps ?? []);
    const model = node.kind === 'series' ? series(...children.map((child) => child.model)) : parallel(Object.fromEntries(children.map((child, index) => [
      `b${index}`, { body: child.model, after: (before[index] ?? []).map((one) => `b${one}`) },
    ])));
    return { model, steps: children.flatMap((child) => child.steps) };
  };
  return { body: series(make(root).model), pairs };
}

test('on any nesting the graph says what the definition says, in an order that fits, with no edge too many', () => {
  fc.assert(fc.property(tree, (root) => {
    const { body, pairs } = build(root);
    const { steps, before } = graphOf(body);
    const reached = reachable(steps);
    for (const [first, { id }] of steps.entries()) {
      for (const [second, other] of steps.entries()) {
        const expected = pairs.has(`${id} ${other.id}`);
        expect(before(first, second)).toBe(expected);
        expect(reached[second]?.has(first) ?? false).toBe(expected);
      }
    }
    for (const [index, { after }] of steps.entries()) {
      expect(after.every((one) => one < index)).toBe(true);
      expect(after.filter((one) => after.some((other) => reached[other]?.has(one)))).toEqual([]);
    }
  }), { numRuns: 500 });
});

/** For each step all that can be reached from it backwards. */
function reachable(steps: PlanGraph['steps']): Set<number>[] {
  const all: Set<number>[] = [];
  for (const { after } of steps) all.push(new Set(after.flatMap((one) => [one, ...(all[one] ?? [])])));
  return all;
}

describe('size', () => {
  test('a chain of 100,000 steps', () => {
    const count = 100_000;
    const start = performance.now();
    const { steps, before } = graphOf(series(...Array.from({ length: count }, (_, index) => step(`s${index}`))));
    expect(performance.now() - start).toBeLessThan(4_000);
    expect(steps[count - 1]?.after).toEqual([count - 2]);
    expect([before(0, count - 1), before(count - 1, 0)]).toEqual([true, false]);
  });

  test('parallel parts of 2,000 steps behind each other have a join between them, not four million edges', () => {
    const wide = (letter: string): Node => parallel(Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`${letter}${index}`, { body: step(`${letter}${index}`) }])));
    const start = performance.now();
    const { steps, before } = graphOf(series(wide('a'), wide('b'), wide('c')));
    expect(performance.now() - start).toBeLessThan(4_000);
    expect(steps.reduce((sum, one) => sum + one.after.length, 0)).toBe(8_000);
    expect([before(0, 2_001), before(0, 1), before(2_001, 6_001)]).toEqual([true, false, true]);
  });

  test('20,000 parts of which each waits for the one before', () => {
    const start = performance.now();
    const { steps, before } = graphOf(series(parallel(Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [
      `s${index}`, { body: step(`s${index}`), after: index === 0 ? [] : [`s${index - 1}`] },
    ])))));
    expect(performance.now() - start).toBeLessThan(4_000);
    expect([steps[19_999]?.after, before(0, 19_999)]).toEqual([[19_998], true]);
  });
});
