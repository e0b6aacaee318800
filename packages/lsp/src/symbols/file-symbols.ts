import { countWhile, type Span, type Statement, type SyntaxTree } from '@belay/compiler/analysis';
import { grouped } from '../workspace/grouped.ts';
import type { WorkspaceFile } from '../workspace/workspace-file.ts';
import { BlockScope, cloudsAmong, opensScope } from './block-scope.ts';
import { usesOfStatement } from './statement-uses.ts';
import type { FileSymbols, SymbolDeclaration, SymbolScope, SymbolUse } from './symbol.ts';

const known = new WeakMap<SyntaxTree, TreeSymbols>();

/** The names that a file declares and uses. */
export function symbolsOf(file: WorkspaceFile): FileSymbols {
  const { tree } = file;
  let symbols = known.get(tree);
  if (symbols === undefined) known.set(tree, (symbols = new TreeSymbols(file, tree)));
  return symbols;
}

/** A statement with the block that it stands in, and the one that it opens: the same, if nothing can be declared there. */
interface Placed {
  readonly statement: Statement;
  readonly outer: BlockScope;
  readonly inner: BlockScope;
}

/** The names of a tree. What is asked for at every key is found from the place that it is asked for; lists of everything are made when somebody wants them. */
class TreeSymbols implements FileSymbols {
  readonly file: WorkspaceFile;
  readonly scope: BlockScope;
  readonly scopeOf = { get: (statement: Statement): SymbolScope | undefined => this.#opened(statement) };
  readonly #scopes = new Map<Statement, BlockScope>();
  readonly #usesIn = new Map<Statement, readonly SymbolUse[]>();
  #declarations: readonly SymbolDeclaration[] | undefined;
  #uses: readonly SymbolUse[] | undefined;
  #usesOf: ReadonlyMap<string, readonly SymbolUse[]> | undefined;
  #clouds: readonly SymbolScope[] | undefined;

  constructor(file: WorkspaceFile, tree: SyntaxTree) {
    this.file = file;
    this.scope = new BlockScope(file, tree);
  }

  get declarations(): readonly SymbolDeclaration[] {
    if (this.#declarations === undefined) {
      const found: SymbolDeclaration[] = [...this.scope.declarations.values()].flat();
      for (const { outer, inner } of this.#all()) if (inner !== outer) for (const same of inner.declarations.values()) found.push(...same);
      this.#declarations = found.sort(byPlace);
    }
    return this.#declarations;
  }

  get uses(): readonly SymbolUse[] {
    if (this.#uses === undefined) {
      const found: SymbolUse[] = [];
      for (const { statement, outer, inner } of this.#all()) for (const use of this.#usesIn.get(statement) ?? usesOfStatement(statement, outer, inner)) found.push(use);
      this.#uses = found.sort(byPlace);
    }
    return this.#uses;
  }

  get usesOf(): ReadonlyMap<string, readonly SymbolUse[]> {
    return (this.#usesOf ??= grouped(this.uses, ({ label }) => label));
  }

  get clouds(): readonly SymbolScope[] {
    return (this.#clouds ??= cloudsAmong(this.scope.tree.statements).flatMap((statement) => this.#opened(statement) ?? []));
  }

  declaredBy(statement: Statement): readonly SymbolDeclaration[] {
    const place = this.#place(statement);
    if (place === undefined) return [];
    const own = place.outer.declaredBy(statement);
    return [...(own === undefined ? [] : [own]), ...(place.inner === place.outer ? [] : place.inner.ofKinds(['parameter']))];
  }

  usesIn(statement: Statement): readonly SymbolUse[] {
    if (this.#uses !== undefined) return this.#uses.filter((one) => one.statement === statement);
    let uses = this.#usesIn.get(statement);
    if (uses === undefined) {
      const place = this.#place(statement);
      this.#usesIn.set(statement, (uses = place === undefined ? [] : usesOfStatement(statement, place.outer, place.inner)));
    }
    return uses;
  }

  /** All statements, in the order of the text. */
  * #all(): Generator<Placed> {
    // Blocks nest no deeper than the parser lets them, but there may be many statements: a list of what is left, in order.
    const open: { readonly statement: Statement; readonly outer: BlockScope }[] = [];
    const enter = (statements: readonly Statement[], outer: BlockScope): void => {
      for (let index = statements.length - 1; index >= 0; index -= 1) open.push({ statement: statements[index] as Statement, outer });
    };
    enter(this.scope.tree.statements, this.scope);
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { statement, outer } = next;
      const inner = this.#within(statement, outer);
      yield { statement, outer, inner };
      if (statement.block !== undefined) enter(statement.block.statements, inner);
    }
  }

  #opened(statement: Statement): BlockScope | undefined {
    const known = this.#scopes.get(statement);
    if (known !== undefined || !opensScope(statement)) return known;
    return this.#place(statement)?.inner;
  }

  /** Where a statement of the tree stands, looked for from the outside in. */
  #place(statement: Statement): Placed | undefined {
    let outer = this.scope;
    let level = outer.tree.statements;
    for (;;) {
      const found = level[countWhile(level.length, (index) => (level[index]?.start ?? 0) <= statement.start) - 1];
      if (found === undefined) return undefined;
      const inner = this.#within(found, outer);
      if (found === statement) return { statement, outer, inner };
      outer = inner;
      level = found.block?.statements ?? [];
    }
  }

  /** The scope inside of a statement's block: that around it, if nothing can be declared there. */
  #within(statement: Statement, outer: BlockScope): BlockScope {
    if (!opensScope(statement)) return outer;
    let scope = this.#scopes.get(statement);
    if (scope === undefined) this.#scopes.set(statement, (scope = new BlockScope(outer.file, outer.tree, statement, outer)));
    return scope;
  }
}

function byPlace(a: { readonly span: Span }, b: { readonly span: Span }): number {
  return a.span.start - b.span.start;
}
