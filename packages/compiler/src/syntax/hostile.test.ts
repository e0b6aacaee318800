import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { Source } from '../text/source.ts';
import { formatSource } from './format.ts';
import { parse } from './parse.ts';

const MANY = 40_000;

/** Inputs on which careless code takes time that grows with the square of their size, or overflows the stack. */
const HOSTILE: Readonly<Record<string, string>> = {
  'opening braces': '{'.repeat(MANY),
  'opening braces after words': 'plan p {'.repeat(MANY),
  'opening braces on lines of their own, deeper and deeper': Array.from({ length: 2_000 }, (_, depth) => `${' '.repeat(depth)}plan p {\n`).join(''),
  'closing braces': '}'.repeat(MANY),
  'closing braces on lines of their own': '}\n'.repeat(MANY),
  'opening brackets': `let x = ${'('.repeat(MANY)}`,
  'opening and closing brackets': `let x = ${'['.repeat(MANY)}${']'.repeat(MANY)}`,
  'brackets of the wrong kind': `let x = ${'(]'.repeat(MANY)}`,
  'statements without braces inside each other': `plan p { step s { ${'undo '.repeat(MANY)} } }`,
  'empty lines': '\n'.repeat(MANY),
  'empty lines inside brackets': `let x = [${'\n'.repeat(MANY)}  a]`,
  'empty lines before much indentation': `${'\n'.repeat(MANY)}${' '.repeat(MANY)}use a`,
  'comments': '# comment\n'.repeat(MANY),
  'comments inside a list': `use a,\n${'  # comment\n'.repeat(MANY)}  b`,
  'comments behind statements': 'use a # comment\n'.repeat(MANY),
  'commas': 'use a'.padEnd(MANY, ','),
  'a long list': `use a${', b'.repeat(MANY)}`,
  'a long list over many lines': `use a${',\n  b'.repeat(MANY)}`,
  'a long line of words': `use ${'a '.repeat(MANY)}`,
  'a long word': `use ${'a'.repeat(4_000_000)}`,
  'a long word of dashes': `use ${'-'.repeat(4_000_000)}`,
  'a long text': `let x = "${'a'.repeat(4_000_000)}"`,
  'a long text of escapes': `let x = "${'\\n'.repeat(2_000_000)}"`,
  'a long text that is never closed': `let x = "${'\\"'.repeat(2_000_000)}`,
  'interpolations': `let x = "${'${a}'.repeat(MANY)}"`,
  'broken interpolations': `let x = "${'${'.repeat(MANY)}"`,
  'quotes': '"'.repeat(MANY),
  'quotes on lines of their own': '"\n'.repeat(MANY),
  'block texts on one line': `let x = ${'"""a""" '.repeat(MANY)}`,
  'block texts that are never closed': 'use """\n'.repeat(MANY),
  'block texts that are never closed, deeper and deeper': Array.from({ length: 2_000 }, (_, depth) => `${' '.repeat(depth)}use """\n`).join(''),
  'a block text of many lines': `let x = """\n${'  a\n'.repeat(MANY)}"""`,
  'a block text of many blank lines': `let x = """\n${'   \n'.repeat(MANY)}"""`,
  'a block text of blanks': `let x = """\n${' '.repeat(4_000_000)}"""`,
  'statements on one line': `train t { ${'release a '.repeat(MANY)}}`,
  'blocks on one line': `cloud c { ${'group a {} '.repeat(MANY)}}`,
  'blocks on one line, inside each other': `${'plan p { '.repeat(60)}${'stop a.b '.repeat(10_000)}${'}'.repeat(60)}`,
  'unknown statements': 'foo bar\n'.repeat(MANY),
  'unknown statements with blocks': 'foo bar {\n}\n'.repeat(MANY),
  'mistyped statements with blocks': 'plna bar {\n}\n'.repeat(MANY),
  'mistyped statements inside each other': `plan p {\n${'stge s {\n'.repeat(62)}${'}\n'.repeat(63)}`,
  'lines indented deeper and deeper': Array.from({ length: 2_000 }, (_, depth) => `${' '.repeat(depth)}use a\n`).join(''),
  'lines indented less and less, with a brace too many': `}${Array.from({ length: 2_000 }, (_, depth) => `${' '.repeat(2_000 - depth)}use a\n`).join('')}`,
  'lines that fall back, with a brace too many': `}\n${'  a {\nb {\n'.repeat(MANY / 2)}`,
  'conflict markers': '<<<<<<< HEAD\n=======\n>>>>>>> x\n'.repeat(MANY / 4),
  'conflict markers in a block text': `let x = """\n${'<<<<<<< HEAD\n'.repeat(MANY)}"""`,
  'hidden characters': '\u200b'.repeat(MANY),
  'stray characters': '; '.repeat(MANY),
  'aligned columns': 'let a   = 1\nlet bbb = 2\n'.repeat(MANY / 2),
  'aligned columns in long lines': `stop ${'a  b '.repeat(MANY / 4)}\nstop ${'a  c '.repeat(MANY / 4)}`,
  'carriage returns': '\r'.repeat(MANY),
  'Windows line breaks': 'use a\r\n'.repeat(MANY),
};

describe('hostile input is read and formatted in linear time', () => {
  test.each(Object.keys(HOSTILE))('%s', (name) => {
    const source = new Source('hostile.belay', HOSTILE[name] ?? '');
    const start = process.cpuUsage();
    expect(parse(source).diagnostics.length).toBeLessThanOrEqual(501);
    const formatted = formatSource(source);
    const { user, system } = process.cpuUsage(start);
    expect(formatted === undefined ? undefined : formatSource(new Source('hostile.belay', formatted))).toBe(formatted);
    // It takes at most half a second of CPU time; the square of 40,000 would take many.
    expect((user + system) / 1_000_000).toBeLessThan(3);
  });
});
