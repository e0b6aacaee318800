/** Bundles the `belay` command into one file, `dist/belay.cjs`, that needs nothing but Node. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { bundleIfCalled, setupOf, writeWhole } from '../../../scripts/bundling.mjs';
import { libraryPatches } from './library-patches.mjs';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const bundleFile = `${packageFolder}dist/belay.cjs`;
const { version } = JSON.parse(readFileSync(`${packageFolder}package.json`, 'utf8'));

/**
 * Writes the bundle: the loader, and the program as a text that it runs.
 *
 * @throws esbuild's BuildFailure, after it was printed, if a source can not be read; the old bundle stays
 */
export async function bundle() {
  const { outputFiles } = await esbuild.build({
    absWorkingDir: packageFolder,
    entryPoints: ['src/cli/main.ts'],
    outfile: bundleFile,
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    // A program that is run by `vm.Script` has no `import()`.
    supported: { 'dynamic-import': false },
    minify: true,
    legalComments: 'none',
    loader: { '.md': 'text', '.py': 'text', '.sh': 'text' },
    define: { BELAY_VERSION: JSON.stringify(version) },
    plugins: [libraryPatches],
    logLevel: 'warning',
  });
  const program = `(function(exports,require,module,__filename,__dirname){${toAscii(outputFiles[0].text)}})`;
  const { code: loader } = await esbuild.transform(readFileSync(`${packageFolder}build/loader.cjs`, 'utf8'), {
    target: 'node20',
    minify: true,
    define: { PROGRAM_HASH: JSON.stringify(createHash('sha256').update(program).digest('hex').slice(0, 16)) },
  });
  writeWhole(bundleFile, `#!/usr/bin/env node\nconst PROGRAM=${JSON.stringify(program)};\n${loader}`, 0o755);
}

/** Escapes what esbuild leaves in regular expressions: one character beyond ASCII makes V8 take two bytes for each of the text. */
function toAscii(text) {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/[^\x00-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Vitest's global setup. */
export const setup = setupOf(bundle);

await bundleIfCalled(import.meta.url, bundle);
