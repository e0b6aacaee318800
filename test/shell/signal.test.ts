import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../packages/compiler/src/plan/plan.ts';
import { action, backBy, CHANGE, chain, host, ofBatch, on, plan, shell, step } from './plan-builder.ts';
import { enter, isAlive, type Program, usePrograms, until } from './program.ts';

const made = usePrograms();

const effect = (text: string): string => `echo "${text}" >>"$HOME/effects"`;
const SLOW = `${effect('begin $BELAY_HOST')}; echo $$ >>"$HOME/pids"; sleep 30.25; ${effect('end')}`;
const hosts = ['h1', 'h2'].map((name) => host(name, enter(name)));

const slow = (options: object = {}): Plan =>
  plan(
    [
      step('a', [effect('a')]),
      step('slow', [action(SLOW, { changes: [CHANGE], ...options })], { after: ['a'] }),
      step('next', [effect('next')], { after: ['slow'] }),
    ],
    { hosts },
  );

const begun = (upgrade: Program, count: number) => (): boolean => upgrade.lines('pids').length >= count;

describe.each(['SIGINT', 'SIGTERM'] as const)('%s', (signal) => {
  it.each([
    ['on this machine', {}, 1],
    ['through a connection', { targets: on('all', 'h1', 'h2') }, 2],
  ] as const)('ends what runs %s, writes the truth, and ends with 3', async (_, options, count) => {
    const upgrade = made(slow(options));
    const run = upgrade.start('run');
    await until(begun(upgrade, count), 'the commands run');
    const begin = Date.now();
    run.signal(signal);
    const { code, out } = await run.ended;
    expect(Date.now() - begin).toBeLessThan(8000);
    expect(code).toBe(3);
    expect(out).toContain(
      'Stopping: running commands are ended, which may take ten seconds. Once more kills them.',
    );
    expect(out).toContain('STOPPED: 1 of 3 steps are done, 1 begun, 1 left.');
    expect(out).toContain('./upgrade.sh resume --state .belay/test_plan\n');
    expect(upgrade.events.slice(-2)).toEqual(['step-end slow 0 stopped', 'run-end 3 signal']);
    expect(upgrade.events.filter((line) => /^action-end slow 0 1 \S+ stopped/.test(line))).toHaveLength(
      count,
    );
    for (const pid of upgrade.lines('pids')) await until(() => !isAlive(Number(pid)), 'the command is gone');
    await until(() => spawnSync('pgrep', ['-f', 'sleep 30.25']).status === 1, 'nothing of it is left');
    expect(upgrade.lines('effects')).not.toContain('next');
  });
});

describe('a stop', () => {
  it('gives the state back: the next run may start at once', async () => {
    const upgrade = made(slow());
    const run = upgrade.start('run');
    await until(begun(upgrade, 1), 'the command runs');
    run.signal('SIGINT');
    await run.ended;
    const again = upgrade.start('resume');
    await until(begun(upgrade, 2), 'the command runs again');
    again.signal('SIGINT');
    expect((await again.ended).code).toBe(3);
  });

  it('kills a command that ignores TERM after ten seconds', async () => {
    const upgrade = made(
      plan([step('a', [`trap "" TERM; echo $$ >"$HOME/pids"; while :; do sleep 0.2; done`])]),
    );
    const run = upgrade.start('run');
    await until(begun(upgrade, 1), 'the command runs');
    const begin = Date.now();
    run.signal('SIGTERM');
    expect((await run.ended).code).toBe(3);
    expect(Date.now() - begin).toBeGreaterThan(9000);
    expect(isAlive(Number(upgrade.read('pids')))).toBe(false);
  });

  it('kills it at once if asked twice', async () => {
    const upgrade = made(
      plan([step('a', [`trap "" TERM; echo $$ >"$HOME/pids"; while :; do sleep 0.2; done`])]),
    );
    const run = upgrade.start('run');
    await until(begun(upgrade, 1), 'the command runs');
    const begin = Date.now();
    run.signal('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 300));
    run.signal('SIGINT');
    expect((await run.ended).code).toBe(3);
    expect(Date.now() - begin).toBeLessThan(6000);
    await until(() => !isAlive(Number(upgrade.read('pids'))), 'the command is gone');
  });

  it('ends the delay before a retry, and a poll', async () => {
    const upgrade = made(
      plan([
        step('retry', [`${effect('try')}; false`], { retry: { count: 3, every: 60 } }),
        step(
          'poll',
          [shell(`${effect('ask')}; false`, { poll: { every: 60, limit: 600 } })].map((operation) =>
            action(operation),
          ),
        ),
      ]),
    );
    const run = upgrade.start('run');
    await until(
      () => upgrade.lines('effects').length === 2 && upgrade.journal.some((line) => line.includes('failed')),
      'both wait',
    );
    const begin = Date.now();
    run.signal('SIGINT');
    expect((await run.ended).code).toBe(3);
    expect(Date.now() - begin).toBeLessThan(5000);
    expect(upgrade.events).toContain('step-end retry 0 stopped');
    expect(upgrade.events).toContain('step-end poll 0 stopped');
  });

  it('in the pause of a roll goes on with the rest of it, and the next batch', async () => {
    const upgrade = made(
      plan(
        [
          step('roll', [], {
            kind: 'roll',
            roll: {
              group: 'g',
              batches: [['h1'], ['h2']],
              pause: 4,
              maxFailures: 0,
              steps: [
                step('roll/a', [action(effect('$BELAY_HOST'), { targets: ofBatch('all', 'h1', 'h2') })]),
              ],
            },
          }),
        ],
        { hosts },
      ),
    );
    const run = upgrade.start('run');
    await until(() => upgrade.journal.some((line) => line.includes('batch-end')), 'the pause');
    run.signal('SIGTERM');
    expect((await run.ended).code).toBe(3);
    const { code, out } = upgrade.run('resume');
    expect(code).toBe(0);
    expect(out).toMatch(/[1-4]\.0s until the next batch\n/);
    expect(upgrade.lines('effects')).toEqual(['h1', 'h2']);
  });

  it('in a rollback lets the next rollback go on', async () => {
    const upgrade = made(
      plan(
        chain(
          step('a', [action(effect('a'), { back: backBy(effect('back a')) })]),
          step('b', [
            action(effect('b'), { back: backBy(`[[ -e $HOME/pids ]] || { ${SLOW}; }; ${effect('back b')}`) }),
          ]),
          step('c', [action(effect('c'), { back: backBy(effect('back c')) })]),
        ),
      ),
    );
    upgrade.run('run');
    const back = upgrade.start('rollback');
    await until(begun(upgrade, 1), 'the way back of b');
    back.signal('SIGINT');
    const { code, out } = await back.ended;
    expect(code).toBe(3);
    expect(out).toContain('ROLLBACK INCOMPLETE');
    expect(upgrade.run('rollback').code).toBe(0);
    expect(upgrade.lines('effects')).toEqual(['a', 'b', 'c', 'back c', 'begin local', 'back b', 'back a']);
  });

  it('when the terminal goes away lets what runs finish, and starts nothing', async () => {
    const upgrade = made(
      plan(chain(step('a', [`echo $$ >"$HOME/pids"; sleep 0.5; ${effect('a')}`]), step('b', [effect('b')]))),
    );
    const run = upgrade.start('run');
    await until(begun(upgrade, 1), 'the command runs');
    run.signal('SIGHUP');
    expect((await run.ended).code).toBe(3);
    expect(upgrade.lines('effects')).toEqual(['a']);
    expect(upgrade.run('run').code).toBe(0);
    expect(upgrade.lines('effects')).toEqual(['a', 'b']);
  });

  it('of the reader of its output does not disturb it', () => {
    const upgrade = made(
      plan(
        chain(
          ...Array.from({ length: 5 }, (_, index) =>
            step(`s${index}`, [`sleep 0.1; ${effect(`s${index}`)}`]),
          ),
        ),
      ),
    );
    const { stdout } = spawnSync(
      'bash',
      ['-c', './upgrade.sh run 2>/dev/null | head -n 1; echo "${PIPESTATUS[0]}"'],
      { cwd: upgrade.folder, encoding: 'utf8', env: { ...process.env, HOME: upgrade.folder } },
    );
    expect(stdout.trim().split('\n').at(-1)).toBe('0');
    expect(upgrade.lines('effects')).toEqual(['s0', 's1', 's2', 's3', 's4']);
  });
});

describe('two runs at once', () => {
  it('the second is refused, and told who holds the state; status and list work', async () => {
    const upgrade = made(slow());
    const run = upgrade.start('run');
    await until(begun(upgrade, 1), 'the command runs');
    for (const command of ['run', 'resume', 'rollback']) {
      const { code, err } = upgrade.run(command);
      expect(code).toBe(2);
      expect(err).toMatch(
        new RegExp(
          `Another run holds \\.belay/test_plan: PID ${run.child.pid} on \\S+, run since \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.`,
        ),
      );
    }
    const status = upgrade.run('status');
    expect(status.code).toBe(0);
    expect(status.out).toMatch(/RUNNING: 1 of 3 steps are done, 1 begun, 1 left\.\nHeld by PID \d+ on/);
    expect(status.out).toMatch(
      /Running now\n {2}slow {21}The step slow \(plans\/test\.belay:1, since \d{4}-/,
    );
    expect(status.out).toContain(`kill -INT ${run.child.pid}`);
    expect(upgrade.run('list').out).toContain('running  slow');
    expect(upgrade.run('run --dry-run').code).toBe(0);
    run.signal('SIGINT');
    expect((await run.ended).code).toBe(3);
  });

  it('a background process that a command leaves behind does not hold the state', () => {
    const upgrade = made(
      plan(
        chain(
          step('a', [
            'sleep 20 >/dev/null 2>&1 & echo $! >"$HOME/pids"',
            'setsid sleep 20 >/dev/null 2>&1 & echo $! >>"$HOME/pids"',
          ]),
          step('b', [effect('b')]),
        ),
      ),
    );
    const begin = Date.now();
    expect(upgrade.run('run --until a').code).toBe(3);
    expect(upgrade.run('run').code).toBe(0);
    expect(Date.now() - begin).toBeLessThan(8000);
    for (const pid of upgrade.lines('pids')) process.kill(Number(pid));
  });

  it('a killed run whose command still runs is not overtaken', async () => {
    const upgrade = made(plan([step('a', [`echo $$ >"$HOME/pids"; sleep 1.5; ${effect('a')}`])]));
    const run = upgrade.start('run');
    await until(begun(upgrade, 1), 'the command runs');
    run.signal('SIGKILL');
    await new Promise((resolve) => run.child.on('exit', resolve));
    expect(upgrade.run('resume').code).toBe(0);
    expect(upgrade.lines('effects')).toEqual(['a']);
  });

  it('a killed run whose command runs on and on is not overtaken either', async () => {
    const upgrade = made(plan([step('a', [`echo $$ >"$HOME/pids"; sleep 40.75`])]));
    const run = upgrade.start('run');
    await until(begun(upgrade, 1), 'the command runs');
    run.signal('SIGKILL');
    await new Promise((resolve) => run.child.on('exit', resolve));
    const { code, err } = upgrade.run('resume');
    expect(code).toBe(2);
    expect(err).toMatch(
      /A command of the run that was killed is still running, as process \d+: a on local\./,
    );
    const kill = /kill -TERM -- -(\d+)/.exec(err)?.[1];
    process.kill(-Number(kill), 'SIGTERM');
    await until(() => spawnSync('pgrep', ['-f', 'sleep 40.75']).status === 1, 'the command is gone');
  }, 40_000);
});
