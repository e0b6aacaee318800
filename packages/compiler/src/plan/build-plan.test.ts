import { describe, expect, test } from 'vitest';
import { EVERYTHING } from './everything.test-helpers.ts';
import type { Plan, Step } from './plan.ts';
import { planOf } from './plan.test-helpers.ts';

/** All steps, those in the bodies of rolls behind their roll. */
function allSteps(steps: readonly Step[]): Step[] {
  return steps.flatMap((step) => [step, ...allSteps(step.roll?.steps ?? [])]);
}

/** Everything that a plan holds under a key, at any depth. */
function valuesOf(value: unknown, wanted: string): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === wanted ? [inner] : valuesOf(inner, wanted)));
}

describe('a plan is complete', () => {
  let plan: Plan;
  test.beforeAll(async () => {
    plan = await planOf(EVERYTHING);
  });

  test('every host that is named is listed, once, by name', () => {
    const named = new Set([...valuesOf(plan.steps, 'targets'), ...valuesOf(plan.points, 'targets')].flatMap((targets) => (targets as { readonly hosts: string[] }).hosts));
    for (const batches of valuesOf(plan.steps, 'batches') as string[][][]) for (const host of batches.flat()) named.add(host);
    const listed = plan.hosts.map(({ name }) => name);
    expect(listed).toEqual([...new Set(listed)].sort());
    expect([...named].sort()).toEqual(listed);
  });

  test('every file, secret, component, database, mode, window and point that is named is there', () => {
    const ids = new Set(plan.files.map(({ id }) => id));
    expect(valuesOf(plan.steps, 'file').filter((file) => typeof file === 'string' && /^file\d/.test(file)).filter((file) => !ids.has(file as string))).toEqual([]);
    expect([...new Set((valuesOf(plan.steps, 'secrets') as object[]).flatMap((one) => Object.values(one) as string[]))].sort()).toEqual(plan.secrets.map(({ name }) => name));
    const changes = (valuesOf(plan.steps, 'changes') as { kind: string; name?: string }[][]).flat();
    const of = (kind: string): string[] => [...new Set(changes.flatMap((one) => (one.kind === kind && one.name !== undefined ? [one.name] : [])))].sort();
    expect(of('component').filter((name) => !plan.components.some((one) => one.name === name))).toEqual([]);
    expect(of('database')).toEqual(plan.databases.map(({ name }) => name));
    expect(of('mode')).toEqual(plan.modes.map(({ name }) => name));
    expect([...new Set(valuesOf(plan.steps, 'window'))]).toEqual(plan.windows.map(({ name }) => name));
    expect([...new Set(valuesOf(plan.steps, 'point').filter((point) => typeof point === 'string'))]).toEqual(plan.points.map(({ id }) => id));
  });

  test('every host variable that a command uses is there, for each host', () => {
    expect(Object.fromEntries(plan.hosts.map(({ name, variables }) => [name, variables]))).toEqual({
      a1: { rack: 'r1' }, a2: { rack: 'r2' }, a3: { rack: 'r3' }, b1: { rack: 'r4' }, b2: { rack: 'r5' }, l1: undefined,
    });
  });

  test('ids are unique over all bodies, and each step stands behind those that it waits for', () => {
    const ids = allSteps(plan.steps).map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
    for (const steps of [plan.steps, ...allSteps(plan.steps).flatMap((step) => (step.roll === undefined ? [] : [step.roll.steps]))]) {
      const done = new Set<string>();
      for (const { id, after } of steps) {
        expect(after.filter((one) => !done.has(one))).toEqual([]);
        done.add(id);
      }
    }
  });

  test('steps say where they are written', () => {
    const places = allSteps(plan.steps).filter(({ kind }) => kind !== 'join').map(({ source }) => `${source.file}:${source.line}:${source.column}`);
    expect(places.slice(0, 3)).toEqual(['plan.belay:30:3', 'plan.belay:31:11', 'plan.belay:32:5']);
  });
});

test('a plan holds nothing that it does not use', async () => {
  const plan = await planOf({
    'plan.belay': `
      secret unused from env "X"
      mode unused { enter on g { run "x" }  leave on g { run "y" } }
      window unused { every tue at 22:00 for 8h zone "UTC" }
      cloud c {
        group g { hosts "h1" }
        group other { hosts "h2" }
        service s { component x on g { unit "x" }  component y on other { unit "y" }  database m in s.x { migrate run "m" } }
      }
      plan p {
        on c
        stop s.x for good
      }
    `,
  });
  const { digest: _, steps: __, ...rest } = plan;
  expect(rest).toEqual({
    format: 'belay.plan/1', name: 'p', cloud: { name: 'c' },
    hosts: [{ name: 'h1', groups: ['g'], connection: { type: 'ssh' } }],
    secrets: [], files: [], components: [{ name: 's.x', unit: 'x', hosts: ['h1'] }], databases: [], modes: [], points: [], refreshes: [], windows: [], waves: [],
    proofs: {
      orders: '1 order',
      rows: [
        { code: 'B0502', rule: 'no-way-back', about: 'stop_s_x', holds: true, closest: 'back to start', step: 'stop_s_x' },
        { code: 'B0641', rule: 'open-obligation', about: 's.x', holds: true, closest: 'starts again, but for what is stopped for good' },
      ],
    },
  });
});

describe('whether a step may be run again', () => {
  test.each([
    ['stop s.x', 'safe'],
    ['migrate s.m', 'restore'],
    ['migrate s.m { unless run "done?" }', 'safe'],
    ['run "x" on g { rewrites "/x" }', 'ask'],
    ['run "x" on g { rewrites "/x"  repeatable }', 'safe'],
    ['run "x" on g { changes nothing }', 'safe'],
    ['run "x" on g { undo run "y" }', 'ask'],
    ['step s { on g  stop s.x  run "x"  rewrites "/x" }', 'ask'],
    ['step s { on g  run "x"  migrate s.m  rewrites "/x" }', 'restore'],
    ['http "https://x.example/" method PUT { rewrites "/x" }', 'ask'],
    ['http "https://x.example/"', 'safe'],
    ['reboot on g', 'safe'],
  ])('%s: %s', async (statement, repeat) => {
    const { steps } = await planOf(`
      cloud c {
        group g { hosts "h1" }
        service s { component x on g { unit "x" }  database m in s.x { migrate run "m" } }
      }
      train t { release r1  release r2 }
      plan p {
        on c
        release r1 -> r2
        ${statement}
      }
    `);
    expect(steps[0]?.repeat).toBe(repeat);
  });
});
