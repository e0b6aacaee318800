import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../packages/compiler/src/plan/plan.ts';
import { chain, plan, step } from './plan-builder.ts';
import { usePrograms } from './program.ts';

const made = usePrograms();

const three = (): Plan =>
  plan(
    chain(step('a', ['echo a >>effects']), step('b', ['echo b >>effects']), step('c', ['echo c >>effects'])),
  );

describe('the command line', () => {
  it.each([
    ['', 'A command is missing: run, resume, status, list or rollback.'],
    ['rum', "There is no command 'rum'. Did you mean run?"],
    ['run --dry-rum', 'There is no option --dry-rum. Did you mean --dry-run?'],
    ['run --jobs', '--jobs needs a value.'],
    ['run --jobs 0', "--jobs needs a number from 1 to 9999, not '0'."],
    ['run status', 'There can be one command, not both run and status.'],
    ['run --until bb', 'The plan has no step bb. Did you mean b?'],
    ['resume', 'There is nothing to resume. Start with: ./upgrade.sh run --state .belay/test_plan'],
    ['rollback', 'Nothing was run, so there is nothing to take back.'],
    ['run --step', '--step asks, and there is no terminal to ask on'],
  ])('%j ends with 2 and says why', (command, message) => {
    const { code, err } = made(three()).run(command);
    expect(err).toContain(message);
    expect(code).toBe(2);
  });

  it('--help has the exit codes and examples, --version the digest', () => {
    const upgrade = made(three());
    expect(upgrade.run('--help')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/Usage: upgrade\.sh[^]*Exit codes[^]*Examples/),
    });
    expect(upgrade.run('--version').out).toBe(`test_plan sha256:${'0'.repeat(64)}\n`);
  });

  it('-C works in another directory, which later commands find', () => {
    const upgrade = made(three());
    upgrade.write('elsewhere/x', '');
    expect(upgrade.run('run --until a -C elsewhere').code).toBe(3);
    expect(upgrade.lines('elsewhere/effects')).toEqual(['a']);
    expect(upgrade.run('run --state elsewhere/.belay/test_plan').code).toBe(0);
    expect(upgrade.lines('elsewhere/effects')).toEqual(['a', 'b', 'c']);
    expect(upgrade.run('run -C nowhere')).toMatchObject({
      code: 2,
      err: expect.stringContaining('cannot work in nowhere'),
    });
  });

  it('can be called through bash, and says so in what to do', () => {
    const upgrade = made(three());
    const result = spawnSync('bash', ['upgrade.sh', 'status'], { cwd: upgrade.folder, encoding: 'utf8' });
    expect(result.stdout).toContain('bash upgrade.sh run --state .belay/test_plan\n');
  });
});

describe('approvals', () => {
  const asking = (): Plan =>
    plan(
      chain(
        step('a', ['echo a >>effects']),
        step('yes', [], { kind: 'approve', text: 'Is the team awake?' }),
        step('c', ['echo c >>effects']),
      ),
    );

  it('stops with 3 where nobody can be asked, and goes on with --yes', () => {
    const upgrade = made(asking());
    const { code, err } = upgrade.run('run');
    expect(code).toBe(3);
    expect(err).toContain("yes waits for a person's yes: Is the team awake?");
    expect(upgrade.run('run --yes').code).toBe(0);
    expect(upgrade.lines('effects')).toEqual(['a', 'c']);
    expect(upgrade.events).toContain('approved yes 0 operator');
  });

  it.each([
    ['y', 0, ['a', 'c']],
    ['n', 3, ['a']],
  ] as const)('asks on a terminal: %s', async (answer, code, effects) => {
    const upgrade = made(asking());
    const result = await upgrade.onTerminal('run', [answer]);
    expect(result.out).toContain('Is the team awake? [y/N] ');
    expect(upgrade.lines('effects')).toEqual(effects);
    expect(result.code).toBe(code);
  });

  it('--step asks before each step; a is for all that follow', async () => {
    const upgrade = made(three());
    const result = await upgrade.onTerminal('run --step', ['y', 'a']);
    expect(result.out.match(/Run . {2}The step .\?/g)).toEqual(['Run a  The step a?', 'Run b  The step b?']);
    expect(upgrade.lines('effects')).toEqual(['a', 'b', 'c']);
    expect(result.code).toBe(0);
  });
});
