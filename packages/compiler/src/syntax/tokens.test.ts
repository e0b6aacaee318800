import { Lexer } from 'chevrotain';
import { describe, expect, test } from 'vitest';
import { StructureParser } from './structure-grammar.test-helpers.ts';
import { readStructure } from './structure.ts';
import { conflictMarkersIn, endOf, isUnterminated, tokenize, TOKENS } from './tokens.ts';

/** Tokens as `Kind image`, line breaks left out. */
function tokensOf(text: string): string[] {
  return tokenize(text).tokens.filter((token) => token.tokenType.name !== 'Newline').map((token) => `${token.tokenType.name} ${token.image}`);
}

describe('tokens', () => {
  test('the lexer is valid, and finds each token by its first character', () => {
    const lexer = new Lexer(TOKENS, { positionTracking: 'onlyOffset', ensureOptimizations: true, skipValidations: false });
    expect(lexer.lexerDefinitionErrors).toEqual([]);
  });

  test('the grammar of lines and blocks is valid', () => {
    expect(() => new StructureParser(false)).not.toThrow();
    expect(readStructure([])).toEqual([]);
  });

  test.each([
    ['nova.api nova.* _x a-b a_b 10% 2.5% 200GB 1h30m 2025.1 ../x a/b', 'nova.api nova.* _x a-b a_b 10% 2.5% 200GB 1h30m 2025.1 ../x a/b'],
    ['münchen Ελλάδα 東京', 'münchen Ελλάδα 東京'],
    ['a--b -x x-', 'a--b -x x-'],
  ])('%s: words', (text, words) => {
    expect(tokensOf(text)).toEqual(words.split(' ').map((word) => `Word ${word}`));
  });

  test.each([
    ['juno -> liberty', ['Word juno', 'Arrow ->', 'Word liberty']],
    ['juno->liberty', ['Word juno', 'Arrow ->', 'Word liberty']],
    ['a-->b', ['Word a-', 'Arrow ->', 'Word b']],
    ['-', ['Word -']],
    ['at 22:00 for 8h', ['Word at', 'Clock 22:00', 'Word for', 'Word 8h']],
    ['9:05', ['Clock 9:05']],
    ['22:000', ['Word 22', 'Colon :', 'Word 000']],
    ['batch: percent = 10%', ['Word batch', 'Colon :', 'Word percent', 'Equals =', 'Word 10%']],
    ['a,b', ['Word a', 'Comma ,', 'Word b']],
    ['f(a)[b]{}', ['Word f', 'OpenBracket (', 'Word a', 'CloseBracket )', 'OpenBracket [', 'Word b', 'CloseBracket ]', 'OpenBrace {', 'CloseBrace }']],
    ['a # b "c', ['Word a']],
    ['a#b', ['Word a']],
    ['a;b', ['Word a', 'Stray ;', 'Word b']],
    ["unit 'x'", ['Word unit', "Stray '", 'Word x', "Stray '"]],
    ['“x”', ['Stray “', 'Word x', 'Stray ”']],
    ['a\u00a0b', ['Word a', 'Stray \u00a0', 'Word b']],
    ['\ufeffuse a\fb', ['Word use', 'Word a', 'Word b']],
    ['😀', ['Stray 😀']],
    ['a > b < c', ['Word a', 'Stray >', 'Word b', 'Stray <', 'Word c']],
  ])('%j', (text, expected) => {
    expect(tokensOf(text)).toEqual(expected);
  });

  test.each([
    ['""', ['QuotedText ""']],
    ['"a b" c', ['QuotedText "a b"', 'Word c']],
    [String.raw`"a \" b" c`, [String.raw`QuotedText "a \" b"`, 'Word c']],
    [String.raw`"a \\" c`, [String.raw`QuotedText "a \\"`, 'Word c']],
    ['"a # b" # c', ['QuotedText "a # b"']],
    ['"a {', ['UnterminatedText "a {']],
    ['"a\nb"', ['UnterminatedText "a', 'Word b', 'UnterminatedText "']],
    [String.raw`"a \"`, [String.raw`UnterminatedText "a \"`]],
    ['"a \\', ['UnterminatedText "a \\']],
    ['"a""b"', ['QuotedText "a"', 'QuotedText "b"']],
  ])('%j: texts', (text, expected) => {
    expect(tokensOf(text)).toEqual(expected);
  });

  test.each([
    ['on one line', 'run """a "b" c""" on x', ['Word run', 'BlockText """a "b" c"""', 'Word on', 'Word x']],
    ['empty', 'run """"""', ['Word run', 'BlockText """"""']],
    ['indented deeper than its first line', 'run """\n  a\n\n  b\n""" on x', ['Word run', 'BlockText """\n  a\n\n  b\n"""', 'Word on', 'Word x']],
    ['with quotes at the end of its last line', '  run """\n   a"""\n  b', ['Word run', 'BlockText """\n   a"""', 'Word b']],
    ['with Windows line breaks', 'run """\r\n  a\r\n  """\r\nb', ['Word run', 'BlockText """\r\n  a\r\n  """', 'Word b']],
    ['never closed, before a line that is not deeper', '  run """\n    a\n  b\n', ['Word run', 'BlockText """\n    a', 'Word b']],
    ['never closed, before another', 'run """\n  a\nrun """\n  b\n  """\n', ['Word run', 'BlockText """\n  a', 'Word run', 'BlockText """\n  b\n  """']],
    ['never closed, at the end of the file', 'run """\n  a\n', ['Word run', 'BlockText """\n  a\n']],
    ['never closed, with two quotes', 'run """""', ['Word run', 'BlockText """""']],
    ['with a conflict inside', 'run """\n  a\n<<<<<<< HEAD\n  b\n=======\n  c\n>>>>>>> x\n  """\nd', ['Word run', 'BlockText """\n  a\n<<<<<<< HEAD\n  b\n=======\n  c\n>>>>>>> x\n  """', 'Word d']],
  ])('a text of several lines, %s', (_, text, expected) => {
    expect(tokensOf(text)).toEqual(expected);
  });

  test.each([
    ['"a"', false], ['"a', true], [String.raw`"a\"`, true], ['"""a"""', false], ['"""a""', true], ['"""""', true], ['""""""', false],
  ])('whether %s is closed', (text, expected) => {
    expect(tokenize(text).tokens.map(isUnterminated)).toEqual([expected]);
  });

  test.each([
    ['<<<<<<< HEAD\na\n||||||| base\nb\n=======\nc\n>>>>>>> branch', ['<<<<<<< HEAD', '||||||| base', '=======', '>>>>>>> branch']],
    ['<<<<<<<\r\na', ['<<<<<<<']],
    // Only at the start of a line, and only seven.
    ['a <<<<<<< HEAD', []],
    ['<<<<<<<< HEAD', []],
    ['<<<<<< HEAD', []],
    ['=======x', []],
  ])('conflict markers in %j', (text, expected) => {
    expect(tokenize(text).tokens.filter((token) => token.tokenType.name === 'ConflictMarker').map((token) => token.image)).toEqual(expected);
  });

  test('conflict markers inside a text', () => {
    const text = 'run """\n  a\n<<<<<<< HEAD\n=======\n  """';
    const spans = tokenize(text).tokens.flatMap(conflictMarkersIn);
    expect(spans.map(({ start, end }) => text.slice(start, end))).toEqual(['<<<<<<< HEAD', '=======']);
  });

  test('comments are kept apart', () => {
    expect(tokenize('# a\nb # c\r\n"#d" #').comments.map((token) => token.image)).toEqual(['# a', '# c', '#']);
  });

  test('every character is a blank or starts a token', () => {
    const characters = Array.from({ length: 0x10000 }, (_, unit) => String.fromCharCode(unit));
    const unread = characters.filter((character) => {
      const { tokens, comments } = tokenize(character);
      return [...tokens, ...comments][0]?.image !== character;
    });
    expect(unread).toEqual(['\t', '\f', ' ', '\ufeff']);
  });

  test('every character that is no blank stands in a token or comment, in order', () => {
    const text = 'use a\u00a0\u2003b # c\n"""\n x\n"""\u3000\v;;;{[(-->'.repeat(3);
    const { tokens, comments } = tokenize(text);
    const all = [...tokens, ...comments].sort((a, b) => a.startOffset - b.startOffset);
    let at = 0;
    for (const token of all) {
      expect(text.slice(at, token.startOffset)).toMatch(/^[ \t\f\ufeff]*$/);
      expect(text.slice(token.startOffset, endOf(token))).toBe(token.image);
      at = endOf(token);
    }
    expect(text.slice(at)).toMatch(/^[ \t\f\ufeff]*$/);
  });
});
