/** `pnpm generate-docs`: writes the pages in docs/ that are made from the sources. A test tells when they are out of date. */
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { generatedPages } from './docs/index.ts';

for (const [file, text] of generatedPages()) {
  writeFileSync(new URL(`../../../${file}`, import.meta.url), text);
  process.stdout.write(`${file}\n`);
}
