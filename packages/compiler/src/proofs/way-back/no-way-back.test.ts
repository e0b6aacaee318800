import { describe, expect, test } from 'vitest';
import { checkText, diagnose } from '../../check.test-helpers.ts';
import { onCloud } from '../../rules/cloud.test-helpers.ts';

const plan = (statements: string): string => `
import "cloud.belay"
plan upgrade {
  on zurich
  release kilo -> liberty
  ${statements.trim()}
}
`;

const back = (statements: string): Promise<string[]> => checkText(onCloud(plan(statements)), { only: 'B0502' });

const POINT = 'rollback point before { capture keystone.main }';
const WIPE = 'step wipe { on computes\n run "wipefs -a /dev/sdb"\n irreversible "the disks are wiped" }';

describe('no-way-back', () => {
  test.each([
    ['that starts and stops', 'stop glance.*\n start glance.*'],
    ['that restarts: there is nothing to take back', 'restart glance.*'],
    ['that installs: the old release is known', 'install glance.*\n restart glance.*'],
    ['that migrates what was captured', `${POINT}\n jump keystone`],
    ['that migrates behind a point of no return', 'approve "Go?"\n point of no return "old columns go"\n jump keystone'],
    ['that rewrites what was captured', `${POINT}\n step clean { on any controllers\n run "keystone-manage token_flush"\n rewrites keystone.main }`],
    ['that rewrites a file in a folder that was captured', 'rollback point before { capture "/etc" on controllers }\n step edit { on controllers\n run "sed -i s/a/b/ /etc/nova/nova.conf"\n rewrites "/etc/nova/nova.conf" }'],
    ['that says how it is undone', 'step edit { on controllers\n run "sed -i s/a/b/ /etc/motd"\n rewrites "/etc/motd"\n undo run "sed -i s/b/a/ /etc/motd" }'],
    ['that puts a file: the former one is kept', 'put "plan.belay" at "/etc/plan" on controllers'],
    ['that is irreversible behind a point of no return', `approve "Go?"\n point of no return "wiped"\n ${WIPE}`],
    ['that drains and returns hosts', 'drain on computes\n return on computes'],
    ['that enters a mode', 'enter noout\n leave noout'],
    ['that restores what a point before it saved', `${POINT}\n stop keystone.*\n restore keystone.main from before\n start keystone.*`],
    ['behind a point of no return of an outer block', `approve "Go?"\n stage a { point of no return "wiped" }\n parallel { stage b { ${WIPE} } }`],
  ])('accepts a plan %s', async (_, statements) => {
    expect(await back(statements)).toEqual([]);
  });

  test('reports a migration without a capture', async () => {
    expect(await back('jump keystone')).toEqual(['5:3 B0502 Nothing takes `migrate keystone.main to liberty` back: no rollback point before it captures `keystone.main`.']);
  });

  test('a capture counts from where it stands on', async () => {
    expect(await back(`migrate keystone.main\n ${POINT}`)).toEqual(['5:3 B0502 Nothing takes `migrate keystone.main to liberty` back: no rollback point before it captures `keystone.main`.']);
  });

  test('a capture holds what it names, and nothing else', async () => {
    expect(await back(`${POINT}\n migrate nova.main`)).toEqual(['6:2 B0502 Nothing takes `migrate nova.main to liberty` back: no rollback point before it captures `nova.main`.']);
    expect(await back('rollback point before { capture "/etc/nova" on controllers }\n step edit { on controllers\n run "x"\n rewrites "/etc/nova-old", "/etc" }')).toEqual([
      '7:2 B0502 Nothing takes `run x` back: no rollback point before it captures `/etc/nova-old` and `/etc`.',
    ]);
  });

  test('a capture of files holds them on its own hosts', async () => {
    expect(await back('rollback point before { capture "/etc/nova" on controllers }\n step edit { on controllers, computes\n run "x"\n rewrites "/etc/nova" }')).toEqual([
      '7:2 B0502 Nothing takes `run x` back: no rollback point before it captures `/etc/nova` on `cmp1`, `cmp2`, `cmp3` and `cmp4`.',
    ]);
  });

  test('reports an irreversible step before any point of no return', async () => {
    expect(await back(WIPE)).toEqual([
      '5:3 B0502 This step is irreversible (the disks are wiped), but no point of no return stands before it. Write `point of no return "why"` before it, and ask with `approve` before that.',
    ]);
  });

  test('a point of no return counts from where it stands on', async () => {
    expect(await back(`${WIPE}\n approve "Go?"\n point of no return "wiped"`)).toEqual([
      '5:3 B0502 This step is irreversible (the disks are wiped), but no point of no return stands before it. Write `point of no return "why"` before it, and ask with `approve` before that.',
    ]);
  });

  test('looks into rolls', async () => {
    expect(await back('roll computes { step edit { run "x"\n rewrites "/etc/nova" } }')).toEqual([
      '5:31 B0502 Nothing takes `run x` back: no rollback point before it captures `/etc/nova`.',
    ]);
  });

  test('offers what there is for each kind of thing', async () => {
    const notes = async (statements: string): Promise<readonly string[] | undefined> => (
      (await diagnose(onCloud(plan(statements)))).find(({ code }) => code === 'B0502')?.notes
    );
    expect(await notes('step edit { on controllers\n run "x"\n rewrites keystone.main, "/etc/nova" }')).toEqual([
      'Write `rollback point before_this { capture keystone.main  capture "/etc/nova" on controllers }` before it, `undo { … }` in its block, or `point of no return "why"` before it.',
    ]);
    expect(await notes(`${POINT}\n migrate nova.main`)).toEqual([
      'Add `capture nova.main` to the rollback point `before`, if nothing has changed it since. Or write `undo { … }` in its block, or `point of no return "why"` before it.',
    ]);
    expect(await notes(`migrate keystone.main\n ${POINT}`)).toEqual([
      'Move the rollback point `before` up, so that it comes first. Or write `undo { … }` in its block, or `point of no return "why"` before it.',
    ]);
    expect(await notes('step edit { on controllers\n run "x"\n rewrites glance.api }')).toEqual([
      'Write `undo { … }` in its block, or `point of no return "why"` before it.',
    ]);
    expect(await notes('rollback point before { capture "/etc/nova" on controllers }\n step edit { on controllers, "cmp1"\n run "x"\n rewrites "/etc/nova" }')).toEqual([
      'Let the rollback point `before` capture `/etc/nova` on `cmp1` too. Or write `undo { … }` in its block, or `point of no return "why"` before it.',
    ]);
    expect(await notes('step edit { on controllers\n run "x"\n rewrites computes }')).toEqual([
      'Write `undo { … }` in its block, or `point of no return "why"` before it.',
    ]);
  });

  test.each([
    ['databases together, files where they lie', 'step edit { on controllers\n run "x"\n rewrites keystone.main, "/etc/nova", nova.main }', ['capture keystone.main, nova.main', 'capture "/etc/nova" on controllers']],
    ['files of several groups, and of single hosts', 'step edit { on controllers, "cmp2"\n run "x"\n rewrites "/etc/nova" }', ['capture "/etc/nova" on controllers, "cmp2"']],
    ['files on hosts on which they were not captured', 'rollback point before { capture "/etc/nova" on controllers }\n step edit { on controllers, computes\n run "x"\n rewrites "/etc/nova" }', ['capture "/etc/nova" on computes']],
    ['files of the machine that runs the plan', 'step edit { on local\n run "x"\n rewrites "/etc/hosts" }', ['capture "/etc/hosts" on local']],
    ['also where they are captured too late', `migrate keystone.main\n ${POINT}`, ['capture keystone.main']],
  ])('carries what would save it: %s', async (_, statements, captures) => {
    const found = (await diagnose(onCloud(plan(statements)))).find(({ code }) => code === 'B0502');
    expect(found?.facts).toEqual({ about: 'unsaved', captures });
    // What is written is what mends it.
    expect(await back(`rollback point before_this { ${captures.join('  ')} }\n ${statements.replace(` ${POINT}`, '')}`)).toEqual([]);
  });

  test('carries nothing for what no capture saves', async () => {
    const facts = async (statements: string): Promise<unknown> => (await diagnose(onCloud(plan(statements)))).filter(({ code }) => code === 'B0502').map((one) => one.facts);
    expect(await facts(WIPE)).toEqual([undefined]);
    expect(await facts('step edit { on controllers\n run "x"\n rewrites glance.api }')).toEqual([undefined]);
  });
});
