import { expect, test } from 'vitest';
import { runPage } from './run-page.test-helpers.ts';

test('every command of the page about locks does what the page says', async () => {
  const { languages, outputs } = await runPage('locks.md');
  expect(languages).toEqual(['belay', 'sh', 'sh', 'sh']);
  expect(outputs[1]).toContain('it says: the lock is held by: a process that does not say who it is');
}, 60_000);
