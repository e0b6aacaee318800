import { expect, test } from 'vitest';
import { runPage } from './run-page.test-helpers.ts';

test('every command of the page on deployments does what it says', async () => {
  const { languages, outputs } = await runPage('deploy.md');
  expect(languages).toEqual(['belay', 'sh', 'sh', 'sh', 'sh', 'text']);
  expect(outputs[1]?.split('\n').at(-2)).toBe('v2');
}, 60_000);
