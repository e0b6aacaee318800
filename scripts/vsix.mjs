/** `npm run vsix`: packs the VS Code extension, from a fresh checkout. */
import path from 'node:path';
import process from 'node:process';
import { bootstrap, runTool } from './bootstrap.mjs';
import { ensureVsCodeHost } from './vscode-host.mjs';

const steps = ['compiler/build/generate.mjs', 'compiler/build/bundle.mjs', 'lsp/build/bundle.mjs', 'vscode-extension/build/bundle.mjs', 'vscode-extension/build/package.mjs'];

bootstrap();
const isPacked = ensureVsCodeHost() && steps.every((step) => runTool('node', [path.join('packages', step)]) === 0);
process.exitCode = isPacked ? 0 : 1;
