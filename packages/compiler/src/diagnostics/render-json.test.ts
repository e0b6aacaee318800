import { expect, test } from 'vitest';
import { Source } from '../text/source.ts';
import type { Diagnostic } from './diagnostic.ts';
import { renderDiagnosticsJson } from './render-json.ts';

const text = 'plan p {\n  needs 🚀 keystnoe\n}\n';
const sources = new Map([['p.belay', new Source('p.belay', text)]]);
const start = text.indexOf('keystnoe');

test('every key, with positions', () => {
  const diagnostic: Diagnostic = {
    url: 'docs/diagnostics.md#unknown-name',
    fixes: [
      {
        edits: [{ newText: 'keystone', location: { file: 'p.belay', start, end: start + 8 } }],
        applicability: 'certain',
        title: 'write "keystone"',
      },
    ],
    notes: ['a note'],
    related: [{ message: 'read here', location: { file: 'hosts.yml', start: 5, end: 6 } }],
    label: 'not declared',
    primary: { file: 'p.belay', start, end: start + 8 },
    message: 'There is no service "keystnoe".',
    level: 'error',
    name: 'unknown-name',
    code: 'B0101',
  };
  expect(renderDiagnosticsJson([diagnostic], sources)).toBe(`\
[
  {
    "code": "B0101",
    "name": "unknown-name",
    "level": "error",
    "message": "There is no service \\"keystnoe\\".",
    "file": "p.belay",
    "start": {
      "line": 2,
      "column": 12
    },
    "end": {
      "line": 2,
      "column": 20
    },
    "label": "not declared",
    "related": [
      {
        "file": "hosts.yml",
        "message": "read here"
      }
    ],
    "notes": [
      "a note"
    ],
    "fixes": [
      {
        "title": "write \\"keystone\\"",
        "applicability": "certain",
        "edits": [
          {
            "file": "p.belay",
            "start": {
              "line": 2,
              "column": 12
            },
            "end": {
              "line": 2,
              "column": 20
            },
            "newText": "keystone"
          }
        ]
      }
    ],
    "url": "docs/diagnostics.md#unknown-name"
  }
]
`);
});

test('nothing that a terminal would obey, and the same value back', () => {
  const message = 'a\u001b[2J\u0007\u007f\u009b\u202e\u200b\ufeff\u2028\u{e0001}\ud800 ü 🚀';
  const json = renderDiagnosticsJson(
    [{ code: 'B0001', name: 'n', level: 'note', message, primary: { file: 'p.belay', start: 0, end: 0 }, related: [], notes: [], fixes: [], url: '' }],
    sources,
  );
  expect(json.replaceAll('\n', '').match(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)).toBe(null);
  expect((JSON.parse(json) as { message: string }[])[0]?.message).toBe(message);
});

test('sorted; empty for none', () => {
  const at = (offset: number, code: string): Diagnostic => ({
    code, name: 'n', level: 'note', message: '', primary: { file: 'p.belay', start: offset, end: offset }, related: [], notes: [], fixes: [], url: '',
  });
  const json = renderDiagnosticsJson([at(5, 'B0002'), at(5, 'B0001'), at(0, 'B0009')], sources);
  expect((JSON.parse(json) as { code: string }[]).map(({ code }) => code)).toEqual(['B0009', 'B0001', 'B0002']);
  expect(renderDiagnosticsJson([], sources)).toBe('[]\n');
});
