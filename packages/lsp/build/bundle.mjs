/** Bundles the language server: `dist/belay-lsp.cjs` for Node, and `dist/belay-lsp.worker.js` for a worker of a browser. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { bundleIfCalled, setupOf, writeWhole } from '../../../scripts/bundling.mjs';

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
  writeWhole(`${packageFolder}dist/diagnostics.md`, readFileSync(`${packageFolder}../../docs/diagnostics.md`));
  writeWhole(`${packageFolder}dist/belay-lsp.cjs`, `#!/usr/bin/env node\n${command.outputFiles[0].text}`, 0o755);
  writeWhole(`${packageFolder}dist/belay-lsp.worker.js`, worker.outputFiles[0].text);
}

/** Vitest's global setup. */
export const setup = setupOf(bundle);

await bundleIfCalled(import.meta.url, bundle);
