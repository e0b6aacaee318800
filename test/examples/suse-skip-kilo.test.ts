import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { compileSkipKilo, Killer, Rehearsal, sourceOf, type Compiled } from './suse-skip-kilo-run.ts';

/** The steps of the plan that run after one another; those of a line run in parallel. */
const SEQUENCE = `
prepare/gate_everything_healthy
prepare/gate_backup_space
prepare/gate_guests_on_share
prepare/gate_instances_have_uuid
prepare/pending_migrations
enter_config_management
shut_down/nova
shut_down/cinder
shut_down/glance
shut_down/keystone
shut_down/gate_openstack_down
system_images
databases_dumped
approve
new_systems/stop_rabbitmq_mariadb
new_systems/reinstall_databases new_systems/reinstall_controllers new_systems/reinstall_computes
new_systems/install_mariadb_rabbitmq
new_systems/start_mariadb_rabbitmq
new_systems/load_dumps
keystone/install_keystone
keystone/configure
keystone/migrate_keystone_main
glance/install_glance
glance/configure
glance/migrate_glance_main
cinder/install_cinder
cinder/configure
cinder/migrate_cinder_main
nova/install_nova_conductor_to_kilo
nova/configure_controllers
nova/migrate_nova_main_to_kilo
nova/flavors
nova/install_nova
nova/configure_computes
nova/migrate_nova_main
start_up/start_keystone
start_up/start_glance
start_up/start_cinder
start_up/start_nova
start_up/gate_everything_healthy
start_up/gate_users_can_work
leave_config_management
`.trim().split('\n');

/** Before the first step, and after each line of the sequence: the cloud and the journal of an undisturbed run. */
const stations: Rehearsal[] = [];
/** The states of the cloud there. */
const states: string[][] = [];
/** How many commands ran between the station before and this one, and how often the journal was written. */
const commands: number[] = [];
const writes: number[] = [];

const start = 0;
const point = SEQUENCE.indexOf('databases_dumped') + 1;
const end = SEQUENCE.length;

let compiled: Required<Compiled>;
let killer: Killer;

/** Each test starts programs of its own, on machines that may have more to do. */
const patience = process.env['EVERY_KILL'] === '1' ? 1_200_000 : 120_000;

beforeAll(async () => {
  const { diagnostics, plan, program } = await compileSkipKilo();
  if (plan === undefined || program === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  compiled = { diagnostics, plan, program };
  killer = new Killer();
  let rehearsal = Rehearsal.start(compiled.program);
  stations.push(rehearsal);
  states.push(rehearsal.cloud.state());
  for (const line of SEQUENCE) {
    rehearsal = rehearsal.copy();
    const { status, output, counted } = await killer.call(rehearsal, runUntil(line), 'never');
    if (status !== (line === SEQUENCE.at(-1) ? 0 : 3)) throw new Error(`${line}: exit ${status}: ${output}`);
    commands.push(counted.commands);
    writes.push(counted.writes);
    stations.push(rehearsal);
    states.push(rehearsal.cloud.state());
  }
}, patience);

function runUntil(line: string): string[] {
  return ['run', '--yes', '--until', line.split(' ').at(-1) ?? ''];
}

/** The state at a station, and the station's cloud and journal, copied. */
function at(station: number): { state: string[]; rehearsal: Rehearsal } {
  const rehearsal = stations[station];
  const state = states[station];
  if (rehearsal === undefined || state === undefined) throw new Error(`there is no station ${station}`);
  return { state, rehearsal: rehearsal.copy() };
}

describe('the plan', () => {
  test('has no findings', () => {
    expect(compiled.diagnostics.map(({ message }) => message)).toEqual([]);
  });

  test('has these steps', () => {
    expect(compiled.plan.steps.filter(({ kind }) => kind !== 'join').map(({ id }) => id)).toEqual(SEQUENCE.flatMap((line) => line.split(' ')));
  });
});

describe('an undisturbed run', { timeout: patience }, () => {
  test('stops OpenStack and disables it before anything is saved', () => {
    expect(states[point]?.filter((line) => line.includes(' unit ') && !line.endsWith('disabled stopped'))).toEqual([
      'db1 unit mariadb enabled running juno',
      'db1 unit rabbitmq-server enabled running juno',
    ]);
  });

  test('ends on Liberty and the new system, with everything up', () => {
    expect(states[end]?.filter((line) => !/^(?:ctl2|cmp2) | file | sha256 /.test(line))).toEqual([
      'cmp1 os sles12sp1',
      'cmp1 package chef-client base',
      'cmp1 package openstack-nova-compute liberty',
      'cmp1 unit chef-client enabled running base',
      'cmp1 unit openstack-nova-compute enabled running liberty',
      'ctl1 os sles12sp1',
      'ctl1 package chef-client base',
      'ctl1 package openstack-cinder-api liberty',
      'ctl1 package openstack-cinder-scheduler liberty',
      'ctl1 package openstack-cinder-volume liberty',
      'ctl1 package openstack-glance-api liberty',
      'ctl1 package openstack-glance-registry liberty',
      'ctl1 package openstack-keystone liberty',
      'ctl1 package openstack-nova-api liberty',
      'ctl1 package openstack-nova-conductor liberty',
      'ctl1 package openstack-nova-scheduler liberty',
      'ctl1 unit chef-client enabled running base',
      'ctl1 unit openstack-cinder-api enabled running liberty',
      'ctl1 unit openstack-cinder-scheduler enabled running liberty',
      'ctl1 unit openstack-cinder-volume enabled running liberty',
      'ctl1 unit openstack-glance-api enabled running liberty',
      'ctl1 unit openstack-glance-registry enabled running liberty',
      'ctl1 unit openstack-keystone enabled running liberty',
      'ctl1 unit openstack-nova-api enabled running liberty',
      'ctl1 unit openstack-nova-conductor enabled running liberty',
      'ctl1 unit openstack-nova-scheduler enabled running liberty',
      'db1 database cinder level 60',
      'db1 database glance level 42',
      'db1 database keystone level 80',
      'db1 database nova level 312',
      'db1 os sles12sp1',
      'db1 package chef-client base',
      'db1 package mariadb liberty',
      'db1 package rabbitmq-server liberty',
      'db1 unit chef-client enabled running base',
      'db1 unit mariadb enabled running liberty',
      'db1 unit rabbitmq-server enabled running liberty',
    ]);
  });

  test('leaves every guest with its flavor', () => {
    expect(at(end).rehearsal.cloud.on('ctl1', 'openstack server list').output).toBe(`00000000-0000-4000-8000-000000000001 shop-db cmp1 active m1.large
00000000-0000-4000-8000-000000000002 shop-web-1 cmp1 active m1.small
00000000-0000-4000-8000-000000000003 shop-web-2 cmp2 active m1.small
00000000-0000-4000-8000-000000000004 shop-cache cmp2 active m1.medium
00000000-0000-4000-8000-000000000006 build cmp1 active m1.medium`);
  });

  test('never starts a service of Kilo', () => {
    const started = readFileSync(path.join(at(end).rehearsal.cloud.folder, 'log/started'), 'utf8').trimEnd().split('\n');
    expect([...new Set(started.map((line) => line.split(' ')[2]))]).toEqual(['liberty', 'base']);
  });

  test('in one go ends where one that was stopped after each step ends', async () => {
    const rehearsal = Rehearsal.start(compiled.program);
    expect((await rehearsal.call(['run', '--yes'])).status).toBe(0);
    expect(rehearsal.cloud.state()).toEqual(states[end]);
  });

  test('can be taken back to the rollback point, and to the start', async () => {
    const { rehearsal } = at(end);
    expect((await rehearsal.call(['rollback'])).status).toBe(0);
    expect(rehearsal.cloud.state()).toEqual(states[point]);
    expect((await rehearsal.call(['rollback', '--to', 'start'])).status).toBe(0);
    expect(rehearsal.cloud.state()).toEqual(states[start]);
  });
});

/** The plan without a statement; `head` is how the statement begins. */
function planWithout(head: string): string {
  const source = sourceOf('skip-kilo.belay');
  const line = source.indexOf(`\n${head}`) + 1;
  const indent = /^ */.exec(head)?.[0] ?? '';
  const lineEnd = source.indexOf('\n', line);
  const end = source.slice(line, lineEnd).endsWith('{') ? source.indexOf(`\n${indent}}\n`, line) + indent.length + 2 : lineEnd;
  if (line === 0) throw new Error(`the plan has no statement \`${head}\``);
  return source.slice(0, line) + source.slice(end + 1);
}

/** The plan with a part of its text in place of another. */
function planWith(from: string, to: string): string {
  const source = sourceOf('skip-kilo.belay');
  if (!source.includes(from)) throw new Error(`the plan has no \`${from}\``);
  return source.replace(from, to);
}

describe('a wrong plan is refused', () => {
  test('if the code that brings a command is not installed', async () => {
    const { diagnostics } = await compileSkipKilo(planWithout('      install nova.conductor to kilo'));
    expect(diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'B0631 `run nova-manage db migrate_flavor_data` needs the code of `kilo`, which may not be installed on ctl1 and ctl2 when it runs.',
    ]);
  });

  test('if the database server is stopped before the dumps', async () => {
    const { diagnostics } = await compileSkipKilo(planWith('      gate openstack_down {', '      stop mariadb.* { takes 1m }\n      gate openstack_down {'));
    expect(diagnostics.filter(({ code }) => code === 'B0642').map(({ message }) => message)).toEqual([
      '`save keystone.main` needs `mariadb.server`, which is stopped on db1 at that time.',
    ]);
  });

  test('if something is left stopped', async () => {
    const { diagnostics } = await compileSkipKilo(planWithout('      start cinder.*'));
    expect(diagnostics.map(({ level }) => level)).toContain('error');
    expect(diagnostics.map(({ message }) => message).join('\n')).toContain('`cinder.api`');
  });
});

describe.concurrent('a wrong plan fails on the sandbox', { timeout: patience }, () => {
  const wrong = [
    ['without moving the flavors', planWithout('      step flavors'), 'There are still 5 unmigrated flavor records'],
    ['without the last Kilo level', planWithout('      migrate nova.main to kilo'), "Unknown column 'instance_extra.flavor' in 'field list'"],
    ['without a new configuration', planWithout('      step configure {'), 'No sql_connection parameter is established in /etc/keystone/keystone.conf'],
    ['with chef-client running', planWith('holding config_management', 'stage not_holding'), '.service loaded active'],
  ] as const;

  test.each(wrong)('%s', async (_, source, reason) => {
    const { program, diagnostics } = await compileSkipKilo(source);
    if (program === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
    const { status, output } = await Rehearsal.start(program).call(['run', '--yes']);
    expect(status).toBe(1);
    expect(output).toContain(reason);
  });
});

/** Each step, the station before it, and the station that a rollback from it goes back to. */
const failures = SEQUENCE.flatMap((line, before) => line.split(' ').map((step) => ({ step, before, back: before < point ? start : point })))
  .filter(({ step }) => step !== 'approve');
const looksOnly = /gate_|pending_migrations|databases_dumped/;

describe.concurrent('a failure, then rollback', { timeout: patience }, () => {
  test.each(failures.filter(({ step }) => looksOnly.test(step)))('$step: its first command fails', async ({ step, before, back }) => {
    const { rehearsal } = at(before);
    const first = compiled.plan.steps.find(({ id }) => id === step)?.actions[0];
    rehearsal.cloud.fault('once', first?.targets.hosts[0] ?? '', '*BELAY_HOST=*');
    expect(await rehearsal.call(['run', '--yes'])).toMatchObject({ status: 1, output: expect.stringMatching(new RegExp(`^Failed\n  ${step} `, 'm')) });
    expect(await rehearsal.call(['rollback'])).toMatchObject({ status: 0 });
    expect(rehearsal.cloud.state()).toEqual(states[back]);
    rehearsal.discard();
  });

  test.each(failures.filter(({ step }) => !looksOnly.test(step)))('$step: its last command is done, but the connection is lost', async ({ step, before, back }) => {
    const { rehearsal } = at(before);
    const last = compiled.plan.steps.find(({ id }) => id === step)?.actions.at(-1);
    const operation = last?.operation;
    const text = operation?.type === 'shell' ? operation.shell : operation?.type === 'put' ? operation.path : '';
    rehearsal.cloud.fault('after', last?.targets.hosts.at(last.targets.mode === 'all' ? -1 : 0) ?? '', `*${text.replaceAll(/[\\*?[\]]/g, '\\$&').replaceAll('\n', '*')}*`);
    expect(await rehearsal.call(['run', '--yes'])).toMatchObject({ status: 1, output: expect.stringMatching(new RegExp(`^Failed\n  ${step} `, 'm')) });
    expect(await rehearsal.call(['rollback'])).toMatchObject({ status: 0 });
    expect(rehearsal.cloud.state()).toEqual(states[back]);
    rehearsal.discard();
  });
});

test('a schema step that died halfway is not repeated: rollback, then run', { timeout: patience }, async () => {
  const { rehearsal } = at(SEQUENCE.indexOf('nova/migrate_nova_main'));
  rehearsal.cloud.fault('half', '*', 'nova-manage db sync*');
  expect((await rehearsal.call(['run', '--yes'])).status).toBe(1);
  expect((await rehearsal.call(['resume', '--yes'])).output).toContain('nova/migrate_nova_main was interrupted, and what it does to a schema can be half applied.');
  expect((await rehearsal.call(['rollback'])).status).toBe(0);
  expect((await rehearsal.call(['run', '--yes'])).status).toBe(0);
  expect(rehearsal.cloud.state()).toEqual(states[end]);
});

/**
 * Goes on after a kill, as the program says: with `resume`, or, where a schema may be half changed, with `rollback` (and then `run`, as above).
 *
 * @returns the state that this has to end in.
 */
async function goOn(rehearsal: Rehearsal, line: string, before: number): Promise<string[] | undefined> {
  const resumed = await rehearsal.call(['resume', ...runUntil(line).slice(1)]);
  if (resumed.status !== 1) return states[before + 1];
  expect(resumed.output).toContain(`${line} was interrupted, and what it does to a schema can be half applied.`);
  expect(await rehearsal.call(['rollback'])).toMatchObject({ status: 0 });
  return states[point];
}

/**
 * After which writes to the journal a run to the next station is killed: every fourth, each time other ones, and fewer in steps that change
 * nothing, whose writes are all alike. With EVERY_KILL=1 all of them (some minutes).
 */
function killsAfter(line: string, before: number): number[] {
  const step = compiled.plan.steps.find(({ id }) => id === line.split(' ')[0]);
  const every = process.env['EVERY_KILL'] === '1' ? 1 : step?.kind === 'actions' ? 4 : 8;
  return Array.from({ length: writes[before] ?? 0 }, (_, index) => index + 1).filter((count) => count % every === before % every);
}

const lines = SEQUENCE.map((line, before) => ({ line, before }));
const changing = lines.filter(({ line }) => !/gate_|pending_migrations|approve/.test(line));

describe.concurrent('a kill -9', { timeout: patience }, () => {
  // Each kill happens in a run from one station to the next, so that all of them together cover the whole run.
  test.each(lines)('after a write to the journal, then resume: $line', async ({ line, before }) => {
    for (const count of killsAfter(line, before)) {
      const { rehearsal } = at(before);
      const { status } = await killer.call(rehearsal, runUntil(line), 'write', count);
      // What happens at the same time is written together, so a run may have a write less than another.
      expect(status === -1 || count > (writes[before] ?? 0) / 2).toBe(true);
      const state = await goOn(rehearsal, line, before);
      expect(rehearsal.cloud.state(), `write ${count}`).toEqual(state);
      rehearsal.discard();
    }
  });

  test.each(changing)('after the last command, of which nobody knows, then resume: $line', async ({ line, before }) => {
    const { rehearsal } = at(before);
    expect((await killer.call(rehearsal, runUntil(line), 'command', commands[before] ?? 0)).status).toBe(-1);
    const state = await goOn(rehearsal, line, before);
    expect(rehearsal.cloud.state()).toEqual(state);
    rehearsal.discard();
  });
});
