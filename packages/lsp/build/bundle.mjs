/** Bundles the language server: `dist/belay-lsp.cjs` for Node, and `dist/belay-lsp.worker.js` for a worker of a browser. */
import { chmodSync, copyFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(`${packageFolder}package.json`, 'utf8'));

const COMMON = {
  absWorkingDir: packageFolder,
  bundle: true,
  write: false,
  target: 'es2022',
  minify: true,
  legalComments: 'none',
  loader: { '.md': 'text', '.py': 'text', '.sh': 'text' },
  define: { BELAY_VERSION: JSON.stringify(version) },
  logLevel: 'warning',
};

/**
 * Writes both bundles, and the pages of findings beside them.
 *
 * @throws esbuild's BuildFailure, after it was printed, if a source can not be read; the old bundles stay
 */
export async function bundle() {
  const [command, worker] = await Promise.all([
    esbuild.build({ ...COMMON, entryPoints: ['src/main.ts'], outfile: 'dist/belay-lsp.cjs', platform: 'node', format: 'cjs', target: 'node20', mainFields: ['module', 'main'] }),
    esbuild.build({ ...COMMON, entryPoints: ['src/browser.ts'], outfile: 'dist/belay-lsp.worker.js', platform: 'browser', format: 'iife' }),
  ]);
  mkdirSync(`${packageFolder}dist`, { recursive: true });
  copyFileSync(`${packageFolder}../../docs/diagnostics.md`, `${packageFolder}dist/diagnostics.md`);
  writeWhole('dist/belay-lsp.cjs', `#!/usr/bin/env node\n${command.outputFiles[0].text}`, 0o755);
  writeWhole('dist/belay-lsp.worker.js', worker.outputFiles[0].text, 0o644);
}

/** Replaces a file in one step, so that a reader never sees half of it. */
function writeWhole(name, text, mode) {
  const temporary = `${packageFolder}${name}.${process.pid}`;
  writeFileSync(temporary, text);
  chmodSync(temporary, mode);
  renameSync(temporary, `${packageFolder}${name}`);
}

/** Vitest's global setup. Where the bundle can't be built, tests of anything else run all the same. */
export async function setup() {
  try {
    await bundle();
  } catch (error) {
    if (!Array.isArray(error.errors)) throw error;
    process.env.BELAY_BUNDLE_FAILED = '1';
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await bundle();
  } catch (error) {
    if (!Array.isArray(error.errors)) throw error;
    process.exitCode = 1;
  }
}
