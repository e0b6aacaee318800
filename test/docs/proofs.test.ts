import { expect, test } from 'vitest';
import { runPage } from './run-page.test-helpers.ts';

test('every command of the page about proofs prints what the page says', async () => {
  const { languages } = await runPage('proofs.md');
  expect(languages).toEqual(['belay', 'sh', 'text', 'sh', 'text']);
}, 60_000);
