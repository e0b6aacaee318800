import type { Diagnostic } from '@belay/compiler/analysis';
import type { CancellationToken } from 'vscode-languageserver';
import { compareEdited } from './edited.ts';
import type { FileEdit, Refusal, Selection } from './offer.ts';

/** So many ways to mend one finding are tried. */
const MOST_TRIES = 5;

/** The first of several edits that takes a finding away and adds none. */
export async function firstThatMends(finding: Diagnostic, tries: readonly (readonly FileEdit[])[], { file, snapshot }: Selection, token: CancellationToken): Promise<readonly FileEdit[] | Refusal> {
  let reason = 'Nothing of the kind can stand here.';
  for (const edits of tries.slice(0, MOST_TRIES)) {
    const comparison = await compareEdited(file, edits, snapshot, token);
    if (comparison === undefined) return { refused: 'The plan could not be proven in time.' };
    const [added] = comparison.added;
    if (added === undefined && comparison.removed.some(({ code, message }) => code === finding.code && message === finding.message)) return edits;
    reason = added === undefined ? 'It would not mend this.' : `It would not hold. ${added.code}: ${added.message}`;
  }
  return { refused: reason };
}
