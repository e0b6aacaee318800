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
  let found = known.get(statements);
  if (found === undefined) known.set(statements, (found = find(statements)));
  return found;
}

/** Trees do not change, and each project that a file is part of asks for the same. */
const known = new WeakMap<readonly Statement[], readonly NamedFile[]>();

function find(statements: readonly Statement[]): NamedFile[] {
  const found: NamedFile[] = [];
  const open = [...statements];
  for (let statement = open.pop(); statement !== undefined; statement = open.pop()) {
    const argument = NAMING.get(statement.declaration.id);
    if (argument !== undefined) {
      const value = statement.arguments[argument];
      const path = literalText(value);
      if (path !== undefined && value !== undefined) found.push({ path, kind: statement.declaration.id as NamedFile['kind'], span: { start: value.start, end: value.end } });
    }
    if (statement.block !== undefined) for (const inner of statement.block.statements) open.push(inner);
  }
  return found.reverse();
}
