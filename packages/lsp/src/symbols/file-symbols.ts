import { NAME, type Declaration, type Part, type Span, type Statement, type SyntaxTree, type Text, type Value, type ValueType, type Word } from '@belay/compiler/analysis';
import { grouped } from '../workspace/grouped.ts';
import type { WorkspaceFile } from '../workspace/workspace-file.ts';
import { VALUE_KINDS, type FileSymbols, type SymbolDeclaration, type SymbolKind, type SymbolScope, type SymbolUse } from './symbol.ts';

/** Statements that declare a name, and of what. */
const DECLARING: Readonly<Record<string, SymbolKind>> = {
  cloud: 'cloud', plan: 'plan', recipe: 'recipe', catalogue: 'catalogue', train: 'train', 'train.release': 'release', window: 'window', check: 'check', mode: 'mode',
  group: 'group', zone: 'zone', service: 'service', component: 'component', database: 'database', let: 'let', param: 'param', secret: 'secret', step: 'step', stage: 'stage',
  'rollback-point': 'point',
};

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

const known = new WeakMap<SyntaxTree, FileSymbols>();

/** The names that a file declares and uses. */
export function symbolsOf(file: WorkspaceFile): FileSymbols {
  const { tree } = file;
  let symbols = known.get(tree);
  if (symbols === undefined) known.set(tree, (symbols = new Collector(file, tree).collect()));
  return symbols;
}

interface OpenScope extends SymbolScope {
  readonly declarations: Map<string, SymbolDeclaration[]>;
}

class Collector {
  readonly #file: WorkspaceFile;
  readonly #tree: SyntaxTree;
  readonly #declarations: SymbolDeclaration[] = [];
  readonly #uses: SymbolUse[] = [];
  readonly #clouds: SymbolScope[] = [];
  readonly #scopeOf = new Map<Statement, SymbolScope>();

  constructor(file: WorkspaceFile, tree: SyntaxTree) {
    this.#file = file;
    this.#tree = tree;
  }

  collect(): FileSymbols {
    const scope: OpenScope = { file: this.#file, tree: this.#tree, declarations: new Map() };
    // Blocks nest no deeper than the parser lets them, but there may be many statements: a list of what is left, in order.
    const open: { statement: Statement; scope: OpenScope }[] = [];
    const enter = (statements: readonly Statement[], inner: OpenScope): void => {
      for (let index = statements.length - 1; index >= 0; index -= 1) open.push({ statement: statements[index] as Statement, scope: inner });
    };
    enter(this.#tree.statements, scope);
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { statement } = next;
      this.#declare(statement, next.scope);
      const inner = this.#scopeWithin(statement, next.scope);
      this.#useIn(statement, next.scope, inner);
      if (statement.block !== undefined) enter(statement.block.statements, inner);
    }
    const byPlace = (a: { span: Span }, b: { span: Span }): number => a.span.start - b.span.start;
    const uses = this.#uses.sort(byPlace);
    return {
      file: this.#file, scope, declarations: this.#declarations.sort(byPlace), uses, usesOf: grouped(uses, ({ label }) => label), clouds: this.#clouds, scopeOf: this.#scopeOf,
    };
  }

  #declare(statement: Statement, scope: OpenScope): void {
    const kind = DECLARING[statement.declaration.id];
    const value = statement.arguments['name'];
    if (kind === undefined || value?.node !== 'word') return;
    this.#add(kind, value.text, value, statement, kind === 'point' ? planOf(scope) : scope);
  }

  #add(kind: SymbolKind, label: string, span: Span, statement: Statement, scope: OpenScope): void {
    const service = kind === 'component' || kind === 'database' ? scope.statement?.arguments['name'] : undefined;
    const name = service?.node === 'word' ? `${service.text}.${label}` : label;
    const declaration: SymbolDeclaration = { kind, label, name, span: { start: span.start, end: span.end }, statement, file: this.#file, scope };
    this.#declarations.push(declaration);
    const same = scope.declarations.get(label);
    if (same === undefined) scope.declarations.set(label, [declaration]);
    else same.push(declaration);
  }

  /** The scope inside of a statement's block: that around it, if nothing can be declared there. */
  #scopeWithin(statement: Statement, outer: OpenScope): OpenScope {
    const { block } = statement;
    if (block === undefined || !SCOPES.has(block.kind)) return outer;
    const scope: OpenScope = { file: this.#file, tree: this.#tree, statement, parent: outer, declarations: new Map() };
    this.#scopeOf.set(statement, scope);
    if (block.kind === 'cloud' || block.kind === 'catalogue') this.#clouds.push(scope);
    const parameters = statement.arguments['parameters'];
    if (parameters?.node === 'parameters') for (const { name } of parameters.items) this.#add('parameter', name.text, name, statement, scope);
    return scope;
  }

  #useIn(statement: Statement, scope: SymbolScope, inner: SymbolScope): void {
    const types = typesOf(statement.declaration);
    for (const [argument, value] of Object.entries(statement.arguments)) {
      const type = types.get(argument);
      if (type === undefined) continue;
      if (argument === 'name' && DECLARING[statement.declaration.id] !== undefined) continue;
      if (statement.declaration.id === 'place' && argument === 'role') continue;
      // A parameter's default sees those before it.
      this.#useValue(value, type, { statement, argument, scope: type === 'parameters' ? inner : scope });
    }
  }

  #useValue(value: Value, type: ValueType, at: Pick<SymbolUse, 'statement' | 'argument' | 'scope'>): void {
    switch (value.node) {
      case 'list': for (const item of value.items) this.#useValue(item, type, at); break;
      case 'text': this.#useText(value, at); break;
      case 'target': for (const one of [...value.hosts, ...value.except]) if (one.node === 'text') this.#useText(one, at); else this.#useWord(one, TARGET, at); break;
      case 'parameters': for (const one of value.items) if (one.default !== undefined) this.#useValue(one.default, 'value', at); break;
      case 'arguments':
        for (const one of value.items) {
          if (one.name !== undefined) this.#use(['parameter'], one.name.text, one.name.text, one.name, at);
          this.#useValue(one.value, 'value', at);
        }
        break;
      case 'word': {
        const kinds = NAMING[type];
        if (kinds === undefined) break;
        if (type === 'ref.catalogued') this.#useCatalogued(value, at);
        else this.#useWord(value, kinds, at);
      }
    }
  }

  #useText(text: Text, at: Pick<SymbolUse, 'statement' | 'argument' | 'scope'>): void {
    for (const part of text.parts) {
      if (part.part !== 'interpolation') continue;
      const start = part.end - 1 - part.name.length;
      this.#use(VALUE_KINDS, part.name, part.name, { start, end: part.end - 1 }, at);
    }
  }

  #useWord(word: Word, kinds: readonly SymbolKind[], at: Pick<SymbolUse, 'statement' | 'argument' | 'scope'>): void {
    const { text } = word;
    const dot = text.indexOf('.');
    const isDotted = dot > 0 && (kinds.includes('component') || kinds.includes('database'));
    if (!isDotted) {
      if (kinds[0] === 'release' || NAME.test(text) || kinds.includes('step')) this.#use(kinds, text, text, word, at);
      return;
    }
    const service = text.slice(0, dot);
    this.#use(['service'], service, service, { start: word.start, end: word.start + dot }, at);
    const member = text.slice(dot + 1);
    if (member !== '*' && member !== '') this.#use(kinds.filter((kind) => kind === 'component' || kind === 'database'), text, member, { start: word.start + dot + 1, end: word.end }, at);
  }

  #useCatalogued(word: Word, at: Pick<SymbolUse, 'statement' | 'argument' | 'scope'>): void {
    const dot = word.text.indexOf('.');
    const catalogue = dot === -1 ? word.text : word.text.slice(0, dot);
    this.#use(['catalogue'], catalogue, catalogue, { start: word.start, end: word.start + catalogue.length }, at);
    if (dot !== -1) this.#use(['service'], word.text, word.text.slice(dot + 1), { start: word.start + dot + 1, end: word.end }, at);
  }

  #use(kinds: readonly SymbolKind[], name: string, label: string, span: Span, at: Pick<SymbolUse, 'statement' | 'argument' | 'scope'>): void {
    this.#uses.push({ kinds, name, label, span: { start: span.start, end: span.end }, file: this.#file, ...at });
  }
}

/** Blocks in which something can be declared. */
const SCOPES: ReadonlySet<string> = new Set([
  'train', 'catalogue', 'cloud', 'group', 'service', 'plan', 'stage', 'parallel', 'holding', 'within', 'jump', 'roll', 'recipe', 'upgrade',
]);

/** Rollback points are known in the whole plan. */
function planOf(scope: OpenScope): OpenScope {
  let found: SymbolScope = scope;
  while (found.parent !== undefined && !['plan', 'recipe', 'upgrade'].includes(found.statement?.declaration.id ?? '')) found = found.parent;
  return found as OpenScope;
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
