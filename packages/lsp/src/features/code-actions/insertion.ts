import type { Statement } from '@belay/compiler/analysis';
import type { WorkspaceFile } from '../../workspace/workspace-file.ts';
import type { FileEdit } from './offer.ts';

/** Puts statements before another one, in lines of their own where that has one. */
export function insertBefore(file: WorkspaceFile, statement: Statement, lines: readonly string[]): FileEdit {
  const indent = indentAt(file, statement.start);
  const newText = indent === undefined ? lines.map((line) => `${line}  `).join('') : lines.map((line) => `${line}${lineBreak(file)}${indent}`).join('');
  return { file, start: statement.start, end: statement.start, newText };
}

/** Puts statements behind another one, in lines of their own where that has one. */
export function insertAfter(file: WorkspaceFile, statement: Statement, lines: readonly string[]): FileEdit {
  const indent = indentAt(file, statement.start);
  const newText = indent === undefined ? lines.map((line) => `  ${line}`).join('') : lines.map((line) => `${lineBreak(file)}${indent}${line}`).join('');
  return { file, start: statement.end, end: statement.end, newText };
}

/** Puts statements at the end of a statement's block; one without a block gets one. */
export function insertInto(file: WorkspaceFile, statement: Statement, lines: readonly string[]): FileEdit {
  const { block } = statement;
  if (block === undefined || block.inline) return { file, start: statement.end, end: statement.end, newText: ` { ${lines.join('  ')} }` };
  const last = block.statements.at(-1);
  if (last !== undefined) return insertAfter(file, last, lines);
  const indent = indentOf(file, statement.start);
  const inner = file.source.position(block.start).line === file.source.position(block.end).line
    ? ` ${lines.join('  ')} `
    : `${lines.map((line) => `${lineBreak(file)}${indent}  ${line}`).join('')}${lineBreak(file)}${indent}`;
  // A comment in the block stays where it is.
  const isBlank = file.text.slice(block.start + 1, block.end - 1).trim() === '';
  return isBlank ? { file, start: block.start + 1, end: block.end - 1, newText: inner } : { file, start: block.start + 1, end: block.start + 1, newText: inner.trimEnd() };
}

/** The white space before an offset, if nothing else stands before it in its line. */
function indentAt(file: WorkspaceFile, offset: number): string | undefined {
  const before = file.text.slice(lineStart(file, offset), offset);
  return before.trim() === '' ? before : undefined;
}

/** The white space at the start of the line of an offset. */
export function indentOf(file: WorkspaceFile, offset: number): string {
  return /^[ \t]*/.exec(file.text.slice(lineStart(file, offset), offset))?.[0] ?? '';
}

/** Where the line of an offset starts. */
export function lineStart(file: WorkspaceFile, offset: number): number {
  return file.source.lineStart(file.source.position(offset).line);
}

/** How lines end in a file: as the first one does. */
export function lineBreak({ text }: WorkspaceFile): string {
  return /\r\n|\r|\n/.exec(text)?.[0] ?? '\n';
}

/** Lines with another indentation: what all of them share gives way to it. Blank lines stay empty. */
export function reindented(text: string, from: string, to: string): string {
  return text.split(/(\r\n|\r|\n)/).map((piece, index) => (
    index === 0 || index % 2 === 1 || piece.trim() === '' ? piece : piece.startsWith(from) ? to + piece.slice(from.length) : piece
  )).join('');
}
