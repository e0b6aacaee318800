import { expect, test } from 'vitest';
import { marked } from '../testing/marked.test-helpers.ts';
import { formatDocument, formatOnType, formatRange } from './formatting.ts';

const OPTIONS = { tabSize: 2, insertSpaces: true };

test.each([
  ['indentation and gaps', 'plan p {\n on     c\n      stop nova.api\n}\n', 'plan p {\n  on c\n  stop nova.api\n}\n'],
  ['blank lines', 'use openstack\n\n\n\nlet a = 1\n\n', 'use openstack\n\nlet a = 1\n'],
  ['the end of the last line', 'let a = 1', 'let a = 1\n'],
  ['line breaks of Windows, which stay', 'plan p {\r\non c\r\n}\r\n', 'plan p {\r\n  on c\r\n}\r\n'],
  ['a block that is broken up', `plan p { ${'run "echo hello world, this is long"  '.repeat(4)}}\n`, `plan p {\n${'  run "echo hello world, this is long"\n'.repeat(4)}}\n`],
  ['comments', 'plan p {\n# one\n   on c # two\n}\n', 'plan p {\n  # one\n  on c  # two\n}\n'],
])('formats %s', async (_, source, expected) => {
  const { snapshot, at, applied } = await marked(source);
  expect(applied('plan.belay', formatDocument(snapshot, { ...at, options: OPTIONS }))).toBe(expected);
});

test('touches only the lines that change', async () => {
  const { snapshot, at } = await marked('plan p {\n  on c\n stop nova.api\n  start nova.api\n}\n');
  expect(formatDocument(snapshot, { ...at, options: OPTIONS })).toEqual([{ range: { start: { line: 2, character: 0 }, end: { line: 3, character: 0 } }, newText: '  stop nova.api\n' }]);
});

test.each(['plan p {\n run "never closed\n}\n', 'plan p {\n on c\n', 'plan p ! {\n on c\n}\n'])('leaves alone what can not be formatted safely: %j', async (source) => {
  const { snapshot, at } = await marked(source);
  expect(formatDocument(snapshot, { ...at, options: OPTIONS })).toBeNull();
});

test('a range: its lines only', async () => {
  const { snapshot, at, ranges, applied } = await marked('plan p {\n on c\n<| stop nova.api\n start nova.api\n|> stop nova.api\n}\n');
  const range = ranges[0]?.range ?? { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  expect(applied('plan.belay', formatRange(snapshot, { ...at, range, options: OPTIONS }))).toBe('plan p {\n on c\n  stop nova.api\n  start nova.api\n stop nova.api\n}\n');
});

test('after a closing brace: its block', async () => {
  const { snapshot, at, applied } = await marked('let  a = 1\nplan p {\n on c\n stage s {\nstop nova.api\n }<|>\n}\n');
  expect(applied('plan.belay', formatOnType(snapshot, { ...at, ch: '}', options: OPTIONS }))).toBe('let  a = 1\nplan p {\n on c\n  stage s {\n    stop nova.api\n  }\n}\n');
});

test('after a line break: the line that was left', async () => {
  const { snapshot, at, applied } = await marked('plan p {\n on  c\n stop   nova.api\n<|>  start nova.api\n}\n');
  expect(applied('plan.belay', formatOnType(snapshot, { ...at, ch: '\n', options: OPTIONS }))).toBe('plan p {\n on  c\n  stop nova.api\n  start nova.api\n}\n');
});
