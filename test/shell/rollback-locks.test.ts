import { expect, it } from 'vitest';
import type { Plan } from '../../packages/compiler/src/plan/plan.ts';
import { action, host, ofBatch, plan, step } from './plan-builder.ts';
import { enter, usePrograms } from './program.ts';
import { change, set } from './world.ts';

const made = usePrograms();
const hosts = [host('h1', enter('h1'))];
const batch = ofBatch('all', 'h1');

const locked = (acquire: string): Plan => plan([step('roll', [], {
  kind: 'roll',
  roll: {
    group: 'hosts', batches: [['h1']], pause: 0, maxFailures: 0,
    lock: { driver: 'test', key: 'k', acquire: action(acquire, { targets: batch }), release: action(set('lock', 'free'), { targets: batch }) },
    steps: [step('roll/boot', [change('boot', 'kernel', 'old', 'new', { targets: batch })])],
  },
})], { hosts });

it('a lock is released each time that a batch kept it', () => {
  const upgrade = made(locked(set('lock', 'held')));
  upgrade.write('fail-boot', '');
  const held = ['run', 'rollback', 'run', 'rollback'].map((command) => {
    upgrade.run(command);
    return upgrade.read('state/lock').trim();
  });
  expect(held).toEqual(['held', 'free', 'held', 'free']);
});

it.each([
  ['is released where the program was killed when it had just been taken', `${set('lock', 'held')}; read -r _ main _ <../../.belay/test_plan/lock; kill -KILL $main $PPID $$`, 'free'],
  ['is released where the connection failed when it had just been taken', `${set('lock', 'held')}; exit 255`, 'free'],
  ['is left alone where another holds it', 'exit 1', 'foreign'],
])('a lock %s', (_, acquire, expected) => {
  const upgrade = made(locked(acquire));
  upgrade.write('state/lock', 'foreign\n');
  upgrade.run('run');
  expect(upgrade.run('rollback').code).toBe(0);
  expect(upgrade.read('state/lock').trim()).toBe(expected);
  upgrade.write('state/lock', 'foreign\n');
  upgrade.run('rollback');
  expect(upgrade.read('state/lock').trim()).toBe('foreign');
});
