import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Plan } from '../../../packages/compiler/src/index.ts';
import { cloudFolder, worldOf } from '../../oracle/cloud-folder.ts';
import { writeProject } from '../project.ts';
import type { Rig } from './rig.ts';

/** Runs the words in the folder of the host, with the programs of the sandbox. */
const ENTER = `#!/bin/bash
export ROOT=$PWD PATH=$PWD/bin:$PATH
cd "hosts/$1" || exit 255
shift
exec "$@"
`;

/**
 * A random plan as it can run in folders: modules of Ansible get their paths by standard input, where no sandbox can put others, so the paths that commands and files
 * use start where the command runs, in the folder of the host. Names of resources stay what they are.
 */
export function inFolders(plan: Plan): Plan {
  return JSON.parse(JSON.stringify(plan), (key, value: unknown) => {
    if (typeof value !== 'string') return value;
    if (key === 'path') return value.replace(/^\/belay\//, '/proc/self/cwd/belay/');
    if (key !== 'shell' && key !== 'bootId') return value;
    return value.replaceAll(/(?<!\.)\/belay\//g, 'belay/').replaceAll('tar -C / ', 'tar -C . ').replaceAll('/proc/sys/kernel/random/boot_id', 'boot_id');
  }) as Plan;
}

/** Both executors of a plan on a cloud of folders, or a copy of one with everything in it. */
export function smallCloud(plan: Plan, from?: Rig): Rig {
  const folder = from === undefined ? fresh(plan) : mkdtempSync(path.join(tmpdir(), 'belay-matrix-'));
  if (from !== undefined) cpSync(from.folder, folder, { recursive: true, verbatimSymlinks: true });
  const broken = path.join(folder, 'broken');
  return {
    folder, program: path.join(folder, 'upgrade.sh'), project: path.join(folder, 'project'), state: path.join(folder, '.belay/random'), directory: folder,
    environment: { HOME: folder },
    breakIt: () => writeFileSync(broken, ''),
    mendIt: () => rmSync(broken, { force: true }),
    // A lock has the id of the run in it.
    world: () => Object.entries(worldOf({ folder })).map(([file, text]) => `${file}: ${file.endsWith('/locked') ? 'locked' : text}`),
    copy: () => smallCloud(plan, { folder } as Rig),
    dispose: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
    isBroken: '[[ -e $ROOT/broken ]]',
    journal: () => (existsSync(path.join(folder, '.belay/random/journal')) ? readFileSync(path.join(folder, '.belay/random/journal'), 'utf8') : ''),
  };
}

function fresh(plan: Plan): string {
  const program = cloudFolder(plan);
  program.write('enter', ENTER, 0o755);
  writeProject(plan, path.join(program.folder, 'project'));
  return program.folder;
}
