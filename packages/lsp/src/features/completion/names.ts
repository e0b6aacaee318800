import { literalText, wordOf, type ValueType } from '@belay/compiler/analysis';
import { CompletionItemKind } from 'vscode-languageserver';
import { symbolsOf } from '../../symbols/file-symbols.ts';
import { inventoriesNear } from '../../symbols/inventory-place.ts';
import { cataloguedAround, type OfferedName } from '../../symbols/outline.ts';
import { namesIn } from '../../symbols/resolve.ts';
import type { SymbolKind, SymbolScope } from '../../symbols/symbol.ts';
import type { Snapshot } from '../../workspace/snapshot.ts';
import type { Candidate } from './candidate.ts';

/** What a reference may be to, the likeliest first. */
export const REFERRED: Partial<Record<ValueType, readonly SymbolKind[]>> = {
  'ref.service': ['service'], 'ref.component': ['component'], 'ref.components': ['component'], 'ref.database': ['database'], 'ref.databases': ['database'],
  'ref.group': ['group'], 'ref.mode': ['mode'], 'ref.check': ['check'], 'ref.cloud': ['cloud'], 'ref.window': ['window'], 'ref.recipe': ['recipe'], 'ref.point': ['point'],
  'ref.resource': ['database', 'component', 'group', 'mode'],
};

const KINDS: Partial<Record<SymbolKind, CompletionItemKind>> = {
  service: CompletionItemKind.Module, component: CompletionItemKind.Class, database: CompletionItemKind.Struct, group: CompletionItemKind.Enum, mode: CompletionItemKind.Event,
  check: CompletionItemKind.Interface, cloud: CompletionItemKind.Module, window: CompletionItemKind.Event, recipe: CompletionItemKind.Function, point: CompletionItemKind.Reference,
  parameter: CompletionItemKind.Variable, let: CompletionItemKind.Constant, param: CompletionItemKind.Variable, secret: CompletionItemKind.Variable, step: CompletionItemKind.Method,
  stage: CompletionItemKind.Module, release: CompletionItemKind.EnumMember, plan: CompletionItemKind.Class,
};

/** The names of some kinds that can be used in a block, those of inventories included. */
export function declaredNames(kinds: readonly SymbolKind[], scope: SymbolScope, snapshot: Snapshot): Candidate[] {
  const declared = namesIn(scope, kinds, snapshot).map((one) => nameCandidate(one, scope)).sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0));
  const ranked = kinds.length < 2 ? declared : declared.map((one) => ({ ...one, rank: kinds.findIndex((kind) => one.detail?.startsWith(kind) === true) }));
  return kinds.includes('group') ? [...ranked, ...inventoryGroups(scope, snapshot, kinds.indexOf('group'))] : ranked;
}

/** A declared name. */
export function nameCandidate(declaration: OfferedName, scope: SymbolScope): Candidate {
  const { kind, name, statement, file, span } = declaration;
  const title = kind === 'parameter' ? undefined : literalText(statement.arguments['title']);
  return {
    label: name,
    kind: KINDS[kind] ?? CompletionItemKind.Variable,
    detail: title === undefined ? kind : `${kind}: ${title}`,
    ...(kind === 'recipe' ? callOf(declaration) : {}),
    ...(file.key === scope.file.key ? {} : { from: file.path }),
    ...(kind === 'recipe' ? { commit: ['('] } : { commit: [','] }),
    data: { of: 'name', uri: file.uri, start: span.start, name },
  };
}

/** A recipe with its parameters; those without a default have to be filled in. */
function callOf({ name, statement }: OfferedName): Pick<Candidate, 'detail' | 'snippet'> {
  const given = statement.arguments['parameters'];
  const parameters = given?.node === 'parameters' ? given.items : [];
  const needed = parameters.filter((one) => one.default === undefined).map((one, index) => `\${${index + 1}:${one.name.text}}`);
  return {
    detail: `recipe(${parameters.map((one) => `${one.name.text}: ${one.type.text}`).join(', ')})`,
    ...(needed.length === 0 ? {} : { snippet: `${name}(${needed.join(', ')})` }),
  };
}

/** The groups of the inventories, and `all`. */
export function inventoryGroups(scope: SymbolScope, snapshot: Snapshot, rank = 0): Candidate[] {
  const found = new Map<string, Candidate>();
  for (const { inventory, path } of inventoriesNear(scope, snapshot)) {
    for (const name of inventory?.groups.keys() ?? []) {
      if (name !== 'all' && name !== 'ungrouped' && !found.has(name)) found.set(name, { label: name, kind: CompletionItemKind.Enum, detail: 'group', from: path, commit: [','], rank });
    }
  }
  return [...found.values(), { label: 'all', kind: CompletionItemKind.Enum, detail: 'every host of the cloud', commit: [','], rank: rank + 1 }];
}

/** Of the services that have a member of a kind: everything of them, `nova.*`. */
export function wholeServices(members: readonly Candidate[]): Candidate[] {
  const services = [...new Set(members.map(({ label }) => label.slice(0, Math.max(0, label.indexOf('.')))).filter((one) => one !== ''))];
  return services.map((service) => ({ label: `${service}.*`, kind: CompletionItemKind.Module, detail: `everything of ${service}`, commit: [','], rank: 1 }));
}

/** The services of catalogues, such as `house.proxy`. */
export function cataloguedServices(scope: SymbolScope, snapshot: Snapshot): Candidate[] {
  // What stands in the block of a catalogue was noted beside it, where the block itself was not kept.
  const near = namesIn(scope, ['catalogue'], snapshot).filter(({ statement }) => statement.block !== undefined).flatMap((catalogue) => (
    [...(symbolsOf(catalogue.file).scopeOf.get(catalogue.statement)?.declarations.values() ?? [])].flat().filter(({ kind }) => kind === 'service')
      .map((service) => ({ ...nameCandidate(service, scope), label: `${catalogue.name}.${service.name}` }))
  ));
  return [...near, ...cataloguedAround(scope.file, snapshot).map((one) => nameCandidate(one, scope))];
}

/** Parameters around that may stand for a name or a value of a type. */
export function parametersOf(type: string, scope: SymbolScope, snapshot: Snapshot): Candidate[] {
  const plain = singular(type.replace(/^ref\./, ''));
  return namesIn(scope, ['parameter', 'param'], snapshot).filter((one) => {
    const own = singular(typeOfParameter(one) ?? '');
    return own === plain || (plain === 'resource' && RESOURCES.has(own));
  }).map((one) => nameCandidate(one, scope));
}

const RESOURCES: ReadonlySet<string> = new Set(['component', 'database', 'group', 'mode']);

function singular(type: string): string {
  return type.replace(/s$/, '');
}

/** The type that a parameter was declared with. */
export function typeOfParameter({ kind, statement, label }: OfferedName): string | undefined {
  if (kind === 'param') return wordOf(statement.arguments['type']);
  const parameters = statement.arguments['parameters'];
  return parameters?.node === 'parameters' ? parameters.items.find(({ name }) => name.text === label)?.type.text : undefined;
}
