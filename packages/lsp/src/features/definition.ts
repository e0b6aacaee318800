import { namedFiles, resolvePath } from '@belay/compiler/analysis';
import { DefinitionRequest, type DefinitionParams, type Location, type LocationLink } from 'vscode-languageserver';
import { inventoryPlace } from '../symbols/inventory-place.ts';
import { symbolAt } from '../symbols/references.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { WorkspaceFile } from '../workspace/workspace-file.ts';
import { feature } from './feature.ts';

/** Where the name under the cursor is declared; of a path the file; of a group of an inventory its place there. */
export function definition(snapshot: Snapshot, { textDocument, position }: DefinitionParams): LocationLink[] | Location[] | null {
  const file = snapshot.file(textDocument.uri);
  if (file === undefined) return null;
  const offset = file.offset(position);
  const path = pathAt(file, offset, snapshot);
  if (path !== undefined) return [path];
  const symbol = symbolAt(file, offset, snapshot);
  if (symbol === undefined) return null;
  if (symbol.declarations.length > 0) {
    return symbol.declarations.map((one) => ({
      originSelectionRange: file.range(symbol.span), targetUri: one.file.uri,
      targetRange: one.file.range(one.kind === 'parameter' ? one.span : one.statement), targetSelectionRange: one.file.range(one.span),
    }));
  }
  const place = symbol.use === undefined ? undefined : inventoryPlace(symbol.use, snapshot);
  if (place === undefined) return null;
  return [{ originSelectionRange: file.range(symbol.span), targetUri: place.uri, targetRange: place.range, targetSelectionRange: place.range }];
}

function pathAt(file: WorkspaceFile, offset: number, snapshot: Snapshot): LocationLink | undefined {
  const named = namedFiles(file.tree.statements).find(({ span }) => span.start <= offset && offset <= span.end);
  const path = named === undefined ? undefined : resolvePath(file.path, named.path);
  if (named === undefined || path === undefined) return undefined;
  const start = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  return { originSelectionRange: file.range(named.span), targetUri: snapshot.uri(file.root, path), targetRange: start, targetSelectionRange: start };
}

export const definitionFeature = feature(DefinitionRequest.type, {
  summary: 'The declaration of a name, the file of a path, the group in an inventory.',
  capabilities: { definitionProvider: true },
  answer: (snapshot, params) => definition(snapshot, params) as Location[] | null,
});
