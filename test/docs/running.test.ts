import { expect, test } from 'vitest';
import { runPage } from './run-page.test-helpers.ts';

test('every command of the page about running a plan does what the page says', async () => {
  const { languages, outputs } = await runPage('running.md');
  expect(languages).toEqual(['belay', 'sh', 'sh', 'text', 'sh', 'sh', 'text', 'sh']);
  expect(outputs[0]).toContain('1.0s until the next batch\n');
  expect(outputs[0]).toContain('; failed on node5, node9\n');
}, 60_000);
