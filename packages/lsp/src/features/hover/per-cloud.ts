import { cloudAround } from '../../symbols/references.ts';
import { basesOf, cloudsOf } from '../../symbols/resolve.ts';
import type { SymbolDeclaration, SymbolScope } from '../../symbols/symbol.ts';
import { grouped } from '../../workspace/grouped.ts';
import type { Snapshot } from '../../workspace/snapshot.ts';

/** Of what a name stands for in a block one declaration for each cloud: what a cloud declares itself hides what it would take over. */
export function declaredPerCloud(from: SymbolScope, declarations: readonly SymbolDeclaration[], snapshot: Snapshot): SymbolDeclaration[] {
  const meant = cloudsMeant(from, snapshot);
  if (meant === undefined) return [...new Set(declarations)];
  const byCloud = grouped(declarations, ({ scope }) => cloudAround(scope));
  const chosen = meant.flatMap((cloud) => [cloud, ...basesOf(cloud, snapshot)].map((one) => byCloud.get(one)).find((found) => found !== undefined) ?? []);
  const found = new Set([...chosen, ...(byCloud.get(undefined) ?? [])]);
  return [...(found.size === 0 ? declarations : found)];
}

/** The clouds that a block is for; undefined for what any cloud may use. */
function cloudsMeant(from: SymbolScope, snapshot: Snapshot): readonly SymbolScope[] | undefined {
  for (let scope: SymbolScope | undefined = from; scope !== undefined; scope = scope.parent) {
    const id = scope.statement?.declaration.id;
    if (id === 'plan') return cloudsOf(scope, snapshot);
    if (id === 'cloud') return [scope];
  }
  return undefined;
}
