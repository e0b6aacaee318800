import type { IToken } from 'chevrotain';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Source } from '../text/source.ts';
import { balance } from './balance.ts';
import { Findings } from './findings.ts';
import { joinLines } from './join-lines.ts';
import { mangledSources, sources } from './mangle.test-helpers.ts';
import { StructureParser } from './structure-grammar.test-helpers.ts';
import { readStructure } from './structure.ts';
import { tokenize } from './tokens.ts';

const parser = new StructureParser(true);

/** Texts of brackets, breaks and words in any order, most of them out of balance. */
const texts = fc.array(fc.constantFrom('{', '}', '(', ')', '[', ']', '\n', ',', ' a', ' "b"', ' "', '"""', '<<<<<<< x', '\n<<<<<<< x\n', '#', ';', ' -> ', 'x: 1', '{ a }', '( b, c )', ' plan p {\n'), { maxLength: 40 }).map((parts) => parts.join(''));

function balanced(text: string): IToken[] {
  const findings = new Findings(new Source('any.belay', text));
  return [...balance(joinLines(tokenize(text).tokens, findings), findings)];
}

test.each([['texts', texts], ['sources', sources], ['mangled sources', mangledSources]] as const)('lines and blocks of %s are those that the grammar has', (_, arbitrary) => {
  fc.assert(fc.property(arbitrary, (text) => {
    const tokens = balanced(text);
    parser.input = tokens;
    const expected = parser.file();
    expect(parser.errors).toEqual([]);
    expect(readStructure(tokens)).toEqual(expected);
  }), { numRuns: 1_000 });
});
