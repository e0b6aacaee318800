import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PlanGraph } from '../../graph/plan-graph.ts';
import type { Change } from '../../model/action.ts';
import type { Cloud } from '../../model/model.ts';
import type { ActionModel, StepModel } from '../../model/plan-model.ts';
import { planOf } from '../../plan/plan.test-helpers.ts';
import { placeRestores } from './restores.ts';

const CLOUD = `
  cloud c {
    group a { hosts "a[1:2]" }
    group d { hosts "d[1:3]" }
    service sql { component server on d { unit "sql" } }
    service s {
      component x on a { unit "x" }
      database m in sql { migrate run "migrate" }
      database n in sql { migrate run "migrate"  save run "save \${capture}" on any a  restore run "load \${capture}" on any a }
    }
  }
  train t { release r1  release r2 }
`;

/** Every restore, as `step: resource from point for targets`. */
async function restores(body: string): Promise<string[]> {
  const { steps } = await planOf({ 'plan.belay': `import "cloud.belay"\nplan p {\n  on c\n  release r1 -> r2\n${body}\n}`, 'cloud.belay': CLOUD });
  return steps.flatMap((step) => (step.restores ?? []).map(({ resource, point, to }) => `${step.id}: ${resource} from ${point} for ${to.join(' ')}`));
}

const change = (name: string, resource = 's.m', on = 'd'): string => `step ${name} { on ${on}  run "x"  rewrites ${resource}  undo run "y" }`;

describe('where captures are restored', () => {
  test('at the first change after the point: all later ones are undone by then', async () => {
    expect(await restores(`rollback point p1 { capture s.m }\n${change('one')}\n${change('two')}`)).toEqual(['one: s.m from p1 for start p1']);
  });

  test('each point is served by a capture of the state that it saw', async () => {
    expect(await restores(`
      rollback point p1 { capture s.m }
      ${change('one')}
      rollback point p2 { capture s.m }
      rollback point p3 { capture s.m }
      ${change('two')}
    `)).toEqual(['one: s.m from p1 for start p1', 'two: s.m from p2 for p2', 'two: s.m from p3 for p3']);
  });

  test('a point that captures nothing is served by a neighbor that saw the same, and by no other', async () => {
    expect(await restores(`
      rollback point before { }
      rollback point p1 { capture s.m }
      rollback point between { }
      ${change('one')}
      rollback point after { }
      rollback point p2 { capture s.m }
      ${change('two')}
      rollback point last { }
      ${change('three')}
    `)).toEqual(['one: s.m from p1 for start before p1 between', 'two: s.m from p2 for after p2']);
  });

  test('what was changed before the first capture is undone step by step behind it', async () => {
    expect(await restores(`${change('zero')}\nrollback point p1 { capture s.m }\n${change('one')}`)).toEqual(['one: s.m from p1 for start p1']);
  });

  test('nothing is restored where nothing changed', async () => {
    expect(await restores('rollback point p1 { capture s.m }\nstop s.x')).toEqual([]);
  });

  test('a migration, a restore on the way forward, and a change inside a roll are changes', async () => {
    expect(await restores('rollback point p1 { capture s.m }\nrestore s.m from p1\nrollback point p2 { }\nmigrate s.m')).toEqual(['restore_s_m: s.m from p1 for start p1']);
    expect(await restores('rollback point p1 { capture "/etc/x" on a }\nroll a { run "x" { rewrites "/etc/x/y" } }')).toEqual(['roll_a: /etc/x from p1 for start p1']);
  });
});

describe('a database whose server was stopped before the change', () => {
  test('is restored where the way back has started the server again', async () => {
    expect(await restores(`rollback point p1 { capture s.m, s.n }\nstop sql.server\n${change('one', 's.m, s.n')}\nstart sql.server\n${change('two', 's.m, s.n')}`)).toEqual([
      'stop_sql_server: s.m from p1 for start p1', 'stop_sql_server: s.n from p1 for start p1',
    ]);
  });

  test('but not where another host was stopped, or all are needed', async () => {
    expect(await restores(`rollback point p1 { capture s.m, s.n }\nstop sql.server on "d[2:3]"\n${change('one', 's.m, s.n')}`)).toEqual(['one: s.m from p1 for start p1', 'one: s.n from p1 for start p1']);
    expect(await restores(`rollback point p1 { capture s.m, s.n }\nstop sql.server on "d1"\nstop sql.server on "d[2:3]"\n${change('one', 's.m, s.n')}`)).toEqual([
      'stop_sql_server: s.m from p1 for start p1', 'stop_sql_server_2: s.n from p1 for start p1',
    ]);
  });

  test('for a point behind the stop there is none: the server is down there', async () => {
    expect(await restores(`rollback point p1 { capture s.m }\nstop sql.server\nrollback point p2 { }\n${change('one')}`)).toEqual(['stop_sql_server: s.m from p1 for start p1']);
  });
});

describe('files', () => {
  test('a change inside a captured folder, of the folder, and of a folder around it', async () => {
    const capture = 'rollback point p1 { capture "/etc/x" on a }';
    expect(await restores(`${capture}\n${change('inside', '"/etc/x/y"', 'a')}`)).toEqual(['inside: /etc/x from p1 for start p1']);
    expect(await restores(`${capture}\n${change('same', '"/etc/x"', 'a')}`)).toEqual(['same: /etc/x from p1 for start p1']);
    expect(await restores(`${capture}\n${change('around', '"/etc"', 'a')}`)).toEqual(['around: /etc/x from p1 for start p1']);
    expect(await restores(`${capture}\n${change('beside', '"/etc/xy"', 'a')}`)).toEqual([]);
  });

  test('on other hosts they are other files', async () => {
    expect(await restores(`rollback point p1 { capture "/etc/x" on a }\n${change('there', '"/etc/x"', 'd')}\n${change('here', '"/etc/x"', '"a2"')}`)).toEqual(['here: /etc/x from p1 for start p1']);
  });
});

describe('whether an action without a way back of its own is covered', () => {
  const back = async (body: string): Promise<string[]> => {
    const { steps } = await planOf({ 'plan.belay': `import "cloud.belay"\nplan p {\n  on c\n  release r1 -> r2\n${body}\n}`, 'cloud.belay': CLOUD });
    return steps.flatMap((step) => step.actions.filter(({ changes }) => changes.length > 0).map((action) => `${action.title}: ${action.back.by}`));
  };

  test('all that it changes has to be captured before it, on all of its hosts', async () => {
    expect(await back('migrate s.m\nrollback point p1 { capture s.m  capture "/etc/x" on a }\nmigrate s.m\nrun "1" on a { rewrites s.m, "/etc/x/y" }\nrun "2" on a, d { rewrites "/etc/x" }\nrun "3" on a { rewrites "/etc" }\nrun "4" on a { rewrites s.m, s.n }')).toEqual([
      'migrate s.m to r2: none', 'migrate s.m to r2: restore', 'run 1: restore', 'run 2: none', 'run 3: none', 'run 4: none',
    ]);
  });
});

/** A plan in short: points, with or without a capture, changes that can be undone or not, and stops and starts of the server. */
type Item = 'point' | 'capture' | 'undoable' | 'lasting' | 'stop' | 'start';

/** What a rollback to a target leaves: the number of changes that the resource has behind it, if it could be told. */
function rollBack(items: readonly Item[], target: number, steps: readonly { readonly restores?: readonly { readonly point: string; readonly to: readonly string[] }[] }[]): { state: number | undefined; whileDown: boolean } {
  const statesBefore = items.map((_, index) => items.slice(0, index).filter((one) => one === 'undoable' || one === 'lasting').length);
  let state: number | undefined = items.filter((one) => one === 'undoable' || one === 'lasting').length;
  let isUp = isServerUp(items, items.length);
  let whileDown = false;
  for (let index = items.length - 1; index > target; index -= 1) {
    // What can't be undone leaves the resource as it is, which is no state that the plan ever saw.
    if (items[index] === 'undoable' && state === (statesBefore[index] ?? 0) + 1) state = statesBefore[index];
    else if (items[index] === 'undoable' || items[index] === 'lasting') state = undefined;
    isUp = isServerUp(items, index);
    for (const { point, to } of steps[index]?.restores ?? []) {
      if (!to.includes(target === -1 ? 'start' : `s${target}`)) continue;
      state = statesBefore[Number(point.slice(1))];
      whileDown ||= !isUp;
    }
  }
  return { state, whileDown };
}

/** Whether it runs before the item. */
function isServerUp(items: readonly Item[], index: number): boolean {
  const last = items.slice(0, index).findLast((one) => one === 'stop' || one === 'start');
  return last !== 'stop';
}

test('in every order of points, captures, changes and stops, a rollback ends in the state of its target wherever a capture allows it', () => {
  let exact = 0;
  fc.assert(fc.property(fc.array(fc.constantFrom<Item>('point', 'capture', 'undoable', 'lasting', 'stop', 'start'), { minLength: 2, maxLength: 12 }), (items) => {
    const graph = graphOf(items);
    const cloud = { databases: new Map([['s.m', { server: 'sql.server' }]]), components: new Map([['sql.server', { hosts: ['d1'] }]]) } as unknown as Cloud;
    const placed = placeRestores(graph, cloud);
    const steps = items.map((_, index) => ({ restores: placed.get(`s${index}`) ?? [] }));
    const statesBefore = items.map((_, index) => items.slice(0, index).filter((one) => one === 'undoable' || one === 'lasting').length);
    for (const target of [-1, ...items.keys()].filter((index) => index === -1 || items[index] === 'point' || items[index] === 'capture')) {
      const wanted = target === -1 ? 0 : (statesBefore[target] ?? 0);
      const total = statesBefore.length === 0 ? 0 : (statesBefore.at(-1) ?? 0) + (items.at(-1) === 'undoable' || items.at(-1) === 'lasting' ? 1 : 0);
      const changes = items.flatMap((one, index) => (one === 'undoable' || one === 'lasting' ? [index] : []));
      // The nearest state that is held by a capture, or the last one of all, is reached; what is before it has to be undoable.
      const held = items.flatMap((one, index) => (one === 'capture' ? [statesBefore[index] ?? 0] : [])).filter((state) => state >= wanted && state < total);
      const from = held.length === 0 ? total : Math.min(...held);
      // A capture can not be loaded if the server was down at the target, and still at the change.
      const down = items.slice(0, changes[from] ?? 0).findLastIndex((one, index) => one === 'stop' && isServerUp(items, index));
      if (held.length > 0 && down < target && !isServerUp(items, changes[from] ?? 0)) continue;
      const possible = changes.slice(wanted, from).every((index) => items[index] === 'undoable');
      const { state } = rollBack(items, target, steps);
      if (!possible) continue;
      exact += 1;
      expect(state).toBe(wanted);
    }
  }), { numRuns: 2_000 });
  expect(exact).toBeGreaterThan(2_000);
});

test('a capture is never loaded into a server that is down', () => {
  fc.assert(fc.property(fc.array(fc.constantFrom<Item>('point', 'capture', 'undoable', 'stop', 'start'), { minLength: 2, maxLength: 12 }), (items) => {
    const graph = graphOf(items);
    const cloud = { databases: new Map([['s.m', { server: 'sql.server' }]]), components: new Map([['sql.server', { hosts: ['d1'] }]]) } as unknown as Cloud;
    const placed = placeRestores(graph, cloud);
    const steps = items.map((_, index) => ({ restores: placed.get(`s${index}`) ?? [] }));
    for (const target of [-1, ...items.keys()]) {
      // A capture of a server that is down is the fault of the plan.
      if (items.some((one, index) => one === 'capture' && !isServerUp(items, index))) continue;
      expect(rollBack(items, target, steps).whileDown).toBe(false);
    }
  }), { numRuns: 2_000 });
});

/** Steps `s0`, `s1`, … in a series. */
function graphOf(items: readonly Item[]): PlanGraph {
  const targets = { mode: 'all' as const, hosts: ['d1'] };
  const action = (change: Change): ActionModel => ({
    verb: 'run', title: '', targets, operation: { type: 'shell', shell: '' }, changes: [change], uses: [], effect: 'declared', location: { file: '', start: 0, end: 0 },
  });
  return {
    problems: [], segments: [], before: (first, second) => first < second,
    steps: items.map((item, index) => {
      const actions = item === 'undoable' || item === 'lasting' ? [action({ kind: 'database', name: 's.m', becomes: 'rewritten' })]
        : item === 'stop' || item === 'start' ? [action({ kind: 'component', name: 'sql.server', becomes: item === 'stop' ? 'stopped' : 'started' })] : [];
      const captures = item === 'capture' ? [{ resource: 's.m', kind: 'database' as const, hosts: ['d1'], targets, save: actions[0]?.operation, restore: { type: 'shell', shell: '' } }] : [];
      const step = { id: `s${index}`, kind: 'actions', actions, ...(item === 'point' || item === 'capture' ? { point: { captures } } : {}) };
      return { id: `s${index}`, after: index === 0 ? [] : [index - 1], step: step as unknown as StepModel };
    }),
  };
}
