import { expect, it } from 'vitest';
import { action, host, LOCAL, on, plan, step } from './plan-builder.ts';
import { enter, usePrograms } from './program.ts';

const made = usePrograms();

const NAMES = ['h1', 'h2', 'h3'];
const DO = 'echo "do $BELAY_HOST" >>"$HOME/done"; [[ ! -e fails ]]';
const UNDO = 'echo "undo $BELAY_HOST" >>"$HOME/done"';
const any = on('any', ...NAMES);
const all = on('all', ...NAMES);
const each = on('each', ...NAMES);

/** The connection to a host that is gone fails. */
const ENTER = '#!/bin/bash\n[[ ! -e gone-$1 ]] || exit 255\nmkdir -p "hosts/$1" && cd "hosts/$1" && shift && exec "$@"\n';

it.each([
  ['with its targets: where it ran', any, any, ['undo h2']],
  ['with targets of its own: there', any, all, ['undo h1', 'undo h2', 'undo h3']],
  ['elsewhere: there', any, LOCAL, ['undo local']],
  ['of a step that goes from host to host: where it ran', each, each, ['undo h1']],
])('what takes a step back, %s', (_, ran, back, expected) => {
  const upgrade = made(plan([step('one', [action(DO, { targets: ran })], { undo: [action(UNDO, { targets: back })] })], {
    hosts: NAMES.map((name) => host(name, enter(name))),
  }));
  upgrade.write('enter', ENTER, 0o755);
  upgrade.write('hosts/h2/fails', '');
  upgrade.write('gone-h1', '');
  expect(upgrade.run('run').code).toBe(1);
  upgrade.remove('done');
  // The host that could not be reached before can be reached now.
  upgrade.remove('gone-h1');
  expect(upgrade.run('rollback').code).toBe(0);
  expect(upgrade.lines('done').sort()).toEqual(expected);
});

it('each of the hosts on which one attempt after the other ran is taken back', () => {
  const steps = [step('one', [action(DO, { targets: any })], { undo: [action(UNDO, { targets: any })] })];
  const upgrade = made(plan(steps, { hosts: NAMES.map((name) => host(name, enter(name))) }));
  upgrade.write('enter', ENTER, 0o755);
  upgrade.write('hosts/h1/fails', '');
  upgrade.write('hosts/h2/fails', '');
  expect(upgrade.run('run').code).toBe(1);
  upgrade.write('gone-h1', '');
  expect(upgrade.run('resume').code).toBe(1);
  expect(upgrade.lines('done')).toEqual(['do h1', 'do h2']);
  upgrade.remove('gone-h1');
  expect(upgrade.run('rollback').code).toBe(0);
  expect(upgrade.lines('done').slice(2).sort()).toEqual(['undo h1', 'undo h2']);
});

it('where nothing ran there, nothing is taken back', () => {
  const steps = [step('one', [action(DO, { targets: on('all', 'h1') }), action('true', { targets: on('all', 'h2', 'h3') })], {
    undo: [action(UNDO, { targets: on('all', 'h2', 'h3') }), action(UNDO, { targets: on('all', 'h1') })],
  })];
  const upgrade = made(plan(steps, { hosts: NAMES.map((name) => host(name, enter(name))) }));
  upgrade.write('hosts/h1/fails', '');
  expect(upgrade.run('run').code).toBe(1);
  upgrade.remove('done');
  expect(upgrade.run('rollback').code).toBe(0);
  expect(upgrade.lines('done')).toEqual(['undo h1']);
});
