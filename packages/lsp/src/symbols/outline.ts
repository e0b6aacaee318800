import { wordOf } from '@belay/compiler/analysis';
import { grouped } from '../workspace/grouped.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { WorkspaceFile } from '../workspace/workspace-file.ts';
import { symbolsOf } from './file-symbols.ts';
import type { SymbolDeclaration, SymbolKind, SymbolScope } from './symbol.ts';
import { WiderFacts } from './wider-files.ts';

/** A declaration as far as its name is offered elsewhere: neither the block that it stands in nor its own. */
export type OfferedName = Omit<SymbolDeclaration, 'scope'>;

/** What a file declares for others, without its tree. */
interface Outline {
  /** At the top of the file. */
  readonly top: ReadonlyMap<SymbolKind, readonly OfferedName[]>;
  /** In its clouds and catalogues, with the components and databases of their services. */
  readonly inClouds: ReadonlyMap<SymbolKind, readonly OfferedName[]>;
  /** The services of its catalogues with what they hold, by the name that a cloud takes them over by: `house.proxy`. */
  readonly inCatalogues: ReadonlyMap<string, { readonly service: OfferedName; readonly members: readonly OfferedName[] }>;
}

const OUTLINES = new WiderFacts<Outline>((file) => {
  const { scope, clouds, scopeOf } = symbolsOf(file);
  const within = (one: SymbolDeclaration): OfferedName[] => declaredIn(scopeOf.get(one.statement)).map(slim);
  const inCatalogues = new Map<string, { service: OfferedName; members: OfferedName[] }>();
  const inClouds: OfferedName[] = [];
  for (const cloud of clouds) {
    const declared = declaredIn(cloud);
    const services = declared.filter(({ kind }) => kind === 'service');
    inClouds.push(...declared.map(slim), ...services.flatMap(within));
    if (cloud.statement?.declaration.id !== 'catalogue') continue;
    const name = wordOf(cloud.statement.arguments['name']);
    for (const one of services) inCatalogues.set(`${name}.${one.label}`, { service: slim(one), members: within(one) });
  }
  return { top: grouped(declaredIn(scope).map(slim), ({ kind }) => kind), inClouds: grouped(inClouds, ({ kind }) => kind), inCatalogues };
});

function declaredIn(scope: SymbolScope | undefined): SymbolDeclaration[] {
  return scope === undefined ? [] : [...scope.declarations.values()].flat();
}

function slim({ scope: _, statement, ...rest }: SymbolDeclaration): OfferedName {
  const { block: __, ...head } = statement;
  return { ...rest, statement: head };
}

/**
 * The names of some kinds that files declare which may be part of a project together with a file, where these are many.
 *
 * @param withClouds whether what their clouds declare counts, too
 */
export function namesAround(file: WorkspaceFile, kinds: readonly SymbolKind[], withClouds: boolean, snapshot: Snapshot): OfferedName[] {
  const outlines = OUTLINES.around(file, snapshot);
  if (outlines.length === 0) return [];
  const top = outlines.flatMap((outline) => kinds.flatMap((kind) => outline.top.get(kind) ?? []));
  if (!withClouds) return top;
  const inClouds = outlines.flatMap((outline) => kinds.flatMap((kind) => outline.inClouds.get(kind) ?? []));
  return [...top, ...inClouds, ...(kinds.includes('component') || kinds.includes('database') ? takenOver(outlines, file, kinds, snapshot) : [])];
}

/** What services of clouds have from catalogues: `nova.api`, where the catalogue has an `api`. */
function takenOver(outlines: readonly Outline[], file: WorkspaceFile, kinds: readonly SymbolKind[], snapshot: Snapshot): OfferedName[] {
  const catalogued = new Map([...snapshot.visible(file).map((one) => OUTLINES.of(one)), ...outlines].flatMap(({ inCatalogues }) => [...inCatalogues]));
  const seen = new Set<string>();
  return outlines.flatMap(({ inClouds }) => (inClouds.get('service') ?? []).flatMap((service) => {
    const base = wordOf(service.statement.arguments['base']) ?? '';
    if (!catalogued.has(base) || seen.has(`${service.label} ${base}`)) return [];
    seen.add(`${service.label} ${base}`);
    return (catalogued.get(base)?.members ?? []).filter(({ kind }) => kinds.includes(kind)).map((one) => ({ ...one, name: `${service.label}.${one.label}` }));
  }));
}

/** The services of the catalogues of such files, under the names that clouds take them over by: `house.proxy`. */
export function cataloguedAround(file: WorkspaceFile, snapshot: Snapshot): OfferedName[] {
  return OUTLINES.around(file, snapshot).flatMap(({ inCatalogues }) => [...inCatalogues].map(([name, { service }]) => ({ ...service, name })));
}
