import { describe, expect, it } from 'vitest';
import type { Plan, Step } from '../../packages/compiler/src/plan/plan.ts';
import { action, chain, LOCAL, plan, shell, step } from './plan-builder.ts';
import { usePrograms } from './program.ts';
import { change, set } from './world.ts';

const made = usePrograms();

describe('a restore', () => {
  const captured = (paths: readonly string[], rewrites: string, restores: Step['restores']): Plan =>
    plan(
      chain(
        step('point', [], { kind: 'point' }),
        step(
          'a',
          [
            action(set('a', 'new'), {
              changes: [{ kind: 'file', name: rewrites, becomes: 'rewritten' }],
              back: { by: 'restore' },
            }),
          ],
          { restores: restores ?? [] },
        ),
        step(
          'b',
          [
            action(set('b', 'new'), {
              changes: [{ kind: 'file', name: rewrites, becomes: 'rewritten' }],
              back: { by: 'restore' },
            }),
          ],
          { restores: restores ?? [] },
        ),
        step('fails', ['false']),
      ),
      {
        points: [
          {
            id: 'point',
            captures: paths.map((path) => ({
              resource: path,
              kind: 'file',
              targets: LOCAL,
              restore: shell(set('restored', 'yes')),
            })),
          },
        ],
      },
    );

  it.each([
    ['once, though two steps changed it', ['/etc/nova'], '/etc/nova', ['point'], 1],
    ['when something in the directory changed', ['/etc/nova'], '/etc/nova/nova.conf', ['point'], 1],
    ['when the directory above changed', ['/etc/nova'], '/etc', ['point'], 1],
    ['not when something else changed', ['/etc/nova'], '/etc/nova2', ['point'], 0],
    ['not in a rollback to another point', ['/etc/nova'], '/etc/nova', ['start'], 0],
  ] as const)('runs %s', (_, paths, rewrites, to, times) => {
    const upgrade = made(
      captured(
        paths,
        rewrites,
        paths.map((resource) => ({ point: 'point', resource, to })),
      ),
    );
    upgrade.run('run');
    expect(upgrade.run('rollback --to point').code).toBe(0);
    expect(upgrade.lines('effects').filter((line) => line === 'restored=yes')).toHaveLength(times);
  });

  it('runs again in the next rollback', () => {
    const upgrade = made(
      captured(['/etc/nova'], '/etc/nova', [{ point: 'point', resource: '/etc/nova', to: ['point'] }]),
    );
    for (let round = 1; round <= 2; round += 1) {
      upgrade.run('run');
      upgrade.run('rollback --to point');
      expect(upgrade.lines('effects').filter((line) => line === 'restored=yes')).toHaveLength(round);
    }
  });
});

describe('a rollback that is not possible', () => {
  it('because of an action with no way back says which, and why', () => {
    const upgrade = made(
      plan(
        chain(
          step('drop', [
            action('true', {
              title: 'drop the old tables',
              back: { by: 'none', why: 'the tables are gone' },
            }),
          ]),
          step('fails', ['false']),
        ),
      ),
    );
    upgrade.run('run');
    const { code, err } = upgrade.run('rollback');
    expect(code).toBe(1);
    expect(err).toBe(
      'upgrade.sh: A rollback to start is not possible:\nupgrade.sh:   drop cannot be taken back (drop the old tables): the tables are gone\n',
    );
    expect(upgrade.run('status').out).toContain('Going back is not possible: drop cannot be taken back');
  });

  it('because of a point of no return is refused as soon as something behind it ran', () => {
    const upgrade = made(
      plan(
        chain(
          step('a', [change('a', 'a', 'old', 'new')]),
          step('wall', [], { kind: 'no-return', text: 'users see the new release' }),
          step('b', [change('b', 'b', 'old', 'new')]),
          step('fails', ['false']),
        ),
      ),
    );
    upgrade.run('run');
    const { code, err } = upgrade.run('rollback');
    expect(code).toBe(1);
    expect(err).toContain('b ran behind the point of no return wall: users see the new release');
  });

  it('is possible while nothing behind the point of no return ran', () => {
    const upgrade = made(
      plan(
        chain(
          step('a', [change('a', 'a', 'old', 'new')]),
          step('wall', [], { kind: 'no-return', text: 'users see the new release' }),
          step('b', [change('b', 'b', 'old', 'new')]),
        ),
      ),
    );
    upgrade.run('run --until wall');
    expect(upgrade.run('rollback').code).toBe(0);
    expect(upgrade.lines('effects')).toEqual(['a=new', 'a=old']);
  });
});
