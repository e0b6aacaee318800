/**
 * `npm test`: everything that must hold, from a fresh checkout: lint, types, the bundle, and all tests.
 *
 * Each stage runs even if an earlier one failed. Standard output ends with the number of tests on a line of its own.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { bootstrap, root, runTool } from './bootstrap.mjs';
import { ensureSystemTools } from './system-tools.mjs';
import { ensureVsCodeHost } from './vscode-host.mjs';

const reportFile = path.join(root, 'test', 'dist', 'vitest.json');
const vitestConfig = path.join('test', 'vitest.config.ts');
const compiler = path.join('packages', 'compiler');
const lsp = path.join('packages', 'lsp');
const vscodeExtension = path.join('packages', 'vscode-extension');
const vscodeHost = path.join('test', 'vscode-host');

bootstrap();
const missingTools = ensureSystemTools();
// Large, so elsewhere it is installed on demand only; its tests are skipped without it.
if (process.env.CI && !ensureVsCodeHost()) missingTools.push('code-server');
mkdirSync(path.dirname(reportFile), { recursive: true });
rmSync(reportFile, { force: true });

const stages = [
  { name: 'generate', command: ['node', path.join(compiler, 'build', 'generate.mjs')] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'types', command: ['tsc', '-b', compiler, lsp, vscodeExtension, 'test', vscodeHost] },
  { name: 'bundle', command: ['node', path.join(compiler, 'build', 'bundle.mjs')] },
  { name: 'bundle of the language server', command: ['node', path.join(lsp, 'build', 'bundle.mjs')] },
  { name: 'bundle of the extension', command: ['node', path.join(vscodeExtension, 'build', 'bundle.mjs')] },
  {
    name: 'tests',
    command: ['vitest', 'run', '--config', vitestConfig, '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`],
  },
];

const failed = [];
for (const { name, command } of stages) {
  process.stdout.write(`\n== ${name}\n`);
  const [program, ...args] = command;
  if (runTool(program, args) !== 0) failed.push(name);
}

const { passed, failures, skipped } = countTests();
for (const name of skipped) process.stdout.write(`skipped: ${name}\n`);
if (missingTools.length > 0) {
  process.stdout.write(`missing programs, so the tests that need them are skipped: ${missingTools.join(', ')}\n`);
  if (process.env.CI) failed.push('programs');
}
if (passed + failures === 0) failed.push('no test ran');
if (failed.length > 0) process.stdout.write(`failed: ${failed.join(', ')}\n`);
process.stdout.write(`${passed} passed, ${failures} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}\n`);
process.exitCode = failed.length > 0 || failures > 0 ? 1 : 0;

/** Counts tests in Vitest's JSON report. A file that fails outside its tests counts as one failure. */
function countTests() {
  let files;
  try {
    files = JSON.parse(readFileSync(reportFile, 'utf8')).testResults;
  } catch {
    return { passed: 0, failures: 0, skipped: [] };
  }
  const tests = files.flatMap((file) => file.assertionResults);
  const failedTests = tests.filter(({ status }) => status === 'failed').length;
  const brokenFiles = files.filter(
    (file) => file.status === 'failed' && file.assertionResults.every(({ status }) => status !== 'failed'),
  ).length;
  return {
    passed: tests.filter(({ status }) => status === 'passed').length,
    failures: failedTests + brokenFiles,
    skipped: tests.filter(({ status }) => status !== 'passed' && status !== 'failed').map(({ fullName }) => fullName),
  };
}
