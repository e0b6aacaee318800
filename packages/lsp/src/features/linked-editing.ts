import { LinkedEditingRangeRequest, type LinkedEditingRangeParams, type LinkedEditingRanges } from 'vscode-languageserver';
import { referencesTo, symbolAt } from '../symbols/references.ts';
import type { SymbolScope } from '../symbols/symbol.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import { feature } from './feature.ts';

/** What a name is made of, for the editor. */
const WORD = '[A-Za-z_][A-Za-z0-9_-]*';

/** More places than this are renamed, not edited together. */
const MOST_PLACES = 200;

/** The places of a name that is declared and used in one block, and nowhere else: they can be edited together. */
export function linkedEditing(snapshot: Snapshot, { textDocument, position }: LinkedEditingRangeParams): LinkedEditingRanges | null {
  const file = snapshot.file(textDocument.uri);
  const symbol = file === undefined ? undefined : symbolAt(file, file.offset(position), snapshot);
  if (file === undefined || symbol === undefined) return null;
  const [declaration, ...others] = symbol.declarations;
  // What stands at the top of a file others may name tomorrow; what stands in a cloud others name today.
  if (declaration === undefined || others.length > 0 || declaration.file !== file || declaration.scope.statement === undefined) return null;
  if (!['plan', 'recipe'].includes(topOf(declaration.scope)) && snapshot.importers(file).length > 0) return null;
  const { declarations, uses } = referencesTo([declaration], snapshot);
  if (declarations.length > 1 || uses.length === 0 || uses.length >= MOST_PLACES) return null;
  if (!uses.every((use) => use.file === file && isWithin(use.scope, declaration.scope) && use.label === declaration.label)) return null;
  return { ranges: [declaration.span, ...uses.map(({ span }) => span)].sort((a, b) => a.start - b.start).map((span) => file.range(span)), wordPattern: WORD };
}

/** The kind of the outermost block around a scope. */
function topOf(scope: SymbolScope): string {
  let top = '';
  for (let one: SymbolScope | undefined = scope; one?.statement !== undefined; one = one.parent) top = one.statement.declaration.id;
  return top;
}

function isWithin(scope: SymbolScope, block: SymbolScope): boolean {
  for (let one: SymbolScope | undefined = scope; one !== undefined; one = one.parent) if (one === block) return true;
  return false;
}

export const linkedEditingFeature = feature(LinkedEditingRangeRequest.type, {
  summary: 'All places of a name that one block declares and uses.',
  capabilities: { linkedEditingRangeProvider: true },
  answer: linkedEditing,
});
