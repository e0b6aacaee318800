import { expect, test } from 'vitest';
import { runPage } from './run-page.test-helpers.ts';

test('every command of the first plan does what the page says', async () => {
  const { languages, outputs } = await runPage('first-plan.md');
  expect(languages).toEqual(['belay', 'belay', 'sh', 'sh', 'sh', 'sh', 'sh', 'sh', 'sh', 'sh']);
  expect(outputs[0]).toContain('too-many-down');
  expect(outputs[4]).toContain('web2');
}, 60_000);
