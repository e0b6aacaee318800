import { DocumentHighlightKind, DocumentHighlightRequest, type DocumentHighlight, type DocumentHighlightParams } from 'vscode-languageserver';
import { symbolsOf } from '../symbols/file-symbols.ts';
import { referencesTo, symbolAt } from '../symbols/references.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import { feature } from './feature.ts';

/** The places of this file that name what the cursor is on: where it is declared as written, else as read. */
export function documentHighlight(snapshot: Snapshot, { textDocument, position }: DocumentHighlightParams): DocumentHighlight[] | null {
  const file = snapshot.file(textDocument.uri);
  const symbol = file === undefined ? undefined : symbolAt(file, file.offset(position), snapshot);
  if (file === undefined || symbol === undefined) return null;
  const { declarations, uses } = referencesTo(symbol.declarations, snapshot);
  // What Belay gives itself, and what an inventory declares, is the same wherever it has the same name.
  const same = symbol.declarations.length > 0 ? uses : (symbolsOf(file).usesOf.get(symbol.label) ?? []).filter((one) => one.name === symbol.use?.name);
  return [
    ...declarations.map((one) => ({ one, kind: DocumentHighlightKind.Write })),
    ...same.map((one) => ({ one, kind: DocumentHighlightKind.Read })),
  ]
    .filter(({ one }) => one.file.key === file.key)
    .sort((a, b) => a.one.span.start - b.one.span.start)
    .map(({ one, kind }) => ({ range: file.range(one.span), kind }));
}

export const documentHighlightFeature = feature(DocumentHighlightRequest.type, {
  summary: 'The uses of a name in this file; its declaration as written.',
  capabilities: { documentHighlightProvider: true },
  answer: documentHighlight,
});
