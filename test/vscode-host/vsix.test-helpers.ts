import { spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const extension = fileURLToPath(new URL('../../packages/vscode-extension/', import.meta.url));

/**
 * Bundles and packs the extension.
 *
 * @param name the name of the package's file
 * @param without files that are left out
 * @returns the path of the package
 */
export function packExtension(name: string, without: readonly string[] = []): string {
  const file = path.join(extension, 'dist', name);
  run('bundle.mjs');
  run('package.mjs', '--out', file, ...without.flatMap((one) => ['--without', one]));
  return file;
}

function run(script: string, ...args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(extension, 'build', script), ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${script} ended with ${status}:\n${stdout}${stderr}`);
}
