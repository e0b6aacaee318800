import { expect, test } from 'vitest';
import { Source } from '../text/source.ts';
import type { Diagnostic } from './diagnostic.ts';
import { renderDiagnosticLines } from './render-lines.ts';

const TEXT = 'plan p {\n\ton 🚀 cham\n}\n';

function found(message: string, file = 'p.belay', level: Diagnostic['level'] = 'error'): Diagnostic {
  const start = TEXT.indexOf('cham');
  return { code: 'B0101', name: 'unknown-name', level, message, primary: { file, start, end: start + 4 }, label: 'not declared', related: [], notes: ['a note'], fixes: [], url: '' };
}

const lines = (...diagnostics: Diagnostic[]): string[] => (
  renderDiagnosticLines(diagnostics, new Map(diagnostics.map(({ primary: { file } }) => [file, new Source(file, TEXT)]))).split('\n')
);

test('one line each, by file and place; columns in UTF-16 units, a tab is one', () => {
  expect(lines(found('Second.', 'q/r.belay', 'note'), found('There is no cloud named `cham`.'), found('Careful.', 'q.belay', 'warning'))).toEqual([
    'p.belay:2:8: error: There is no cloud named `cham`. [B0101]',
    'q.belay:2:8: warning: Careful. [B0101]',
    'q/r.belay:2:8: note: Second. [B0101]',
    '',
  ]);
  expect(renderDiagnosticLines([], new Map())).toBe('');
});

test('a file that can not be read has no place of its own', () => {
  expect(renderDiagnosticLines([found('It is missing.')], new Map())).toBe('p.belay:1:1: error: It is missing. [B0101]\n');
});

test.each([
  ['lines', 'a\nb.belay:1:1: error: c [B9999]', 'p.belay', 'p.belay:2:8: error: a b.belay:1:1: error: c [B9999] [B0101]'],
  ['escape sequences, and characters that reorder or hide text', '\u001b[31m\u202eabc\u0000\u2028', 'p.belay', 'p.belay:2:8: error: ␛[31m<U+202E>abc␀<U+2028> [B0101]'],
  ['a name that looks like a place', 'm', 'a.belay:9:9: error: b.belay', 'a.belay<U+003A>9<U+003A>9<U+003A> error<U+003A> b.belay:2:8: error: m [B0101]'],
  ['a name of several lines', 'm', 'a\r\n\tb\u001b]0;x\u0007.belay', 'a<U+000D><U+000A><U+0009>b␛]0;x␇.belay:2:8: error: m [B0101]'],
  ['a name that is a command for what reads logs', 'm', '::error::x', './<U+003A><U+003A>error<U+003A><U+003A>x:2:8: error: m [B0101]'],
  ['another one', 'm', '##vso[task].belay', './##vso[task].belay:2:8: error: m [B0101]'],
  ['a name like an option', 'm', '-rf.belay', './-rf.belay:2:8: error: m [B0101]'],
  ['names above and from the root stay as they are', 'm', '../a b/ü.belay', '../a b/ü.belay:2:8: error: m [B0101]'],
])('hostile texts are harmless: %s', (_, message, file, expected) => {
  expect(lines(found(message, file))).toEqual([expected, '']);
});
