import { describe, expect, test } from 'vitest';
import { suggest } from './suggest.ts';

describe('suggestions', () => {
  test.each([
    ['stpo', ['stop', 'start', 'step'], ['stop']],
    ['controlers', ['controllers', 'computes'], ['controllers']],
    // A swap of neighbors counts once, a dropped letter once.
    ['keystoen', ['keystone'], ['keystone']],
    ['nova.cmpute', ['nova.compute', 'nova.conductor'], ['nova.compute']],
    // Case does not count; the same name is no suggestion.
    ['Nova', ['nova'], ['nova']],
    ['nova', ['nova', 'novae'], ['novae']],
    // At most a third of the letters may differ, but one always may.
    ['ab', ['ax', 'xy'], ['ax']],
    ['abcdef', ['abcdxy', 'abxyzw'], ['abcdxy']],
    ['x', [], []],
    // The best three, equals in the order of the alphabet.
    ['cat', ['bat', 'rat', 'hat', 'cut', 'cats'], ['bat', 'cats', 'cut']],
    ['cat', ['bat', 'bat', 'bat'], ['bat']],
  ])('%j among %j: %j', (mistyped, known, expected) => {
    expect(suggest(mistyped, known)).toEqual(expected);
  });

  test('names longer than 64 letters are not compared', () => {
    expect(suggest('a'.repeat(65), ['a'.repeat(64)])).toEqual([]);
    expect(suggest('a'.repeat(64), ['a'.repeat(65)])).toEqual([]);
    expect(suggest('a'.repeat(63), ['a'.repeat(64)])).toEqual(['a'.repeat(64)]);
  });
});
