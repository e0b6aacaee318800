import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { contributionFiles } from './index.ts';

const packageFolder = fileURLToPath(new URL('../../', import.meta.url));

test.each([...contributionFiles()])('%s is up to date: `pnpm generate-docs` writes it', (file, text) => {
  expect(readFileSync(packageFolder + file, 'utf8')).toBe(text);
});
