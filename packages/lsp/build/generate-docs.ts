/** `pnpm generate-docs`: writes the page about editors, which is made from what the server registers. A test tells when it is out of date. */
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { generatedPages } from './docs/index.ts';

for (const [file, text] of generatedPages()) {
  writeFileSync(new URL(`../../../${file}`, import.meta.url), text);
  process.stdout.write(`${file}\n`);
}
