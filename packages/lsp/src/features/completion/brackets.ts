import { PARAMETER_TYPES, type ValueType } from '@belay/compiler/analysis';
import { CompletionItemKind } from 'vscode-languageserver';
import type { Cursor } from '../../cursor/cursor-at.ts';
import { wordAt } from '../../cursor/expected.ts';
import type { OpenGroup } from '../../cursor/statement-line.ts';
import { lookUp, namesIn } from '../../symbols/resolve.ts';
import { symbolsOf } from '../../symbols/file-symbols.ts';
import { VALUE_KINDS, type SymbolDeclaration, type SymbolScope } from '../../symbols/symbol.ts';
import type { Snapshot } from '../../workspace/snapshot.ts';
import type { Candidate } from './candidate.ts';
import { nameCandidate, parametersOf, typeOfParameter } from './names.ts';
import { referred, words } from './values.ts';

/** Types of parameters that stand for something declared, and the place in a signature that is like them. */
const LIKE: Readonly<Record<string, ValueType>> = {
  service: 'ref.service', component: 'ref.component', components: 'ref.components', database: 'ref.database', databases: 'ref.databases', group: 'ref.group',
  mode: 'ref.mode', check: 'ref.check', window: 'ref.window', cloud: 'ref.cloud', resource: 'ref.resource',
};

/** What may stand in brackets: parameters with their types, arguments of a recipe, items of a list. */
export function bracketCandidates(cursor: Cursor, open: OpenGroup, scope: SymbolScope, snapshot: Snapshot): Candidate[] {
  const part = cursor.expected.find((one) => one.expects === 'part' && one.part.part === 'value' && ['parameters', 'arguments', 'value'].includes(one.part.type));
  if (part?.expects !== 'part' || part.part.part !== 'value') return [];
  const before = wordAt(open.items, open.items.length - 1);
  if (part.part.type === 'parameters') return before === ':' ? words(PARAMETER_TYPES, CompletionItemKind.TypeParameter) : [];
  if (part.part.type === 'value') return values(scope, snapshot);
  const parameters = parametersOfRecipe(cursor, part.from, scope, snapshot);
  const place = argumentAt(open.items.map((_, at) => wordAt(open.items, at) ?? ''));
  const parameter = place.name === undefined ? parameters[place.index] : parameters.find(({ label }) => label === place.name);
  const names = place.name !== undefined ? [] : parameters.filter(({ label }) => !place.named.includes(label)).map((one): Candidate => ({
    ...nameCandidate(one, scope), insert: `${one.label}: `, detail: typeOfParameter(one) ?? 'parameter', rank: 1, commit: [':'],
  }));
  return [...(parameter === undefined ? [] : ofType(typeOfParameter(parameter) ?? 'text', scope, snapshot)), ...names];
}

function ofType(type: string, scope: SymbolScope, snapshot: Snapshot): Candidate[] {
  const like = LIKE[type];
  return like === undefined ? [...parametersOf(type, scope, snapshot), ...values(scope, snapshot).filter(({ detail }) => detail === 'let')] : referred(like, scope, snapshot);
}

function values(scope: SymbolScope, snapshot: Snapshot): Candidate[] {
  return namesIn(scope, VALUE_KINDS.filter((kind) => kind !== 'secret'), snapshot).map((one) => nameCandidate(one, scope));
}

/** The parameters of the recipe that a line applies, in order. */
export function parametersOfRecipe({ items }: Pick<Cursor, 'items'>, from: number, scope: SymbolScope, snapshot: Snapshot): SymbolDeclaration[] {
  const [recipe] = lookUp(scope, ['recipe'], wordAt(items, from) ?? '', snapshot);
  if (recipe === undefined) return [];
  return [...(symbolsOf(recipe.file).scopeOf.get(recipe.statement)?.declarations.values() ?? [])].flat().filter(({ kind }) => kind === 'parameter');
}

/** Which argument is being written: by its number, or by its name. */
export function argumentAt(written: readonly string[]): { readonly index: number; readonly name?: string; readonly named: readonly string[] } {
  const named: string[] = [];
  let index = 0;
  let name: string | undefined;
  for (const [at, word] of written.entries()) {
    if (word === ',') {
      if (name === undefined) index += 1;
      name = undefined;
    } else if (word === ':') {
      name = written[at - 1] ?? '';
      named.push(name);
    }
  }
  return { index, named, ...(name === undefined ? {} : { name }) };
}
