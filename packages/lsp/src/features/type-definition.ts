import { TypeDefinitionRequest, type Location, type TypeDefinitionParams } from 'vscode-languageserver';
import { symbolsOf } from '../symbols/file-symbols.ts';
import { symbolAt } from '../symbols/references.ts';
import { cloudsOf, resolve } from '../symbols/resolve.ts';
import type { SymbolDeclaration, SymbolScope } from '../symbols/symbol.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import { feature } from './feature.ts';

/** The argument of a declaration that says what it is one of. */
const ARGUMENTS: Readonly<Record<string, string>> = { cloud: 'base', service: 'base', component: 'group', let: 'value' };

/**
 * What the name under the cursor is one of: of a component the group on whose hosts it runs, of a database the service whose server holds it, of a
 * release its train, of a plan its clouds, of what takes over another declaration that one, and of a `let` what it stands for.
 */
export function typeDefinition(snapshot: Snapshot, { textDocument, position }: TypeDefinitionParams): Location[] | null {
  const file = snapshot.file(textDocument.uri);
  const symbol = file === undefined ? undefined : symbolAt(file, file.offset(position), snapshot);
  if (symbol === undefined || symbol.declarations.length === 0) return null;
  const types = new Set(symbol.declarations.flatMap((one) => typesOf(one, snapshot)));
  return [...types].map((one) => ({ uri: one.file.uri, range: one.file.range(one.span) }));
}

function typesOf(declaration: SymbolDeclaration, snapshot: Snapshot): readonly SymbolDeclaration[] {
  const { kind, file, statement, scope } = declaration;
  if (kind === 'release') return declarationOf(scope);
  if (kind === 'plan') return cloudsOf(symbolsOf(file).scopeOf.get(statement) ?? scope, snapshot).flatMap(declarationOf);
  const argument = kind === 'database' ? 'server' : ARGUMENTS[kind];
  const value = argument === undefined ? undefined : statement.arguments[argument];
  if (value === undefined) return [];
  // Of a dotted name the last part says it.
  const use = symbolsOf(file).uses.findLast((one) => one.statement === statement && one.argument === argument && value.start <= one.span.start && one.span.end <= value.end);
  return use === undefined ? [] : resolve(use, snapshot);
}

/** The declaration whose block a scope is. */
function declarationOf(scope: SymbolScope): SymbolDeclaration[] {
  return symbolsOf(scope.file).declarations.filter((one) => one.statement === scope.statement && one.kind !== 'parameter');
}

export const typeDefinitionFeature = feature(TypeDefinitionRequest.type, {
  summary: 'The group of a component, the server of a database, the train of a release, the clouds of a plan, and what another declaration takes over.',
  capabilities: { typeDefinitionProvider: true },
  answer: typeDefinition,
});
