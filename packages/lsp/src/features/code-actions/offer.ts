import type { Diagnostic } from '@belay/compiler/analysis';
import type { CancellationToken, CodeActionKind } from 'vscode-languageserver';
import type { Snapshot } from '../../workspace/snapshot.ts';
import type { WorkspaceFile } from '../../workspace/workspace-file.ts';

/** A change of the text of one file, by offsets. */
export interface FileEdit {
  readonly file: WorkspaceFile;
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

/** Something that can be done to a text. */
export interface Offer {
  readonly title: string;
  readonly kind: CodeActionKind;
  /** What it mends. */
  readonly finding?: Diagnostic;
  /** Its meaning is what was meant. */
  readonly isCertain?: true;
  /** Why it can not be done here, where that is known at once. */
  readonly disabled?: string;
  /** Its edits, or why it can not be done. To know may take as long as the proofs of a plan. */
  readonly edits: (token: CancellationToken) => Promise<readonly FileEdit[] | Refusal> | readonly FileEdit[] | Refusal;
}

/** Why something can not be done. */
export interface Refusal {
  readonly refused: string;
}

export function isRefusal(value: readonly FileEdit[] | Refusal): value is Refusal {
  return 'refused' in value;
}

/** Where something is wanted: the selection, or the cursor as an empty one. */
export interface Selection {
  readonly snapshot: Snapshot;
  readonly file: WorkspaceFile;
  readonly start: number;
  readonly end: number;
}
