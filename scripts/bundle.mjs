/** Builds the `belay` bundle if a source is newer than it. */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { root, runTool } from './bootstrap.mjs';

const packageFolder = path.join(root, 'packages', 'compiler');

/** The one file that is the `belay` command. */
export const bundleFile = path.join(packageFolder, 'dist', 'belay.cjs');

/** When the newest file below a folder was changed, in milliseconds; folders count too, so a removal shows. */
function newestChange(folder) {
  let newest = statSync(folder).mtimeMs;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name.endsWith('.test.ts')) continue;
    const file = path.join(folder, entry.name);
    newest = Math.max(newest, entry.isDirectory() ? newestChange(file) : statSync(file).mtimeMs);
  }
  return newest;
}

function isUpToDate() {
  const built = statSync(bundleFile, { throwIfNoEntry: false })?.mtimeMs;
  if (built === undefined) return false;
  const sources = ['src', 'build'].map((folder) => newestChange(path.join(packageFolder, folder)));
  const settings = ['packages/compiler/package.json', 'pnpm-lock.yaml'].map((file) => statSync(path.join(root, file)).mtimeMs);
  return Math.max(...sources, ...settings) < built;
}

/** Builds the bundle where it is missing or old. Writes to standard error only; ends the process on failure. */
export function ensureBundle() {
  if (isUpToDate()) return;
  for (const step of ['generate.mjs', 'bundle.mjs']) {
    const code = runTool('node', [path.join(packageFolder, 'build', step)], { stdio: ['ignore', 2, 'inherit'] });
    if (code !== 0) process.exit(code);
  }
}
