/** `npm run language-server`: builds the language server, from a fresh checkout. */
import path from 'node:path';
import process from 'node:process';
import { bootstrap, runTool } from './bootstrap.mjs';

const steps = ['compiler/build/generate.mjs', 'lsp/build/bundle.mjs'];

bootstrap();
const isBuilt = steps.every((step) => runTool('node', [path.join('packages', step)]) === 0);
if (isBuilt) process.stdout.write(`The language server is built: ${path.join('packages', 'lsp', 'dist', 'belay-lsp.cjs')}\n`);
process.exitCode = isBuilt ? 0 : 1;
