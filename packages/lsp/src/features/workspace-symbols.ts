import { SymbolKind, WorkspaceSymbolRequest, type CancellationToken, type WorkspaceSymbol, type WorkspaceSymbolParams } from 'vscode-languageserver';
import { symbolsOf } from '../symbols/file-symbols.ts';
import type { SymbolDeclaration, SymbolKind as NameKind } from '../symbols/symbol.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { WorkspaceFile } from '../workspace/workspace-file.ts';
import { feature } from './feature.ts';

/** More symbols than this are not listed; a longer query finds the others. */
const MOST_SYMBOLS = 1_000;

/** So many files are read before messages of the client are looked at. */
const AT_ONCE = 50;

const KINDS: Readonly<Record<Exclude<NameKind, 'parameter'>, SymbolKind>> = {
  cloud: SymbolKind.Namespace, plan: SymbolKind.Class, recipe: SymbolKind.Function, catalogue: SymbolKind.Package, train: SymbolKind.Enum, release: SymbolKind.EnumMember,
  window: SymbolKind.Event, check: SymbolKind.Boolean, mode: SymbolKind.Key, group: SymbolKind.Array, zone: SymbolKind.Field, service: SymbolKind.Module,
  component: SymbolKind.Object, database: SymbolKind.Struct, let: SymbolKind.Constant, param: SymbolKind.Variable, secret: SymbolKind.Variable, step: SymbolKind.Method,
  stage: SymbolKind.Module, point: SymbolKind.Event,
};

/** A name of a file. It holds no tree: those of closed files are let go of. */
interface Named {
  readonly name: string;
  readonly lower: string;
  readonly kind: SymbolKind;
  readonly container: string;
  readonly span: { readonly start: number; readonly end: number };
}

const known = new WeakMap<WorkspaceFile, readonly Named[]>();

/** The names of all files that hold the letters of a query in their order, the closest first. */
export async function workspaceSymbols(snapshot: Snapshot, { query }: WorkspaceSymbolParams, token: CancellationToken): Promise<WorkspaceSymbol[] | null> {
  const wanted = query.toLowerCase();
  const found: { readonly file: WorkspaceFile; readonly named: Named; readonly distance: number }[] = [];
  let count = 0;
  for (const file of snapshot.files()) {
    count += 1;
    if (count % AT_ONCE === 0) {
      await new Promise<void>((resolve) => {
        setTimeout(resolve, 0);
      });
      if (token.isCancellationRequested) return null;
    }
    for (const named of namesOf(file)) {
      const distance = distanceOf(wanted, named.lower);
      if (distance !== undefined) found.push({ file, named, distance });
    }
  }
  return found.sort((a, b) => a.distance - b.distance || compare(a.named.name, b.named.name) || compare(a.file.uri, b.file.uri) || a.named.span.start - b.named.span.start)
    .slice(0, MOST_SYMBOLS).map(({ file, named: { name, kind, container, span } }) => ({
      name, kind, location: { uri: file.uri, range: file.range(span) }, ...(container === '' ? {} : { containerName: container }),
    }));
}

function namesOf(file: WorkspaceFile): readonly Named[] {
  let names = known.get(file);
  if (names === undefined) {
    names = symbolsOf(file).declarations.flatMap(({ name, kind, span, scope }) => (
      kind === 'parameter' ? [] : [{ name, lower: name.toLowerCase(), kind: KINDS[kind], container: containerOf(scope), span: { start: span.start, end: span.end } }]
    ));
    known.set(file, names);
  }
  return names;
}

/** How many letters stand between those of a query; undefined where one is missing. */
function distanceOf(query: string, name: string): number | undefined {
  let at = -1;
  let first = -1;
  for (const letter of query) {
    at = name.indexOf(letter, at + 1);
    if (at === -1) return undefined;
    if (first === -1) first = at;
  }
  return query === '' ? 0 : at - first + 1 - query.length + (name.startsWith(query) ? 0 : 1);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The names of the blocks around, the outermost first. */
function containerOf(scope: SymbolDeclaration['scope']): string {
  const names: string[] = [];
  for (let one: SymbolDeclaration['scope'] | undefined = scope; one !== undefined; one = one.parent) {
    const name = one.statement?.arguments['name'];
    if (name?.node === 'word') names.unshift(name.text);
  }
  return names.join(' › ');
}

export const workspaceSymbolsFeature = feature(WorkspaceSymbolRequest.type, {
  summary: 'Everything that has a name, in all files, by letters of the name.',
  capabilities: { workspaceSymbolProvider: true },
  answer: workspaceSymbols,
});
