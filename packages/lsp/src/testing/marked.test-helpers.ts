import { CancellationToken, type Position, type Range, type TextEdit, type WorkspaceEdit } from 'vscode-languageserver';
import { Checker } from '../workspace/checker.ts';
import { MemoryHost } from '../workspace/host.ts';
import type { PositionEncoding } from '../workspace/positions.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import { WorkspaceFile } from '../workspace/workspace-file.ts';
import { Workspace } from '../workspace/workspace.ts';

/** The folder of all test workspaces. */
export const ROOT = 'file:///w';

/** A request that nobody cancels. */
export const TOKEN = CancellationToken.None;

interface MarkedText {
  readonly text: string;
  readonly cursors: readonly number[];
  readonly spans: readonly { readonly start: number; readonly end: number }[];
}

/** Takes the marks out of a text: `<|>` is a cursor, `<|…|>` a range; a cursor may stand inside a range. */
export function unmark(marked: string): MarkedText {
  let text = '';
  const cursors: number[] = [];
  const open: number[] = [];
  const spans: { start: number; end: number }[] = [];
  for (const [index, piece] of marked.split(/(<\|>|<\||\|>)/).entries()) {
    if (index % 2 === 0) text += piece;
    else if (piece === '<|>') cursors.push(text.length);
    else if (piece === '<|') open.push(text.length);
    else spans.push({ start: open.pop() ?? 0, end: text.length });
  }
  return { text, cursors, spans: spans.sort((a, b) => a.start - b.start) };
}

/** A workspace in memory, and the marks that were in its files. */
export interface Marked {
  readonly workspace: Workspace;
  readonly host: MemoryHost;
  readonly checker: Checker;
  readonly snapshot: Snapshot;
  /** The only cursor, or the first, as the parameters of a request. */
  readonly at: { readonly textDocument: { readonly uri: string }; readonly position: Position };
  readonly cursors: readonly { readonly textDocument: { readonly uri: string }; readonly position: Position }[];
  /** The marked ranges: file by file in the order of their names, in the order of the text. */
  readonly ranges: readonly { readonly uri: string; readonly range: Range }[];
  /** The address of a file. */
  readonly uri: (name: string) => string;
  /** What a file is after edits; it is left alone where there are none. */
  readonly applied: (name: string, edits: readonly TextEdit[] | WorkspaceEdit | null | undefined) => string;
}

/**
 * Puts files with marks into a workspace. The first one is open in the editor, with version 1; the others lie on the disk.
 *
 * @param sources by name, or the text of `plan.belay`
 */
export async function marked(sources: string | Readonly<Record<string, string>>, encoding: PositionEncoding = 'utf-16'): Promise<Marked> {
  const named = Object.entries(typeof sources === 'string' ? { 'plan.belay': sources } : sources).map(([name, source]) => ({ name, ...unmark(source) }));
  const host = new MemoryHost(Object.fromEntries(named.map(({ name, text }) => [`${ROOT}/${name}`, text])));
  const checker = new Checker();
  const workspace = new Workspace(host, encoding, checker);
  await workspace.setRoots([{ uri: ROOT, name: 'w' }]);
  const uri = (name: string): string => `${ROOT}/${name}`;
  for (const { name, text } of named.slice(0, 1)) workspace.open(uri(name), text, 1, name.endsWith('.belay'));
  for (const { name } of named) await workspace.complete(uri(name));
  const { snapshot } = workspace;
  const cursors = named.flatMap(({ name, cursors: offsets }) => offsets.map((offset) => ({ textDocument: { uri: uri(name) }, position: asWritten(snapshot, uri(name))?.position(offset) ?? { line: 0, character: 0 } })));
  return {
    workspace, host, checker, snapshot, cursors, uri,
    at: cursors[0] ?? { textDocument: { uri: uri(named[0]?.name ?? '') }, position: { line: 0, character: 0 } },
    ranges: named.toSorted((a, b) => (a.name < b.name ? -1 : 1)).flatMap(({ name, spans }) => spans.flatMap((span) => {
      const range = asWritten(snapshot, uri(name))?.range(span);
      return range === undefined ? [] : [{ uri: uri(name), range }];
    })),
    applied: (name, edits) => apply(snapshot, uri(name), edits),
  };
}

/** A file whose offsets are those of the text that the editor shows. */
export function asWritten(snapshot: Snapshot, uri: string): WorkspaceFile | undefined {
  const file = snapshot.file(uri);
  return file === undefined ? undefined : new WorkspaceFile(file, file.uri, file.written(), file.version, file.encoding);
}

function apply(snapshot: Snapshot, uri: string, edits: readonly TextEdit[] | WorkspaceEdit | null | undefined): string {
  const file = asWritten(snapshot, uri);
  if (file === undefined) throw new Error(`${uri} is not in the workspace`);
  const own = Array.isArray(edits) ? (edits as readonly TextEdit[]) : ((edits as WorkspaceEdit | null | undefined)?.documentChanges ?? []).flatMap((change) => (
    'textDocument' in change && change.textDocument.uri === uri ? (change.edits as TextEdit[]) : []
  ));
  const sorted = own.map(({ range, newText }) => ({ start: file.offset(range.start), end: file.offset(range.end), newText })).sort((a, b) => b.start - a.start || b.end - a.end);
  for (const [index, edit] of sorted.entries()) if (edit.end > (sorted[index - 1]?.start ?? file.text.length)) throw new Error('edits overlap');
  return sorted.reduce((text, { start, end, newText }) => text.slice(0, start) + newText + text.slice(end), file.text);
}

/** A text with marks around ranges of it, as {@link unmark} reads them. */
export function remark(snapshot: Snapshot, uri: string, ranges: readonly Range[]): string {
  const file = asWritten(snapshot, uri);
  if (file === undefined) throw new Error(`${uri} is not in the workspace`);
  const places = ranges.flatMap((range) => [{ at: file.offset(range.start), mark: '<|' }, { at: file.offset(range.end), mark: '|>' }]);
  return places.sort((a, b) => b.at - a.at || (a.mark < b.mark ? 1 : -1)).reduce((text, { at, mark }) => text.slice(0, at) + mark + text.slice(at), file.text);
}
