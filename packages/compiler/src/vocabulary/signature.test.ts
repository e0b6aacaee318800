import { describe, expect, test } from 'vitest';
import { displaySignature, readSignature } from './signature.ts';

describe('signatures', () => {
  test('words, values, lists, choices and optional parts', () => {
    expect(readSignature('<name:name> from <how:env|file> <steps:ref.step,...> [at most <limit:count>] ->')).toEqual([
      { part: 'value', name: 'name', type: 'name', list: false },
      { part: 'word', word: 'from' },
      { part: 'choice', name: 'how', words: ['env', 'file'] },
      { part: 'value', name: 'steps', type: 'ref.step', list: true },
      { part: 'optional', parts: [{ part: 'word', word: 'at' }, { part: 'word', word: 'most' }, { part: 'value', name: 'limit', type: 'count', list: false }] },
      { part: 'word', word: '->' },
    ]);
  });

  test('nothing follows a bare keyword', () => {
    expect(readSignature('')).toEqual([]);
  });

  test.each([
    ['<name>', 'signature "<name>" can\'t be read'],
    ['<name:nme>', 'signature "<name:nme>" names no known type: nme'],
    ['[<a:name>', 'signature "[<a:name>" leaves a bracket open'],
    ['<a:name>]', 'signature "<a:name>]" closes a bracket too many'],
    ['<how:env|file,...>', 'signature "<how:env|file,...>" names no known type: env|file,...'],
  ])('%s is refused', (text, message) => {
    expect(() => readSignature(text)).toThrow(new Error(message));
  });

  test.each([
    ['retry', '<count:count> every <delay:duration>', 'retry <count> every <delay>'],
    ['param', '<name:name> : <type:type> [= <value:value>]', 'param <name>: <type> [= <value>]'],
    ['secret', '<name:name> from <how:env|file|command> <source:text>', 'secret <name> from env|file|command <source>'],
    ['stop', '<components:ref.components,...> [on <target:target>]', 'stop <components>, … [on <target>]'],
    ['changes nothing', '', 'changes nothing'],
  ])('%s %s for people', (keyword, text, expected) => {
    expect(displaySignature(keyword, readSignature(text))).toBe(expected);
  });
});
