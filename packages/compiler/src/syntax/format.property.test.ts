import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Source } from '../text/source.ts';
import { formatSource } from './format.ts';
import { contentOf, mangledSources } from './mangle.test-helpers.ts';
import { parse } from './parse.ts';
import { printTree } from './tree.test-helpers.ts';

const format = (text: string): string => formatSource(new Source('test.belay', text)) ?? 'not formatted';
const treeOf = (text: string): string => printTree(parse(new Source('test.belay', text)).statements);

/** Checks a property of formatting on many sources whose white space is anything. */
function always(property: (text: string, formatted: string) => void): void {
  fc.assert(fc.property(mangledSources, (text) => {
    property(text, format(text));
  }), { numRuns: 500 });
}

/** Neighboring statements on lines of their own, with spaces and comments that often form columns by chance. */
const columns = fc.array(fc.tuple(
  fc.constantFrom('stop a.b', 'stop abc.d on x', 'start a.b on y', 'run "x"', 'run "xy" on z', 'stop a.b { timeout 5s }', 'holding h { drain  drain }', 'holding h {\nreturn', '}', '', '# own'),
  fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 8, maxLength: 8 }),
  fc.constantFrom('', '', '# c', '# comment'),
), { maxLength: 12 }).map((rows) => {
  const lines = rows.map(([line, gaps, comment]) => `${line} ${comment}`.split(' ').filter((word) => word !== '').reduce((out, word, index) => `${out}${' '.repeat(gaps[index % 8] ?? 1)}${word}`, ''));
  return lines.join('\n');
});

test('columns stay as they are once they are aligned', () => {
  fc.assert(fc.property(columns, (text) => {
    const formatted = formatSource(new Source('test.belay', text));
    expect(formatted === undefined ? undefined : format(formatted)).toBe(formatted);
  }), { numRuns: 1_000 });
});

describe('whatever the white space was', () => {
  test('formatting again changes nothing', () => {
    always((_, formatted) => expect(format(formatted)).toBe(formatted));
  });

  test('the meaning stays', () => {
    always((text, formatted) => expect(treeOf(formatted)).toBe(treeOf(text)));
  });

  test('words and signs stay, and comments stay where they are', () => {
    always((text, formatted) => expect(contentOf(formatted)).toEqual(contentOf(text)));
  });

  test('lines have no blanks at their ends, and are indented by an even number of spaces', () => {
    always((_, formatted) => {
      const outside = formatted.replaceAll(/"""[^]*?"""/g, '""');
      expect(outside).not.toMatch(/[ \t]$|\r/m);
      expect(outside).not.toMatch(/^(?: {2})* (?! )|\t/m);
      expect(outside).not.toMatch(/\n\n\n|\{\n\n|\n\n *\}|^\n|\n\n$/);
      expect(formatted === '' || formatted.endsWith('\n')).toBe(true);
    });
  });

  test('a line of more than 110 columns holds no block that could be broken up', () => {
    always((_, formatted) => {
      const withoutTexts = formatted.replaceAll(/"""[^]*?"""|"(?:[^"\\]|\\.)*"/g, (text) => (text.includes('\n') ? '' : 'x'.repeat(text.length)));
      const long = withoutTexts.split('\n').map((line) => line.replace(/ *#.*/, '')).filter((line) => line.length > 110);
      expect(long.filter((line) => line.includes('{ '))).toEqual([]);
    });
  });
});
