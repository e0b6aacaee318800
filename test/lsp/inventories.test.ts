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
