import { namedFiles, PAGES, resolvePath, wordOf, type Statement } from '@belay/compiler/analysis';
import { DocumentLinkRequest, type DocumentLink, type DocumentLinkParams } from 'vscode-languageserver';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { WorkspaceFile } from '../workspace/workspace-file.ts';
import { feature } from './feature.ts';
import { insideQuotes } from './relative-path.ts';

/** More links are not made in one file. */
const MOST_LINKS = 5_000;

const TOOLTIPS = { import: 'Open the file', inventory: 'Open the inventory', put: 'Open the file that is put', script: 'Open the script' } as const;

/**
 * Paths of imports, inventories, scripts and files to put; and names and codes of findings, in `allow` and in comments.
 *
 * @param docs where the pages of findings lie, as an address that ends with a slash
 */
export function documentLinks(snapshot: Snapshot, { textDocument }: DocumentLinkParams, docs?: string): DocumentLink[] | null {
  const file = snapshot.file(textDocument.uri);
  if (file === undefined) return null;
  const links = namedFiles(file.tree.statements).flatMap(({ path, kind, span }): DocumentLink[] => {
    const target = resolvePath(file.path, path);
    return target === undefined ? [] : [{ range: file.range(insideQuotes(file, span)), target: snapshot.uri(file.root, target), tooltip: TOOLTIPS[kind] }];
  });
  return [...links, ...(docs === undefined ? [] : pageLinks(file, docs))].slice(0, MOST_LINKS);
}

function pageLinks(file: WorkspaceFile, docs: string): DocumentLink[] {
  const link = (span: { start: number; end: number }, name: string): DocumentLink => ({ range: file.range(span), target: `${docs}diagnostics.md#${name}`, tooltip: `What \`${name}\` means` });
  const links: DocumentLink[] = [];
  const open: Statement[] = [...file.tree.statements];
  for (let statement = open.pop(); statement !== undefined; statement = open.pop()) {
    const rule = statement.declaration.id === 'allow' ? statement.arguments['rule'] : undefined;
    const name = wordOf(rule);
    if (rule !== undefined && name !== undefined && PAGES.has(name)) links.push(link({ start: rule.start, end: rule.end }, name));
    for (const inner of statement.block?.statements ?? []) open.push(inner);
  }
  const byCode = new Map([...PAGES.values()].map(({ kind }) => [kind.code, kind.name]));
  for (const { start, text } of file.tree.comments) {
    for (const found of text.matchAll(/\bB\d{4}\b/g)) {
      const name = byCode.get(found[0]);
      if (name !== undefined) links.push(link({ start: start + found.index, end: start + found.index + found[0].length }, name));
    }
  }
  return links;
}

export const documentLinksFeature = feature(DocumentLinkRequest.type, {
  summary: 'Imports, inventories, scripts and files to put; the pages of findings.',
  capabilities: { documentLinkProvider: { resolveProvider: false } },
  answer: (snapshot, params, _, { docs }) => documentLinks(snapshot, params, docs),
});
