import { expect, it } from 'vitest';
import type { Action, PlanComponent, Probe, Step } from '../../packages/compiler/src/plan/plan.ts';
import { act, asking, component, HOSTS, NAMES, point, start, stop } from './healthy-plan.ts';
import { action, chain, LOCAL, on, plan, shell, step } from './plan-builder.ts';
import { type Program, usePrograms } from './program.ts';

const made = usePrograms();

/** A plan that fails at its end. */
function failed(components: readonly PlanComponent[], ...steps: Step[]): Program {
  const upgrade = made(plan(chain(...steps, step('fails', ['false'])), {
    hosts: HOSTS, components, points: [{ id: 'here', captures: [] }],
  }));
  for (const name of NAMES) upgrade.write(`hosts/${name}/.keep`, '');
  expect(upgrade.run('run').code).toBe(1);
  return upgrade;
}

it('a rollback asks what it has touched and left running, and nothing else', () => {
  const upgrade = failed(
    [component('a', asking('a')), component('b', asking('b')), component('c', asking('c')), component('d', asking('d'))],
    step('one', [stop('a'), stop('b')]), point, step('two', [start('b'), stop('c')]),
  );
  const { code, out } = upgrade.run('rollback');
  expect(code).toBe(0);
  // `a` is not touched, `b` is down at the point, and nothing is done to `d`.
  expect(upgrade.lines('asked').sort()).toEqual(['c h1', 'c h2', 'c h3']);
  expect(out).toContain('What the rollback has touched says that it works (components: 1).');
  upgrade.remove('asked');
  expect(upgrade.run('rollback --to start').code).toBe(0);
  expect(upgrade.lines('asked').sort()).toEqual(['a h1', 'a h2', 'a h3', 'b h1', 'b h2', 'b h3', 'c h1', 'c h2', 'c h3']);
});

it('only where it was touched; as a whole, where the question says so', () => {
  const one: Action = { ...stop('a'), targets: on('first', 'h2'), back: { by: 'inverse', actions: [{ ...act('start', 'a'), targets: on('all', 'h2') }] } };
  const upgrade = failed([component('a', asking('each'), asking('any', on('any', ...NAMES)), asking('here', LOCAL))], step('one', [one]));
  expect(upgrade.run('rollback').code).toBe(0);
  expect(upgrade.lines('asked').sort()).toEqual(['any h1', 'each h2', 'here local']);
});

it('a component that a command elsewhere is about is asked wherever it runs', () => {
  const rewritten = action('true', {
    changes: [{ kind: 'component', name: 'a', becomes: 'rewritten' }], back: { by: 'inverse', actions: [action('true')] },
  });
  const upgrade = failed([component('a', asking('a'))], step('one', [rewritten]));
  expect(upgrade.run('rollback').code).toBe(0);
  expect(upgrade.lines('asked').sort()).toEqual(['a h1', 'a h2', 'a h3']);
});

it('says which component does not work, and asks again', () => {
  const upgrade = failed([component('a', asking('a')), component('b', asking('b'))], step('one', [stop('a'), stop('b')]));
  upgrade.write('hosts/h2/sick', '');
  const { code, out, err } = upgrade.run('rollback');
  expect({ code, err: err.split('\n').sort() }).toEqual({
    code: 1,
    err: [
      '',
      'upgrade.sh: Everything is taken back, but a does not work now: see what it says on h2.',
      'upgrade.sh: Everything is taken back, but b does not work now: see what it says on h2.',
    ],
  });
  expect(out).toContain('ROLLED BACK, BUT CHECKS FAIL: 0 of 2 steps are done, 2 left.');
  expect(upgrade.list('.belay/test_plan/logs/healthy')).toEqual(['a-1', 'b-1'].flatMap((name) => NAMES.map((one) => `${name}.${one}.log`)));
  expect(upgrade.run('run').code).toBe(2);
  upgrade.remove('hosts/h2/sick');
  upgrade.remove('asked');
  expect(upgrade.run('rollback').code).toBe(0);
  expect(upgrade.lines('asked')).toHaveLength(6);
  // Behind a run that goes on, what an earlier rollback had touched is not asked again.
  upgrade.remove('asked');
  expect(upgrade.run('run --until one').code).toBe(3);
  expect(upgrade.lines('asked')).toEqual([]);
});

it('gives what was just started a while', () => {
  const slow: Probe = { targets: on('all', ...NAMES), operation: shell('echo asked >>asked; [[ $BELAY_HOST != h1 || $(wc -l <asked) -ge 2 ]]') };
  const upgrade = failed([component('a', slow)], step('one', [stop('a')]));
  const { code, out } = upgrade.run('rollback');
  expect(code).toBe(0);
  expect(upgrade.lines('hosts/h1/asked')).toHaveLength(2);
  expect(out).not.toContain('failed');
});

it('--dry-run shows what it will ask', () => {
  const upgrade = failed([component('a', asking('a')), component('b', asking('b'))], step('one', [stop('a')]), point, step('two', [stop('b')]));
  const { out } = upgrade.run('rollback --dry-run');
  expect(out.split('\n').filter((line) => line.startsWith('then '))).toEqual([
    'then healthy: b: echo "b $BELAY_HOST" >>"$HOME/asked"; [[ ! -e sick ]] on h1, h2, h3, asked every 2s for 1s',
  ]);
  expect(upgrade.lines('asked')).toEqual([]);
});
