import { NAME, shownName } from '@belay/compiler/analysis';
import {
  ErrorCodes, PrepareRenameRequest, RenameRequest, ResponseError, type PrepareRenameParams, type Range, type RenameParams, type TextDocumentEdit, type WorkspaceEdit,
} from 'vscode-languageserver';
import { inventoriesFor } from '../symbols/inventory-place.ts';
import { referencesTo, symbolAt, type SymbolAt } from '../symbols/references.ts';
import { lookUp } from '../symbols/resolve.ts';
import { BUILT_IN_VALUES, VALUE_KINDS, type SymbolDeclaration, type SymbolKind } from '../symbols/symbol.ts';
import { grouped } from '../workspace/grouped.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { WorkspaceFile } from '../workspace/workspace-file.ts';
import { feature } from './feature.ts';

/** Kinds that share their names: one of the same name in the same place would be taken for the other. */
const NAMESPACES: readonly (readonly SymbolKind[])[] = [VALUE_KINDS, ['component', 'database'], ['step', 'stage']];

/** The name that a rename would change. Refused with a reason where it can not be changed safely. */
export function prepareRename(snapshot: Snapshot, { textDocument, position }: PrepareRenameParams): { range: Range; placeholder: string } | null {
  const file = snapshot.file(textDocument.uri);
  const symbol = file === undefined ? undefined : symbolAt(file, file.offset(position), snapshot);
  if (file === undefined || symbol === undefined) return null;
  refuseFixed(symbol, snapshot);
  return { range: file.range(symbol.span), placeholder: symbol.label };
}

/** The edits that give a thing another name, wherever it is named; for the versions of the documents that were looked at. */
export function rename(snapshot: Snapshot, { textDocument, position, newName }: RenameParams): WorkspaceEdit | null {
  const file = snapshot.file(textDocument.uri);
  const symbol = file === undefined ? undefined : symbolAt(file, file.offset(position), snapshot);
  if (file === undefined || symbol === undefined) return null;
  refuseFixed(symbol, snapshot);
  const { declarations, uses } = referencesTo(symbol.declarations, snapshot);
  const [first] = declarations;
  if (first === undefined || newName === first.label) return { documentChanges: [] };
  refuseName(newName, first);
  for (const one of declarations) refuseTaken(newName, one, snapshot);
  for (const use of uses) {
    const name = use.name.slice(0, use.name.length - use.label.length) + newName;
    const hidden = lookUp(use.scope, kindsLike(first.kind), name, snapshot).find((one) => !declarations.includes(one));
    if (hidden !== undefined) refuse(`${shownName(newName)} means something else in \`${use.file.path}\`, line ${use.file.source.position(use.span.start).line}.`);
  }
  const byFile = grouped([...declarations, ...uses], (one) => one.file);
  return { documentChanges: [...byFile].sort(([a], [b]) => (a.uri < b.uri ? -1 : 1)).map(([one, places]) => editsOf(one, places, newName)) };
}

function editsOf(file: WorkspaceFile, places: readonly { readonly span: { readonly start: number; readonly end: number } }[], newText: string): TextDocumentEdit {
  return {
    textDocument: { uri: file.uri, version: file.version ?? null },
    edits: places.toSorted((a, b) => a.span.start - b.span.start).map(({ span }) => ({ range: file.range(span), newText })),
  };
}

/** Refuses to rename what is not declared in a file of the language. */
function refuseFixed({ use, declarations, label }: SymbolAt, snapshot: Snapshot): void {
  const [first] = declarations;
  if (first === undefined) {
    if (use !== undefined && use.kinds === VALUE_KINDS && Object.hasOwn(BUILT_IN_VALUES, label.split('.', 1)[0] ?? '')) refuse(`${shownName(label)} is a name that Belay gives. It can not be changed.`);
    if (use !== undefined && inventoryHas(label, use.scope, snapshot)) refuse(`Group ${shownName(label)} is declared in an inventory. Rename it there.`);
    refuse(`Nothing in this workspace declares ${shownName(label)}.`);
  }
  if (first.kind === 'group' && declarations.some((one) => inventoryHas(label, one.scope, snapshot))) refuse(`Group ${shownName(label)} is declared in an inventory, too. Rename it there first.`);
  const loose = declarations.find((one) => one.file.root.isLoose && !one.file.isOpen);
  if (loose !== undefined) refuse(`\`${loose.file.path}\` lies outside of the workspace.`);
}

function inventoryHas(group: string, scope: SymbolDeclaration['scope'], snapshot: Snapshot): boolean {
  return inventoriesFor(scope, snapshot).some(({ inventory }) => inventory?.groups.has(group) === true);
}

function refuseName(name: string, { kind }: SymbolDeclaration): void {
  if (kind === 'release' ? /^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(name) : NAME.test(name)) return;
  refuse(`${shownName(name)} is no name. Names have letters, digits, \`_\` and \`-\`, and start with a letter or \`_\`.`);
}

function refuseTaken(name: string, { kind, scope }: SymbolDeclaration, snapshot: Snapshot): void {
  const taken = (scope.declarations.get(name) ?? []).find((one) => kindsLike(kind).includes(one.kind));
  if (taken !== undefined) refuse(`There is a ${taken.kind} named ${shownName(name)} already, in \`${taken.file.path}\`, line ${taken.file.source.position(taken.span.start).line}.`);
  if (kind === 'group' && inventoryHas(name, scope, snapshot)) refuse(`There is a group named ${shownName(name)} in the inventory already.`);
  if (VALUE_KINDS.includes(kind) && Object.hasOwn(BUILT_IN_VALUES, name)) refuse(`${shownName(name)} is a name that Belay gives itself.`);
}

function kindsLike(kind: SymbolKind): readonly SymbolKind[] {
  return NAMESPACES.find((kinds) => kinds.includes(kind)) ?? [kind];
}

function refuse(reason: string): never {
  throw new ResponseError(ErrorCodes.InvalidRequest, reason);
}

export const prepareRenameFeature = feature(PrepareRenameRequest.type, {
  summary: 'The name that would be changed, or the reason why it can not be.',
  capabilities: { renameProvider: { prepareProvider: true } },
  answer: prepareRename,
});

export const renameFeature = feature(RenameRequest.type, {
  summary: 'Changes a name everywhere, in all files, for the versions that were looked at; refused with a reason where that is unsafe.',
  capabilities: { renameProvider: { prepareProvider: true } },
  answer: rename,
});
