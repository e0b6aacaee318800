import { spawn } from 'node:child_process';
import process from 'node:process';
import { expect, test } from 'vitest';
import { madeLongPlan } from '../bench/made-project.ts';
import { useClients } from './client.test-helpers.ts';

const clientWith = useClients();

test('an editor that died, while something still holds the pipes', async () => {
  const editor = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const client = clientWith({});
  await client.initialize({}, { processId: editor.pid });
  const ended = new Promise((resolve) => {
    client.process.once('exit', resolve);
  });
  editor.kill('SIGKILL');
  expect(await ended).toBe(1);
});

test('a document that is closed and opened again before the folder was read', async () => {
  const client = clientWith({ 'a.belay': 'cloud a { }\n', ...Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`other${index}.belay`, 'cloud b { }\n'])) });
  await client.initialize();
  await client.open('a.belay', 'cloud a { one }\n', 1);
  await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri: client.folder.uri('a.belay') } });
  await client.open('a.belay', 'cloud a { two }\n', 2);
  await client.request('workspace/symbol', { query: 'a' });
  await client.insert('a.belay', 3, 0, 13, 'x');
  const [found] = await client.findings('a.belay', (_, version) => version === 3);
  expect(found?.range).toEqual({ start: { line: 0, character: 10 }, end: { line: 0, character: 14 } });
});

test('edits while the proofs of a long plan run: the findings are those of the last text', async () => {
  const { entry, host } = madeLongPlan(6_000);
  const read = await host.read(entry);
  const text = read.found ? new TextDecoder().decode(read.bytes) : '';
  const client = clientWith({ [entry]: text, 'files/service.conf': '' });
  client.settings = { typingDelay: 0, proofDelay: 0 };
  await client.initialize({ workspace: { configuration: true } });
  await client.open(entry, text);
  for (let version = 2; version <= 12; version += 1) await client.insert(entry, version, 0, 0, '# a remark\n');
  await client.insert(entry, 13, 0, 0, 'plan late { on site1  stop svc1.api }\n');
  const found = await client.findings(entry, (diagnostics, version) => version === 13 && diagnostics.some(({ range }) => range.start.line === 0));
  expect(found.map(({ code, range }) => `${code} ${range.start.line}`)).toEqual(['B0641 0']);
});
