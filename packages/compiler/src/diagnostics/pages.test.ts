import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { loadText } from '../check.test-helpers.ts';
import { checkProject } from '../check.ts';
import { PROOFS } from '../proofs/index.ts';
import { RULES } from '../rules/index.ts';
import { KINDS } from './kinds.ts';
import { PAGES } from './pages.ts';
import { readPage, withSaid } from './pages.test-helpers.ts';
import { renderDiagnostics } from './render-text.ts';

const kinds = [...Object.values(KINDS), ...RULES, ...PROOFS];

/** The files of the pages, by name: beside the rules and the proofs, and in a folder of their own. */
const source = fileURLToPath(new URL('..', import.meta.url));
const files = new Map(globSync(['diagnostics/pages/*.md', 'rules/*.md', 'proofs/*/*.md'], { cwd: source }).map((file) => [basename(file, '.md'), `${source}${file}`]));
const WIDTH = 88;

test('every kind of finding has a page, in the order of the codes', () => {
  expect([...PAGES.values()].map(({ kind }) => kind)).toEqual(kinds.toSorted((a, b) => (a.code < b.code ? -1 : 1)));
  expect([...PAGES.keys()]).toEqual([...PAGES.values()].map(({ kind }) => kind.name));
});

test('every page belongs to a kind', () => {
  expect([...files.keys()].toSorted()).toEqual([...PAGES.keys()].toSorted());
});

test('codes and names are unique, and of one form', () => {
  expect(new Set(kinds.map(({ code }) => code)).size).toBe(kinds.length);
  expect(new Set(kinds.map(({ name }) => name)).size).toBe(kinds.length);
  expect(kinds.filter(({ code, name, summary }) => !/^B\d{4}$/.test(code) || !/^[a-z]+(?:-[a-z]+)*$/.test(name) || !/^[A-Z].*\.$/.test(summary))).toEqual([]);
});

describe.each([...PAGES.values()].map(({ kind, page }) => ({ name: kind.name, kind, page })))('the page of $name', ({ kind, page }) => {
  const parts = readPage(page);

  test('has the form of all pages', () => {
    expect(parts).toBeDefined();
    expect({ title: parts?.title, summary: parts?.summary }).toEqual({ title: `${kind.code} ${kind.name}`, summary: kind.summary });
    const sentences = parts?.why.split(/[.?!](?:\s|$)/).filter((one) => one.trim() !== '').length;
    expect(sentences).toBeGreaterThanOrEqual(2);
    expect(sentences).toBeLessThanOrEqual(5);
    expect(page.split('\n').filter((line) => line.length > 130)).toEqual([]);
  });

  test('its wrong example has this finding and no other', async () => {
    const project = await loadText(parts?.wrong ?? {});
    expect([...new Set(checkProject(project).diagnostics.map(({ code }) => code))]).toEqual([kind.code]);
  });

  test('its right example has no finding', async () => {
    expect(checkProject(await loadText(parts?.right ?? {})).diagnostics).toEqual([]);
  });

  // `pnpm exec vitest run packages/compiler/src/diagnostics/pages.test.ts --update` writes the pages anew.
  test('shows what Belay says', async () => {
    const project = await loadText(parts?.wrong ?? {});
    const rendered = renderDiagnostics(checkProject(project).diagnostics, project.sources, { color: false, width: WIDTH });
    // The last paragraph counts the findings.
    const said = rendered.split('\n\n').slice(0, -1).join('\n\n');
    await expect(withSaid(page, `${said}\n`)).toMatchFileSnapshot(files.get(kind.name) ?? '');
  });
});
