import { itemsOf, resolvePath, literalText, type Statement } from '@belay/compiler/analysis';
import { CodeActionKind } from 'vscode-languageserver';
import { symbolsOf } from '../../symbols/file-symbols.ts';
import { resolve } from '../../symbols/resolve.ts';
import type { Snapshot } from '../../workspace/snapshot.ts';
import type { WorkspaceFile } from '../../workspace/workspace-file.ts';
import { compareEdited } from './edited.ts';
import { lineBreak } from './insertion.ts';
import { wholeLine } from './needs.ts';
import type { FileEdit, Offer, Selection } from './offer.ts';
import { certainFixes } from './quick-fixes.ts';

/** What is mended in a whole file because there is no doubt about it. */
export function sourceActions({ file, snapshot }: Selection): Offer[] {
  return [
    {
      title: 'Fix everything that is certain', kind: CodeActionKind.SourceFixAll,
      edits: () => {
        const edits = certainFixes(file, snapshot);
        return edits.length === 0 ? { refused: 'Nothing here has a fix that is certain.' } : edits;
      },
    },
    {
      title: 'Organize imports', kind: CodeActionKind.SourceOrganizeImports,
      edits: async (token) => {
        for (const edits of [organized(file, snapshot, true), organized(file, snapshot, false)]) {
          if (edits.length === 0) continue;
          const comparison = await compareEdited(file, edits, snapshot, token);
          if (comparison === undefined) return { refused: 'The file could not be checked in time.' };
          // An import less may not change anything that is found.
          if (comparison.added.length === 0 && comparison.removed.length === 0 && comparison.doesSame) return edits;
        }
        return { refused: 'The imports are in order.' };
      },
    },
  ];
}

/** Runs of imports in neighboring lines, each sorted by path, without those that are there twice or that nothing uses. */
function organized(file: WorkspaceFile, snapshot: Snapshot, withUnused: boolean): FileEdit[] {
  const unused = withUnused ? unusedImports(file, snapshot) : new Set<Statement>();
  const seen = new Set<string>();
  const isExtra = (statement: Statement): boolean => {
    const path = pathOf(statement);
    const target = path === undefined ? undefined : resolvePath(file.path, path);
    if (target === undefined) return false;
    if (seen.has(target)) return true;
    seen.add(target);
    return unused.has(statement);
  };
  return runsOf(file).flatMap((run): FileEdit[] => {
    const kept = run.filter((statement) => !isExtra(statement));
    if (kept.length === 0) return [{ file, start: wholeLine(file.text, run[0] as Statement).start, end: wholeLine(file.text, run.at(-1) as Statement).end, newText: '' }];
    const texts = kept.toSorted((a, b) => (shown(a) < shown(b) ? -1 : 1)).map((one) => file.written(one.start, one.end));
    const newText = texts.join(lineBreak(file));
    const [start, end] = [run[0]?.start ?? 0, run.at(-1)?.end ?? 0];
    return file.written(start, end) === newText ? [] : [{ file, start, end, newText }];
  });
}

/** Imports that stand in lines of their own right below each other; a comment between or behind them ends a run. */
function runsOf({ text, tree }: WorkspaceFile): Statement[][] {
  const runs: Statement[][] = [];
  let last: Statement | undefined;
  for (const statement of tree.statements) {
    if (statement.declaration.id !== 'import') continue;
    const isNeighbor = last !== undefined && /^[ \t]*(?:\r\n|\r|\n)[ \t]*$/.test(text.slice(last.end, statement.start));
    if (isNeighbor) runs.at(-1)?.push(statement);
    else runs.push([statement]);
    last = statement;
  }
  return runs.filter((run) => /^[ \t]*(?:\r\n|\r|\n|$)/.test(text.slice(run.at(-1)?.end ?? 0)));
}

/** Imports of a file that nobody imports, through which it sees nothing that it names. */
function unusedImports(file: WorkspaceFile, snapshot: Snapshot): Set<Statement> {
  const unused = new Set<Statement>();
  const { uses, declarations } = symbolsOf(file);
  // A file that only imports is there for those that it brings together.
  if (declarations.length === 0 || snapshot.importers(file).length > 0) return unused;
  const needed = new Set(uses.flatMap((use) => resolve(use, snapshot).map((one) => one.file)));
  for (const statement of file.tree.statements) {
    const path = statement.declaration.id === 'import' ? pathOf(statement) : undefined;
    const target = path === undefined ? undefined : resolvePath(file.path, path);
    const imported = target === undefined ? undefined : snapshot.fileAt(file.root, target);
    if (imported === undefined || imported.tree.diagnostics.length > 0) continue;
    if (!snapshot.visible(imported).some((one) => one !== file && needed.has(one))) unused.add(statement);
  }
  return unused;
}

function pathOf(statement: Statement): string | undefined {
  return literalText(itemsOf(statement.arguments['path'])[0]);
}

function shown(statement: Statement): string {
  return pathOf(statement) ?? '';
}
