import { describe, expect, test } from 'vitest';
import { Source } from './source.ts';

describe('source', () => {
  test.each([
    ['', 0, '1:1'],
    ['', 5, '1:1'],
    ['ab\ncd', 0, '1:1'],
    ['ab\ncd', 2, '1:3'],
    ['ab\ncd', 3, '2:1'],
    ['ab\ncd', 5, '2:3'],
    ['ab\ncd', 99, '2:3'],
    ['ab\n', 3, '2:1'],
    ['a\r\nb', 1, '1:2'],
    ['a\r\nb', 3, '2:1'],
    ['a\rb', 2, '2:1'],
    ['a\r\r\nb', 2, '2:1'],
    ['a\r\r\nb', 4, '3:1'],
    // Columns are UTF-16 units, as in the language server protocol.
    ['😀x', 2, '1:3'],
  ])('%j at %i is %s', (text, offset, expected) => {
    const { line, column } = new Source('a.belay', text).position(offset);
    expect(`${line}:${column}`).toBe(expected);
  });

  test('lines come without their breaks', () => {
    const source = new Source('a.belay', 'one\ntwo\r\n\rfour');
    expect(source.lineCount).toBe(4);
    expect([1, 2, 3, 4].map((line) => source.line(line))).toEqual(['one', 'two', '', 'four']);
    expect([1, 2, 3, 4].map((line) => source.lineStart(line))).toEqual([0, 4, 9, 10]);
  });

  test('lines that do not exist are clamped', () => {
    const source = new Source('a.belay', 'one\ntwo');
    expect(source.lineStart(0)).toBe(0);
    expect(source.lineStart(9)).toBe(4);
    expect(source.line(9)).toBe('two');
  });

  test('an empty text has one line', () => {
    expect(new Source('a.belay', '').lineCount).toBe(1);
  });
});
