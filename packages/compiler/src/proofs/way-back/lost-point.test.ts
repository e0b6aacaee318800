import { describe, expect, test } from 'vitest';
import { checkText } from '../../check.test-helpers.ts';

const CLOUD = `
cloud zurich {
  connection local
  group databases { hosts "db1" }
  group controllers { hosts "ctl[1:2]" }
  service mariadb { component server on databases { unit "mariadb" } }
  service nova {
    component api on controllers { unit "nova" }
    database global in mariadb { name "nova_api"  migrate run "true" }
    database main in mariadb { name "nova"  migrate run "true" }
  }
}
`;

const rewrite = (resource: string): string => `run "x" on controllers { rewrites ${resource} }`;

/** The plan's own statements begin on line 4. */
const lost = (...statements: string[]): Promise<string[]> => checkText({
  'plan.belay': `import "cloud.belay"\nplan night {\n  on zurich\n${statements.join('\n')}\n}\n`, 'cloud.belay': CLOUD,
}, { only: 'B0504' });

describe('lost-point', () => {
  test.each([
    ['saves what is changed', ['rollback point a { capture nova.main }', rewrite('nova.main')]],
    ['is followed by no change of what it forgets', ['rollback point a { capture nova.main, nova.global }', rewrite('nova.main'), 'rollback point b { capture nova.global }', rewrite('nova.global')]],
    ['forgets what has not changed since it was saved', ['rollback point a { capture nova.main, nova.global }', 'rollback point b { capture nova.global }', rewrite('nova.main')]],
    ['forgets what has an undo', ['rollback point a { capture nova.main }', rewrite('nova.main'), 'rollback point b { capture nova.global }', 'run "x" on controllers { rewrites nova.main\n undo run "y" }']],
    ['forgets what is changed behind a point of no return', ['rollback point a { capture nova.main }', rewrite('nova.main'), 'rollback point b { capture nova.global }', 'approve "Go?"', 'point of no return "gone"', rewrite('nova.main')]],
  ])('accepts a point that %s', async (_, statements) => {
    expect(await lost(...statements)).toEqual([]);
  });

  test('warns of a point that forgets what was changed before it and is changed again', async () => {
    expect(await lost('rollback point a { capture nova.main }', rewrite('nova.main'), 'rollback point b { capture nova.global }', rewrite('nova.main'))).toEqual([
      '6:1 B0504 A rollback can not lead to `b` any more once `run x` has run: `nova.main` is not saved as it was at the point.',
    ]);
  });

  test('warns of a folder that holds what was changed', async () => {
    expect(await lost(
      'rollback point a { capture "/etc" on controllers }', rewrite('"/etc/nova/nova.conf"'), 'rollback point b { capture nova.main }', rewrite('"/etc/nova"'),
    )).toEqual(['6:1 B0504 A rollback can not lead to `b` any more once `run x` has run: `/etc/nova` is not saved as it was at the point.']);
  });

  test('warns of a point at which the server of what is saved is down', async () => {
    expect(await lost('rollback point a { capture nova.main }', 'stop mariadb.server', 'rollback point b { capture "/etc" on controllers }', rewrite('nova.main'), 'start mariadb.server')).toEqual([
      '6:1 B0504 A rollback can not lead to `b` any more once `run x` has run: the server of `nova.main` is down at the point, so its dump could not be loaded.',
    ]);
  });
});
