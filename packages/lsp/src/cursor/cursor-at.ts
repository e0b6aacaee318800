import type { Statement, Text, Value } from '@belay/compiler/analysis';
import { statementPath } from '../features/statement-path.ts';
import type { WorkspaceFile } from '../workspace/workspace-file.ts';
import { expectedAfter, type Expectation } from './expected.ts';
import { statementLineAt, type StatementLine } from './statement-line.ts';

/** What is typed at a cursor, and what may stand there. */
export interface Cursor extends StatementLine, Expectation {
  /** The word that the cursor is in or behind; empty between words. In a text: all of it, quotes left out. */
  readonly word: { readonly start: number; readonly end: number };
  /** Set where the cursor is in a text. */
  readonly text?: { readonly start: number };
}

const WORD = /[A-Za-z0-9_*%./\u00c0-\u061b\u061d-\u167f\u1681-\u180d\u180f-\u1fff\u2c00-\u2fff\u3001-\ud7ff-]/;

/** Looks at a cursor. Undefined in comments, and where nobody knows what may stand. */
export function cursorAt(file: WorkspaceFile, offset: number): Cursor | undefined {
  const { text } = file;
  const quoted = textAround(file, offset);
  if (quoted !== undefined) return inText(file, quoted);
  let start = offset;
  while (start > 0 && WORD.test(text[start - 1] ?? '')) start -= 1;
  let end = offset;
  while (end < text.length && WORD.test(text[end] ?? '')) end += 1;
  const line = statementLineAt(file, start);
  if (line === undefined) return undefined;
  if (line.quote !== undefined) return inText(file, { start: line.quote, end: endOfText(text, offset) });
  return { ...line, word: { start, end }, ...expectedAfter(line.block, line.items, line.isOneLine) };
}

function inText(file: WorkspaceFile, span: { readonly start: number; readonly end: number }): Cursor | undefined {
  const line = statementLineAt(file, span.start);
  if (line === undefined || line.quote !== undefined) return undefined;
  const quotes = file.text.startsWith('"""', span.start) ? 3 : 1;
  return { ...line, word: { start: span.start + quotes, end: span.end }, text: { start: span.start }, ...expectedAfter(line.block, line.items, line.isOneLine) };
}

/** The text in quotes around an offset, as the tree has it: without the closing quotes. */
function textAround(file: WorkspaceFile, offset: number): { readonly start: number; readonly end: number } | undefined {
  const statement: Statement | undefined = statementPath(file.tree.statements, offset).at(-1);
  const open: Value[] = Object.values(statement?.arguments ?? {});
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (value.start >= offset || value.end < offset) continue;
    if (value.node === 'text') return spanIn(value, offset, file.text);
    if (value.node === 'list') open.push(...value.items);
    else if (value.node === 'target') open.push(...value.hosts, ...value.except);
    else if (value.node === 'arguments') open.push(...value.items.map((one) => one.value));
    else if (value.node === 'parameters') open.push(...value.items.flatMap((one) => one.default ?? []));
  }
  return undefined;
}

/** Behind its closing quotes an offset is outside of a text; in a text that has none it is inside to the end. */
function spanIn({ start, end }: Text, offset: number, text: string): { readonly start: number; readonly end: number } | undefined {
  const quotes = text.startsWith('"""', start) ? '"""' : '"';
  const isClosed = end - start >= 2 * quotes.length && text.endsWith(quotes, end) && !(quotes === '"' && isEscaped(text, end - 1));
  const last = isClosed ? end - quotes.length : end;
  return offset >= start + quotes.length && offset <= last ? { start, end: last } : undefined;
}

/** Whether an odd number of backslashes stands before an offset. */
function isEscaped(text: string, offset: number): boolean {
  let at = offset;
  while (text[at - 1] === '\\') at -= 1;
  return (offset - at) % 2 === 1;
}

/** The next quotes on the line, or its end. */
function endOfText(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && !/[\r\n"]/.test(text[at] ?? '')) at += 1;
  return at;
}
