import { namedFiles, resolvePath } from '@belay/compiler/analysis';
import { WillRenameFilesRequest, type CancellationToken, type RenameFilesParams, type TextDocumentEdit, type WorkspaceEdit } from 'vscode-languageserver';
import type { Place } from '../workspace/roots.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { WorkspaceFile } from '../workspace/workspace-file.ts';
import { feature } from './feature.ts';
import { insideQuotes, relativePath } from './relative-path.ts';

/** Inventories, scripts and files to put may have any name, and folders are renamed too. */
export const RENAMED_FILES = { filters: [{ scheme: 'file', pattern: { glob: '**/*' } }] };

/** A file or folder that gets another place. */
interface Move {
  readonly from: Place;
  readonly to: Place;
}

/** The edits after which files name each other as before, when some of them, or the folders that they are in, have other names. */
export function willRenameFiles(snapshot: Snapshot, { files }: RenameFilesParams, token: CancellationToken): WorkspaceEdit | null {
  const { roots } = snapshot.parts;
  const moves = files.map(({ oldUri, newUri }): Move => ({ from: roots.place(withoutSlash(oldUri)), to: roots.place(withoutSlash(newUri)) }));
  const documentChanges: TextDocumentEdit[] = [];
  for (const file of snapshot.files()) {
    if (token.isCancellationRequested) return null;
    const edits = editsIn(file, moves);
    if (edits.length > 0) documentChanges.push({ textDocument: { uri: file.uri, version: file.version ?? null }, edits });
  }
  return documentChanges.length === 0 ? null : { documentChanges: documentChanges.sort((a, b) => (a.textDocument.uri < b.textDocument.uri ? -1 : 1)) };
}

function editsIn(file: WorkspaceFile, moves: readonly Move[]): TextDocumentEdit['edits'] {
  const own = movedPlace(file, moves);
  return namedFiles(file.tree.statements).flatMap(({ path, span }) => {
    const target = resolvePath(file.path, path);
    if (target === undefined) return [];
    const moved = movedPlace({ root: file.root, path: target }, moves);
    // What is not in the same folder of the workspace any more can not be named.
    if ((own.path === file.path && moved.path === target) || own.root !== moved.root || own.root !== file.root) return [];
    const relative = relativePath(own.path, moved.path);
    if (resolvePath(own.path, path) === moved.path) return [];
    const newText = path.startsWith('./') && !relative.startsWith('../') ? `./${relative}` : relative;
    return [{ range: file.range(insideQuotes(file, span)), newText: escaped(newText) }];
  });
}

function movedPlace(place: Place, moves: readonly Move[]): Place {
  for (const { from, to } of moves) {
    if (from.root !== place.root) continue;
    if (from.path === place.path) return to;
    if (place.path.startsWith(`${from.path}/`)) return { root: to.root, path: `${to.path}${place.path.slice(from.path.length)}` };
  }
  return { root: place.root, path: place.path };
}

/** Addresses of folders may end with a slash. */
function withoutSlash(uri: string): string {
  return uri.replace(/\/+$/, '');
}

/** As it is written between quotes. */
function escaped(path: string): string {
  return path.replaceAll(/["\\]/g, '\\$&').replaceAll('${', '$${');
}

export const willRenameFilesFeature = feature(WillRenameFilesRequest.type, {
  summary: 'Paths of imports, inventories, scripts and files to put follow files and folders that get other names.',
  capabilities: { workspace: { fileOperations: { willRename: RENAMED_FILES, didRename: RENAMED_FILES } } },
  answer: willRenameFiles,
});
