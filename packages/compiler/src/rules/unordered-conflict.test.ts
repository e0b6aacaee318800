import { describe, expect, test } from 'vitest';
import { checkText, diagnose } from '../check.test-helpers.ts';
import { onCloud } from './cloud.test-helpers.ts';

const plan = (statements: string): string => `
import "cloud.belay"
plan upgrade {
  on zurich
  release kilo -> liberty
  rollback point before { capture keystone.main, nova.main }
  parallel {
    ${statements.trim().replaceAll('\n', '\n    ')}
  }
}
`;

const conflict = (statements: string): Promise<string[]> => checkText(onCloud(plan(statements)), { only: 'B0414' });

const step = (name: string, rest: string): string => `step ${name} { ${rest.replaceAll('; ', '\n ')} }`;
const REWRITES = (what: string, on = 'controllers'): string => `on ${on}; run "true"; rewrites ${what}; undo run "true"`;

const tell = (first: string, second: string, what: string): string => (
  `B0414 \`${first}\` and \`${second}\` have no order, and both touch ${what}. Put one after the other: outside \`parallel\`, or with \`after\`.`
);

describe('unordered-conflict', () => {
  test.each([
    ['different components', 'restart keystone.*\nrestart glance.*'],
    ['one component on different hosts', 'restart nova.compute on "cmp[1:2]"\nrestart nova.compute on "cmp[3:4]"'],
    ['different databases of one server', 'migrate keystone.main\nmigrate nova.main'],
    ['one thing, with `after` between them', 'stage a { restart glance.* }\nstage b { after a\n restart glance.* }'],
    ['one thing, in the same part', 'stage a { stop glance.*\n start glance.* }\nrestart keystone.*'],
    ['one thing that both only use', 'migrate keystone.main\nmigrate nova.main'],
    ['one path on different hosts', `${step('a', REWRITES('"/etc/nova"', 'controllers'))}\n${step('b', REWRITES('"/etc/nova"', 'computes'))}`],
    ['neighboring files', `${step('a', REWRITES('"/etc/nova/nova.conf"'))}\n${step('b', REWRITES('"/etc/nova/policy.json"'))}`],
    ['paths that only start alike', `${step('a', REWRITES('"/etc/nova"'))}\n${step('b', REWRITES('"/etc/nova-old"'))}`],
    ['different hosts', 'reboot on "cmp1"\nreboot on "cmp2"'],
    ['a host and what runs elsewhere', 'reboot on "cmp1"\nrestart nova.compute on "cmp2"'],
    ['services that `needs` orders', 'jump nova\njump glance'],
    ['nothing', `${step('a', 'on controllers; run "true"; changes nothing')}\n${step('b', 'on controllers; run "true"; changes nothing')}`],
  ])('accepts parallel steps that touch %s', async (_, statements) => {
    expect(await conflict(statements)).toEqual([]);
  });

  test.each([
    ['two changes of a component', 'restart glance.*\ninstall glance.*', tell('restart glance.api', 'install glance.api liberty', '`glance.api`')],
    ['two changes of a component on some of its hosts', 'restart nova.compute on "cmp[1:2]"\nrestart nova.compute on "cmp[2:3]"', tell('restart nova.compute', 'restart nova.compute', '`nova.compute` on `cmp2`')],
    ['a change of a database and another one', `migrate nova.main\n${step('b', REWRITES('nova.main'))}`, tell('migrate nova.main to liberty', 'run true', '`nova.main`')],
    ['the server of a database that is being migrated', 'migrate nova.main\nrestart mariadb.server', tell('migrate nova.main to liberty', 'restart mariadb.server', '`mariadb.server`')],
    ['a mode that two parts enter', 'holding noout { wait 1s }\nholding noout { wait 1s }', tell('leave noout', 'enter noout', '`noout`')],
    ['a file', `${step('a', REWRITES('"/etc/nova"'))}\n${step('b', REWRITES('"/etc/nova"'))}`, tell('run true', 'run true', '`/etc/nova`')],
    ['a folder and a file in it', `${step('a', REWRITES('"/etc/nova/nova.conf"'))}\n${step('b', REWRITES('"/etc"'))}`, tell('run true', 'run true', '`/etc`')],
    ['a host that reboots while it is drained', 'drain on "cmp1"\nreboot on computes', tell('drain cmp1', 'reboot computes', 'the host `cmp1`')],
    ['a component whose host reboots', 'restart nova.compute on "cmp1"\nreboot on "cmp1"', tell('restart nova.compute', 'reboot cmp1', '`nova.compute`')],
    ['a component whose host is reinstalled', `restart nova.compute\n${step('b', REWRITES('computes', 'computes'))}`, tell('restart nova.compute', 'run true', '`nova.compute`')],
  ])('reports %s', async (_, statements, found) => {
    expect((await conflict(statements)).map((one) => one.replace(/^\S+ /, ''))).toEqual([found]);
  });

  test('points at both', async () => {
    const [found] = (await diagnose(onCloud(plan('restart glance.*\nmigrate keystone.main\nrestart mariadb.server')))).filter(({ code }) => code === 'B0414');
    expect([found?.label, found?.related.map(({ message }) => message)]).toEqual(['changed here', ['used here, at any time']]);
  });

  test('steps of a series in one part and of a series in another one', async () => {
    expect(await conflict('stage a { stop glance.*\n start glance.* }\nstage b { restart keystone.*\n restart glance.* }')).toEqual([
      `10:6 ${tell('start glance.api', 'restart glance.api', '`glance.api`')}`,
    ]);
  });

  test('what is before or after the parallel part is in order with it', async () => {
    expect(await checkText(onCloud(plan('restart glance.*\nrestart keystone.*').replace('  parallel {', '  restart glance.*\n  parallel {').replace(/\}\n\}\n$/, '}\n  restart glance.*\n}\n')), { only: 'B0414' })).toEqual([]);
  });

  test('looks into rolls', async () => {
    expect((await checkText(onCloud(`
      import "cloud.belay"
      plan upgrade {
        on zurich
        roll computes {
          parallel {
            restart nova.compute
            reboot
          }
        }
      }
    `), { only: 'B0414' }))).toEqual([`7:7 ${tell('restart nova.compute', 'reboot computes', '`nova.compute`')}`]);
  });

  test('every pair is reported once', async () => {
    expect((await conflict('restart nova.*\nrestart nova.*')).length).toBe(1);
  });
});
