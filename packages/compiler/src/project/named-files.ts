import { literalText } from '../model/evaluate.ts';
import type { Statement } from '../syntax/tree.ts';
import type { Span } from '../text/source.ts';

/** The statements that name files, and the argument that holds the path. */
const NAMING: ReadonlyMap<string, string> = new Map([['import', 'path'], ['inventory', 'path'], ['put', 'file'], ['script', 'file']]);

/** A file that a statement names. */
export interface NamedFile {
  /** As written, relative to the file that names it. */
  readonly path: string;
  readonly kind: 'import' | 'inventory' | 'put' | 'script';
  /** Where the path stands. */
  readonly span: Span;
}

/** The files that statements and those in their blocks name, in the order of the text. */
export function namedFiles(statements: readonly Statement[]): readonly NamedFile[] {
  return namedWithin(statements, 0);
}

/** The kinds and paths of the files that statements and those in their blocks name, each once: plans name the same file again and again. */
export function distinctFiles(statements: readonly Statement[], depth = 0): readonly NamedFile[] {
  let found = distinct.get(statements);
  if (found === undefined) distinct.set(statements, (found = findDistinct(statements, depth)));
  return found;
}

const distinct = new WeakMap<readonly Statement[], readonly NamedFile[]>();

function findDistinct(statements: readonly Statement[], depth: number): readonly NamedFile[] {
  const found: NamedFile[] = [];
  const seen = new Map<NamedFile['kind'], Set<string>>();
  const add = (one: NamedFile): void => {
    let paths = seen.get(one.kind);
    if (paths === undefined) seen.set(one.kind, (paths = new Set()));
    if (!paths.has(one.path)) found.push(one);
    paths.add(one.path);
  };
  if (depth >= DEEPEST_KEPT) for (const one of find(statements)) add(one);
  else {
    for (const statement of statements) {
      const own = ownName(statement);
      if (own !== undefined) add(own);
      if (statement.block !== undefined) for (const one of distinctFiles(statement.block.statements, depth + 1)) add(one);
    }
  }
  return found;
}

function namedWithin(statements: readonly Statement[], depth: number): readonly NamedFile[] {
  let found = known.get(statements);
  if (found === undefined) known.set(statements, (found = depth < DEEPEST_KEPT ? findByBlock(statements, depth) : find(statements)));
  return found;
}

/** Trees do not change, and each project that a file is part of asks for the same; so does the next tree of a file that is edited, of what is the same there. */
const known = new WeakMap<readonly Statement[], readonly NamedFile[]>();

/** What stands deeper than in the blocks of a plan's statements is not kept for itself. */
const DEEPEST_KEPT = 2;

function findByBlock(statements: readonly Statement[], depth: number): NamedFile[] {
  const found: NamedFile[] = [];
  for (const statement of statements) {
    const own = ownName(statement);
    if (own !== undefined) found.push(own);
    if (statement.block !== undefined) for (const one of namedWithin(statement.block.statements, depth + 1)) found.push(one);
  }
  return found;
}

function ownName({ declaration, arguments: values }: Statement): NamedFile | undefined {
  const argument = NAMING.get(declaration.id);
  const value = argument === undefined ? undefined : values[argument];
  const path = literalText(value);
  return path === undefined || value === undefined ? undefined : { path, kind: declaration.id as NamedFile['kind'], span: { start: value.start, end: value.end } };
}

function find(statements: readonly Statement[]): NamedFile[] {
  const found: NamedFile[] = [];
  const open = [...statements];
  for (let statement = open.pop(); statement !== undefined; statement = open.pop()) {
    const own = ownName(statement);
    if (own !== undefined) found.push(own);
    if (statement.block !== undefined) for (const inner of statement.block.statements) open.push(inner);
  }
  return found.reverse();
}
