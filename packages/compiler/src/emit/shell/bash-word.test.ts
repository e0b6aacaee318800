import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bashWord, bashWords, utf8Length } from './bash-word.ts';

describe('bashWord', () => {
  it.each([
    ['nova/flavors', 'nova/flavors'],
    ['', "''"],
    ['two words', "'two words'"],
    ["it's", "$'it\\'s'"],
    ['echo "$HOME"', `$'echo "$HOME"'`],
    ['a\nb', "$'a\nb'"],
    ['back\\slash', "$'back\\\\slash'"],
    ['\u202e', "$'\\xe2\\x80\\xae'"],
    ['\r', "$'\\r'"],
    ['\u{e0001}', "$'\\xf3\\xa0\\x80\\x81'"],
    ['ünï', "'ünï'"],
    ['~', "'~'"],
    ['a=b', "'a=b'"],
  ])('%j is %s', (value, expected) => {
    expect(bashWord(value)).toBe(expected);
  });

  it('is read by bash as it was, whatever the locale', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary' }), { maxLength: 40 }),
        fc.constantFrom('C', 'C.UTF-8'),
        (values, locale) => {
          const { stdout } = spawnSync('bash', ['-c', `printf '%s\\0' ${bashWords(['x', ...values])}`], {
            encoding: 'utf8',
            env: { LC_ALL: locale },
          });
          expect(stdout.split('\0').slice(1, -1)).toEqual(
            values.map((value) => value.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\ufffd')),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('utf8Length', () => {
  it('counts bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(utf8Length(value)).toBe(new TextEncoder().encode(value).length);
      }),
    );
  });
});
