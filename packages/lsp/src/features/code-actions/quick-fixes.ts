import { CodeActionKind } from 'vscode-languageserver';
import type { Diagnostic } from '@belay/compiler/analysis';
import type { Snapshot } from '../../workspace/snapshot.ts';
import type { WorkspaceFile } from '../../workspace/workspace-file.ts';
import type { FileEdit, Offer, Selection } from './offer.ts';

/** What findings at a place say about how to mend them. */
export function quickFixes({ snapshot, file, start, end }: Selection): Offer[] {
  return findingsAt(file, start, end, snapshot).flatMap((finding) => finding.fixes.flatMap((fix): Offer[] => {
    const edits = toFileEdits(fix, file, snapshot);
    return edits === undefined ? [] : [{
      title: fix.title, kind: CodeActionKind.QuickFix, finding, ...(fix.applicability === 'certain' ? { isCertain: true as const } : {}), edits: () => edits,
    }];
  }));
}

/** The findings that touch a range of a file. */
export function findingsAt(file: WorkspaceFile, start: number, end: number, snapshot: Snapshot): Diagnostic[] {
  return snapshot.findings(file).filter(({ primary }) => primary.start <= end && start <= primary.end);
}

/** The edits of every fix of a file that is certain, none of which gets in another's way. */
export function certainFixes(file: WorkspaceFile, snapshot: Snapshot): FileEdit[] {
  const chosen: FileEdit[] = [];
  for (const { fixes } of snapshot.findings(file)) {
    const fix = fixes.find(({ applicability }) => applicability === 'certain');
    const edits = fix === undefined ? undefined : toFileEdits(fix, file, snapshot);
    if (edits === undefined || edits.some((edit) => edit.file !== file || chosen.some((one) => touches(one, edit)))) continue;
    chosen.push(...edits);
  }
  return chosen.sort((a, b) => a.start - b.start);
}

function touches(a: FileEdit, b: FileEdit): boolean {
  return a.start < b.end && b.start < a.end ? true : a.start === b.start && (a.start === a.end || b.start === b.end || a.end === b.end);
}

/** The edits of a fix, in the files of a snapshot; undefined where one of them is not known. */
function toFileEdits({ edits }: Diagnostic['fixes'][number], { root }: WorkspaceFile, snapshot: Snapshot): FileEdit[] | undefined {
  const found = edits.flatMap(({ location, newText }): FileEdit[] => {
    const file = snapshot.fileAt(root, location.file);
    return file === undefined ? [] : [{ file, start: location.start, end: location.end, newText }];
  });
  return found.length === edits.length ? found : undefined;
}
