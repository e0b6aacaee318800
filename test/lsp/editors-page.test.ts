import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { generatedPages } from '../../packages/lsp/build/docs/index.ts';
import { methods, REASONS } from '../../packages/lsp/build/docs/methods.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const [file, text] = [...generatedPages()][0] ?? ['', ''];

test('the page about editors is up to date: `pnpm generate-docs` writes it', () => {
  expect(readFileSync(root + file, 'utf8')).toBe(text);
});

test('each method of the protocol stands in it once, with how it is answered or why it is not', () => {
  const all = methods();
  expect(all.length).toBeGreaterThan(90);
  const [tables = '', never = ''] = text.split('Never sent:');
  const named = [...tables.matchAll(/^\| `([^`(]+)` \|/gm), ...never.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '').filter((name) => !name.startsWith('belay.') && /\/|^(?:initialized?|shutdown|exit)$/.test(name));
  expect(named.sort()).toEqual(all.map(({ method }) => method).sort());
  expect(all.filter(({ sender, summary, reason }) => sender === 'client' && summary === undefined && reason === undefined).map(({ method }) => method)).toEqual([]);
});

test('what is answered needs no reason why it is not', () => {
  const unanswered = new Set(methods().filter(({ summary }) => summary === undefined).map(({ method }) => method));
  expect(Object.keys(REASONS).filter((method) => !unanswered.has(method))).toEqual([]);
});

test('pages that it links to exist', () => {
  const links = [...text.matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1] ?? '');
  expect(links).toEqual(['vscode.md']);
  expect(links.filter((link) => !existsSync(`${root}docs/${link}`))).toEqual([]);
});
