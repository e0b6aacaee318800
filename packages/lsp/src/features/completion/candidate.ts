import type { CompletionItemKind } from 'vscode-languageserver';

/** Something that may stand at the cursor. */
export interface Candidate {
  readonly label: string;
  readonly kind: CompletionItemKind;
  /** What it is, in a few words. */
  readonly detail?: string;
  /** Where it comes from. */
  readonly from?: string;
  /** What is put in, where that is not the label. */
  readonly insert?: string;
  /** What is put in by clients that know snippets. */
  readonly snippet?: string;
  /** What typed text is compared with, where that is not the label. */
  readonly filter?: string;
  /** Characters that take it and are put in behind it. */
  readonly commit?: readonly string[];
  /** How likely it is, from 0; what has the same rank stays in order. */
  readonly rank?: number;
  /** What its documentation is made from when somebody asks. */
  readonly data?: CandidateData;
}

/** What stands for a candidate until its documentation is asked for. */
export type CandidateData =
  | { readonly of: 'statement'; readonly id: string }
  | { readonly of: 'name'; readonly uri: string; readonly start: number; readonly name: string }
  | { readonly of: 'release'; readonly uri: string; readonly name: string }
  | { readonly of: 'built-in'; readonly name: string };
