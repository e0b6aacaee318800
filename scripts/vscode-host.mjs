/** The VS Code that the extension is tested in, and the program that packs the extension: 900 MB, in a folder of their own. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { root } from './bootstrap.mjs';

const folder = path.join(root, 'test', 'vscode-host');
const stampFile = path.join(folder, 'node_modules', '.belay-install');

/** What VS Code itself needs is not part of its package; it brings a lock file for that. */
const server = path.join(folder, 'node_modules', 'code-server', 'lib', 'vscode');

/**
 * Installs them unless they are there already. Writes to standard error only.
 *
 * @returns whether they are there
 */
export function ensureVsCodeHost() {
  const stamp = createHash('sha256').update(`${process.platform} ${process.arch}\n`).update(readFileSync(path.join(folder, 'package-lock.json'))).digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return true;
  process.stderr.write('belay: installing VS Code for the tests (once; 900 MB) …\n');
  const isInstalled = npm(folder, 'ci') && npm(server, 'install', '--omit=dev', '--no-save');
  if (isInstalled) writeFileSync(stampFile, stamp);
  return isInstalled;
}

/** Runs npm; what it says is shown if it fails. */
function npm(where, ...args) {
  const { status, stdout, stderr, error } = spawnSync('npm', [...args, '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: where, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (status === 0) return true;
  process.stderr.write(`${stdout ?? ''}${stderr ?? ''}belay: npm ${args[0]} in ${path.relative(root, where)} failed: ${error?.message ?? `exit code ${status}`}\n`);
  return false;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = ensureVsCodeHost() ? 0 : 1;
