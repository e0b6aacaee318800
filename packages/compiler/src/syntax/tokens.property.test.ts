import { Lexer, type IToken } from 'chevrotain';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sources } from './mangle.test-helpers.ts';
import { tokenize, TOKENS } from './tokens.ts';

const lexer = new Lexer(TOKENS, { positionTracking: 'onlyOffset', ensureOptimizations: true });

const shown = (tokens: readonly IToken[]): string[] => tokens.map((token) => `${token.tokenType.name} ${token.startOffset} ${token.tokenTypeIdx} ${token.image}`);

/** Texts of what may be a token, or a part of one, and of any characters. */
const texts = fc.array(fc.oneof(
  fc.constantFrom('"', '"""', '\\', '\n', '\r\n', '\r', ' ', '\t', '\f', '\ufeff', '#', '-', '->', '<<<<<<<', '=======', '|||||||', '>>>>>>>', '22:00', '2', ':', '='),
  fc.constantFrom(',', '{', '}', '(', ')', '[', ']', 'a', 'é', '東', '\u061c', '😀', '\ud800', '<', '>', '|', ';', '$', '*', '%', '.', '/', '_', '\0'),
  fc.string({ unit: 'binary', maxLength: 3 }),
), { maxLength: 24 }).map((parts) => parts.join(''));

test.each([['texts', texts], ['sources', sources]] as const)('tokens of %s are those that Chevrotain finds', (_, arbitrary) => {
  fc.assert(fc.property(arbitrary, (text) => {
    const expected = lexer.tokenize(text);
    const { tokens, comments } = tokenize(text);
    expect(expected.errors).toEqual([]);
    expect(shown(tokens)).toEqual(shown(expected.tokens));
    expect(shown(comments)).toEqual(shown(expected.groups['comments'] ?? []));
  }), { numRuns: 2_000 });
});
