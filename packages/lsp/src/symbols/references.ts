import { statementPath } from '../features/statement-path.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { WorkspaceFile } from '../workspace/workspace-file.ts';
import { symbolsOf } from './file-symbols.ts';
import { basesOf, resolve } from './resolve.ts';
import type { SymbolDeclaration, SymbolUse } from './symbol.ts';
import { widerFiles } from './wider-files.ts';

/** A name under the cursor: where it stands, and what it is the name of. */
export interface SymbolAt {
  /** Absent where the name itself is declared here. */
  readonly use?: SymbolUse;
  /** Empty where nothing in a file of the language declares it. */
  readonly declarations: readonly SymbolDeclaration[];
  /** Where the name stands. */
  readonly span: { readonly start: number; readonly end: number };
  readonly label: string;
}

/** The name at an offset; the offset behind a name counts as on it. */
export function symbolAt(file: WorkspaceFile, offset: number, snapshot: Snapshot): SymbolAt | undefined {
  const symbols = symbolsOf(file);
  const path = statementPath(file.tree.statements, offset);
  const declared = at(path.flatMap((one) => symbols.declaredBy(one)), offset);
  if (declared !== undefined) return { declarations: [declared], span: declared.span, label: declared.label };
  const use = at(path.flatMap((one) => symbols.usesIn(one)), offset);
  return use === undefined ? undefined : { use, declarations: resolve(use, snapshot), span: use.span, label: use.label };
}

/** Of places that do not overlap the one at an offset; where two touch, the later one. */
function at<T extends { readonly span: { readonly start: number; readonly end: number } }>(places: readonly T[], offset: number): T | undefined {
  const around = places.filter(({ span }) => span.start <= offset && offset <= span.end);
  return around.reduce<T | undefined>((last, one) => (last !== undefined && last.span.start > one.span.start ? last : one), undefined);
}

/** All places of one thing. */
export interface References {
  /** Several where clouds declare it again, or a plan is for several clouds. */
  readonly declarations: readonly SymbolDeclaration[];
  readonly uses: readonly SymbolUse[];
}

/** Every place that names the same thing as some declarations, in all files that can see it. */
export function referencesTo(declarations: readonly SymbolDeclaration[], snapshot: Snapshot): References {
  const [first] = declarations;
  if (first === undefined) return { declarations: [], uses: [] };
  const wanted = new Set(declarations.flatMap((one) => [one, ...declaredAgain(one, snapshot)]));
  const candidates = filesAround([...wanted].map(({ file }) => file), snapshot).flatMap((file) => symbolsOf(file).usesOf.get(first.label) ?? []);
  const uses = new Set<SymbolUse>();
  // A use of two declarations makes them one thing: what else uses the second counts, too.
  for (let size = -1; size !== wanted.size;) {
    size = wanted.size;
    for (const use of candidates) {
      if (uses.has(use)) continue;
      const found = resolve(use, snapshot);
      if (!found.some((one) => wanted.has(one))) continue;
      uses.add(use);
      for (const one of found) wanted.add(one);
    }
  }
  return { declarations: [...wanted], uses: [...uses] };
}

/** What clouds that take over each other declare under the same name, in both directions. */
function declaredAgain(declaration: SymbolDeclaration, snapshot: Snapshot): SymbolDeclaration[] {
  const path = pathToCloud(declaration);
  if (path === undefined) return [];
  const clouds = filesAround([declaration.file], snapshot).flatMap((file) => symbolsOf(file).clouds).filter((cloud) => cloud.statement?.declaration.id === 'cloud');
  const related = clouds.filter((cloud) => cloud !== path.cloud && (basesOf(cloud, snapshot).includes(path.cloud) || basesOf(path.cloud, snapshot).includes(cloud)));
  return related.flatMap((cloud) => {
    let scopes = [cloud];
    for (const label of path.labels) scopes = scopes.flatMap((scope) => (scope.declarations.get(label) ?? []).flatMap((one) => symbolsOf(one.file).scopeOf.get(one.statement) ?? []));
    return scopes.flatMap((scope) => (scope.declarations.get(declaration.label) ?? []).filter(({ kind }) => kind === declaration.kind));
  });
}

/** The cloud in which something is declared, and the names of the blocks between. */
function pathToCloud({ scope: from }: SymbolDeclaration): { readonly cloud: SymbolDeclaration['scope']; readonly labels: readonly string[] } | undefined {
  const labels: string[] = [];
  for (let scope: SymbolDeclaration['scope'] | undefined = from; scope !== undefined; scope = scope.parent) {
    if (scope.statement?.declaration.id === 'cloud') return { cloud: scope, labels };
    const name = scope.statement?.arguments['name'];
    if (name?.node !== 'word') return undefined;
    labels.unshift(name.text);
  }
  return undefined;
}

/** The cloud that a block belongs to. */
export function cloudAround(from: SymbolDeclaration['scope']): SymbolDeclaration['scope'] | undefined {
  for (let scope: SymbolDeclaration['scope'] | undefined = from; scope !== undefined; scope = scope.parent) if (scope.statement?.declaration.id === 'cloud') return scope;
  return undefined;
}

/** The files that can be part of a project together with one of these. */
function filesAround(files: readonly WorkspaceFile[], snapshot: Snapshot): WorkspaceFile[] {
  return [...new Set(files.flatMap((file) => [...snapshot.visible(file), ...snapshot.importers(file), ...widerFiles(file, snapshot)]))];
}
