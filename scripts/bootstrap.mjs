/**
 * Makes a fresh checkout ready: installs the locked dependencies, among them the Node that the other scripts run on.
 *
 * This file and whatever imports it run on the machine's own Node (20 or newer), before anything is installed.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** The checkout's top folder, without a trailing slash. */
export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

const pnpm = 'pnpm@12.21.0';
const stampFile = path.join(root, 'node_modules', '.belay-install');

/** Changes whenever what has to be installed changes, or the platform that it was installed for. */
function installStamp() {
  const hash = createHash('sha256');
  hash.update(`${pnpm} ${process.platform} ${process.arch}\n`);
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) hash.update(readFileSync(path.join(root, file)));
  return hash.digest('hex');
}

/**
 * Installs the dependencies unless they are there already. Writes to standard error only.
 * Ends the process with the installer's output when that fails.
 */
export function bootstrap() {
  const stamp = installStamp();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  process.stderr.write('belay: installing dependencies into node_modules (once) …\n');
  const install = spawnSync('npx', ['--yes', pnpm, 'install', '--frozen-lockfile', '--config.confirmModulesPurge=false'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  });
  if (install.status !== 0) {
    process.stderr.write(`${install.stdout ?? ''}${install.stderr ?? ''}`);
    const why = install.error?.message ?? `npx ended with ${install.signal ?? `exit code ${install.status}`}`;
    process.stderr.write(`belay: installing the dependencies failed: ${why}\n`);
    process.stderr.write('belay: this needs npm and access to the npm registry (npm config get registry)\n');
    process.exit(1);
  }
  writeFileSync(stampFile, stamp);
}

/** The environment for tools of this checkout: its own Node and its tools come first on the PATH. */
export function toolEnvironment() {
  const bin = path.join(root, 'node_modules', '.bin');
  return { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}` };
}

/**
 * Runs a tool of this checkout in its top folder.
 * @returns its exit code; 1 if it did not start or a signal ended it
 */
export function runTool(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, env: toolEnvironment(), stdio: 'inherit', ...options });
  if (error) process.stderr.write(`belay: ${command} did not start: ${error.message}\n`);
  return status ?? 1;
}
