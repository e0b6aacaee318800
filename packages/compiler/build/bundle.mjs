/** Bundles the `belay` command into one file, `dist/belay.cjs`, that needs nothing but Node. */
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import process from 'node:process';
import * as esbuild from 'esbuild';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const bundleFile = `${packageFolder}dist/belay.cjs`;
const { version } = JSON.parse(readFileSync(`${packageFolder}package.json`, 'utf8'));

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
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  loader: { '.md': 'text', '.sh': 'text' },
  define: { BELAY_VERSION: JSON.stringify(version) },
  banner: { js: '#!/usr/bin/env node' },
  logLevel: 'warning',
});

mkdirSync(`${packageFolder}dist`, { recursive: true });
const temporary = `${bundleFile}.${process.pid}`;
writeFileSync(temporary, outputFiles[0].contents);
chmodSync(temporary, 0o755);
renameSync(temporary, bundleFile);
