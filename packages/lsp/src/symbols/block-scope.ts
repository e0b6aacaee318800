import type { Span, Statement, SyntaxTree, Word } from '@belay/compiler/analysis';
import type { WorkspaceFile } from '../workspace/workspace-file.ts';
import type { SymbolDeclaration, SymbolKind, SymbolScope } from './symbol.ts';

/** Statements that declare a name, and of what. */
export const DECLARING: Readonly<Record<string, SymbolKind>> = {
  cloud: 'cloud', plan: 'plan', recipe: 'recipe', catalogue: 'catalogue', train: 'train', 'train.release': 'release', window: 'window', check: 'check', mode: 'mode',
  group: 'group', zone: 'zone', service: 'service', component: 'component', database: 'database', let: 'let', param: 'param', secret: 'secret', step: 'step', stage: 'stage',
  'rollback-point': 'point',
};

/** Blocks in which something can be declared. */
const SCOPES: ReadonlySet<string> = new Set([
  'train', 'catalogue', 'cloud', 'group', 'service', 'plan', 'stage', 'parallel', 'holding', 'within', 'jump', 'roll', 'recipe', 'upgrade',
]);

/** Statements in all of which a rollback point is known, however deep it stands. */
const WHOLE: ReadonlySet<string> = new Set(['plan', 'recipe', 'upgrade']);

/** Whether something can be declared in the block of a statement. */
export function opensScope({ block }: Statement): boolean {
  return block !== undefined && SCOPES.has(block.kind);
}

/** A word that declares a name. */
interface Declaring {
  readonly kind: SymbolKind;
  readonly word: Word;
  readonly statement: Statement;
}

function declaringOf(statement: Statement): Declaring | undefined {
  const kind = DECLARING[statement.declaration.id];
  const word = statement.arguments['name'];
  return kind !== undefined && word?.node === 'word' ? { kind, word, statement } : undefined;
}

/** A block with the names that it declares. They are read when they are first asked for: who types asks for those of a few blocks. */
export class BlockScope implements SymbolScope {
  readonly file: WorkspaceFile;
  readonly tree: SyntaxTree;
  readonly statement: Statement | undefined;
  readonly parent: BlockScope | undefined;
  #declarations: Map<string, SymbolDeclaration[]> | undefined;
  #declaring: readonly Declaring[] | undefined;
  /** By the words that are declared: whoever asks twice gets the same. */
  readonly #made = new Map<Span, SymbolDeclaration>();

  constructor(file: WorkspaceFile, tree: SyntaxTree, statement?: Statement, parent?: BlockScope) {
    this.file = file;
    this.tree = tree;
    this.statement = statement;
    this.parent = parent;
  }

  get declarations(): ReadonlyMap<string, readonly SymbolDeclaration[]> {
    if (this.#declarations === undefined) {
      this.#declarations = new Map();
      for (const one of this.#find().map((found) => this.#make(found))) {
        const same = this.#declarations.get(one.label);
        if (same === undefined) this.#declarations.set(one.label, [one]);
        else same.push(one);
      }
    }
    return this.#declarations;
  }

  ofKinds(kinds: readonly SymbolKind[]): SymbolDeclaration[] {
    return this.#find().filter(({ kind }) => kinds.includes(kind)).map((one) => this.#make(one));
  }

  /** What a statement that stands in the block declares, as far as that is known here. */
  declaredBy(statement: Statement): SymbolDeclaration | undefined {
    const one = declaringOf(statement);
    if (one === undefined) return undefined;
    return one.kind === 'point' && this.whole !== this ? this.whole.declaredBy(statement) : this.#make(one);
  }

  /** The block in which a point that stands here is known. */
  get whole(): BlockScope {
    // Blocks nest no deeper than the parser lets them.
    return this.parent === undefined || WHOLE.has(this.statement?.declaration.id ?? '') ? this : this.parent.whole;
  }

  /** All that declares something here, in the order of the text. */
  #find(): readonly Declaring[] {
    if (this.#declaring !== undefined) return this.#declaring;
    const found: Declaring[] = [];
    const { statement: own } = this;
    const parameters = own?.arguments['parameters'];
    if (own !== undefined && parameters?.node === 'parameters') for (const { name } of parameters.items) found.push({ kind: 'parameter', word: name, statement: own });
    const isWhole = this.whole === this;
    const declare = (statement: Statement): void => {
      const one = declaringOf(statement);
      if (one !== undefined) found.push(one);
    };
    const read = (statements: readonly Statement[]): void => {
      for (const statement of statements) {
        if (isWhole || DECLARING[statement.declaration.id] !== 'point') declare(statement);
        if (statement.block === undefined) continue;
        if (!opensScope(statement)) read(statement.block.statements);
        else if (isWhole) for (const point of within(statement).points) declare(point);
      }
    };
    read(own === undefined ? this.tree.statements : (own.block?.statements ?? []));
    return (this.#declaring = found);
  }

  #make({ kind, word, statement }: Declaring): SymbolDeclaration {
    let made = this.#made.get(word);
    if (made === undefined) {
      const { text: label, start, end } = word;
      const service = kind === 'component' || kind === 'database' ? this.statement?.arguments['name'] : undefined;
      const name = service?.node === 'word' ? `${service.text}.${label}` : label;
      this.#made.set(word, (made = { kind, label, name, span: { start, end }, statement, file: this.file, scope: this }));
    }
    return made;
  }
}

/** The clouds and catalogues among statements and in their blocks, in the order of the text. */
export function cloudsAmong(statements: readonly Statement[]): Statement[] {
  return statements.flatMap((one) => [...(isCloud(one) ? [one] : []), ...within(one).clouds]);
}

function isCloud({ block }: Statement): boolean {
  return block?.kind === 'cloud' || block?.kind === 'catalogue';
}

/** What stands in the block of a statement, and is known outside of it. */
interface Within {
  /** Rollback points that are known around it, too. */
  readonly points: readonly Statement[];
  /** Clouds and catalogues. */
  readonly clouds: readonly Statement[];
}

const NOTHING: Within = { points: [], clouds: [] };

/** The tree of a text that is edited shares the statements that are still the same. */
const known = new WeakMap<Statement, Within>();

function within(statement: Statement): Within {
  if (statement.block === undefined) return NOTHING;
  let found = known.get(statement);
  if (found === undefined) known.set(statement, (found = findWithin(statement, statement.block.statements)));
  return found;
}

function findWithin(statement: Statement, statements: readonly Statement[]): Within {
  const points: Statement[] = [];
  const clouds: Statement[] = cloudsAmong(statements);
  if (!WHOLE.has(statement.declaration.id) || !opensScope(statement)) {
    for (const one of statements) {
      if (DECLARING[one.declaration.id] === 'point') points.push(one);
      for (const inner of within(one).points) points.push(inner);
    }
  }
  return points.length === 0 && clouds.length === 0 ? NOTHING : { points, clouds };
}
