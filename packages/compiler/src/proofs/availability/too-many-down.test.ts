import { describe, expect, test } from 'vitest';
import { notesOf, placesOf, prove } from '../prove-text.test-helpers.ts';
import { tooManyDown } from './too-many-down.ts';

/** What a plan does to `mariadb.server`, of which 2 of 3 have to be up. */
async function closest(statements: string): Promise<string | undefined> {
  const { claims } = await prove(statements, tooManyDown);
  return claims.find((claim) => claim.includes('mariadb.server'))?.replace('mariadb.server: ', '');
}

describe('too-many-down', () => {
  test('reports two reboots that may overlap, and how', async () => {
    const proven = await prove(`
  step look { on local
    run "true"
    changes nothing
  }
  parallel {
    reboot on "db1"
    stage second { reboot on "db3" }
    wait 10s
  }
`, tooManyDown);
    expect(proven.findings).toEqual(['10:20 2 of 3 instances of `mariadb.server` may be down at the same time, on db1 and db3. Only 1 may be.']);
    expect(notesOf(proven)).toBe(`\
The shortest way there:
  1. look
  2. reboot_db1, under way
  3. second/reboot_db3, under way
   → \`mariadb.server\` is down on db1 and db3
Put one after the other: outside \`parallel\`, or with \`after\`.`);
    expect(placesOf(proven)).toEqual([
      'keep 2 of mariadb.server: this has to hold in every order', 'reboot on "db1": down from here on: db1', 'step look: 1. `look`', 'reboot on "db3": 3. `second/reboot_db3`',
    ]);
    expect(proven.claims).toEqual([
      '! mariadb.server: 2 of 3 down at most, 1 allowed (second/reboot_db3)', 'nova.api: 0 of 2 down at most, 1 allowed',
    ]);
  });

  test.each([
    ['one after the other', 'reboot on "db1"\n reboot on "db2"', '1 of 3 down at most, 1 allowed (reboot_db1)'],
    ['one after the other by `after`', 'parallel { step one { reboot on "db1" }\n step two { after one\n reboot on "db2" } }', '1 of 3 down at most, 1 allowed (one)'],
    ['hosts in turns', 'restart mariadb.server on each databases', '1 of 3 down at most, 1 allowed (restart_mariadb_server)'],
    ['all hosts at once', 'restart mariadb.server', '! 3 of 3 down at most, 1 allowed (restart_mariadb_server)'],
    ['one of them', 'restart mariadb.server on any databases', '1 of 3 down at most, 1 allowed (restart_mariadb_server)'],
    ['batches of one', 'roll databases { reboot }', '1 of 3 down at most, 1 allowed (roll_databases)'],
    ['batches of two', 'roll databases {\n batch 2\n reboot\n }', '! 2 of 3 down at most, 1 allowed (roll_databases)'],
    ['batches of two, in turns', 'roll databases {\n batch 2\n reboot on each databases\n }', '1 of 3 down at most, 1 allowed (roll_databases)'],
    ['what is stopped in a batch and started after the roll', 'roll databases { stop mariadb.server }\n start mariadb.server', '! 3 of 3 down at most, 1 allowed (roll_databases)'],
    ['what is stopped and started in a batch', 'roll databases {\n stop mariadb.server\n install mariadb.server to r1\n start mariadb.server\n }', '1 of 3 down at most, 1 allowed (roll_databases)'],
    ['a roll that goes on although a host failed', 'roll databases {\n max failures 1\n reboot\n }', '! 2 of 3 down at most, 1 allowed (roll_databases)'],
    ['a reboot while another one is stopped', 'stop mariadb.server on "db1"\n reboot on "db2"\n start mariadb.server on "db1"', '! 2 of 3 down at most, 1 allowed (reboot_db2)'],
    ['a reboot of what is stopped already', 'stop mariadb.server on "db1"\n reboot on "db1"\n start mariadb.server on "db1"', '1 of 3 down at most, 1 allowed (stop_mariadb_server)'],
    ['a stop that lasts through a parallel part', 'stop mariadb.server on "db1"\n parallel { wait 1s\n reboot on "db2" }\n start mariadb.server on "db1"', '! 2 of 3 down at most, 1 allowed (reboot_db2)'],
    ['a reload and an install', 'install mariadb.server to r1\n reload mariadb.server', '0 of 3 down at most, 1 allowed'],
    ['a drain', 'drain on databases\n return on databases', '0 of 3 down at most, 1 allowed'],
  ])('knows what is down with %s', async (_, statements, expected) => {
    expect(await closest(statements)).toBe(expected);
  });

  test('says by what the rolled hosts exceed it', async () => {
    const proven = await prove('  roll databases {\n    max failures 1\n    reboot\n  }', tooManyDown);
    expect(proven.findings).toEqual(['6:5 2 of 3 instances of `mariadb.server` may be down at the same time, on db1 and db2. Only 1 may be.']);
    expect(notesOf(proven)).toBe(`\
The shortest way there:
  1. roll_databases, batch 2 of 3, after db1 failed
   → \`mariadb.server\` is down on db1 and db2
The roll goes on although hosts failed. Take \`max failures\` out, or make room for them.`);
  });

  test('a component that is to be available has one instance up', async () => {
    const proven = await prove('  stop nova.api\n  start nova.api', tooManyDown);
    expect(proven.findings).toEqual(['4:3 Both instances of `nova.api` may be down at the same time. Only 1 may be.']);
    expect((await prove('  restart nova.api on each controllers', tooManyDown)).findings).toEqual([]);
  });

  test('a pause that is allowed is no matter of this proof', async () => {
    expect((await prove('  restart nova.scheduler', tooManyDown)).findings).toEqual([]);
  });

  test('does not judge what has no order: that is another finding', async () => {
    const proven = await prove('  parallel {\n    restart mariadb.server on "db1"\n    reboot on "db1"\n    reboot on "db2"\n  }', tooManyDown);
    expect(proven.findings).toEqual([]);
    expect(proven.claims[0]).toBe('! mariadb.server: not known: restart mariadb.server and reboot db1 have no order (reboot_db1)');
  });
});
