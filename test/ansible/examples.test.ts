/**
 * Both examples, run by both executors on sandboxes of their own: the same state at the end, and the same journal. CI runs a sample; BELAY_PARITY=all runs
 * everything.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { WorkspaceFiles } from '../../packages/compiler/src/cli/workspace-files.ts';
import { compilePlan, emitShell, loadProject, type Plan } from '../../packages/compiler/src/index.ts';
import { example as kilo, freshCloud, temporaryFolder } from '../examples/suse-skip-kilo-cloud.ts';
import { example as reboot, RebootCloud } from '../examples/syseleven-reboot-cloud.ts';
import { canonicalJournal } from './canonical.ts';
import { HAS_ANSIBLE, playbook, writeProject } from './project.ts';

const ALL = process.env['BELAY_PARITY'] === 'all';

/** The sandbox of the upgrade gives modules of Ansible a host's folders by mounts of their own. */
const HAS_MOUNTS = spawnSync('unshare', ['--mount', ...(process.getuid?.() === 0 ? [] : ['--map-root-user']), 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;

async function compiled(folder: string, entry: string, name: string): Promise<Plan> {
  const { plan } = compilePlan(await loadProject(entry, new WorkspaceFiles(folder, new Map())), { plan: name });
  if (plan === undefined) throw new Error(`${entry} has errors`);
  return plan;
}

/** A cloud for one executor. */
interface Rig {
  readonly cloud: string;
  state(): string[];
}

interface Ended {
  readonly codes: readonly (number | null)[];
  readonly journal: readonly string[];
  readonly state: readonly string[];
}

/** Runs commands of one executor, one after the other. */
async function perform(plan: Plan, folder: string, rig: Rig, who: 'shell' | 'ansible', phases: readonly ('run' | 'rollback')[]): Promise<Ended> {
  const place = temporaryFolder();
  const state = path.join(place, 'state');
  const codes: (number | null)[] = [];
  for (const phase of phases) {
    if (who === 'shell') {
      const program = path.join(place, 'program.sh');
      writeFileSync(program, emitShell(plan), { mode: 0o755 });
      const env = { ...process.env, USER: 'operator', SANDBOX_CLOUD: rig.cloud };
      codes.push(spawnSync(program, [phase, '--yes', '--state', state], { cwd: folder, env, encoding: 'utf8' }).status);
      continue;
    }
    const project = path.join(place, 'project');
    writeProject(plan, project);
    const environment = { SANDBOX_CLOUD: rig.cloud, HOME: process.env['HOME'], ANSIBLE_REMOTE_TMP: '~/.ansible/tmp' };
    const { code } = await playbook(project, phase === 'run' ? 'site.yml' : 'rollback.yml', { state, directory: folder, environment, more: ['-e', 'belay_yes=true'] });
    codes.push(code);
  }
  return { codes, journal: canonicalJournal(readFileSync(path.join(state, 'journal'), 'utf8')), state: rig.state() };
}

/** What both executors came to. Exit codes differ: Ansible ends with 2 what the shell program ends with 1. */
async function both(plan: Plan, folder: string, make: () => Rig, phases: readonly ('run' | 'rollback')[]): Promise<Record<'shell' | 'ansible', unknown>> {
  const [shell, ansible] = [await perform(plan, folder, make(), 'shell', phases), await perform(plan, folder, make(), 'ansible', phases)];
  const known = ({ journal, state, codes }: Ended): unknown => ({ journal, state, well: codes.map((code) => code === 0) });
  return { shell: known(shell), ansible: known(ansible) };
}

describe.skipIf(!HAS_ANSIBLE)('the reboot of a cloud (skipped without ansible-playbook)', () => {
  const rig = (fault?: string): Rig => {
    const cloud = new RebootCloud('cmp1.ber sto1.ber');
    if (fault !== undefined) cloud.fault('once', fault);
    return { cloud: cloud.folder, state: () => cloud.state() };
  };
  const FAULTS = [
    'ctl1.ber:consul kv put*', 'cmp1.ber:openstack compute service set --disable*', 'cmp1.ber:consul maint -enable*', 'cmp1.ber:systemctl reboot*', 'cmp1.ber:consul maint -disable*',
    'cmp1.ber:openstack compute service set --enable*', 'sto1.ber:systemctl reboot*', 'ctl1.ber:consul kv delete*',
  ];

  it('ends in the same state', async () => {
    const { ansible, shell } = await both(await compiled(reboot, 'reboot.belay', 'reboot'), reboot, () => rig(), ['run']);
    expect(shell).toMatchObject({ well: [true] });
    expect(ansible).toEqual(shell);
  }, 300_000);

  it.each(ALL ? FAULTS : FAULTS.slice(5, 6))('fails at %s and goes back', async (fault) => {
    const { ansible, shell } = await both(await compiled(reboot, 'reboot.belay', 'reboot'), reboot, () => rig(fault), ['run', 'rollback']);
    expect(shell).toMatchObject({ well: [false, true] });
    expect(ansible).toEqual(shell);
  }, 300_000);
});

describe.skipIf(!HAS_ANSIBLE || !HAS_MOUNTS)('an upgrade that skips a release (skipped without ansible-playbook, and where mounts are forbidden)', () => {
  const rig = (...fault: string[]): Rig => {
    const cloud = freshCloud();
    if (fault.length > 0) cloud.fault('once', ...fault);
    return { cloud: cloud.folder, state: () => cloud.state() };
  };
  const FAULTS = [
    ['ctl2', 'systemctl disable openstack-glance-api*'], ['cmp1', 'system-image save*'], ['db1', 'mysqldump*'], ['ctl1', 'autoinstall*'], ['db1', 'zypper*mariadb*'], ['db1', 'mysql*'],
    ['ctl1', 'zypper*openstack-keystone*'], ['ctl1', 'keystone-manage*'], ['ctl1', 'nova-manage*--version*290*'], ['ctl1', 'nova-manage*migrate_flavor_data*'],
    ['cmp1', 'systemctl enable openstack-nova-compute*'], ['ctl1', 'openstack token issue*'],
  ] as const;

  it.each(ALL ? ['done'] : [])('ends in the same state, %s', async () => {
    const { ansible, shell } = await both(await compiled(kilo, 'skip-kilo.belay', 'skip_kilo'), kilo, () => rig(), ['run']);
    expect(shell).toMatchObject({ well: [true] });
    expect(ansible).toEqual(shell);
  }, 600_000);

  it.each(ALL ? FAULTS : FAULTS.slice(3, 4))('fails on %s at %s and goes back', async (host, pattern) => {
    const { ansible, shell } = await both(await compiled(kilo, 'skip-kilo.belay', 'skip_kilo'), kilo, () => rig(host, pattern), ['run', 'rollback']);
    expect(shell).toMatchObject({ well: [false, true] });
    expect(ansible).toEqual(shell);
  }, 600_000);
});
