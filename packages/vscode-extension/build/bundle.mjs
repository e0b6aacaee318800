/** Bundles the extension into `dist`, what is needed when a file is opened apart from what is loaded after that, and puts the server and the command beside it. */
import { copyFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

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
  mkdirSync(`${packageFolder}dist`, { recursive: true });
  for (const { path: file, contents } of outputFiles) writeWhole(`dist/${path.basename(file)}`, contents);
  for (const program of PROGRAMS) copyFileSync(packageFolder + program, `${packageFolder}dist/${program.split('/').at(-1)}`);
}

/** Replaces a file in one step, so that a reader never sees half of it. */
function writeWhole(name, contents) {
  const temporary = `${packageFolder}${name}.${process.pid}`;
  writeFileSync(temporary, contents);
  renameSync(temporary, packageFolder + name);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await bundle();
  } catch (error) {
    if (!Array.isArray(error.errors)) throw error;
    process.exitCode = 1;
  }
}
