import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { emitAnsible } from '../../packages/compiler/src/emit/ansible/index.ts';
import type { Plan } from '../../packages/compiler/src/plan/plan.ts';
import type { Outcome } from '../shell/program.ts';

/** Whether Ansible is there; without it these tests are skipped by name. */
export const HAS_ANSIBLE = spawnSync('ansible-playbook', ['--version']).status === 0;
export const HAS_LINT = HAS_ANSIBLE && spawnSync('ansible-lint', ['--version']).status === 0;

/** Writes the project of a plan into a folder. */
export function writeProject(plan: Plan, folder: string): void {
  for (const { path: name, content, encoding } of emitAnsible(plan)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content, encoding);
  }
}

/** How a run of ansible-playbook is called. */
export interface PlayOptions {
  /** The folder of the journal. */
  readonly state: string;
  /** Where commands of this machine run. */
  readonly directory: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly more?: readonly string[];
}

/** Calls ansible-playbook in a project, to its end. An exit code of null is a kill. */
export function playbook(project: string, name: string, { state, directory, environment = {}, more = [] }: PlayOptions): Promise<Outcome> {
  const words = [name, '-e', JSON.stringify({ belay_state: state, belay_directory: directory }), ...more];
  const env = {
    PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', TZ: 'UTC', USER: 'operator', ANSIBLE_NOCOLOR: '1', ANSIBLE_REMOTE_TMP: path.join(directory, '.ansible-remote'),
    ANSIBLE_LOCAL_TEMP: path.join(directory, '.ansible-local'), ANSIBLE_ASYNC_DIR: path.join(directory, '.ansible-async'), ...environment,
  };
  return new Promise((resolve, reject) => {
    const child = spawn('ansible-playbook', words, { cwd: project, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.on('data', (data: Buffer) => (out += data.toString()));
    child.stderr.on('data', (data: Buffer) => (err += data.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

/** A temporary folder with a project in it, and hosts that are folders: `enter NAME WORD…` runs the words in `hosts/NAME`. */
export class Sandbox {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'belay-ansible-'));
  readonly project = path.join(this.folder, 'project');

  constructor(plan: Plan) {
    writeProject(plan, this.project);
    writeFileSync(path.join(this.folder, 'enter'), '#!/bin/bash\nmkdir -p "hosts/$1" && cd "hosts/$1" && shift && exec "$@"\n');
    chmodSync(path.join(this.folder, 'enter'), 0o755);
  }

  run(name: 'site.yml' | 'rollback.yml', ...more: string[]): Promise<Outcome> {
    return playbook(this.project, name, {
      state: path.join(this.folder, '.belay/test_plan'), directory: this.folder, environment: { HOME: this.folder }, more,
    });
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
