import { headOf, itemsOf, literalText, wordOf, type Statement } from '@belay/compiler/analysis';
import { DocumentSymbolRequest, SymbolKind, type DocumentSymbol, type DocumentSymbolParams } from 'vscode-languageserver';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { WorkspaceFile } from '../workspace/workspace-file.ts';
import { feature } from './feature.ts';

/** More symbols than this are not listed of one file. */
const MOST_SYMBOLS = 20_000;

/** What stands in the outline, and how it is drawn there. */
const KINDS: Readonly<Record<string, SymbolKind>> = {
  cloud: SymbolKind.Namespace, plan: SymbolKind.Class, recipe: SymbolKind.Function, catalogue: SymbolKind.Package, train: SymbolKind.Enum, 'train.release': SymbolKind.EnumMember,
  window: SymbolKind.Event, check: SymbolKind.Boolean, mode: SymbolKind.Key, group: SymbolKind.Array, zone: SymbolKind.Field, service: SymbolKind.Module,
  component: SymbolKind.Object, database: SymbolKind.Struct, let: SymbolKind.Constant, param: SymbolKind.Variable, secret: SymbolKind.Variable, step: SymbolKind.Method,
  stage: SymbolKind.Module, 'rollback-point': SymbolKind.Event, jump: SymbolKind.Method, roll: SymbolKind.Method, parallel: SymbolKind.Operator, holding: SymbolKind.Operator,
  within: SymbolKind.Operator, upgrade: SymbolKind.Function,
};

/** The arguments that name what has no name of its own. */
const ABOUT: Readonly<Record<string, string>> = { jump: 'service', roll: 'group', holding: 'modes', within: 'window' };

/** The outline of a file. */
export function documentSymbols(snapshot: Snapshot, { textDocument }: DocumentSymbolParams): DocumentSymbol[] | null {
  const file = snapshot.file(textDocument.uri);
  if (file === undefined) return null;
  const roots: DocumentSymbol[] = [];
  const open: { statements: readonly Statement[]; into: DocumentSymbol[] }[] = [{ statements: file.tree.statements, into: roots }];
  let count = 0;
  for (const { statements, into } of open) {
    for (const statement of statements) {
      const symbol = count < MOST_SYMBOLS ? symbolOf(statement, file) : undefined;
      if (symbol !== undefined) {
        count += 1;
        into.push(symbol);
      }
      if (statement.block !== undefined) open.push({ statements: statement.block.statements, into: symbol?.children ?? into });
    }
  }
  return roots;
}

function symbolOf(statement: Statement, file: WorkspaceFile): DocumentSymbol | undefined {
  const { id, keyword } = statement.declaration;
  const kind = KINDS[id];
  if (kind === undefined) return undefined;
  const named = statement.arguments['name'];
  const about = itemsOf(statement.arguments[ABOUT[id] ?? '']).flatMap((value) => wordOf(value) ?? []).join(', ');
  const title = literalText(statement.arguments['title']);
  const name = wordOf(named) ?? (about === '' ? keyword : `${keyword} ${about}`);
  return {
    name, kind,
    ...(title === undefined ? {} : { detail: title }),
    range: file.range(statement),
    selectionRange: file.range(named ?? headOf(statement)),
    children: [],
  };
}

export const documentSymbolsFeature = feature(DocumentSymbolRequest.type, {
  summary: 'The outline: clouds with their groups and services, plans with their stages and steps, and what else has a name.',
  capabilities: { documentSymbolProvider: { label: 'Belay' } },
  answer: documentSymbols,
});
