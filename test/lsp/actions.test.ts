import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { CallHierarchyIncomingCall, CallHierarchyItem, CodeAction, WorkspaceEdit, WorkspaceSymbol } from 'vscode-languageserver-protocol';
import { describe, expect, test } from 'vitest';
import { useClients, type Client } from './client.test-helpers.ts';

const CLOUD = 'cloud basel {\n  group g { hosts "h[1:3]" }\n  service keystone {\n    component server on g { unit "keystone" }\n    keep 2 of keystone.server\n  }\n}\n';
const PLAN = 'import "cloud.belay"\n\nplan night {\n  on basel\n  restart keystone.server on "h1"\n  restart keystone.server on "h2"\n}\n';

/** A client that asks for edits when an action was chosen. */
const RESOLVES = { textDocument: { codeAction: { dataSupport: true, disabledSupport: true, resolveSupport: { properties: ['edit'] } } } };

const made = useClients();

async function clientWith(files: Readonly<Record<string, string>>, capabilities: object = {}, options: object = {}): Promise<Client> {
  const client = made(files);
  await client.initialize(capabilities, options);
  return client;
}

describe('code actions', () => {
  test('a fix: offered for a finding, its edits when it is chosen', async () => {
    const client = await clientWith({ 'cloud.belay': CLOUD }, RESOLVES);
    await client.open('plan.belay', PLAN.replace('on basel', 'on bsel'));
    const diagnostics = await client.findings('plan.belay', (found) => found.some(({ code }) => code === 'B0101'));
    const textDocument = { uri: client.folder.uri('plan.belay') };
    const [action, ...more] = await client.request<CodeAction[]>('textDocument/codeAction', { textDocument, range: diagnostics[0]?.range, context: { diagnostics, triggerKind: 2 } });
    expect([action?.title, action?.edit, action?.diagnostics?.map(({ code }) => code), more.length]).toEqual(['Write `basel`', undefined, ['B0101'], 0]);
    expect(await client.request<CodeAction>('codeAction/resolve', action ?? {})).toMatchObject({
      edit: { documentChanges: [{ textDocument: { ...textDocument, version: 1 }, edits: [{ range: { start: { line: 3, character: 5 }, end: { line: 3, character: 9 } }, newText: 'basel' }] }] },
    });
  });

  test('what the proofs do not allow says why', async () => {
    const client = await clientWith({ 'cloud.belay': CLOUD }, RESOLVES);
    await client.open('plan.belay', PLAN);
    const range = { start: { line: 4, character: 2 }, end: { line: 6, character: 0 } };
    const params = { textDocument: { uri: client.folder.uri('plan.belay') }, range, context: { diagnostics: [], triggerKind: 1, only: ['refactor'] } };
    const actions = await client.request<CodeAction[]>('textDocument/codeAction', params);
    expect(actions.map(({ title, disabled }) => [title, disabled?.reason.split('.', 1)[0]])).toEqual([
      ['Extract a recipe', undefined], ['Wrap in `parallel`', 'In any order this would not hold'],
    ]);
    await expect(client.request('codeAction/resolve', { title: 'x', data: { uri: 1 } })).rejects.toThrow('this action was not offered by the server');
  });
});

describe('commands', () => {
  test('a plan is compiled to a program that bash can read', async () => {
    const client = await clientWith({ 'cloud.belay': CLOUD, 'plan.belay': PLAN }, { window: { workDoneProgress: true } });
    const uri = client.folder.uri('plan.belay');
    const result = await client.request<{ written: { uri: string }[] }>('workspace/executeCommand', { command: 'belay.compile', arguments: [uri, 'shell'] });
    expect(result.written.map((one) => one.uri)).toEqual([client.folder.uri('build/night.sh')]);
    expect(spawnSync('bash', ['-n', path.join(client.folder.path, 'build/night.sh')]).status).toBe(0);
  });

  test('nothing is written in a workspace that is not trusted, whatever its settings say', async () => {
    const client = made({ 'cloud.belay': CLOUD, 'plan.belay': PLAN });
    client.settings = { trusted: true };
    await client.initialize({ workspace: { configuration: true } }, { initializationOptions: { trusted: false } });
    await expect(client.request('workspace/executeCommand', { command: 'belay.compile', arguments: [client.folder.uri('plan.belay'), 'shell'] })).rejects.toThrow('until you trust this workspace');
    expect(existsSync(path.join(client.folder.path, 'build'))).toBe(false);
  });

  test('the workspace is checked; a code is explained; what is no command is refused', async () => {
    const client = await clientWith({ 'cloud.belay': CLOUD, 'plan.belay': `${PLAN.replace('on "h1"', '').replace('on basel', 'on bsel')}` });
    expect(await client.request('workspace/executeCommand', { command: 'belay.checkWorkspace' })).toEqual({ files: 2, errors: 1, warnings: 0, notes: 0 });
    expect(await client.request('workspace/executeCommand', { command: 'belay.explainCode', arguments: ['B0101'] })).toMatchObject({ name: 'unknown-name', level: 'error' });
    await expect(client.request('workspace/executeCommand', { command: 'belay.nothing' })).rejects.toThrow('There is no command `belay.nothing`.');
    await expect(client.request('workspace/executeCommand', { arguments: [] })).rejects.toThrow('`command` is missing; it has to be a text.');
  });
});

test('a file that gets another name: its importers follow, and the old name is forgotten', async () => {
  const client = await clientWith({ 'cloud.belay': CLOUD, 'plan.belay': PLAN });
  await client.open('plan.belay', PLAN);
  const files = [{ oldUri: client.folder.uri('cloud.belay'), newUri: client.folder.uri('clouds/basel.belay') }];
  const edit = await client.request<WorkspaceEdit>('workspace/willRenameFiles', { files });
  expect(edit.documentChanges).toEqual([{ textDocument: { uri: client.folder.uri('plan.belay'), version: 1 }, edits: [{ range: { start: { line: 0, character: 8 }, end: { line: 0, character: 19 } }, newText: 'clouds/basel.belay' }] }]);
  client.folder.write('clouds/basel.belay', CLOUD);
  client.folder.delete('cloud.belay');
  await client.connection.sendNotification('workspace/didRenameFiles', { files });
  await client.findings('plan.belay', (found) => found.some(({ code }) => code === 'B0103'));
  const symbols = await client.request<WorkspaceSymbol[]>('workspace/symbol', { query: 'basel' });
  expect(symbols.map(({ name, location }) => [name, location.uri])).toEqual([['basel', client.folder.uri('clouds/basel.belay')]]);
});

test('the order of steps as a hierarchy', async () => {
  const client = await clientWith({ 'cloud.belay': CLOUD });
  await client.open('plan.belay', PLAN);
  const [item] = await client.request<CallHierarchyItem[]>('textDocument/prepareCallHierarchy', { textDocument: { uri: client.folder.uri('plan.belay') }, position: { line: 4, character: 3 } });
  const calls = await client.request<CallHierarchyIncomingCall[]>('callHierarchy/incomingCalls', { item });
  expect([item?.name, calls.map(({ from }) => from.name)]).toEqual(['restart_keystone_server', ['restart_keystone_server_2']]);
  await expect(client.request('callHierarchy/incomingCalls', { item: { name: 'x' } })).rejects.toThrow('`item` has to be an item that the server gave.');
});
