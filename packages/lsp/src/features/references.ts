import { ReferencesRequest, type Location, type ReferenceParams } from 'vscode-languageserver';
import { referencesTo, symbolAt } from '../symbols/references.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import { feature } from './feature.ts';

/** More places than this are not listed. */
const MOST_PLACES = 10_000;

/** Every place that names what the cursor is on, in all files. */
export function references(snapshot: Snapshot, { textDocument, position, context }: ReferenceParams): Location[] | null {
  const file = snapshot.file(textDocument.uri);
  const symbol = file === undefined ? undefined : symbolAt(file, file.offset(position), snapshot);
  if (symbol === undefined) return null;
  const { declarations, uses } = referencesTo(symbol.declarations, snapshot);
  const places = [...(context.includeDeclaration ? declarations : []), ...uses];
  return places
    .map((one) => ({ uri: one.file.uri, range: one.file.range(one.span), start: one.span.start }))
    .sort((a, b) => (a.uri === b.uri ? a.start - b.start : a.uri < b.uri ? -1 : 1))
    .slice(0, MOST_PLACES)
    .map(({ uri, range }) => ({ uri, range }));
}

export const referencesFeature = feature(ReferencesRequest.type, {
  summary: 'Every use of a name, in all files that can see it.',
  capabilities: { referencesProvider: true },
  answer: references,
});
