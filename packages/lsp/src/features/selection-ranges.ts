import type { Span, Statement, Value } from '@belay/compiler/analysis';
import { SelectionRangeRequest, type SelectionRange, type SelectionRangeParams } from 'vscode-languageserver';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { WorkspaceFile } from '../workspace/workspace-file.ts';
import { feature } from './feature.ts';
import { statementPath } from './statement-path.ts';

/** More positions than this are not answered in one request. */
const MOST_POSITIONS = 1_000;

/** For each position what to select next when the selection grows: the word, the value, the statement, the block, and so on. */
export function selectionRanges(snapshot: Snapshot, { textDocument, positions }: SelectionRangeParams): SelectionRange[] | null {
  const file = snapshot.file(textDocument.uri);
  if (file === undefined) return null;
  return positions.slice(0, MOST_POSITIONS).map((position) => rangeAt(file, file.offset(position)));
}

function rangeAt(file: WorkspaceFile, offset: number): SelectionRange {
  const spans: Span[] = [{ start: 0, end: file.text.length }];
  const add = (span: Span): void => {
    const outer = spans.at(-1) as Span;
    if (span.start <= offset && offset <= span.end && (span.start !== outer.start || span.end !== outer.end) && span.start >= outer.start && span.end <= outer.end) spans.push(span);
  };
  for (const statement of statementPath(file.tree.statements, offset)) {
    add(statement);
    const { block } = statement;
    if (block !== undefined && !block.inline && block.start < offset && offset < block.end) {
      add(block);
      add({ start: block.start + 1, end: block.end - 1 });
    }
    addValues(statement, add);
    add(statement.keyword);
  }
  const [outermost, ...inner] = spans.map((span): SelectionRange => ({ range: file.range(span) }));
  return inner.reduce((parent, one) => ({ ...one, parent }), outermost as SelectionRange);
}

function addValues(statement: Statement, add: (span: Span) => void): void {
  for (const value of Object.values(statement.arguments)) addValue(value, add);
}

/** Values hold each other no deeper than brackets nest. */
function addValue(value: Value, add: (span: Span) => void): void {
  add(value);
  if (value.node === 'text') {
    add({ start: value.start + 1, end: value.end - 1 });
    for (const part of value.parts) if (part.part === 'interpolation') {
      add(part);
      add({ start: part.end - 1 - part.name.length, end: part.end - 1 });
    }
  } else if (value.node === 'list') for (const item of value.items) addValue(item, add);
  else if (value.node === 'target') for (const one of [...value.hosts, ...value.except]) addValue(one, add);
  else if (value.node === 'parameters') for (const one of value.items) {
    add(one);
    add(one.name);
    add(one.type);
    if (one.default !== undefined) addValue(one.default, add);
  } else if (value.node === 'arguments') for (const one of value.items) {
    add(one);
    if (one.name !== undefined) add(one.name);
    addValue(one.value, add);
  }
}

export const selectionRangesFeature = feature(SelectionRangeRequest.type, {
  summary: 'Word, value, statement, block, and so on outwards.',
  capabilities: { selectionRangeProvider: true },
  answer: selectionRanges,
});
