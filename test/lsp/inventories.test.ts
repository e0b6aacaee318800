import type { DocumentDiagnosticReport } from 'vscode-languageserver-protocol';
import { expect, test } from 'vitest';
import { useClients, type Client } from './client.test-helpers.ts';

const YAML = 'all:\n  children:\n    web:\n      hosts:\n        "w[1:2]":\n';

const made = useClients();

async function clientWith(files: Readonly<Record<string, string>>): Promise<Client> {
  const client = made(files);
  await client.initialize();
  return client;
}

test.each([
  ['hosts.ini', '[web]\nh1\n[db\nh2\n', 'B0302', 2],
  ['hosts.ini', '[web:children]\nweb\n', 'B0302', 1],
  ['hosts.yml', 'all:\n  children:\n    web:\n      hosts: 7\n', 'B0302', 3],
  ['hosts.yml', 'all:\r\n  hosts:\r\n    h1: {\r\n', 'B0302', 3],
  ['hosts.yml', YAML.replace('w[1:2]', 'w[2:1]'), 'B0302', 4],
])('%s %j: %s in line %d', async (name, text, code, line) => {
  const client = await clientWith({ 'cloud.belay': `cloud c { inventory "inventory/${name}" }\n`, [`inventory/${name}`]: text });
  const [found] = await client.findings(`inventory/${name}`, (diagnostics) => diagnostics.length > 0);
  expect([found?.code, found?.range.start.line]).toEqual([code, line]);
});

test.each([
  ['a key that is misspelled', 'hosts.yml', '\ufeffall:\r\n  children:\r\n    web:\r\n      <|hots:|>\r\n        h1:\r\n', 'B0305', 3],
  ['a host that stands there twice', 'hosts.yml', 'all:\n  hosts:\n    h1:\n    <|h1: # "😀"|>  \n', 'B0305', 3],
  ['a group that is no group', 'hosts.yml', '<|all: 7|>\n', 'B0305', 3],
  ['an empty inventory', 'hosts.yml', '<|---|>\n', 'B0305', 3],
  ['hosts behind tabs', 'hosts.ini', '# 😀\r\n[web]\r\n\t<|h[2:1]|>\r\n', 'B0302', 1],
  ['a value that is not closed', 'hosts.ini', '[web]\nh1 ansible_host=a\n  <|h2 "x 𝒜|>\n', 'B0302', 1],
])('the place of %s', async (_, name, marked, code, severity) => {
  const text = marked.replaceAll(/<\||\|>/g, '');
  const client = await clientWith({ 'cloud.belay': `cloud c { inventory "${name}" }\n`, [name]: text });
  const found = await client.findings(name, (diagnostics) => diagnostics.length > 0);
  const shown = text.replace(/^\ufeff/, '').split(/\r\n|\n/);
  const marks = marked.replace(/^\ufeff/, '').split(/\r\n|\n/).flatMap((line, index) => (line.includes('<|') ? [[index, line.indexOf('<|'), line.indexOf('|>') - 2]] : []));
  expect(found.map((one) => [one.code, one.severity])).toEqual([[code, severity]]);
  expect(found.map(({ range: { start, end } }) => [start.line, start.character, end.line === start.line ? end.character : shown[start.line]?.length])).toEqual(marks);
});

test('by pull, too', async () => {
  const text = YAML.replace('hosts:', 'hosts: 7');
  const client = made({ 'cloud.belay': 'cloud c { inventory "hosts.yml" }\n', 'hosts.yml': text, 'other.yml': text });
  await client.initialize({ textDocument: { diagnostic: {} } });
  await client.request('workspace/diagnostic', { previousResultIds: [] });
  const pulled = async (name: string): Promise<DocumentDiagnosticReport> => client.request('textDocument/diagnostic', { textDocument: { uri: client.folder.uri(name) } });
  expect(await pulled('hosts.yml')).toMatchObject({ kind: 'full', items: [{ code: 'B0302', range: { start: { line: 3 } } }] });
  expect(await pulled('other.yml')).toEqual({ kind: 'full', items: [] });
});

test('while it is edited: what is wrong in it, and in the plans that use it', async () => {
  const client = await clientWith({ 'cloud.belay': 'cloud c {\n  inventory "hosts.yml"\n  service s { component x on web }\n}\n', 'hosts.yml': YAML });
  await client.open('cloud.belay', 'cloud c {\n  inventory "hosts.yml"\n  service s { component x on web }\n}\n');
  await client.connection.sendNotification('textDocument/didOpen', { textDocument: { uri: client.folder.uri('hosts.yml'), languageId: 'yaml', version: 1, text: YAML } });
  const change = async (version: number, text: string): Promise<void> => client.connection.sendNotification('textDocument/didChange', { textDocument: { uri: client.folder.uri('hosts.yml'), version }, contentChanges: [{ text }] });
  await change(2, YAML.replace('web', 'wep'));
  const [unknown] = await client.findings('cloud.belay', (diagnostics) => diagnostics.length > 0);
  expect([unknown?.code, unknown?.range.start]).toEqual(['B0101', { line: 2, character: 29 }]);
  await change(3, YAML.replace('hosts:', 'hosts: 7'));
  const [wrong] = await client.findings('hosts.yml', (diagnostics) => diagnostics.length > 0);
  expect([wrong?.code, wrong?.range.start.line]).toEqual(['B0302', 3]);
  await change(4, YAML);
  await client.findings('hosts.yml', (diagnostics) => diagnostics.length === 0);
  await client.findings('cloud.belay', (diagnostics) => diagnostics.length === 0);
});
