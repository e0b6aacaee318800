import { formatSource, Source } from '@belay/compiler/analysis';
import {
  DocumentFormattingRequest, DocumentOnTypeFormattingRequest, DocumentRangeFormattingRequest, type DocumentFormattingParams, type DocumentOnTypeFormattingParams,
  type DocumentRangeFormattingParams, type TextEdit,
} from 'vscode-languageserver';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { WorkspaceFile } from '../workspace/workspace-file.ts';
import { feature } from './feature.ts';
import { lineEdits, type LineEdit } from './line-edits.ts';

/** The edits that format a whole file; none where it can not be formatted safely. */
export function formatDocument(snapshot: Snapshot, { textDocument }: DocumentFormattingParams): TextEdit[] | null {
  return formatLines(snapshot.file(textDocument.uri), () => true);
}

/** Of the edits that format the file those that touch the lines of a range. */
export function formatRange(snapshot: Snapshot, { textDocument, range }: DocumentRangeFormattingParams): TextEdit[] | null {
  // A range that ends at the start of a line does not hold that line.
  const last = range.end.character === 0 && range.end.line > range.start.line ? range.end.line - 1 : range.end.line;
  return formatLines(snapshot.file(textDocument.uri), ({ from, to }) => from <= last && (to > range.start.line || (to === from && from >= range.start.line)));
}

/** After a closing brace: the lines of its block. After a line break: the line that was left. */
export function formatOnType(snapshot: Snapshot, { textDocument, position, ch }: DocumentOnTypeFormattingParams): TextEdit[] | null {
  const file = snapshot.file(textDocument.uri);
  if (file === undefined) return null;
  if (ch === '\n') return formatLines(file, ({ from, to }) => from === position.line - 1 && to === position.line);
  const first = blockEndingAt(file, file.offset(position)) ?? position.line;
  return formatLines(file, ({ from, to }) => first <= from && to <= position.line + 1);
}

/** The line on which the block starts whose closing brace stands before an offset. */
function blockEndingAt(file: WorkspaceFile, offset: number): number | undefined {
  const open = [...file.tree.statements];
  for (let statement = open.pop(); statement !== undefined; statement = open.pop()) {
    const { block } = statement;
    if (block === undefined || statement.start >= offset || block.end < offset) continue;
    if (block.end === offset && !block.inline) return file.source.position(statement.start).line - 1;
    for (const inner of block.statements) open.push(inner);
  }
  return undefined;
}

function formatLines(file: WorkspaceFile | undefined, isWanted: (edit: LineEdit) => boolean): TextEdit[] | null {
  const formatted = file === undefined ? undefined : formatSource(new Source(file.path, file.written()));
  if (file === undefined || formatted === undefined) return null;
  // Line breaks stay those of the document: editors keep one kind in a file.
  const now = file.text.includes('\r\n') ? formatted.replaceAll('\n', '\r\n') : formatted;
  return lineEdits(file.written(), now).filter(isWanted).map(({ from, to, text }) => ({ range: { start: { line: from, character: 0 }, end: { line: to, character: 0 } }, newText: text })).map((edit) => atTheEnd(edit, file));
}

/** Behind a last line without a line break there is no next line. */
function atTheEnd(edit: TextEdit, file: WorkspaceFile): TextEdit {
  if (edit.range.end.line < file.source.lineCount) return edit;
  const end = file.position(file.text.length);
  return { ...edit, range: { start: edit.range.start.line < file.source.lineCount ? edit.range.start : end, end } };
}

export const formattingFeature = feature(DocumentFormattingRequest.type, {
  summary: 'As `belay fmt`; lines that are formatted already are not touched.',
  capabilities: { documentFormattingProvider: true },
  answer: formatDocument,
});

export const rangeFormattingFeature = feature(DocumentRangeFormattingRequest.type, {
  summary: 'As `belay fmt`, for the lines of the range.',
  capabilities: { documentRangeFormattingProvider: true },
  answer: formatRange,
});

export const onTypeFormattingFeature = feature(DocumentOnTypeFormattingRequest.type, {
  summary: 'After `}` its block, after a line break the line that was left.',
  capabilities: { documentOnTypeFormattingProvider: { firstTriggerCharacter: '}', moreTriggerCharacter: ['\n'] } },
  answer: formatOnType,
});
