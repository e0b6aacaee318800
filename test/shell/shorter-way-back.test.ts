import { afterEach, expect, it } from 'vitest';
import type { Action, Plan, Step } from '../../packages/compiler/src/plan/plan.ts';
import { action, backBy, chain, host, LOCAL, ofBatch, on, plan, shell, step } from './plan-builder.ts';
import { enter, Program } from './program.ts';

let program: Program | undefined;
const made = (value: Plan): Program => {
  program?.dispose();
  return (program = new Program(value));
};
afterEach(() => program?.dispose());

const hosts = ['h1', 'h2', 'h3'].map((name) => host(name, enter(name)));
const batch = ofBatch('all', 'h1', 'h2', 'h3');
const everywhere = on('all', 'h1', 'h2', 'h3');

/** Writes down what was done, and fails where there is a file `fail-WHAT` or `fail-WHAT-HOST`. */
const doing = (what: string): string =>
  `echo "${what} \${BELAY_HOST:-}" >>"$HOME/done"; [[ ! -e $HOME/fail-${what} && ! -e $HOME/fail-${what}-\${BELAY_HOST:-} ]]`;

const PAIRS = {
  drain: { back: 'return', change: { kind: 'host', becomes: 'drained' } }, return: { back: 'drain', change: { kind: 'host', becomes: 'returned' } },
  enter: { back: 'leave', change: { kind: 'mode', name: 'quiet', becomes: 'entered' } }, leave: { back: 'enter', change: { kind: 'mode', name: 'quiet', becomes: 'left' } },
  stop: { back: 'start', change: { kind: 'component', name: 'app', becomes: 'stopped' } }, start: { back: 'stop', change: { kind: 'component', name: 'app', becomes: 'started' } },
} as const;

function act(verb: keyof typeof PAIRS, targets = batch): Action {
  const { back, change } = PAIRS[verb];
  const thing = change.kind === 'host' ? 'hosts' : change.name;
  return action(doing(verb), {
    verb, title: `${verb} ${thing}`, targets, changes: [change],
    back: backBy(doing(back), { verb: back, title: `${back} ${thing}`, targets, changes: [PAIRS[back].change] }),
  });
}

const install = (targets = batch): Action => action(doing('install'), {
  verb: 'install', targets, changes: [{ kind: 'component', name: 'app', becomes: 'installed', release: 'r2' }], back: backBy(doing('uninstall'), { verb: 'install', targets }),
});

const rolling = (...steps: Step[]): Step => step('roll', [], { kind: 'roll', roll: { group: 'hosts', batches: [['h1'], ['h2'], ['h3']], pause: 0, maxFailures: 0, steps: chain(...steps) } });

/** What a rollback does after the run has ended with a code. */
function wayBack(steps: readonly Step[], fail: string, code: number, refreshes: Plan['refreshes'] = []): string[] {
  const upgrade = made(plan(steps, { hosts, refreshes }));
  upgrade.write(`fail-${fail}`, '');
  expect(upgrade.run('run').code).toBe(code);
  upgrade.remove('done');
  upgrade.remove(`fail-${fail}`);
  const { code: ended, err } = upgrade.run('rollback');
  expect({ ended, err }).toEqual({ ended: 0, err: '' });
  return upgrade.lines('done').map((line) => line.trim());
}

it.each([
  ['at once on the next host', 'drain-h3', ['return h3']],
  ['while it is drained', 'look-h2', ['return h2']],
  ['while it returns', 'return-h2', ['return h2']],
])('a host that was drained and has returned is left alone, when another fails %s', (_, fail, expected) => {
  expect(wayBack([rolling(step('roll/drain', [act('drain')]), step('roll/look', [action(doing('look'), { targets: batch })]), step('roll/return', [act('return')]))], fail, 1)).toEqual(expected);
});

it('drains it again for what has to be taken back there', () => {
  expect(wayBack([rolling(step('roll/drain', [act('drain')]), step('roll/install', [install()]), step('roll/return', [act('return')]))], 'install-h2', 1))
    .toEqual(['uninstall h2', 'return h2', 'drain h1', 'uninstall h1', 'return h1']);
});

it('pairs inside pairs, a mode around them, and a component', () => {
  const steps = chain(
    step('enter', [act('enter', LOCAL)]), step('stop', [act('stop', everywhere)]), step('drain', [act('drain', everywhere)]),
    step('return', [act('return', everywhere)]), step('start', [act('start', everywhere)]), step('leave', [act('leave', LOCAL)]), step('last', [action(doing('last'))]),
  );
  expect(wayBack(steps, 'last', 1)).toEqual([]);
  expect(wayBack(steps, 'leave', 1)).toEqual(['leave local']);
  expect(wayBack(steps, 'start-h2', 1).sort()).toEqual(['leave local', 'start h1', 'start h2', 'start h3']);
});

it('what was opened a second time, and may not be open, is closed once', () => {
  const again = (verb: 'drain' | 'enter', targets: Action['targets']): Step[] => chain(
    step('one', [act(verb, targets)]), step('two', [act(verb === 'drain' ? 'return' : 'leave', targets)]),
    step('three', [{ ...act(verb, targets), operation: shell(doing('again')) }]),
  );
  expect(wayBack(again('enter', LOCAL), 'again', 1)).toEqual(['leave local']);
  expect(wayBack(again('drain', on('all', 'h1', 'h2')), 'again-h2', 1).sort()).toEqual(['return h1', 'return h2']);
});

it('a component that was stopped for the sake of something elsewhere is stopped for taking it back', () => {
  const steps = chain(step('stop', [act('stop', on('all', 'h1'))]), step('install', [install(on('all', 'h2'))]), step('start', [act('start', on('all', 'h1'))]), step('last', [action(doing('last'))]));
  expect(wayBack(steps, 'last', 1)).toEqual(['stop h1', 'uninstall h2', 'start h1']);
});

const put = (name: string, targets = everywhere): Action => action(doing(name), {
  verb: 'put', targets, changes: [{ kind: 'file', name: `/etc/${name}`, becomes: 'rewritten' }], back: backBy(doing(`un${name}`), { verb: 'put', targets }),
});

const load = (verb: 'restart' | 'reload', targets = everywhere): Action => action(doing(verb), { verb, title: `${verb} app`, targets, changes: [{ kind: 'component', name: 'app', becomes: `${verb}ed` as 'restarted' }] });

const REFRESHES: Plan['refreshes'] = [
  { component: 'app', by: 'restart', actions: [load('restart')] },
  { component: 'app', by: 'reload', actions: [load('reload')] },
];

it('what is put back is loaded again, where it had been loaded, and once', () => {
  const steps = chain(step('first', [put('one')]), step('second', [put('two')]), step('restart', [act('stop', on('all', 'h1')), load('restart', on('each', 'h2', 'h3'))]));
  expect(wayBack(steps, 'two-h1', 1, REFRESHES).sort()).toEqual(['unone h1', 'unone h2', 'unone h3', 'untwo h1', 'untwo h2', 'untwo h3']);
  const back = wayBack(steps, 'restart-h2', 1, REFRESHES);
  expect(back.slice(0, 1)).toEqual(['start h1']);
  expect(back.slice(1, 4).sort()).toEqual(['untwo h1', 'untwo h2', 'untwo h3']);
  expect(back.slice(4, 7).sort()).toEqual(['unone h1', 'unone h2', 'unone h3']);
  expect(back.slice(7).sort()).toEqual(['restart h1', 'restart h2']);
});

it('what has loaded a file by a reboot, or by a start on the way back, is restarted behind it', () => {
  const reboot = action('true', { targets: on('all', 'h1', 'h2'), changes: [{ kind: 'host', becomes: 'rebooted' }] });
  expect(wayBack(chain(step('put', [put('one')]), step('reboot', [reboot])), '', 0, REFRESHES).slice(3).sort()).toEqual(['restart h1', 'restart h2']);
  const back = wayBack(chain(step('put', [put('one')]), step('stop', [act('stop', on('all', 'h1'))]), step('reboot', [reboot])), '', 0, REFRESHES);
  expect([back.slice(0, 1), back.slice(4).sort()]).toEqual([['start h1'], ['restart h1', 'restart h2']]);
});

it('what a restore brought back is loaded again, and a rollback that goes further has it load once more', () => {
  const point = step('point', ['true'], { kind: 'point' });
  const change = action(doing('change'), { targets: everywhere, changes: [{ kind: 'file', name: '/etc/app', becomes: 'rewritten' }], back: { by: 'restore' } });
  const upgrade = made(plan(chain(
    step('put', [put('put')]), point, step('change', [change], { restores: [{ point: 'point', resource: '/etc/app', to: ['start', 'point'] }] }),
    step('reload', [load('reload', on('each', 'h1', 'h2'))]),
  ), { hosts, refreshes: REFRESHES, points: [{ id: 'point', captures: [{ resource: '/etc/app', kind: 'file', targets: everywhere, restore: shell(doing('restore')) }] }] }));
  expect(upgrade.run('run').code).toBe(0);
  const done = (command: string): string[] => {
    upgrade.remove('done');
    expect(upgrade.run(command).code).toBe(0);
    return upgrade.lines('done').map((line) => line.trim());
  };
  const first = done('rollback');
  expect([first.slice(0, 3).sort(), first.slice(3).sort()]).toEqual([['restore h1', 'restore h2', 'restore h3'], ['reload h1', 'reload h2']]);
  const second = done('rollback --to start');
  expect([second.slice(0, 3).sort(), second.slice(3).sort()]).toEqual([['unput h1', 'unput h2', 'unput h3'], ['reload h1', 'reload h2']]);
});

it.each([
  ['a reload', load('reload', on('all', 'h1')), 'reload h1'],
  ['a reboot', action('true', { targets: on('all', 'h1'), changes: [{ kind: 'host', becomes: 'rebooted' }] }), 'restart h1'],
])('what %s behind a rollback point has loaded is loaded again by a rollback that goes further than the first', (_, loading, expected) => {
  const upgrade = made(plan(chain(step('put', [put('put', on('all', 'h1'))]), step('point', ['true'], { kind: 'point' }), step('load', [loading])), {
    hosts, refreshes: REFRESHES, points: [{ id: 'point', captures: [] }],
  }));
  expect(upgrade.run('run').code).toBe(0);
  const ends = ['rollback', 'rollback --to start'].map((command) => {
    upgrade.remove('done');
    return [upgrade.run(command).code, upgrade.lines('done')];
  });
  expect(ends).toEqual([[0, []], [0, ['unput h1', expected]]]);
});

it('a rollback that was interrupted between a file and what had loaded it before another one goes on', () => {
  const host1 = on('all', 'h1');
  const keep = action('true', { back: backBy('[[ -e $HOME/repaired ]]') });
  const upgrade = made(plan(chain(
    step('one', [put('one', host1)]), step('load', [load('restart', host1)]), step('keep', [keep]), step('two', [put('two', host1)]), step('again', [load('restart', host1)]),
    step('last', [put('last', host1)]),
  ), { hosts, refreshes: REFRESHES }));
  expect([upgrade.run('run').code, upgrade.run('rollback').code]).toEqual([0, 1]);
  upgrade.remove('done');
  upgrade.write('repaired', '');
  const { code, err } = upgrade.run('rollback');
  expect([code, err, upgrade.lines('done')]).toEqual([0, '', ['unone h1', 'restart h1']]);
});

it('what was not taken back because of what it is a pair with is, when an interrupted rollback then goes less far', () => {
  const [host1, host2] = [on('all', 'h1'), on('all', 'h2')];
  const keep = action('true', { targets: host2, back: backBy('[[ -e $HOME/repaired ]]', { targets: host2 }) });
  const upgrade = made(plan(chain(
    step('drain', [act('drain', host1)]), step('point', ['true'], { kind: 'point' }), step('keep', [keep]), step('return', [act('return', host1)]),
  ), { hosts, points: [{ id: 'point', captures: [] }] }));
  expect([upgrade.run('run').code, upgrade.run('rollback --to start').code]).toEqual([0, 1]);
  upgrade.remove('done');
  upgrade.write('repaired', '');
  expect([upgrade.run('rollback --to point').code, upgrade.lines('done')]).toEqual([0, ['drain h1']]);
  expect([upgrade.run('rollback --to start').code, upgrade.lines('done')]).toEqual([0, ['drain h1', 'return h1']]);
});

it('what an interrupted rollback has only stopped, to have it load again, is started by the next one', () => {
  const host1 = on('all', 'h1');
  const upgrade = made(plan(chain(step('put', [put('put', host1)]), step('load', [act('stop', host1), act('start', host1)])), {
    hosts, refreshes: [{ component: 'app', by: 'restart', actions: [act('stop', host1), act('start', host1)] }],
  }));
  expect(upgrade.run('run').code).toBe(0);
  upgrade.remove('done');
  upgrade.write('fail-start', '');
  expect([upgrade.run('rollback').code, upgrade.lines('done')]).toEqual([1, ['unput h1', 'stop h1', 'start h1']]);
  upgrade.remove('fail-start');
  upgrade.remove('done');
  expect([upgrade.run('rollback').code, upgrade.lines('done')]).toEqual([0, ['start h1']]);
});

it.each([
  ['goes on', 'rollback', ['unzero h1', 'restart h1']],
  ['goes less far', 'rollback --to point', ['restart h1']],
])('a rollback that was interrupted before it had something loaded again, and %s', (_, command, expected) => {
  const host1 = on('all', 'h1');
  const keep = action('true', { back: backBy('[[ -e $HOME/repaired ]]') });
  const upgrade = made(plan(chain(
    step('zero', [put('zero', host1)]), step('point', ['true'], { kind: 'point' }), step('keep', [keep]), step('one', [put('one', host1)]), step('restart', [load('restart', host1)]),
  ), { hosts, refreshes: REFRESHES, points: [{ id: 'point', captures: [] }] }));
  expect([upgrade.run('run').code, upgrade.run('rollback --to start').code]).toEqual([0, 1]);
  expect(upgrade.lines('done').slice(3)).toEqual(['unone h1']);
  upgrade.remove('done');
  upgrade.write('repaired', '');
  expect(upgrade.run(command).code).toBe(0);
  expect(upgrade.lines('done')).toEqual(expected);
});

it('--dry-run shows a rollback without what it need not do', () => {
  const upgrade = made(plan([rolling(step('roll/drain', [act('drain')]), step('roll/return', [act('return')]))], { hosts }));
  expect(upgrade.run('run').code).toBe(0);
  expect(upgrade.run('rollback --dry-run').out).not.toContain('hosts on');
});

it('status says whether the plan may rest', () => {
  const upgrade = made(plan(chain(
    step('one', ['true'], { safeStop: true }), step('open', [act('stop', LOCAL)]), step('close', [act('start', LOCAL)], { safeStop: true }), step('last', ['true'], { safeStop: true }),
  )));
  const said = (): string | undefined => /\nSafe stop\n +(.*)\n/.exec(upgrade.run('status').out)?.[1]?.replace(/ +/, ': ');
  const after = ['one', 'open', 'close', 'last'].map((id) => {
    upgrade.run(`run --until ${id}`);
    return said();
  });
  expect(after).toEqual(['yes: every keep holds, and nothing is open', 'no: the next one is behind close', 'yes: every keep holds, and nothing is open', undefined]);
});
