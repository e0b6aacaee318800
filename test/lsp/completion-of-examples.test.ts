import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import type { Statement } from '@belay/compiler/analysis';
import { completion } from '../../packages/lsp/src/features/completion.ts';
import { hover } from '../../packages/lsp/src/features/hover.ts';
import { signatureHelp } from '../../packages/lsp/src/features/signature-help.ts';
import { symbolsOf } from '../../packages/lsp/src/symbols/file-symbols.ts';
import { Checker } from '../../packages/lsp/src/workspace/checker.ts';
import { NodeHost } from '../../packages/lsp/src/workspace/node-host.ts';
import type { WorkspaceFile } from '../../packages/lsp/src/workspace/workspace-file.ts';
import { Workspace } from '../../packages/lsp/src/workspace/workspace.ts';

const ROOT = pathToFileURL(fileURLToPath(new URL('../../examples', import.meta.url))).href;

/** Of the words that stand in the examples every so many are asked for. */
const EVERY = 3;

/** A word of an example that should be offered where it stands. */
interface Wanted {
  readonly start: number;
  readonly label: string;
}

/** The keywords and the names that a file uses. */
function wantedIn(file: WorkspaceFile): Wanted[] {
  const found: Wanted[] = symbolsOf(file).uses.filter(({ name, label }) => name === label || name.endsWith(`.${label}`)).map(({ span, name, label }) => ({ start: span.start - (name.length - label.length), label: name }));
  const open: Statement[] = [...file.tree.statements];
  for (let statement = open.pop(); statement !== undefined; statement = open.pop()) {
    found.push({ start: statement.keyword.start, label: statement.declaration.keyword });
    open.push(...(statement.block?.statements ?? []));
  }
  return found.sort((a, b) => a.start - b.start);
}

/** The text without what stands behind a place on its line. */
function typedUpTo(text: string, offset: number): string {
  const rest = text.slice(offset);
  return text.slice(0, offset) + rest.slice(Math.max(0, rest.search(/\n|$/)));
}

test('every word of the examples is offered when its first letter was typed, and the rest of the line is not there yet', { timeout: 120_000 }, async () => {
  const host = new NodeHost();
  const workspace = new Workspace(host, 'utf-16', new Checker());
  await workspace.setRoots([{ uri: ROOT, name: 'examples' }]);
  const server = { client: {}, entries: host.entries.bind(host) };
  const missed: string[] = [];
  let asked = 0;
  for (const file of [...workspace.snapshot.files()].filter(({ path }) => !path.endsWith('.fixed.belay'))) {
    await workspace.complete(file.uri);
    for (const { start, label } of wantedIn(file).filter((_, index) => index % EVERY === 0)) {
      workspace.open(file.uri, typedUpTo(file.text, start + 1), 1, true);
      const position = file.position(start + 1);
      const { items } = (await completion(workspace.snapshot, { textDocument: { uri: file.uri }, position }, server)) ?? { items: [] };
      asked += 1;
      if (!items.some((one) => one.label === label || one.label.startsWith(`${label} `) || one.label.startsWith(`${label}.`))) missed.push(`${file.path}: ${label}`);
    }
    await workspace.close(file.uri);
  }
  expect(asked).toBeGreaterThan(700);
  // What the example about typing errors gets wrong.
  expect(missed.filter((one) => !one.startsWith('broken/mistyped-at-night.belay'))).toEqual([]);
});

test('a file that ends anywhere breaks nothing', { timeout: 120_000 }, async () => {
  const host = new NodeHost();
  const workspace = new Workspace(host, 'utf-16', new Checker());
  await workspace.setRoots([{ uri: ROOT, name: 'examples' }]);
  const file = [...workspace.snapshot.files()].find(({ path }) => path === 'suse-skip-kilo/skip-kilo.belay') as WorkspaceFile;
  let offered = 0;
  for (let end = 0; end < file.text.length; end += 41) {
    workspace.open(file.uri, file.text.slice(0, end), 1, true);
    const at = { textDocument: { uri: file.uri }, position: file.position(end) };
    offered += (await completion(workspace.snapshot, at, { client: {}, entries: host.entries.bind(host) }))?.items.length ?? 0;
    signatureHelp(workspace.snapshot, at);
    hover(workspace.snapshot, at);
  }
  expect(offered).toBeGreaterThan(1_000);
});
