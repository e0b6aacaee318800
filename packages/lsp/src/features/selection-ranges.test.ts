import type { SelectionRange } from 'vscode-languageserver';
import { expect, test } from 'vitest';
import { marked } from '../testing/marked.test-helpers.ts';
import { selectionRanges } from './selection-ranges.ts';

async function selected(source: string): Promise<string[]> {
  const { snapshot, at } = await marked(source);
  const file = snapshot.file(at.textDocument.uri);
  const texts: string[] = [];
  const [first] = selectionRanges(snapshot, { ...at, positions: [at.position] }) ?? [];
  for (let one: SelectionRange | undefined = first; one !== undefined; one = one.parent) texts.push(file?.text.slice(file.offset(one.range.start), file.offset(one.range.end)) ?? '');
  return texts;
}

test('from an interpolation outwards', async () => {
  expect(await selected('plan p { run "echo ${ho<|>st}" }')).toEqual([
    'host', '${host}', 'echo ${host}', '"echo ${host}"', 'run "echo ${host}"', ' run "echo ${host}" ', '{ run "echo ${host}" }', 'plan p { run "echo ${host}" }',
  ]);
});

test('from an item of a list outwards', async () => {
  expect(await selected('plan p {\n  stop nova.a<|>pi, nova.compute\n}\n').then((texts) => texts.slice(0, 3))).toEqual(['nova.api', 'nova.api, nova.compute', 'stop nova.api, nova.compute']);
});

test('outside of everything: the file', async () => {
  expect(await selected('# on<|>ly this')).toEqual(['# only this']);
});
