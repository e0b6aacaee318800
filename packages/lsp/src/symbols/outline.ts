import { hasSameItems, wordOf } from '@belay/compiler/analysis';
import { grouped } from '../workspace/grouped.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { WorkspaceFile } from '../workspace/workspace-file.ts';
import { symbolsOf } from './file-symbols.ts';
import type { SymbolDeclaration, SymbolKind, SymbolScope } from './symbol.ts';
import { WiderFacts } from './wider-files.ts';

/** A declaration as far as its name is offered elsewhere: neither the block that it stands in nor its own. */
export type OfferedName = Omit<SymbolDeclaration, 'scope'>;

/** The services of catalogues with what they hold, by the name that a cloud takes them over by: `house.proxy`. */
type Catalogued = ReadonlyMap<string, { readonly service: OfferedName; readonly members: readonly OfferedName[] }>;

/** What a file declares for others, without its tree. */
interface Outline {
  /** At the top of the file. */
  readonly top: ReadonlyMap<SymbolKind, readonly OfferedName[]>;
  /** In its clouds and catalogues, with the components and databases of their services. */
  readonly inClouds: ReadonlyMap<SymbolKind, readonly OfferedName[]>;
  readonly catalogued: Catalogued;
}

const OUTLINES = new WiderFacts<Outline>((file) => {
  const { scope, clouds } = symbolsOf(file);
  const inClouds = clouds.flatMap((cloud) => {
    const declared = declaredIn(cloud);
    return [...declared.map(slim), ...declared.filter(({ kind }) => kind === 'service').flatMap(membersIn)];
  });
  return { top: grouped(declaredIn(scope).map(slim), ({ kind }) => kind), inClouds: grouped(inClouds, ({ kind }) => kind), catalogued: cataloguedIn(file) };
});

function cataloguedIn(file: WorkspaceFile): Catalogued {
  return new Map(symbolsOf(file).clouds.filter(({ statement }) => statement?.declaration.id === 'catalogue').flatMap((catalogue) => (
    declaredIn(catalogue).filter(({ kind }) => kind === 'service')
      .map((one) => [`${wordOf(catalogue.statement?.arguments['name'])}.${one.label}`, { service: slim(one), members: membersIn(one) }] as const)
  )));
}

function membersIn({ file, statement }: SymbolDeclaration): OfferedName[] {
  return declaredIn(symbolsOf(file).scopeOf.get(statement)).map(slim);
}

function declaredIn(scope: SymbolScope | undefined): SymbolDeclaration[] {
  return scope === undefined ? [] : [...scope.declarations.values()].flat();
}

function slim({ scope: _, statement, ...rest }: SymbolDeclaration): OfferedName {
  const { block: __, ...head } = statement;
  return { ...rest, statement: head };
}

/** More lists are not kept. */
const MOST_KEPT = 20;

/** What was put together last, from which outlines: at the next key they are the same. */
let merged: { readonly outlines: readonly Outline[]; readonly names: Map<string, readonly OfferedName[]> } = { outlines: [], names: new Map() };

/**
 * The names of some kinds that files declare which may be part of a project together with a file, where these are many.
 *
 * @param withClouds whether what their clouds declare counts, too
 */
export function namesAround(file: WorkspaceFile, kinds: readonly SymbolKind[], withClouds: boolean, snapshot: Snapshot): readonly OfferedName[] {
  const outlines = OUTLINES.around(file, snapshot);
  if (outlines.length === 0) return [];
  // What clouds take over may stand in the edited file itself.
  const near = new Map(snapshot.visible(file).flatMap((one) => [...(one === file ? cataloguedIn(one) : OUTLINES.of(one).catalogued)]));
  const key = JSON.stringify([kinds, withClouds, [...near].map(([name, { members }]) => [name, members.map(({ kind, label }) => [kind, label])])]);
  if (!hasSameItems(merged.outlines, outlines)) merged = { outlines, names: new Map() };
  let names = merged.names.get(key);
  if (merged.names.size > MOST_KEPT) merged.names.clear();
  if (names === undefined) merged.names.set(key, (names = distinctNames(outlines, near, kinds, withClouds)));
  return names;
}

function distinctNames(outlines: readonly Outline[], near: Catalogued, kinds: readonly SymbolKind[], withClouds: boolean): OfferedName[] {
  const names = new Map<string, OfferedName>();
  const add = (one: OfferedName): void => {
    const key = `${one.kind} ${one.name}`;
    if (!names.has(key)) names.set(key, one);
  };
  for (const { top } of outlines) for (const kind of kinds) top.get(kind)?.forEach(add);
  if (!withClouds) return [...names.values()];
  for (const { inClouds } of outlines) for (const kind of kinds) inClouds.get(kind)?.forEach(add);
  if (!kinds.includes('component') && !kinds.includes('database')) return [...names.values()];
  // What services of clouds have from catalogues: `nova.api`, where the catalogue has an `api`.
  const catalogued: Catalogued = new Map([...near, ...outlines.flatMap((outline) => [...outline.catalogued])]);
  for (const { inClouds } of outlines) {
    for (const { label, statement } of inClouds.get('service') ?? []) {
      for (const one of catalogued.get(wordOf(statement.arguments['base']) ?? '')?.members ?? []) if (kinds.includes(one.kind)) add({ ...one, name: `${label}.${one.label}` });
    }
  }
  return [...names.values()];
}

/** The services of the catalogues of such files, under the names that clouds take them over by: `house.proxy`. */
export function cataloguedAround(file: WorkspaceFile, snapshot: Snapshot): OfferedName[] {
  return OUTLINES.around(file, snapshot).flatMap(({ catalogued }) => [...catalogued].map(([name, { service }]) => ({ ...service, name })));
}
