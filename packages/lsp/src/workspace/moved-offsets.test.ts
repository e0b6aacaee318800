import fc from 'fast-check';
import { expect, test } from 'vitest';
import { movedOffsets } from './moved-offsets.ts';

test.each([
  ['nothing changed', 'a b c', 'a b c', [2, 3], [2, 3]],
  ['before the change', 'a b c', 'a b xx', [2, 3], [2, 3]],
  ['after the change', 'a b c', 'long b c', [2, 3], [5, 6]],
  ['the change itself', 'a b c', 'a x c', [2, 3], undefined],
  ['around the change', 'a b c', 'a xyz c', [0, 5], [0, 7]],
  ['an empty text', '', 'abc', [0, 0], [0, 0]],
])('%s: from %j to %j', (_, before, after, [start = 0, end = 0], expected) => {
  expect(movedOffsets(before, after).move({ start, end })).toEqual(expected === undefined ? undefined : { start: expected[0], end: expected[1] });
});

test('what did not change keeps its text, in long texts too', () => {
  fc.assert(fc.property(fc.string({ maxLength: 3_000 }), fc.string({ maxLength: 50 }), fc.string({ maxLength: 50 }), fc.string({ maxLength: 3_000 }), (head, old, now, tail) => {
    const moved = movedOffsets(head + old + tail, head + now + tail);
    const behind = moved.move({ start: head.length + old.length, end: head.length + old.length + tail.length });
    expect(moved.move({ start: 0, end: head.length })).toEqual({ start: 0, end: head.length });
    // What was put in may as well have been put in behind a character that is the same: then the span grows.
    expect((behind === undefined ? tail : (head + now + tail).slice(behind.start, behind.end)).endsWith(tail)).toBe(true);
  }));
});
