import { describe, expect, test } from 'vitest';
import { readText } from './text-literal.ts';
import { isUnterminated, tokenize } from './tokens.ts';
import { printParts } from './tree.test-helpers.ts';

/** The value of the first text of a source, as `printParts` prints it: a `$` that is no interpolation is doubled. */
function valueOf(text: string): string {
  const { parts, problems } = read(text);
  if (problems.length > 0) throw new Error(problems[0]?.message);
  return printParts(parts);
}

function read(text: string): ReturnType<typeof readText> {
  const token = tokenize(text).tokens.find((one) => one.image.startsWith('"'));
  if (token === undefined) throw new Error('no text');
  return readText(token.image, token.startOffset, !isUnterminated(token));
}

describe('texts in quotes', () => {
  test.each([
    ['""', ''],
    ['"plain"', 'plain'],
    [String.raw`"a\n\t\"\\\$b"`, String.raw`a\n\t\"\\$$b`],
    [String.raw`"\u{41}\u{1F600}"`, 'A😀'],
    ['"${host}"', '${host}'],
    ['"a${host}b${raw flags}c"', 'a${host}b${raw flags}c'],
    ['"${raw  nova.api}"', '${raw nova.api}'],
    ['"$${HOME} $HOME $$ $"', '$${HOME} $$HOME $$$$ $$'],
    ['"$$${x}"', '$$$${x}'],
    [String.raw`"\${x}"`, '$${x}'],
    ['"a\'b"', "a'b"],
  ])('%s', (text, value) => {
    expect(valueOf(text)).toBe(value);
  });

  test.each([
    [String.raw`run "a\qb"`, 6, 8, '`\\q` is no escape. Write `\\\\` for a backslash; `\\n \\t \\" \\\\ \\$ \\u{…}` are the others. Between """ a backslash is an ordinary character.'],
    [String.raw`run "\u{110000}"`, 5, 7, '`\\u` is no escape. Write `\\\\` for a backslash; `\\n \\t \\" \\\\ \\$ \\u{…}` are the others. Between """ a backslash is an ordinary character.'],
    [String.raw`run "\u{0}"`, 5, 7, '`\\u` is no escape. Write `\\\\` for a backslash; `\\n \\t \\" \\\\ \\$ \\u{…}` are the others. Between """ a backslash is an ordinary character.'],
    ['run "${a b}"', 5, 7, 'Expected `${name}` or `${raw name}`. For a variable of the shell write `$NAME`, or `$${…}` where it needs its braces.'],
    ['run "${HOME:-x}"', 5, 7, 'Expected `${name}` or `${raw name}`. For a variable of the shell write `$NAME`, or `$${…}` where it needs its braces.'],
    ['run "${"', 5, 7, 'Expected `${name}` or `${raw name}`. For a variable of the shell write `$NAME`, or `$${…}` where it needs its braces.'],
    ['run "${x" ', 5, 7, 'Expected `${name}` or `${raw name}`. For a variable of the shell write `$NAME`, or `$${…}` where it needs its braces.'],
  ])('%s is reported where it stands', (text, start, end, message) => {
    expect(read(text).problems).toEqual([{ start, end, message }]);
  });

  test('what is reported stays as it is written', () => {
    expect(printParts(read(String.raw`"a\q${"${"}b"`).parts)).toBe(String.raw`a\\q$$` + '{b');
  });

  test('each part knows its place', () => {
    expect(read(String.raw`run "ab\n${'${x}'}$${'${y}'}c"`).parts).toEqual([
      { part: 'chunk', text: 'ab\n', start: 5, end: 9 },
      { part: 'interpolation', name: 'x', raw: false, start: 9, end: 13 },
      { part: 'chunk', text: '${y}c', start: 13, end: 19 },
    ]);
  });

  test('a text without closing quotes ends with its line', () => {
    expect(valueOf('run "abc\nstop x')).toBe('abc');
    expect(valueOf(String.raw`run "abc\"`)).toBe(String.raw`abc\"`);
  });
});

describe('texts of several lines', () => {
  test.each([
    ['"""one line"""', 'one line'],
    ['""""""', ''],
    ['"""\n"""', ''],
    ['"""\n\n"""', ''],
    ['"""\n\n\n"""', String.raw`\n`],
    ['"""\n  a\n  b\n"""', String.raw`a\nb`],
    ['"""\n  a\n    b\n  c\n  """', String.raw`a\n  b\nc`],
    ['"""\n    a\n  b\n"""', String.raw`  a\nb`],
    ['"""  \n  a\n"""', 'a'],
    ['"""a\n  b\n  c"""', String.raw`a\nb\nc`],
    ['""" a\n  b\n"""', String.raw` a\nb`],
    ['"""\n  a\n\n  b\n"""', String.raw`a\n\nb`],
    ['"""\n  a\n     \n  b\n"""', String.raw`a\n\nb`],
    ['"""\n  a  \n  b\n"""', String.raw`a  \nb`],
    ['"""\r\n  a\r\n  b\r\n  """', String.raw`a\nb`],
    ['"""\n\ta\n\t\tb\n"""', String.raw`a\n\tb`],
    ['"""\n  \\n "x" \\\n"""', String.raw`\\n \"x\" \\`],
    ['"""\n  ${a}\n    ${b}\n"""', '${a}\\n  ${b}'],
    ['"""${a}\n  b\n"""', '${a}\\nb'],
    ['"""\n  $${A} $B\n"""', '$${A} $$B'],
    // The closing quotes do not count for the indentation; the text before an interpolation does.
    ['"""\n    a\n  """', 'a'],
    ['"""\n      a\n  ${b}\n"""', '    a\\n${b}'],
  ])('%j', (text, value) => {
    expect(valueOf(`run ${text}`)).toBe(value);
  });

  test('without closing quotes it ends where the indentation falls back', () => {
    expect(valueOf('run """\n  a\n  b\nstop x')).toBe(String.raw`a\nb`);
    expect(valueOf('run """abc""')).toBe(String.raw`abc\"\"`);
  });
});
