import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { WorkspaceFiles } from '../../../packages/compiler/src/cli/workspace-files.ts';
import { compilePlan, emitShell, loadProject, type Plan } from '../../../packages/compiler/src/index.ts';
import { copyFolder, example as kilo } from '../../examples/suse-skip-kilo-cloud.ts';
import { example as reboot } from '../../examples/syseleven-reboot-cloud.ts';
import { writeProject } from '../project.ts';
import type { Rig } from './rig.ts';
import type { Subject } from './rows.ts';

/** The sandbox of the upgrade gives modules of Ansible a host's folders by mounts of their own. */
const HAS_MOUNTS = spawnSync('unshare', ['--mount', ...(process.getuid?.() === 0 ? [] : ['--map-root-user']), 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;

/** Both examples, each with sandboxes as it brings them. */
export async function exampleSubjects(): Promise<Subject[]> {
  const reset = { 'syseleven-reboot': ['cmp1.ber', 'sto1.ber'], 'suse-skip-kilo': [] };
  const subject = async (name: keyof typeof reset, example: string, entry: string, planName: string): Promise<Subject> => {
    const { plan } = compilePlan(await loadProject(entry, new WorkspaceFiles(example, new Map())), { plan: planName });
    if (plan === undefined) throw new Error(`${entry} has errors`);
    return { name, plan, rig: (one) => sandboxCloud(one, example, reset[name]) };
  };
  const first = await subject('syseleven-reboot', reboot, 'reboot.belay', 'reboot');
  return HAS_MOUNTS ? [first, await subject('suse-skip-kilo', kilo, 'skip-kilo.belay', 'skip_kilo')] : [first];
}

/** Both executors of an example on a sandbox cloud of their own, or a copy of one with everything in it. */
function sandboxCloud(plan: Plan, example: string, hosts: readonly string[], from?: string): Rig {
  const folder = path.join(mkdtempSync(path.join(tmpdir(), 'belay-matrix-')), 'rig');
  const cloud = path.join(folder, 'cloud');
  const env = { ...process.env, SANDBOX_CLOUD: cloud, BOOT_MILLISECONDS: '20' };
  const sandbox = (tool: string, ...words: readonly string[]): string => {
    const { status, stdout, stderr } = spawnSync(path.join(example, 'sandbox', tool), words, { env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`sandbox/${tool}: exit ${status}: ${stderr}`);
    return stdout;
  };
  if (from === undefined) {
    spawnSync('mkdir', ['-p', folder]);
    sandbox('reset', ...hosts);
    writeProject(plan, path.join(folder, 'project'));
    writeFileSync(path.join(folder, 'upgrade.sh'), emitShell(plan));
    chmodSync(path.join(folder, 'upgrade.sh'), 0o755);
  } else {
    copyFolder(from, folder);
  }
  const broken = path.join(cloud, 'broken');
  const journal = path.join(folder, 'state/journal');
  return {
    folder, program: path.join(folder, 'upgrade.sh'), project: path.join(folder, 'project'), state: path.join(folder, 'state'), directory: example,
    environment: { HOME: process.env['HOME'], SANDBOX_CLOUD: cloud, ANSIBLE_REMOTE_TMP: '~/.ansible/tmp' },
    isBroken: '[[ -e $SANDBOX_CLOUD/broken ]]',
    breakIt: () => writeFileSync(broken, ''),
    mendIt: () => rmSync(broken, { force: true }),
    world: () => sandbox('state').split('\n'),
    journal: () => (existsSync(journal) ? readFileSync(journal, 'utf8') : ''),
    copy: () => sandboxCloud(plan, example, hosts, folder),
    dispose: () => rmSync(path.dirname(folder), { recursive: true, force: true, maxRetries: 5 }),
  };
}
