import { expect, test } from 'vitest';
import { typedLine } from './typed-line.ts';

const at = (start: [number, number], end: [number, number], text: string): Parameters<typeof typedLine>[0][number] => ({
  range: { start: { line: start[0], character: start[1] }, end: { line: end[0], character: end[1] } }, text,
});

test.each([
  ['a letter', [at([3, 5], [3, 5], 'a')], 3],
  ['a letter taken away', [at([3, 4], [3, 5], '')], 3],
  ['a word completed', [at([3, 0], [3, 4], 'controllers')], 3],
  ['a line break: the line below', [at([3, 9], [3, 9], '\n  ')], 4],
  ['lines that were joined', [at([3, 9], [4, 0], '')], undefined],
  ['several lines', [at([3, 0], [3, 0], 'a\nb\n')], undefined],
  ['a long text', [at([3, 0], [3, 0], 'x'.repeat(41))], undefined],
  ['several places', [at([3, 0], [3, 0], 'a'), at([9, 0], [9, 0], 'a')], undefined],
  ['the whole document', [{ text: 'a' }], undefined],
  ['nothing', [], undefined],
])('%s', (_, changes, expected) => {
  expect(typedLine(changes)).toBe(expected);
});
