import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Project } from '../project/project.ts';
import { FileTable } from './file-table.ts';
import { planOf } from './plan.test-helpers.ts';

function tableOf(files: Readonly<Record<string, Uint8Array | string>>): FileTable {
  const read = Object.entries(files).map(([path, content]) => [path, { found: true, bytes: typeof content === 'string' ? new TextEncoder().encode(content) : content }] as const);
  return new FileTable({ files: new Map(read) } as unknown as Project);
}

test('each content is carried once, numbered in the order of its first use', () => {
  const table = tableOf({ a: 'same', b: 'other', 'c/d': 'same' });
  expect(['b', 'a', 'c/d', 'a'].map((path) => table.idOf(path))).toEqual(['file1', 'file2', 'file2', 'file2']);
  expect(table.list()).toEqual([
    { id: 'file1', path: 'b', encoding: 'utf8', content: 'other' },
    { id: 'file2', path: 'a', encoding: 'utf8', content: 'same' },
  ]);
});

test.each([
  ['nothing', '', 'utf8', ''],
  ['text', 'käse 🧀\r\n\t', 'utf8', 'käse 🧀\r\n\t'],
  ['a byte order mark', '\ufeffx', 'utf8', '\ufeffx'],
  ['NUL', 'a\0b', 'base64', 'YQBi'],
  ['bytes that are no UTF-8', new Uint8Array([0xff]), 'base64', '/w=='],
  ['a surrogate in UTF-8', new Uint8Array([0xed, 0xa0, 0x80]), 'base64', '7aCA'],
])('%s', (_, content, encoding, expected) => {
  const table = tableOf({ f: content });
  table.idOf('f');
  expect(table.list()).toEqual([{ id: 'file1', path: 'f', encoding, content: expected }]);
});

test('any bytes come out as they went in', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
    const table = tableOf({ f: bytes });
    table.idOf('f');
    const { encoding, content } = table.list()[0] ?? { encoding: 'utf8', content: '' };
    expect(new Uint8Array(Buffer.from(content, encoding))).toEqual(bytes);
  }));
});

test('eight megabytes that are no text', () => {
  const bytes = new Uint8Array(8 * 1024 * 1024).fill(0xfe);
  const table = tableOf({ f: bytes });
  const start = performance.now();
  table.idOf('f');
  expect(performance.now() - start).toBeLessThan(2_000);
  expect(table.list()[0]?.content).toBe(Buffer.from(bytes).toString('base64'));
});

test('a file that `put` and `script` name, from another folder', async () => {
  const plan = await planOf({
    'plans/plan.belay': 'import "../clouds/c.belay"\nplan p {\n  on c\n  script "../files/x" on g { changes nothing }\n  put "../files/x" at "/x" on g\n}',
    'clouds/c.belay': 'cloud c { group g { hosts "h1" } }',
    'files/x': 'content',
  });
  expect(plan.files).toEqual([{ id: 'file1', path: 'files/x', encoding: 'utf8', content: 'content' }]);
});
