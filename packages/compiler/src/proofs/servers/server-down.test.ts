import { describe, expect, test } from 'vitest';
import { checkText } from '../../check.test-helpers.ts';

const CLOUD = `
cloud zurich {
  connection local
  group databases { hosts "db[1:3]" }
  group controllers { hosts "ctl[1:2]" }
  service mariadb { component server on databases { unit "mariadb" } }
  service keystone {
    component api on controllers { unit "keystone" }
    database main in mariadb { name "keystone"  migrate run "true" }
  }
}
train letters { release r1  release r2 }
`;

/** The plan's own statements begin on line 5. */
const down = (statements: string): Promise<string[]> => checkText({
  'plan.belay': `import "cloud.belay"\nplan night {\n  on zurich\n  release r1 -> r2\n${statements}\n}\n`, 'cloud.belay': CLOUD,
}, { only: 'B0642' });

describe('server-down', () => {
  test.each([
    ['up all the time', 'rollback point p { capture keystone.main }\n migrate keystone.main'],
    ['started again before it is used', 'rollback point p { capture keystone.main }\n stop mariadb.server\n start mariadb.server\n migrate keystone.main'],
    ['restarted, which starts it', 'rollback point p { capture keystone.main }\n stop mariadb.server\n restart mariadb.server\n migrate keystone.main'],
    ['stopped on some of its hosts', 'rollback point p { capture keystone.main }\n stop mariadb.server on first databases\n migrate keystone.main\n start mariadb.server on first databases'],
    ['stopped host by host in a roll', 'rollback point p { capture keystone.main }\n roll databases { stop mariadb.server\n start mariadb.server }\n migrate keystone.main'],
    ['stopped, and its files written over behind an earlier point', 'rollback point p { capture keystone.main }\n stop mariadb.server\n run "rsync" on databases { rewrites keystone.main }\n start mariadb.server'],
  ])('accepts a server that is %s', async (_, statements) => {
    expect(await down(statements)).toEqual([]);
  });

  test('refuses to migrate while every instance is stopped, once for each outage', async () => {
    expect(await down('rollback point p { capture keystone.main }\nstop mariadb.server\nmigrate keystone.main\nmigrate keystone.main\nstart mariadb.server')).toEqual([
      '7:1 B0642 `migrate keystone.main to r2` needs `mariadb.server`, which is stopped on all 3 hosts (db1, db2 and db3) at that time.',
    ]);
  });

  test('refuses to dump while it is stopped', async () => {
    expect(await down('stop mariadb.server\nrollback point p { capture keystone.main }\nstart mariadb.server\nmigrate keystone.main')).toEqual([
      '6:20 B0642 `save keystone.main` needs `mariadb.server`, which is stopped on all 3 hosts (db1, db2 and db3) at that time.',
    ]);
  });

  test('in a roll it is down once the last batch has stopped it', async () => {
    expect(await down('rollback point p { capture keystone.main }\nroll databases { stop mariadb.server }\nmigrate keystone.main\nstart mariadb.server')).toEqual([
      '7:1 B0642 `migrate keystone.main to r2` needs `mariadb.server`, which is stopped on all 3 hosts (db1, db2 and db3) at that time.',
    ]);
  });
});
