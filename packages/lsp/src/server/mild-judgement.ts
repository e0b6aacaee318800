import { KINDS, type Diagnostic, type Span } from '@belay/compiler/analysis';

/** What a line that is not finished yet is wrong with. */
const UNFINISHED: ReadonlySet<string> = new Set(Object.values(KINDS).filter(({ category }) => category === 'Syntax').map(({ code }) => code));

/**
 * Of the findings of a file in which somebody is typing those that are shown: what was shown before and still holds. What the unfinished line
 * brings with it waits; and while that line can not be read, what went away because of it stays.
 *
 * @param before what was shown before the edit, at its places now
 * @param line the line that is being typed
 */
export function judgeMildly(before: readonly Diagnostic[], fresh: readonly Diagnostic[], line: Span): Diagnostic[] {
  const isOnLine = ({ primary }: Diagnostic): boolean => primary.start <= line.end && primary.end >= line.start;
  const known = new Set(before.flatMap(keysOf));
  const kept = fresh.filter((one) => keysOf(one).some((key) => known.has(key)));
  if (!fresh.some((one) => UNFINISHED.has(one.code) && isOnLine(one))) return kept;
  const still = new Set(fresh.flatMap(keysOf));
  return [...kept, ...before.filter((one) => !isOnLine(one) && !keysOf(one).some((key) => still.has(key)))];
}

/** The same finding may have moved, or say something more. */
function keysOf({ code, message, primary }: Diagnostic): string[] {
  return [`${code} ${message}`, `${code} ${primary.start}`];
}
