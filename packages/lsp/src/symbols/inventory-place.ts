import { namedFiles, resolvePath, type Source, type Statement } from '@belay/compiler/analysis';
import type { Range } from 'vscode-languageserver';
import { rangeOf } from '../workspace/positions.ts';
import type { Root } from '../workspace/roots.ts';
import type { OtherFile, Snapshot } from '../workspace/snapshot.ts';
import type { WorkspaceFile } from '../workspace/workspace-file.ts';
import { basesOf, cloudsOf } from './resolve.ts';
import { symbolsOf } from './file-symbols.ts';
import type { SymbolScope, SymbolUse } from './symbol.ts';
import { fewWiderFiles, WiderFacts, widerFiles, type WiderFiles } from './wider-files.ts';

/** An inventory that a cloud names. */
export interface NamedInventory extends OtherFile {
  readonly root: Root;
  readonly path: string;
}

/** The inventories of the clouds that a block belongs to; where it belongs to none, those of every cloud that may use it. */
export function inventoriesFor(scope: SymbolScope, snapshot: Snapshot, widerThan: WiderFiles = widerFiles): NamedInventory[] {
  return cloudsFor(scope, snapshot, widerThan).flatMap((cloud) => inventoryPaths(cloud).flatMap((path) => {
    const inventory = snapshot.inventory(cloud.file.root, path);
    return inventory === undefined ? [] : [{ ...inventory, root: cloud.file.root, path }];
  }));
}

/** The same for who types: where the clouds of many files may be meant, what was noted of them counts. */
export function inventoriesNear(scope: SymbolScope, snapshot: Snapshot): NamedInventory[] {
  const around = isOfOneCloud(scope) ? [] : INVENTORIES.around(scope.file, snapshot).flat();
  const { root } = scope.file;
  return [...inventoriesFor(scope, snapshot, fewWiderFiles), ...[...new Set(around)].flatMap((path) => {
    const inventory = snapshot.inventory(root, path);
    return inventory === undefined ? [] : [{ ...inventory, root, path }];
  })];
}

const INVENTORIES = new WiderFacts((file) => cloudsIn(file).flatMap(inventoryPaths));

function isOfOneCloud(scope: SymbolScope): boolean {
  for (let one: SymbolScope | undefined = scope; one !== undefined; one = one.parent) if (['cloud', 'plan'].includes(one.statement?.declaration.id ?? '')) return true;
  return false;
}

function cloudsIn(file: WorkspaceFile): SymbolScope[] {
  return symbolsOf(file).clouds.filter((cloud) => cloud.statement?.declaration.id === 'cloud');
}

/** The clouds that a block belongs to: the one around it, or those of the plan around it, with what they take over. */
export function cloudsFor(scope: SymbolScope, snapshot: Snapshot, widerThan: WiderFiles = widerFiles): SymbolScope[] {
  for (let one: SymbolScope | undefined = scope; one !== undefined; one = one.parent) {
    const id = one.statement?.declaration.id;
    if (id === 'cloud') return [one, ...basesOf(one, snapshot)];
    if (id === 'plan') return cloudsOf(one, snapshot).flatMap((cloud) => [cloud, ...basesOf(cloud, snapshot)]);
  }
  return [...snapshot.visible(scope.file), ...widerThan(scope.file, snapshot)].flatMap(cloudsIn);
}

function inventoryPaths(cloud: SymbolScope): string[] {
  const statements: readonly Statement[] = cloud.statement?.block?.statements ?? [];
  return namedFiles(statements).flatMap((named) => (named.kind === 'inventory' ? (resolvePath(cloud.file.path, named.path) ?? []) : []));
}

/** Where an inventory declares the group that a use names. */
export function inventoryPlace(use: SymbolUse, snapshot: Snapshot): { readonly uri: string; readonly range: Range } | undefined {
  if (!use.kinds.includes('group')) return undefined;
  for (const { root, path, source, inventory } of inventoriesFor(use.scope, snapshot)) {
    if (source === undefined || inventory?.groups.has(use.name) !== true) continue;
    const span = groupSpan(source, use.name);
    return { uri: snapshot.uri(root, path), range: rangeOf(source, span, snapshot.encoding) };
  }
  return undefined;
}

/** The place of a group's name in the text of an inventory, INI or YAML; the start of the text where it is written otherwise. */
function groupSpan(source: Source, name: string): { start: number; end: number } {
  const escaped = name.replaceAll(/[^A-Za-z0-9_]/g, '\\$&');
  const found = new RegExp(`^(?:[ \\t]*\\[|[ \\t]*["']?)(${escaped})(?:["']?[ \\t]*:(?=\\s|$)|\\]|:children\\])`, 'dm').exec(source.text);
  const place = (found as (RegExpExecArray & { indices?: [number, number][] }) | null)?.indices?.[1];
  return place === undefined ? { start: 0, end: 0 } : { start: place[0], end: place[1] };
}
