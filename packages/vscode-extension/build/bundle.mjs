/** Bundles the extension into `dist`, what is needed when a file is opened apart from what is loaded after that, and puts the server and the command beside it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { bundleIfCalled, writeWhole } from '../../../scripts/bundling.mjs';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));

/** What the extension runs, from the packages beside it; they have to be bundled before. */
const PROGRAMS = ['../compiler/dist/belay.cjs', '../lsp/dist/belay-lsp.cjs'];

/** The module that is loaded when the extension is active already. */
const LATER = 'language-client';

/** Leaves that module out of the first bundle. */
const splitLater = {
  name: 'split-later',
  setup(build) {
    build.onResolve({ filter: new RegExp(`^\\./${LATER}\\.ts$`) }, () => ({ path: `./${LATER}.cjs`, external: true }));
  },
};

/**
 * Writes the bundles and the programs.
 *
 * @throws esbuild's BuildFailure, after it was printed, if a source can not be read
 */
export async function bundle() {
  const { outputFiles } = await esbuild.build({
    absWorkingDir: packageFolder,
    entryPoints: ['src/extension.ts', `src/${LATER}.ts`],
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode'],
    // A module that VS Code loads finds `vscode` by `require` only.
    supported: { 'dynamic-import': false },
    plugins: [splitLater],
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  for (const { path: file, contents } of outputFiles) writeWhole(`${packageFolder}dist/${path.basename(file)}`, contents);
  for (const program of PROGRAMS) writeWhole(`${packageFolder}dist/${path.basename(program)}`, readFileSync(packageFolder + program), 0o755);
}

await bundleIfCalled(import.meta.url, bundle);
