import type { TextDocumentContentChangeEvent } from 'vscode-languageserver';

/** Longer insertions are pasted, or come from a completion or a tool. */
const MOST_TYPED = 40;

/**
 * The line in which somebody types, from 0, going by one edit: a few characters put in or taken away on one line. Undefined for anything else.
 * A line break leaves a line; what is typed then is the next one.
 */
export function typedLine(changes: readonly TextDocumentContentChangeEvent[]): number | undefined {
  const [change] = changes;
  if (change === undefined || changes.length > 1 || !('range' in change)) return undefined;
  const { start, end } = change.range;
  const breaks = change.text.split('\n').length - 1;
  if (start.line !== end.line || change.text.length > MOST_TYPED || breaks > 1) return undefined;
  return start.line + breaks;
}
