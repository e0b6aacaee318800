import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { generatedPages } from '../../packages/compiler/build/docs/index.ts';
import { Headings, headingsOf } from '../../packages/compiler/build/docs/markdown.ts';
import { problemsIn } from '../../packages/compiler/src/syntax/tree.test-helpers.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

describe.each([...generatedPages()])('%s', (file, text) => {
  test('is up to date: `pnpm generate-docs` writes it', () => {
    expect(readFileSync(root + file, 'utf8')).toBe(text);
  });

  test('links to headings that exist', () => {
    const headings = new Headings();
    const anchors = new Set(headingsOf(text).map((heading) => headings.anchor(heading)));
    for (const match of text.matchAll(/<a id="([^"]+)">/g)) anchors.add(match[1] ?? '');
    const links = [...text.matchAll(/\]\(#([^)]+)\)/g)].map((match) => match[1] ?? '');
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((link) => !anchors.has(link))).toEqual([]);
  });
});

test('the examples of the introduction can be read', () => {
  const introduction = readFileSync(`${root}packages/compiler/build/docs/language-introduction.md`, 'utf8');
  const examples = [...introduction.matchAll(/^```belay\n([^]*?)^```$/gm)].map((match) => match[1] ?? '');
  expect(examples).toHaveLength(3);
  expect(examples.map((example) => problemsIn(example.startsWith('cloud') ? example : `plan p {\n${example}}`))).toEqual([[], [], []]);
});
