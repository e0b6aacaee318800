import { Source } from '@belay/compiler/analysis';
import { expect, test } from 'vitest';
import { negotiateEncoding, offsetAt, placesOf, positionAt, type PositionEncoding } from './positions.ts';

/** Tabs, an astral character, a combining one, and the three kinds of line breaks. */
const TEXT = 'a\tb\r\né😀x\rlast\n';

test.each<[PositionEncoding, number, number, number, string]>([
  ['utf-16', 0, 2, 2, 'b'], ['utf-16', 1, 0, 5, 'é'], ['utf-16', 1, 3, 8, 'x'], ['utf-16', 2, 0, 10, 'l'],
  ['utf-8', 0, 2, 2, 'b'], ['utf-8', 1, 2, 6, '😀'], ['utf-8', 1, 6, 8, 'x'],
  ['utf-32', 1, 1, 6, '😀'], ['utf-32', 1, 2, 8, 'x'], ['utf-32', 2, 1, 11, 'a'],
])('%s: line %i, column %i is offset %i, before %j', (encoding, line, character, offset, next) => {
  const source = new Source('a', TEXT);
  expect(TEXT.startsWith(next, offset)).toBe(true);
  expect(offsetAt(source, { line, character }, encoding)).toBe(offset);
  expect(positionAt(source, offset, encoding)).toEqual({ line, character });
});

test.each<PositionEncoding>(['utf-16', 'utf-8', 'utf-32'])('%s: positions beyond a line, before it, and beyond the text', (encoding) => {
  const source = new Source('a', TEXT);
  expect([{ line: 0, character: 99 }, { line: 0, character: -1 }, { line: -1, character: 0 }, { line: 3, character: 5 }, { line: 1e9, character: 0 }].map((one) => offsetAt(source, one, encoding))).toEqual([3, 0, 0, 15, 15]);
});

test.each([
  [undefined, 'utf-16'], [[], 'utf-16'], [['utf-8'], 'utf-8'], [['utf-8', 'utf-16'], 'utf-16'], [['utf-32', 'utf-8'], 'utf-8'], [['utf-7'], 'utf-16'],
])('a client that offers %j gets %s', (offered, expected) => {
  expect(negotiateEncoding(offered)).toBe(expected);
});

test.each<[PositionEncoding, readonly number[]]>([
  ['utf-16', [0, 2, 1, 1, 0, 1, 1, 1, 2, 1, 3, 1, 2, 0, 4]], ['utf-8', [0, 2, 1, 1, 0, 2, 1, 2, 4, 1, 6, 1, 2, 0, 4]], ['utf-32', [0, 2, 1, 1, 0, 1, 1, 1, 1, 1, 2, 1, 2, 0, 4]],
])('%s: lines, characters and lengths of many', (encoding, expected) => {
  const spans = ['b', 'é', '😀', 'x', 'last'].map((word) => ({ start: TEXT.indexOf(word), end: TEXT.indexOf(word) + word.length }));
  expect([...placesOf(new Source('a', TEXT), spans, encoding)]).toEqual(expected);
});
