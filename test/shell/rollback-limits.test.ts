import { describe, expect, it } from 'vitest';
import type { Plan, Step, WayBack } from '../../packages/compiler/src/plan/plan.ts';
import { action, backBy, chain, LOCAL, plan, shell, step } from './plan-builder.ts';
import { type Program, usePrograms } from './program.ts';
import { change, set } from './world.ts';

const made = usePrograms();

describe('a restore', () => {
  const captured = (paths: readonly string[], rewrites: string, restores: Step['restores'], back: WayBack): Plan =>
    plan(
      chain(
        step('point', [], { kind: 'point' }),
        step(
          'a',
          [
            action(set('a', 'new'), {
              changes: [{ kind: 'file', name: rewrites, becomes: 'rewritten' }],
              back,
            }),
          ],
          { restores: restores ?? [] },
        ),
        step(
          'b',
          [
            action(set('b', 'new'), {
              changes: [{ kind: 'file', name: rewrites, becomes: 'rewritten' }],
              back,
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
        // What no capture holds has a way back of its own.
        times === 1 && rewrites !== '/etc' ? { by: 'restore' } : backBy('true'),
      ),
    );
    upgrade.run('run');
    expect(upgrade.run('rollback --to point').code).toBe(0);
    expect(upgrade.lines('effects').filter((line) => line === 'restored=yes')).toHaveLength(times);
  });

  it('runs again in the next rollback', () => {
    const upgrade = made(
      captured(['/etc/nova'], '/etc/nova', [{ point: 'point', resource: '/etc/nova', to: ['point'] }], { by: 'restore' }),
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

describe('a rollback point that forgot something', () => {
  const rewrite = (id: string): Step => step(id, [action(set('main', id), { changes: [{ kind: 'database', name: 'store.main', becomes: 'rewritten' }], back: { by: 'restore' } })]);
  const steps = (last: Step, ...more: Step[]): Step[] => [
    step('first', ['true'], { kind: 'point' }), { ...rewrite('a'), restores: [{ point: 'first', resource: 'store.main', to: ['start', 'first'] }] },
    step('second', ['true'], { kind: 'point' }), last, ...more, step('fails', ['false']),
  ];
  const failed = (last: Step, ...more: Step[]): Program => {
    const upgrade = made(plan(chain(...steps(last, ...more)), {
      points: [{ id: 'first', captures: [{ resource: 'store.main', kind: 'database', targets: LOCAL, restore: shell(set('main', 'saved')) }] }, { id: 'second', captures: [] }],
    }));
    upgrade.run('run');
    return upgrade;
  };

  it('is out of reach once that was changed: a rollback goes to the one before, and says so', () => {
    const upgrade = failed(rewrite('b'));
    expect(upgrade.run('status').out).toContain('Or go back to first:\n');
    expect(upgrade.run('rollback --to second')).toMatchObject({ code: 1, err: `upgrade.sh: A rollback to second is not possible:
upgrade.sh:   b cannot be taken back (${rewrite('b').actions[0]?.title}): no rollback point has store.main as it was at second, or it could not be restored there\n` });
    const { code, out } = upgrade.run('rollback');
    expect(code).toBe(0);
    expect(out).toContain('second is out of reach: b cannot be taken back');
    expect(out).toContain('Going back to first.\n');
    expect(upgrade.read('state/main')).toBe('saved\n');
  });

  it('is in reach before', () => {
    const upgrade = failed(step('b', [change('b', 'b', 'old', 'new')]));
    expect(upgrade.run('rollback').code).toBe(0);
    expect([upgrade.read('state/main'), upgrade.read('state/b')]).toEqual(['a\n', 'old\n']);
  });
});
