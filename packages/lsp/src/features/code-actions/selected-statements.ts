import type { BlockKind, Statement } from '@belay/compiler/analysis';
import { statementPath } from '../statement-path.ts';
import type { Selection } from './offer.ts';

/** Whole statements of one block. */
export interface SelectedStatements {
  /** The statements around them, the outermost first. */
  readonly around: readonly Statement[];
  /** The kind of block that they stand in. */
  readonly block: BlockKind;
  readonly statements: readonly Statement[];
  readonly start: number;
  readonly end: number;
}

/** The statements that a selection covers as a whole, with blanks around them or not; undefined where it cuts one in two. */
export function selectedStatements({ file, start, end }: Selection): SelectedStatements | undefined {
  const selected = file.text.slice(start, end);
  const from = start + (selected.length - selected.trimStart().length);
  const to = end - (selected.length - selected.trimEnd().length);
  if (from >= to) return undefined;
  const path = statementPath(file.tree.statements, from);
  for (let depth = path.length - 1; depth >= 0; depth -= 1) {
    const first = path[depth] as Statement;
    if (first.start !== from) continue;
    const parent = path[depth - 1];
    const siblings = parent === undefined ? file.tree.statements : (parent.block?.statements ?? []);
    const at = siblings.indexOf(first);
    const last = siblings.findIndex((one, index) => index >= at && one.end === to);
    if (last === -1) continue;
    return { around: path.slice(0, depth), block: parent?.block?.kind ?? 'file', statements: siblings.slice(at, last + 1), start: from, end: to };
  }
  return undefined;
}
