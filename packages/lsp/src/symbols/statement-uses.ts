import { NAME, type Declaration, type Part, type Span, type Statement, type Text, type Value, type ValueType, type Word } from '@belay/compiler/analysis';
import { DECLARING } from './block-scope.ts';
import { VALUE_KINDS, type SymbolKind, type SymbolScope, type SymbolUse } from './symbol.ts';

/** What a word may name, by the type of its place in the signature. */
const NAMING: Partial<Record<ValueType, readonly SymbolKind[]>> = {
  text: VALUE_KINDS, path: VALUE_KINDS, command: VALUE_KINDS, hosts: VALUE_KINDS, count: VALUE_KINDS, amount: VALUE_KINDS, duration: VALUE_KINDS, percent: VALUE_KINDS,
  value: [...VALUE_KINDS, 'component', 'database', 'group', 'service', 'mode', 'check', 'window', 'cloud', 'release'],
  release: ['release'], 'ref.service': ['service'], 'ref.component': ['component'], 'ref.components': ['component'], 'ref.database': ['database'], 'ref.databases': ['database'],
  'ref.group': ['group'], 'ref.mode': ['mode'], 'ref.check': ['check'], 'ref.cloud': ['cloud'], 'ref.window': ['window'], 'ref.recipe': ['recipe'],
  'ref.step': ['step', 'stage', 'point', 'service', 'group', 'recipe'], 'ref.point': ['point'], 'ref.resource': ['component', 'database', 'group', 'mode'],
  'ref.catalogue': ['catalogue'], 'ref.catalogued': ['service'],
};

const TARGET: readonly SymbolKind[] = ['group', 'component'];

/**
 * The names that a statement uses, those in its block left out.
 *
 * @param scope the block that it stands in
 * @param inner the block that it opens: a parameter's default sees those before it
 */
export function usesOfStatement(statement: Statement, scope: SymbolScope, inner: SymbolScope): SymbolUse[] {
  const uses: SymbolUse[] = [];
  const types = typesOf(statement.declaration);
  for (const [argument, value] of Object.entries(statement.arguments)) {
    const type = types.get(argument);
    if (type === undefined) continue;
    if (argument === 'name' && DECLARING[statement.declaration.id] !== undefined) continue;
    if (statement.declaration.id === 'place' && argument === 'role') continue;
    new UseReader(uses, { statement, argument, scope: type === 'parameters' ? inner : scope, file: scope.file }).value(value, type);
  }
  return uses;
}

class UseReader {
  readonly #uses: SymbolUse[];
  readonly #at: Pick<SymbolUse, 'statement' | 'argument' | 'scope' | 'file'>;

  constructor(uses: SymbolUse[], at: Pick<SymbolUse, 'statement' | 'argument' | 'scope' | 'file'>) {
    this.#uses = uses;
    this.#at = at;
  }

  value(value: Value, type: ValueType): void {
    switch (value.node) {
      case 'list': for (const item of value.items) this.value(item, type); break;
      case 'text': this.#text(value); break;
      case 'target': for (const one of [...value.hosts, ...value.except]) if (one.node === 'text') this.#text(one); else this.#word(one, TARGET); break;
      case 'parameters': for (const one of value.items) if (one.default !== undefined) this.value(one.default, 'value'); break;
      case 'arguments':
        for (const one of value.items) {
          if (one.name !== undefined) this.#use(['parameter'], one.name.text, one.name.text, one.name);
          this.value(one.value, 'value');
        }
        break;
      case 'word': {
        const kinds = NAMING[type];
        if (kinds === undefined) break;
        if (type === 'ref.catalogued') this.#catalogued(value);
        else this.#word(value, kinds);
      }
    }
  }

  #text(text: Text): void {
    for (const part of text.parts) {
      if (part.part !== 'interpolation') continue;
      const start = part.end - 1 - part.name.length;
      this.#use(VALUE_KINDS, part.name, part.name, { start, end: part.end - 1 });
    }
  }

  #word(word: Word, kinds: readonly SymbolKind[]): void {
    const { text } = word;
    const dot = text.indexOf('.');
    const isDotted = dot > 0 && (kinds.includes('component') || kinds.includes('database'));
    if (!isDotted) {
      if (kinds[0] === 'release' || NAME.test(text) || kinds.includes('step')) this.#use(kinds, text, text, word);
      return;
    }
    const service = text.slice(0, dot);
    this.#use(['service'], service, service, { start: word.start, end: word.start + dot });
    const member = text.slice(dot + 1);
    if (member !== '*' && member !== '') this.#use(kinds.filter((kind) => kind === 'component' || kind === 'database'), text, member, { start: word.start + dot + 1, end: word.end });
  }

  #catalogued(word: Word): void {
    const dot = word.text.indexOf('.');
    const catalogue = dot === -1 ? word.text : word.text.slice(0, dot);
    this.#use(['catalogue'], catalogue, catalogue, { start: word.start, end: word.start + catalogue.length });
    if (dot !== -1) this.#use(['service'], word.text, word.text.slice(dot + 1), { start: word.start + dot + 1, end: word.end });
  }

  #use(kinds: readonly SymbolKind[], name: string, label: string, span: Span): void {
    this.#uses.push({ kinds, name, label, span: { start: span.start, end: span.end }, ...this.#at });
  }
}

const typesByDeclaration = new WeakMap<Declaration, ReadonlyMap<string, ValueType>>();

/** The types of a statement's arguments, by name. */
export function typesOf(declaration: Declaration): ReadonlyMap<string, ValueType> {
  let types = typesByDeclaration.get(declaration);
  if (types === undefined) {
    const found = new Map<string, ValueType>();
    const open: Part[] = declaration.signatures.flatMap(({ parts }) => parts);
    for (let part = open.pop(); part !== undefined; part = open.pop()) {
      if (part.part === 'value') found.set(part.name, part.type);
      else if (part.part === 'optional') open.push(...part.parts);
    }
    typesByDeclaration.set(declaration, (types = found));
  }
  return types;
}
