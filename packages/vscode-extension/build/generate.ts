/** Writes what VS Code wants to have as files and the vocabulary has as data: the grammar and the snippets. A test tells when they are out of date. */
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { contributionFiles } from '../src/contributions/index.ts';

for (const [file, text] of contributionFiles()) {
  writeFileSync(new URL(`../${file}`, import.meta.url), text);
  process.stdout.write(`packages/vscode-extension/${file}\n`);
}
