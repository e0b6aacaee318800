import { describe, expect, it } from 'vitest';
import type { Operation, Plan, PlanFile, Targets } from '../../packages/compiler/src/plan/plan.ts';
import { action, host, LOCAL, on, plan, probe, step } from './plan-builder.ts';
import { enter, usePrograms } from './program.ts';

const made = usePrograms();

const hosts = ['h1', 'h2', 'h3'].map((name) =>
  host(name, enter(name), { variables: { rack: `rack of ${name}` } }),
);
const one = (
  operation: string | Operation,
  targets: Targets = LOCAL,
  files: readonly PlanFile[] = [],
): Plan => plan([step('a', [action(operation, { targets })])], { hosts, files });

const effect = (text: string): string => `echo "${text}" >>"$HOME/effects"`;

describe('a step', () => {
  it('retries as a whole, with a delay', () => {
    const upgrade = made(
      plan([
        step('a', [effect('one'), `${effect('two')}; [[ $(grep -c two "$HOME/effects") -ge 3 ]]`], {
          retry: { count: 3, every: 0 },
        }),
      ]),
    );
    const { code, out } = upgrade.run('run');
    expect(code).toBe(0);
    expect(upgrade.lines('effects')).toEqual(['one', 'two', 'one', 'two', 'one', 'two']);
    expect(out).toContain('attempt 1 failed; 0s until the next (3 left)');
    expect(upgrade.events.filter((line) => line.startsWith('step-begin'))).toEqual([
      'step-begin a 0 1',
      'step-begin a 0 2',
      'step-begin a 0 3',
    ]);
  });

  it('fails when no attempt is left', () => {
    const upgrade = made(plan([step('a', [`${effect('x')}; false`], { retry: { count: 2, every: 0 } })]));
    expect(upgrade.run('run').code).toBe(1);
    expect(upgrade.lines('effects')).toHaveLength(3);
  });

  it('is limited in time, attempt by attempt', () => {
    const upgrade = made(
      plan([step('a', [effect('one'), 'sleep 30'], { timeout: 1, retry: { count: 1, every: 0 } })]),
    );
    const begin = Date.now();
    const { code, out } = upgrade.run('run');
    expect(code).toBe(1);
    expect(out.match(/took longer than 1s and was ended/g)).toHaveLength(2);
    expect(Date.now() - begin).toBeLessThan(8000);
    expect(upgrade.lines('effects')).toEqual(['one', 'one']);
    expect(upgrade.events).toContain('action-end a 0 2 local timeout 143');
  });

  it('asks `unless` before each attempt', () => {
    const upgrade = made(
      plan([
        step('a', [`${effect('x')}; touch done; false`], {
          unless: [probe('test -e done')],
          retry: { count: 1, every: 0 },
        }),
      ]),
    );
    expect(upgrade.run('run').code).toBe(0);
    expect(upgrade.lines('effects')).toEqual(['x']);
    expect(upgrade.events).toContain('step-end a 0 skipped');
  });

  it('is skipped only if `unless` holds on every target', () => {
    const upgrade = made(
      plan(
        [step('a', [effect('x')], { unless: [probe('[[ $BELAY_HOST == h1 ]]', on('all', 'h1', 'h2'))] })],
        { hosts },
      ),
    );
    upgrade.run('run');
    expect(upgrade.lines('effects')).toEqual(['x']);
  });

  it('fails if `verify` does', () => {
    const upgrade = made(
      plan([step('a', [effect('x')], { verify: [probe('true'), probe('test -e healthy')] })]),
    );
    const { code, out } = upgrade.run('run');
    expect(code).toBe(1);
    expect(out).toContain('log .belay/test_plan/logs/a/verify-2.local.log');
    upgrade.write('healthy', '');
    expect(upgrade.run('resume').code).toBe(0);
    expect(upgrade.lines('effects')).toEqual(['x']);
  });

  it('waits', () => {
    const upgrade = made(one({ type: 'wait', seconds: 1 }));
    const begin = Date.now();
    expect(upgrade.run('run').code).toBe(0);
    expect(Date.now() - begin).toBeGreaterThan(950);
  });
});
