import { spawnSync } from 'node:child_process';
import process from 'node:process';
import type { DocumentDiagnosticReport, Hover, Location, WorkspaceDiagnosticReport, WorkspaceEdit } from 'vscode-languageserver-protocol';
import { describe, expect, test } from 'vitest';
import { SERVER, useClients } from './client.test-helpers.ts';

const CLOUD = `cloud basel {
  group controllers { hosts "ctl[1:3]" }
  service keystone {
    component server on controllers { unit "keystone" }
    keep 2 of keystone.server
  }
}
`;
const PLAN = `import "cloud.belay"

plan night {
  on basel
  parallel {
    restart keystone.server on "ctl1"
    restart keystone.server on "ctl2"
  }
}
`;

const clientWith = useClients();

test('a life: opened, edited, asked, closed', async () => {
  const client = clientWith({ 'cloud.belay': CLOUD, 'plan.belay': PLAN });
  const { capabilities, serverInfo } = await client.initialize();
  expect(serverInfo).toEqual({ name: 'belay-lsp', version: '0.1.0' });
  expect(capabilities).toMatchObject({ positionEncoding: 'utf-16', hoverProvider: true, renameProvider: { prepareProvider: true } });
  await client.open('plan.belay', PLAN);
  const [proven] = await client.findings('plan.belay', (found) => found.some(({ code }) => code === 'B0601'));
  expect(proven).toMatchObject({ severity: 1, source: 'belay', range: { start: { line: 6, character: 4 }, end: { line: 6, character: 37 } } });
  expect(proven?.relatedInformation?.map(({ location, message }) => `${location.uri.split('/').at(-1)}:${location.range.start.line} ${message}`)).toEqual([
    'cloud.belay:4 this has to hold in every order', 'plan.belay:5 1. down from here on: ctl1', 'plan.belay:6 2. down from here on: ctl2',
  ]);
  const at = { textDocument: { uri: client.folder.uri('plan.belay') }, position: { line: 3, character: 6 } };
  expect(await client.request<Hover>('textDocument/hover', at)).toMatchObject({ range: { start: { line: 3, character: 5 }, end: { line: 3, character: 10 } } });
  expect(await client.request<Location[]>('textDocument/references', { ...at, context: { includeDeclaration: true } })).toHaveLength(2);
  const edit = await client.request<WorkspaceEdit>('textDocument/rename', { ...at, newName: 'bern' });
  expect(edit.documentChanges?.map((one) => ('edits' in one ? [one.textDocument.uri.split('/').at(-1), one.textDocument.version, one.edits.length] : one))).toEqual([
    ['cloud.belay', null, 1], ['plan.belay', 1, 1],
  ]);
  expect(await client.stop()).toBe(0);
});

test('the edited line is judged mildly until it rests', async () => {
  const client = clientWith({ 'plan.belay': '' });
  await client.initialize({}, { initializationOptions: { settings: { typingDelay: 300 } } });
  await client.open('plan.belay', 'cloud c { group g { hosts "a" } }\n\n');
  await client.findings('plan.belay', (found, version) => version === 1 && found.length === 0);
  for (const [index, letter] of ['c', 'l', 'o', 'u'].entries()) await client.insert('plan.belay', index + 2, 1, index, letter);
  expect(await client.findings('plan.belay', (_, version) => version === 5)).toEqual([]);
  const found = await client.findings('plan.belay', (diagnostics) => diagnostics.length > 0);
  expect(found.map(({ code, range }) => [code, range.start.line])).toEqual([['B0005', 1]]);
});

test('files that others change on the disk', async () => {
  const client = clientWith({ 'cloud.belay': CLOUD, 'plan.belay': PLAN });
  await client.initialize({ workspace: { didChangeWatchedFiles: { dynamicRegistration: true } } });
  await client.open('plan.belay', PLAN.replace('keystone.server on "ctl2"', 'keystone.sever'));
  const [unknown] = await client.findings('plan.belay', (found) => found.length > 0);
  expect(unknown?.message).toContain('Did you mean `keystone.server`?');
  client.folder.write('cloud.belay', CLOUD.replaceAll('server', 'sever'));
  await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: client.folder.uri('cloud.belay'), type: 2 }] });
  const [other] = await client.findings('plan.belay', (found) => found[0]?.range.start.line === 5);
  expect(other?.message).toContain('Did you mean `keystone.sever`?');
});

test('an inventory is judged where it is wrong', async () => {
  const client = clientWith({ 'cloud.belay': 'cloud c { inventory "hosts.ini" }\n', 'hosts.ini': '[web\nh1\n' });
  await client.initialize();
  const found = await client.findings('hosts.ini', (diagnostics) => diagnostics.length > 0);
  expect(found.map(({ code, range }) => [code, range.start.line])).toEqual([['B0302', 0]]);
});

test('findings by pull: unchanged ones are not sent again', async () => {
  const client = clientWith({ 'cloud.belay': CLOUD, 'plan.belay': PLAN });
  await client.initialize({ textDocument: { diagnostic: {} } });
  await client.open('plan.belay', PLAN.replace('basel', 'bern'));
  const textDocument = { uri: client.folder.uri('plan.belay') };
  const first = await client.request<DocumentDiagnosticReport>('textDocument/diagnostic', { textDocument });
  expect(first).toMatchObject({ kind: 'full', items: [{ code: 'B0101' }] });
  expect(await client.request('textDocument/diagnostic', { textDocument, previousResultId: first.resultId })).toEqual({ kind: 'unchanged', resultId: first.resultId });
  const all = await client.request<WorkspaceDiagnosticReport>('workspace/diagnostic', { previousResultIds: [] });
  expect(all.items.map(({ uri, kind }) => `${uri.split('/').at(-1)} ${kind}`).sort()).toEqual(['cloud.belay full', 'plan.belay full']);
  expect(client.published).toEqual([]);
});

test('findings by pull: those of files that are gone are taken back, once', async () => {
  const client = clientWith({ 'cloud.belay': CLOUD, 'wrong.belay': 'nonsense\n', 'hosts.yml': 'all:\n  hosts: 7\n', 'inventory.belay': 'cloud c { inventory "hosts.yml" }\n' });
  await client.initialize({ textDocument: { diagnostic: {} } });
  const pull = async (before: WorkspaceDiagnosticReport['items']): Promise<WorkspaceDiagnosticReport['items']> => (
    (await client.request<WorkspaceDiagnosticReport>('workspace/diagnostic', { previousResultIds: before.map(({ uri, resultId }) => ({ uri, value: resultId })) })).items
  );
  const shown = (items: WorkspaceDiagnosticReport['items']): string[] => items.map((one) => `${one.uri.split('/').at(-1)} ${one.kind}${one.kind === 'full' ? ` ${one.items.length}` : ''}`).sort();
  const first = await pull([]);
  expect(shown(first)).toEqual(['cloud.belay full 0', 'hosts.yml full 1', 'inventory.belay full 0', 'wrong.belay full 1']);
  for (const name of ['wrong.belay', 'inventory.belay']) client.folder.delete(name);
  await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: ['wrong.belay', 'inventory.belay'].map((name) => ({ uri: client.folder.uri(name), type: 3 })) });
  const second = await pull(first);
  expect(shown(second)).toEqual(['cloud.belay unchanged', 'hosts.yml full 0', 'inventory.belay full 0', 'wrong.belay full 0']);
  expect(shown(await pull(second))).toEqual(['cloud.belay unchanged']);
});

test('settings: levels of rules, and how many findings are shown', async () => {
  const client = clientWith({});
  client.settings = { rules: { 'unused-allow': 'note' }, maxFindings: 2 };
  await client.initialize({ workspace: { configuration: true } });
  await client.open('a.belay', 'allow nothing "why"\n'.repeat(3));
  const found = await client.findings('a.belay', (diagnostics) => diagnostics[0]?.severity === 3);
  expect(found.map(({ severity, tags }) => ({ severity, tags }))).toEqual([{ severity: 3, tags: [1] }, { severity: 3, tags: [1] }]);
});

describe('whatever a client sends', () => {
  test('requests that make no sense get errors, and the server goes on', async () => {
    const client = clientWith({ 'plan.belay': PLAN });
    await client.initialize();
    await client.open('plan.belay', PLAN);
    const textDocument = { uri: client.folder.uri('plan.belay') };
    await expect(client.request('textDocument/hover', {})).rejects.toThrow('`textDocument` is missing');
    await expect(client.request('textDocument/hover', { textDocument: { uri: 7 }, position: 'x' })).rejects.toThrow('`textDocument` has to name a document by `uri`, a text.');
    await expect(client.request('textDocument/hover', { textDocument })).rejects.toThrow('`position` is missing; it has to hold `line` and `character`, both whole numbers.');
    await expect(client.request('textDocument/diagnostic', {})).rejects.toThrow('`textDocument` is missing');
    await expect(client.request('textDocument/nothing', { textDocument })).rejects.toThrow('Unhandled method');
    await expect(client.request('textDocument/rename', { textDocument, position: { line: 2, character: 6 }, newName: 'a b' })).rejects.toThrow('`a b` is no name.');
    expect(await client.request('textDocument/hover', { textDocument, position: { line: 1e9, character: -5 } })).toBeNull();
    expect(await client.request('textDocument/hover', { textDocument: { uri: 'nonsense' }, position: { line: 0, character: 0 } })).toBeNull();
    await client.connection.sendNotification('textDocument/didChange', { textDocument: { uri: 'file:///never/opened', version: 3 }, contentChanges: [{ text: 'x' }] });
    await client.connection.sendNotification('textDocument/didChange', { textDocument: null });
    expect(await client.request('textDocument/hover', { textDocument, position: { line: 2, character: 1 } })).not.toBeNull();
  });

  test('bytes that are no messages', async () => {
    const client = clientWith({ 'plan.belay': PLAN });
    await client.initialize();
    client.process.stdin?.write('Content-Length: 7\r\n\r\n{"a":]}');
    client.process.stdin?.write('Content-Length: 2\r\n\r\n[]');
    client.process.stdin?.write('Content-Length: 4\r\n\r\nnull');
    expect(await client.request('textDocument/hover', { textDocument: { uri: client.folder.uri('plan.belay') }, position: { line: 2, character: 1 } })).not.toBeNull();
    expect(await client.stop()).toBe(0);
  });

  test('nothing outside of the workspace is read', async () => {
    const client = clientWith({ 'in/plan.belay': 'import "../out.belay"\nimport "/etc/passwd"\n', 'out.belay': 'cloud c { }\n' });
    await client.initialize({}, { workspaceFolders: [{ uri: client.folder.uri('in'), name: 'in' }] });
    const found = await client.findings('in/plan.belay', (diagnostics) => diagnostics.length > 0);
    expect(found.map(({ message }) => (typeof message === 'string' ? message.split('\n', 1)[0] : message))).toEqual([
      '`../out.belay` leads out of the workspace. Files are named relative to this file, with `/`, and stay inside.',
      '`/etc/passwd` leads out of the workspace. Files are named relative to this file, with `/`, and stay inside.',
    ]);
  });

  test('an editor that is gone', async () => {
    const client = clientWith({});
    await client.initialize();
    const ended = new Promise((resolve) => {
      client.process.once('exit', resolve);
    });
    client.process.stdin?.end();
    expect(await ended).toBe(1);
  });
});

test.each([
  [['--version'], 0, '0.1.0\n', ''],
  [['--stdin'], 2, '', 'belay-lsp: there is no option "--stdin"; see belay-lsp --help\n'],
])('belay-lsp %j', (args, status, stdout, stderr) => {
  const run = spawnSync(process.execPath, [SERVER, ...args], { encoding: 'utf8' });
  expect([run.status, run.stdout, run.stderr]).toEqual([status, stdout, stderr]);
});
