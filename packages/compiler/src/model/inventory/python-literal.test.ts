import { expect, test } from 'vitest';
import { readPythonLiteral } from './python-literal.ts';

test.each([
  ['5', '5'],
  [' -17', '-17'],
  ['010', '010'],
  ['00', '0'],
  ['0x10', '16'],
  ['1_000', '1000'],
  ['1__0', '1__0'],
  ['3.10', '3.1'],
  ['1e3', '1000.0'],
  ['1e16', '1e+16'],
  ['0.00001', '1e-05'],
  ['0.0001', '0.0001'],
  ['1e999', 'inf'],
  ['-0.0', '-0.0'],
  ['192.168.1.1', '192.168.1.1'],
  ['True', 'True'],
  ['true', 'true'],
  ['"two words"', 'two words'],
  [`"a" 'b'`, 'ab'],
  [String.raw`"\x41\u00e9\101\q\t"`, 'AéA\\q\t'],
  [String.raw`r"\n"`, '\\n'],
  ["b'abc'", 'abc'],
  ['(("a"))', 'a'],
  ['5 # five', '5'],
  ['five # five', 'five # five'],
  ['"open', '"open'],
  ['--5', '--5'],
  ['1 + 2', '1 + 2'],
  ['[a, b]', '[a, b]'],
  ['', ''],
])('%s is the text %s', (source, text) => {
  expect(readPythonLiteral(source)).toBe(text);
});

test.each([
  ['[1, 2]', 'structure'],
  ["{'a': [1, (2,)]}", 'structure'],
  ['1,', 'structure'],
  ['set()', 'structure'],
  ['1+2j', 'structure'],
  ['None', 'null'],
  ['{{ x }}', 'template'],
  ['"{{ x }}"', 'template'],
])('%s is no text: %s', (source, reason) => {
  expect(readPythonLiteral(source)).toEqual({ opaque: reason });
});

test('deep and long texts cost little', () => {
  for (const text of ['('.repeat(100_000), '-'.repeat(100_000), `0x${'f'.repeat(100_000)}`])
    expect(readPythonLiteral(text)).toBe(text);
});
