import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

/** The example's folder in the checkout. */
export const example = fileURLToPath(new URL('../../examples/suse-skip-kilo', import.meta.url));

/** What a command on a host came to: its exit code, and both its outputs, without the last newline. */
export interface Outcome {
  readonly status: number;
  readonly output: string;
}

/** A sandbox cloud of its own. */
export interface SandboxCloud {
  readonly folder: string;
  /** Runs a program on a host, as `sandbox/enter` does. */
  enter(host: string, ...words: readonly string[]): Outcome;
  /** Runs bash text on a host. */
  on(host: string, command: string): Outcome;
  /** Runs bash text on hosts, one after the other, and throws if it fails. */
  must(hosts: string, command: string): void;
  /** `sandbox/fault`. */
  fault(...words: readonly string[]): void;
  /** `sandbox/state`, line by line. */
  state(): string[];
}

const made: string[] = [];

/** A folder that goes away after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'skip-kilo-'));
  made.push(folder);
  return folder;
}

afterAll(() => {
  spawnSync('rm', ['-rf', '--', ...made]);
}, 120_000);

/** A cloud as `sandbox/reset` makes it: Juno on SLES 12, everything up, chef-client running. */
export function freshCloud(folder = path.join(temporaryFolder(), 'cloud')): SandboxCloud {
  const cloud = cloudIn(folder);
  const { status, stderr } = spawnSync(path.join(example, 'sandbox', 'reset'), { env: { ...process.env, SANDBOX_CLOUD: folder }, encoding: 'utf8' });
  if (status !== 0) throw new Error(`sandbox/reset: exit ${status}: ${stderr}`);
  return cloud;
}

/** A cloud in the same state as another. */
export function copyOf(cloud: SandboxCloud): SandboxCloud {
  const folder = path.join(temporaryFolder(), 'cloud');
  copyFolder(cloud.folder, folder);
  return cloudIn(folder);
}

/** Copies a folder with its symbolic links and permissions; much faster than `cpSync` for many small files. */
export function copyFolder(from: string, to: string): void {
  const { status, stderr } = spawnSync('cp', ['-a', '--', from, to], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

/** The cloud that lies in a folder. */
export function cloudIn(folder: string): SandboxCloud {
  const env = { ...process.env, SANDBOX_CLOUD: folder };
  const sandbox = (tool: string, words: readonly string[]): Outcome => {
    const { status, stdout, stderr } = spawnSync(path.join(example, 'sandbox', tool), words, { env, encoding: 'utf8' });
    return { status: status ?? -1, output: `${stdout}${stderr}`.trimEnd() };
  };
  const must = (tool: string, ...words: readonly string[]): string => {
    const { status, output } = sandbox(tool, words);
    if (status !== 0) throw new Error(`sandbox/${tool} ${words.join(' ')}: exit ${status}: ${output}`);
    return output;
  };
  return {
    folder,
    enter: (host, ...words) => sandbox('enter', [host, ...words]),
    on: (host, command) => sandbox('enter', [host, 'bash', '-c', command]),
    must: (hosts, command) => {
      for (const host of hosts.split(' ')) must('enter', host, 'bash', '-c', command);
    },
    fault: (...words) => {
      must('fault', ...words);
    },
    state: () => must('state').split('\n'),
  };
}
