import { expect, test } from 'vitest';
import { marked, TOKEN } from '../testing/marked.test-helpers.ts';
import { workspaceSymbols } from './workspace-symbols.ts';

const FILES = {
  'plan.belay': 'plan upgrade { on zurich  stage api { step nova_api { wait 1s } } }\nrecipe r(api: component) { stop api }',
  'cloud.belay': 'cloud zurich {\r\n\tservice nova { component api }\r\n\tgroup <|apis|> { hosts "😀" }\r\n}',
};

test.each([
  ['api', ['api in upgrade', 'apis in zurich', 'nova.api in zurich › nova', 'nova_api in upgrade › api']],
  ['NVAPI', ['nova.api in zurich › nova', 'nova_api in upgrade › api']],
  ['zurich', ['zurich in ']],
  ['nothing', []],
])('%s', async (query, expected) => {
  const { snapshot } = await marked(FILES);
  const found = await workspaceSymbols(snapshot, { query }, TOKEN);
  expect(found?.map(({ name, containerName = '' }) => `${name} in ${containerName}`)).toEqual(expected);
});

test('says where they are, in files that are not open too', async () => {
  const { snapshot, ranges } = await marked(FILES);
  const found = await workspaceSymbols(snapshot, { query: 'apis' }, TOKEN);
  expect(found).toEqual([{ name: 'apis', kind: 18, containerName: 'zurich', location: ranges[0] }]);
});

test('all of them without a query; none for who does not want them any more', async () => {
  const many = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`${index}.belay`, `cloud c${index} { }`]));
  const { snapshot } = await marked(many);
  expect(await workspaceSymbols(snapshot, { query: '' }, TOKEN)).toHaveLength(60);
  expect(await workspaceSymbols(snapshot, { query: '' }, { ...TOKEN, isCancellationRequested: true })).toBeNull();
});
