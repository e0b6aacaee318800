import { itemsOf, wordOf, type Statement } from '@belay/compiler/analysis';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { WorkspaceFile } from '../workspace/workspace-file.ts';
import { symbolsOf } from './file-symbols.ts';
import { namesAround, type OfferedName } from './outline.ts';
import { VALUE_KINDS, type SymbolDeclaration, type SymbolKind, type SymbolScope, type SymbolUse } from './symbol.ts';
import { fewWiderFiles, widerFiles, type WiderFiles } from './wider-files.ts';

/** Clouds that take over each other are followed so far. */
const LONGEST_CHAIN = 20;

/** Names that files, clouds and plans declare in common: a block that is searched for one may be that of a cloud. */
const IN_CLOUDS: ReadonlySet<SymbolKind> = new Set(['group', 'service', 'component', 'database', 'mode', 'check', 'recipe', 'window', 'secret', 'let']);

/**
 * What a use stands for. Several declarations are one thing where clouds take over each other, or where a plan is for several clouds; none is
 * found for what Belay gives itself, for what an inventory declares, and for what nothing declares.
 */
export function resolve(use: SymbolUse, snapshot: Snapshot): readonly SymbolDeclaration[] {
  let uses = cache.get(snapshot);
  if (uses === undefined) cache.set(snapshot, (uses = new WeakMap()));
  let found = uses.get(use);
  if (found === undefined) uses.set(use, (found = find(use, snapshot)));
  return found;
}

const cache = new WeakMap<Snapshot, WeakMap<SymbolUse, readonly SymbolDeclaration[]>>();

function find(use: SymbolUse, snapshot: Snapshot): readonly SymbolDeclaration[] {
  if (use.kinds[0] === 'parameter' && use.kinds.length === 1) return parametersNamed(use, snapshot);
  const first = use.name.split('.', 1)[0] ?? '';
  // A parameter or a bare word that stands for a name hides what is declared under its own.
  const alias = lookUp(use.scope, VALUE_KINDS, first, snapshot).filter((one) => use.kinds.includes(one.kind) || standsForName(one));
  if (alias.length > 0) return use.name === first ? alias : [];
  if (use.argument === 'base' && use.statement.declaration.id === 'service' && use.name.includes('.')) return cataloguedService(use, snapshot);
  for (const kind of use.kinds) {
    const found = lookUp(use.scope, [kind], use.name, snapshot);
    if (found.length > 0) return found;
  }
  return [];
}

/** Whether a name stands for another name: a parameter, or a `let` with a bare word or a list. */
function standsForName({ kind, statement }: SymbolDeclaration): boolean {
  if (kind === 'parameter' || kind === 'param') return true;
  return kind === 'let' && statement.arguments['value']?.node !== 'text';
}

/**
 * Every declaration of one of the kinds that a name can stand for in a block: those of the innermost block that has one, and of clouds that
 * count as one with it.
 */
export function lookUp(from: SymbolScope, kinds: readonly SymbolKind[], name: string, snapshot: Snapshot): readonly SymbolDeclaration[] {
  for (const level of levelsFrom(from, kinds, snapshot)) {
    const found = level.flatMap((scope) => inScope(scope, kinds, name, snapshot));
    if (found.length > 0) return found;
  }
  return [];
}

/**
 * Every declaration of the kinds that can be named in a block, the nearest first; of the same name the nearest only. Where a file is part of projects with many
 * others, those are not read again for it: what was noted of them counts.
 */
export function namesIn(from: SymbolScope, kinds: readonly SymbolKind[], snapshot: Snapshot): OfferedName[] {
  const found = new Map<string, OfferedName>();
  const add = (one: OfferedName): void => {
    const key = `${one.kind} ${one.name}`;
    if (!found.has(key)) found.set(key, one);
  };
  for (const level of levelsFrom(from, kinds, snapshot, fewWiderFiles)) for (const scope of level) for (const one of declaredIn(scope, kinds, snapshot)) add(one);
  for (const one of namesAround(from.file, kinds, isShared(from, kinds), snapshot)) add(one);
  return [...found.values()];
}

/** Whether a block may be used for any cloud: names that clouds declare can stand in it, and no plan or cloud around it says which. */
function isShared(from: SymbolScope, kinds: readonly SymbolKind[]): boolean {
  for (let scope: SymbolScope | undefined = from; scope !== undefined; scope = scope.parent) if (['plan', 'cloud'].includes(scope.statement?.declaration.id ?? '')) return false;
  return kinds.some((kind) => IN_CLOUDS.has(kind));
}

/** The blocks that are searched for a name, level by level. */
function* levelsFrom(from: SymbolScope, kinds: readonly SymbolKind[], snapshot: Snapshot, widerThan: WiderFiles = widerFiles): Generator<readonly SymbolScope[]> {
  let plan: SymbolScope | undefined;
  for (let scope: SymbolScope | undefined = from; scope?.parent !== undefined; scope = scope.parent) {
    const id = scope.statement?.declaration.id;
    if (id === 'cloud') yield [scope, ...basesOf(scope, snapshot)];
    else {
      yield [scope];
      if (id === 'plan') plan = scope;
    }
  }
  if (plan !== undefined) yield cloudsOf(plan, snapshot).flatMap((cloud) => [cloud, ...basesOf(cloud, snapshot)]);
  const files = snapshot.visible(from.file);
  yield files.map((file) => symbolsOf(file).scope);
  const wider = widerThan(from.file, snapshot);
  const withClouds = isShared(from, kinds);
  // A recipe at the top of a file sees the clouds of the plans that apply it.
  if (withClouds) yield files.flatMap((file) => symbolsOf(file).clouds);
  yield wider.map((file) => symbolsOf(file).scope);
  if (withClouds) yield wider.flatMap((file) => symbolsOf(file).clouds);
}

function inScope(scope: SymbolScope, kinds: readonly SymbolKind[], name: string, snapshot: Snapshot): readonly SymbolDeclaration[] {
  const dot = name.indexOf('.');
  if (kinds.some((kind) => kind === 'component' || kind === 'database')) {
    if (dot !== -1) {
      const services = (scope.declarations.get(name.slice(0, dot)) ?? []).filter(({ kind }) => kind === 'service');
      return services.flatMap((service) => membersOf(service, snapshot).filter((one) => one.label === name.slice(dot + 1) && kinds.includes(one.kind)));
    }
    return (scope.declarations.get(name) ?? []).filter(({ kind }) => kind !== 'component' && kind !== 'database' && kinds.includes(kind));
  }
  if (kinds.includes('release')) {
    const trains = [...scope.declarations.values()].flat().filter(({ kind }) => kind === 'train');
    const releases = trains.flatMap((train) => symbolsOf(train.file).scopeOf.get(train.statement)?.declarations.get(name) ?? []);
    if (releases.length > 0) return releases;
  }
  return (scope.declarations.get(name) ?? []).filter(({ kind }) => kinds.includes(kind));
}

function declaredIn(scope: SymbolScope, kinds: readonly SymbolKind[], snapshot: Snapshot): readonly OfferedName[] {
  const members = kinds.some((kind) => kind === 'component' || kind === 'database')
    ? scope.ofKinds(['service']).flatMap((service) => membersOf(service, snapshot).map((one) => ({ ...one, name: `${service.label}.${one.label}` })))
    : kinds.includes('release') ? scope.ofKinds(['train']).flatMap((train) => [...(symbolsOf(train.file).scopeOf.get(train.statement)?.declarations.values() ?? [])].flat()) : [];
  return [...scope.ofKinds(kinds), ...members].filter(({ kind }) => kinds.includes(kind));
}

/** The components and databases of a service, with those of the services of catalogues that it takes over. */
export function membersOf(service: SymbolDeclaration, snapshot: Snapshot): SymbolDeclaration[] {
  const members: SymbolDeclaration[] = [];
  const seen = new Set<SymbolDeclaration>();
  for (let one: SymbolDeclaration | undefined = service; one !== undefined && !seen.has(one); one = baseOf(one, snapshot)) {
    seen.add(one);
    for (const found of [...(symbolsOf(one.file).scopeOf.get(one.statement)?.declarations.values() ?? [])].flat()) {
      if (found.kind === 'component' || found.kind === 'database') members.push(found);
    }
  }
  return members;
}

/** The service of a catalogue that a service takes over. */
function baseOf(service: SymbolDeclaration, snapshot: Snapshot): SymbolDeclaration | undefined {
  const name = wordOf(service.statement.arguments['base']);
  return name === undefined ? undefined : inCatalogue(name, service.file, snapshot)[0];
}

function cataloguedService(use: SymbolUse, snapshot: Snapshot): readonly SymbolDeclaration[] {
  return inCatalogue(use.name, use.file, snapshot);
}

function inCatalogue(name: string, file: WorkspaceFile, snapshot: Snapshot): readonly SymbolDeclaration[] {
  const [catalogueName = '', serviceName = ''] = name.split('.');
  const catalogues = lookUp(symbolsOf(file).scope, ['catalogue'], catalogueName, snapshot);
  return catalogues.flatMap((one) => (symbolsOf(one.file).scopeOf.get(one.statement)?.declarations.get(serviceName) ?? []).filter(({ kind }) => kind === 'service'));
}

/** The clouds that a cloud takes over, the nearest first. */
export function basesOf(cloud: SymbolScope, snapshot: Snapshot): SymbolScope[] {
  const bases: SymbolScope[] = [];
  for (let level = cloud; bases.length < LONGEST_CHAIN;) {
    const name = wordOf(level.statement?.arguments['base']);
    const [base] = name === undefined ? [] : cloudsNamed(name, level.file, snapshot);
    if (base === undefined || base === cloud || bases.includes(base)) return bases;
    bases.push(base);
    level = base;
  }
  return bases;
}

const clouds = new WeakMap<Snapshot, WeakMap<SymbolScope, readonly SymbolScope[]>>();

/** The clouds that a plan is for. Every name in a plan asks for them. */
export function cloudsOf(plan: SymbolScope, snapshot: Snapshot): readonly SymbolScope[] {
  let plans = clouds.get(snapshot);
  if (plans === undefined) clouds.set(snapshot, (plans = new WeakMap()));
  let found = plans.get(plan);
  if (found === undefined) plans.set(plan, (found = findClouds(plan, snapshot)));
  return found;
}

function findClouds(plan: SymbolScope, snapshot: Snapshot): SymbolScope[] {
  const names = (plan.statement?.block?.statements ?? []).flatMap((one) => (
    one.declaration.id === 'plan.on' ? (wordOf(one.arguments['cloud']) ?? []) : one.declaration.id === 'wave' ? itemsOf(one.arguments['clouds']).flatMap((value) => wordOf(value) ?? []) : []
  ));
  return [...new Set(names)].flatMap((name) => cloudsNamed(name, plan.file, snapshot));
}

function cloudsNamed(name: string, file: WorkspaceFile, snapshot: Snapshot): SymbolScope[] {
  for (const files of [snapshot.visible(file), widerFiles(file, snapshot)]) {
    const found = files.flatMap((one) => (symbolsOf(one).scope.declarations.get(name) ?? []).filter(({ kind }) => kind === 'cloud'));
    if (found.length > 0) return found.flatMap((one) => symbolsOf(one.file).scopeOf.get(one.statement) ?? []);
  }
  return [];
}

/** The parameters that a named argument may mean. */
function parametersNamed(use: SymbolUse, snapshot: Snapshot): readonly SymbolDeclaration[] {
  const recipe = wordOf(use.statement.arguments['recipe']);
  if (recipe === undefined) return [];
  return lookUp(use.scope, ['recipe'], recipe, snapshot).flatMap((one) => (symbolsOf(one.file).scopeOf.get(one.statement)?.declarations.get(use.label) ?? []).filter(({ kind }) => kind === 'parameter'));
}

/** The block that a statement opens, or the one around it. */
export function scopeAround(file: WorkspaceFile, path: readonly Statement[]): SymbolScope {
  const { scope, scopeOf } = symbolsOf(file);
  for (let index = path.length - 1; index >= 0; index -= 1) {
    const inner = scopeOf.get(path[index] as Statement);
    if (inner !== undefined) return inner;
  }
  return scope;
}
