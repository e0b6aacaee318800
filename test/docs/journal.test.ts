import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { EVENT_FIELDS } from '../../packages/compiler/src/journal/events.ts';
import { journalFaults } from '../journal.test-helpers.ts';
import { runPage } from './run-page.test-helpers.ts';

test('every command of the page about the journal prints what the page says, and its example is a journal', async () => {
  const { languages, json } = await runPage('journal.md');
  expect(languages.join(' ')).toBe('belay sh sh sh text sh text sh text sh sh text sh json');
  expect(json.map(journalFaults)).toEqual([[]]);
}, 60_000);

test('its table has the events and their fields in the order of a line', () => {
  const page = readFileSync(path.resolve(import.meta.dirname, '../../docs/journal.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \| (.*) \|$/gm)].map(([, event = '', fields = '']) => [event, [...fields.replaceAll(/\([^)]*\)|: .*$/g, '').matchAll(/`(\w+)`/g)].map(([, name]) => name)]);
  expect(Object.fromEntries(rows)).toEqual(EVENT_FIELDS);
});
