import type { Statement } from '@belay/compiler/analysis';
import { FoldingRangeKind, FoldingRangeRequest, type FoldingRange, type FoldingRangeParams } from 'vscode-languageserver';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { WorkspaceFile } from '../workspace/workspace-file.ts';
import { feature } from './feature.ts';

/** More ranges than this are not given of one file. */
const MOST_RANGES = 10_000;

/** What can be folded: blocks, texts of several lines, runs of comments, and imports. */
export function foldingRanges(snapshot: Snapshot, { textDocument }: FoldingRangeParams): FoldingRange[] | null {
  const file = snapshot.file(textDocument.uri);
  if (file === undefined) return null;
  const ranges: FoldingRange[] = [...commentRuns(file), ...importRuns(file)];
  const open: Statement[] = [...file.tree.statements];
  for (let statement = open.pop(); statement !== undefined; statement = open.pop()) {
    const { block } = statement;
    if (block !== undefined) {
      for (const inner of block.statements) open.push(inner);
      // The line of the closing brace stays to be seen.
      if (!block.inline) add(ranges, lineOf(file, block.start), lineOf(file, block.end - 1) - 1);
    }
    for (const value of Object.values(statement.arguments)) if (value.node === 'text') add(ranges, lineOf(file, value.start), lineOf(file, value.end));
  }
  return ranges.sort((a, b) => a.startLine - b.startLine || b.endLine - a.endLine).slice(0, MOST_RANGES);
}

function add(ranges: FoldingRange[], startLine: number, endLine: number, kind?: FoldingRangeKind): void {
  if (endLine > startLine) ranges.push({ startLine, endLine, ...(kind === undefined ? {} : { kind }) });
}

function lineOf(file: WorkspaceFile, offset: number): number {
  return file.source.position(offset).line - 1;
}

/** Comments that have lines of their own, below each other. */
function commentRuns(file: WorkspaceFile): FoldingRange[] {
  const ranges: FoldingRange[] = [];
  let first = -1;
  let last = -2;
  for (const comment of file.tree.comments) {
    const line = lineOf(file, comment.start);
    if (file.text.slice(file.source.lineStart(line + 1), comment.start).trim() !== '') continue;
    if (line !== last + 1) {
      add(ranges, first, last, FoldingRangeKind.Comment);
      first = line;
    }
    last = line;
  }
  add(ranges, first, last, FoldingRangeKind.Comment);
  return ranges;
}

/** `use` and `import` statements that follow each other. */
function importRuns(file: WorkspaceFile): FoldingRange[] {
  const ranges: FoldingRange[] = [];
  let run: Statement[] = [];
  const end = (): void => {
    const [first] = run;
    const last = run.at(-1);
    if (first !== undefined && last !== undefined) add(ranges, lineOf(file, first.start), lineOf(file, last.end), FoldingRangeKind.Imports);
    run = [];
  };
  for (const statement of file.tree.statements) {
    if (statement.declaration.id === 'use' || statement.declaration.id === 'import') run.push(statement);
    else end();
  }
  end();
  return ranges;
}

export const foldingFeature = feature(FoldingRangeRequest.type, {
  summary: 'Blocks, texts of several lines, runs of comments, and imports.',
  capabilities: { foldingRangeProvider: true },
  answer: foldingRanges,
});
