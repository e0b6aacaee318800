import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../packages/compiler/src/plan/plan.ts';
import { action, chain, host, on, plan, probe, shell, step } from './plan-builder.ts';
import { enter, usePrograms } from './program.ts';

const made = usePrograms();

const three = (): Plan =>
  plan(
    chain(step('a', ['echo a >>effects']), step('b', ['echo b >>effects']), step('c', ['echo c >>effects'])),
  );

describe('run', () => {
  it('runs the steps in order, says so, and ends with 0', () => {
    const upgrade = made(three());
    const { code, out, err } = upgrade.run('run');
    expect(upgrade.lines('effects')).toEqual(['a', 'b', 'c']);
    expect(out.replace(/\d\d:\d\d:\d\d/g, 'TIME').replace(/\d+\.\ds/g, 'SPAN')).toBe(
      [
        'TIME start  a  The step a',
        'TIME done   a  SPAN',
        'TIME start  b  The step b',
        'TIME done   b  SPAN',
        'TIME start  c  The step c',
        'TIME done   c  SPAN',
        '',
        'All 3 steps are done (this run took SPAN).',
        '',
      ].join('\n'),
    );
    expect(err).toBe('');
    expect(code).toBe(0);
  });

  it('writes the journal', () => {
    const upgrade = made(plan([step('a', ['true', 'true'])]));
    upgrade.run('run');
    expect(upgrade.journal[0]).toMatch(
      /^\{"format":"belay\.journal\/2","plan":"test_plan","digest":"sha256:0+","run":"[^"\s]+-\d{8}T\d{6}Z-\d+"\}$/,
    );
    expect(upgrade.events.map((line) => line.replace(/^run-begin run \d+ \S+ .*$/, 'run-begin run'))).toEqual(
      [
        'run-begin run',
        'step-begin a 0 1',
        'action-begin a 0 1 local run true',
        'action-end a 0 1 local ok 0',
        'action-begin a 0 2 local run true',
        'action-end a 0 2 local ok 0',
        'step-end a 0 ok',
        'run-end 0 done',
      ],
    );
  });

  it('has nothing to do after the end, and says so', () => {
    const upgrade = made(three());
    upgrade.run('run');
    const { code, out } = upgrade.run('run');
    expect(out).toMatch(/^\nAll 3 steps are done/);
    expect(code).toBe(0);
    expect(upgrade.lines('effects')).toEqual(['a', 'b', 'c']);
  });

  it('keeps its state away from others', () => {
    const upgrade = made(three());
    upgrade.run('run');
    expect(
      spawnSync('stat', ['-c', '%a', '.belay/test_plan'], { cwd: upgrade.folder, encoding: 'utf8' }).stdout,
    ).toBe('700\n');
  });

  it('takes joins as done with what is before them', () => {
    const wide = ['a', 'b', 'c'].map((id) => step(id, [`echo ${id} >>effects`]));
    const join = step('join', [], { kind: 'join', after: ['a', 'b', 'c'] });
    const upgrade = made(plan([...wide, join, step('d', ['echo d >>effects'], { after: ['join'] })]));
    expect(upgrade.run('run').code).toBe(0);
    expect(upgrade.lines('effects')[3]).toBe('d');
    expect(upgrade.run('status').out).toContain('DONE: all 4 steps are done.');
  });

  it('runs independent steps at the same time, as many as --jobs allows', () => {
    const meet = 'touch "here.$BELAY_STEP"; echo start >>log; sleep 0.3; echo end >>log';
    const wide = plan(['a', 'b', 'c', 'd'].map((id) => step(id, [meet])));
    const most = (jobs: number): number => {
      const upgrade = made(wide);
      expect(upgrade.run(`run --jobs ${jobs}`).code).toBe(0);
      let now = 0;
      return Math.max(...upgrade.lines('log').map((line) => (now += line === 'start' ? 1 : -1)));
    };
    expect(most(1)).toBe(1);
    expect(most(2)).toBe(2);
    expect(most(8)).toBe(4);
  });

  it('lets what runs finish after a failure, and starts nothing new', () => {
    const upgrade = made(
      plan([
        step('bad', ['exit 3']),
        step('slow', ['sleep 0.5; echo slow >>effects']),
        step('later', ['echo later >>effects'], { after: ['slow'] }),
      ]),
    );
    const { code, out } = upgrade.run('run');
    expect(code).toBe(1);
    expect(upgrade.lines('effects')).toEqual(['slow']);
    expect(out).toContain('FAILED: 1 of 3 steps are done, 1 failed, 1 left.');
  });

  it('shows what failed, the end of its log, and what to do', () => {
    const upgrade = made(
      plan(
        chain(
          step('nova/sync', [
            action('echo first; echo last; exit 4', { verb: 'migrate', title: 'migrate nova.main' }),
          ]),
          step('next', ['true']),
        ),
      ),
    );
    const { out } = upgrade.run('run');
    expect(out.slice(out.indexOf('The end of')).replace(/\d{4}-\d\d-\d\d[ T][\d:]+Z?/g, 'TIME')).toBe(
      `The end of .belay/test_plan/logs/nova.sync/01-migrate.local.log
  | ==> TIME migrate nova.main
  | first
  | last

test_plan  A plan of a test
cloud lab, state in .belay/test_plan

FAILED: 0 of 2 steps are done, 1 failed, 1 left.
The last run began at TIME and ended with exit code 1.

Failed
  nova/sync                The step nova/sync (plans/test.belay:1)
                             local: migrate nova.main: exit 4
                             log .belay/test_plan/logs/nova.sync/01-migrate.local.log

What to do
  Repair the cause, then go on where it stopped:
      ./upgrade.sh resume --state .belay/test_plan
  Or take everything back:
      ./upgrade.sh rollback --state .belay/test_plan --to start
`,
    );
  });

  it('refuses to run again after a failure, and names the commands that can', () => {
    const upgrade = made(plan([step('a', ['test -e repaired'])]));
    expect(upgrade.run('run').code).toBe(1);
    const { code, err } = upgrade.run('run');
    expect(code).toBe(2);
    expect(err).toContain('Go on:    ./upgrade.sh resume --state .belay/test_plan\n');
    expect(err).toContain('Go back:  ./upgrade.sh rollback --state .belay/test_plan\n');
    upgrade.write('repaired', '');
    expect(upgrade.run('resume').code).toBe(0);
  });
});

describe('parts of a plan', () => {
  it('--until stops behind a step, and run goes on from there', () => {
    const upgrade = made(three());
    const first = upgrade.run('run --until b');
    expect(first.code).toBe(3);
    expect(first.out).toContain(
      'Stopped where it was asked to; 1 steps are left.\nGo on: ./upgrade.sh run --state .belay/test_plan\n',
    );
    expect(upgrade.lines('effects')).toEqual(['a', 'b']);
    expect(upgrade.run('run').code).toBe(0);
    expect(upgrade.lines('effects')).toEqual(['a', 'b', 'c']);
  });

  it('--only runs one step, and asks for a yes to what is left out before it', () => {
    const upgrade = made(three());
    expect(upgrade.run('run --only b')).toMatchObject({
      code: 2,
      err: expect.stringContaining('Say so with --yes'),
    });
    expect(upgrade.run('run --only b --yes').code).toBe(3);
    expect(upgrade.lines('effects')).toEqual(['b']);
    expect(upgrade.run('run').code).toBe(0);
    expect(upgrade.lines('effects')).toEqual(['b', 'a', 'c']);
  });

  it('--from leaves out what is before, for good', () => {
    const upgrade = made(three());
    expect(upgrade.run('run --from b --yes').code).toBe(0);
    expect(upgrade.lines('effects')).toEqual(['b', 'c']);
    expect(upgrade.run('status').out).toContain('DONE: 2 of 3 steps are done, 1 left out.');
    expect(upgrade.run('list').out).toContain('    1  out      a     The step a\n');
  });

  it('--dry-run shows the commands and touches nothing', () => {
    const upgrade = made(
      plan(
        [
          step(
            'a',
            [
              action(
                shell('systemctl stop nova-api\necho "$BELAY_HOST"', {
                  as: 'nova',
                  directory: '/var',
                  timeout: 60,
                  environment: { X: 'a b' },
                }),
                {
                  title: 'stop nova.api',
                  targets: on('all', 'ctl1', 'ctl2'),
                },
              ),
            ],
            { unless: [probe('test -e done')], verify: [probe('true', on('any', 'ctl1', 'ctl2'))] },
          ),
        ],
        { hosts: [host('ctl1', enter('ctl1')), host('ctl2', enter('ctl2'))] },
      ),
    );
    const { code, out } = upgrade.run('--dry-run');
    expect(out).toBe(`
a  The step a  (plans/test.belay:1)
  unless: test -e done on this machine
    $ test -e done
  stop nova.api on ctl1, ctl2, as nova, in /var, at most 60s
    X=a\\ b
    $ systemctl stop nova-api
    $ echo "$BELAY_HOST"
  then check: true on one of ctl1, ctl2
    $ true

Nothing was run.
`);
    expect(code).toBe(0);
    expect(upgrade.exists('.belay')).toBe(false);
  });
});

describe('status and list', () => {
  it('say what is left before the start', () => {
    const upgrade = made(three());
    expect(upgrade.run('status').out).toBe(`test_plan  A plan of a test
cloud lab, state in .belay/test_plan

NOT STARTED: 0 of 3 steps are done, 3 left.

Next
  a                        The step a

What to do
  Start it:
      ./upgrade.sh run --state .belay/test_plan
  See every command before:
      ./upgrade.sh run --state .belay/test_plan --dry-run
`);
    expect(upgrade.run('list').out).toBe(
      '    1  left     a     The step a\n    2  left     b     The step b\n    3  left     c     The step c\n',
    );
    expect(upgrade.exists('.belay')).toBe(false);
  });

  it('find the working directory of the run, wherever they are called from', () => {
    const upgrade = made(three());
    upgrade.run('run --until a');
    const state = `${upgrade.folder}/.belay/test_plan`;
    const result = spawnSync(`${upgrade.folder}/upgrade.sh`, ['run', '--state', state], {
      cwd: '/',
      encoding: 'utf8',
    });
    expect(result.status).toBe(0);
    expect(upgrade.lines('effects')).toEqual(['a', 'b', 'c']);
  });

  it('show what is down, out of service and entered, the point that holds and the window', () => {
    const upgrade = made(
      plan(
        chain(
          step('enter', [action('true', { changes: [{ kind: 'mode', name: 'noout', becomes: 'entered' }] })]),
          step('stop', [
            action('true', {
              targets: on('all', 'ctl1', 'ctl2'),
              changes: [{ kind: 'component', name: 'nova.api', becomes: 'stopped' }],
            }),
          ]),
          step('drain', [
            action('true', { targets: on('first', 'ctl2'), changes: [{ kind: 'host', becomes: 'drained' }] }),
          ]),
          step('point', [], { kind: 'point', title: 'Everything saved' }),
          step('start', [
            action('true', {
              targets: on('first', 'ctl1'),
              changes: [{ kind: 'component', name: 'nova.api', becomes: 'started' }],
            }),
          ]),
          step('rest', ['false'], { window: 'night', takes: 1200 }),
        ),
        {
          hosts: [host('ctl1', enter('ctl1')), host('ctl2', enter('ctl2'))],
          modes: [{ name: 'noout', title: 'Ceph does not move data' }],
          windows: [
            { name: 'night', days: ['tue', 'wed'], at: '22:00', length: 28800, zone: 'Europe/Zurich' },
          ],
        },
      ),
    );
    upgrade.run('run --until start');
    const { out } = upgrade.run('status');
    expect(out.slice(out.indexOf('Next'))).toBe(`Next
  rest                     The step rest, about 20m, in window night

Down now
  nova.api                 ctl2

Hosts out of service
  drained                  ctl2

Modes still entered
  noout                    Ceph does not move data, on this machine

Rollback point that holds
  point                    Everything saved

Window
  night                    tue, wed at 22:00 for 8h Europe/Zurich

What to do
  Go on:
      ./upgrade.sh run --state .belay/test_plan
  Or go back to point:
      ./upgrade.sh rollback --state .belay/test_plan
`);
  });
});
