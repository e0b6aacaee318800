import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import type { CodeLens, CompletionItem, CompletionList, Hover, InlayHint, SemanticTokens, SemanticTokensDelta, SignatureHelp } from 'vscode-languageserver-protocol';
import { expect, onTestFinished, test } from 'vitest';
import { Folder, useClients, type Client } from './client.test-helpers.ts';

const CLOUD = 'cloud c {\n  connection local\n  inventory "hosts.ini"\n  service s { component api on web { unit "s" } }\n}\n';
const PLAN = 'import "cloud.belay"\nplan p {\n  on c\n  stop s.api { takes 2m }\n  \n}\n';

const made = useClients();

async function started(files: Readonly<Record<string, string>>): Promise<Client> {
  const client = made({ 'cloud.belay': CLOUD, 'hosts.ini': '[web]\nh1\nh2\n', ...files });
  await client.initialize({ textDocument: { completion: { completionItem: { snippetSupport: true } } } });
  return client;
}

function at(client: Client, line: number, character: number, name = 'plan.belay'): { textDocument: { uri: string }; position: { line: number; character: number } } {
  return { textDocument: { uri: client.folder.uri(name) }, position: { line, character } };
}

test('while somebody types: candidates, their documentation, what a statement takes', async () => {
  const client = await started({});
  await client.open('plan.belay', PLAN);
  await client.insert('plan.belay', 2, 4, 2, 'start ');
  const list = await client.request<CompletionList>('textDocument/completion', at(client, 4, 8));
  expect(list.items.map(({ label }) => label)).toEqual(['s.api', 's.*']);
  const resolved = await client.request<CompletionItem>('completionItem/resolve', list.items[0] as CompletionItem);
  expect(resolved.documentation).toMatchObject({ value: expect.stringContaining('component `s.api`, declared in `cloud.belay`, line 4') as unknown });
  const help = await client.request<SignatureHelp>('textDocument/signatureHelp', at(client, 4, 8));
  expect(help.signatures.map(({ label }) => label)).toEqual(['start <components>, … [on <target>] [<title>]']);
});

test('files of the disk, and none outside of the workspace', async () => {
  const client = await started({ 'clouds/lab.belay': '', 'clouds/notes.txt': '', '.hidden/x.belay': '' });
  const outside = new Folder({ 'secret.belay': '' });
  onTestFinished(() => outside.remove());
  mkdirSync(path.join(client.folder.path, 'links'));
  symlinkSync(outside.path, path.join(client.folder.path, 'links', 'out'));
  symlinkSync(path.join(client.folder.path, 'clouds'), path.join(client.folder.path, 'links', 'in'));
  const offered = async (text: string): Promise<string[]> => {
    await client.open('edit.belay', text);
    const list = await client.request<CompletionList | null>('textDocument/completion', at(client, 0, text.length, 'edit.belay'));
    await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri: client.folder.uri('edit.belay') } });
    return list?.items.map(({ label }) => label) ?? [];
  };
  expect(await offered('import "')).toEqual(['cloud.belay', 'clouds/', 'links/']);
  expect(await offered('import "clouds/')).toEqual(['lab.belay', '../']);
  expect(await offered('import "links/')).toEqual(['in/', '../']);
  expect(await offered('import "links/out/')).toEqual(['../']);
  expect(await offered('import "../')).toEqual([]);
});

test('what is shown beside the text: hints, lenses, hover, colors and what changed of them', async () => {
  const client = await started({});
  await client.open('plan.belay', PLAN);
  const { textDocument } = at(client, 0, 0);
  const lenses = await client.request<CodeLens[]>('textDocument/codeLens', { textDocument });
  const resolved = await Promise.all(lenses.map((lens) => client.request<CodeLens>('codeLens/resolve', lens)));
  expect(resolved.map(({ command }) => command?.title)).toEqual(['1 step · 2m · down: s.api 2m · rollback to the start', 'Compile']);
  const hints = await client.request<InlayHint[]>('textDocument/inlayHint', { ...at(client, 0, 0, 'cloud.belay'), range: { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } } });
  expect(hints.map(({ label }) => label)).toEqual(['2 hosts']);
  const hover = await client.request<Hover>('textDocument/hover', at(client, 3, 3));
  expect(hover.contents).toMatchObject({ value: expect.stringContaining('**Step** `stop_s_api`. Begins with the plan; takes 2m.') as unknown });
  const full = await client.request<SemanticTokens>('textDocument/semanticTokens/full', { textDocument });
  await client.insert('plan.belay', 2, 4, 0, '  wait 1s');
  const delta = await client.request<SemanticTokensDelta>('textDocument/semanticTokens/full/delta', { textDocument, previousResultId: full.resultId });
  expect(delta.edits).toEqual([{ start: full.data.length, deleteCount: 0, data: [1, 2, 4, 0, 0, 0, 5, 2, 14, 0] }]);
});
