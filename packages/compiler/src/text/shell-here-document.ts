/** A here-document whose body is still to come. */
export interface HereDocument {
  readonly delimiter: string;
  /** `<<-`: leading tabs are stripped. */
  readonly tabs: boolean;
  /** The delimiter was quoted: nothing in the body is expanded. */
  readonly literal: boolean;
  /** How deeply the command that has it is nested. */
  readonly depth: number;
}

const START = /^<<(-?)[ \t]*(?:([A-Za-z0-9_.,:@%/+-]+)|'([^'\n]+)'|"([^"\n$`\\]+)"|\\([A-Za-z0-9_]+))/;

/**
 * Reads `<<DELIMITER` at `at`. Undefined for a delimiter that is written in an unusual way, or that a value follows.
 * @param last - whether nothing follows `text`
 */
export function hereDocumentStart(
  text: string,
  at: number,
  depth: number,
  last: boolean,
): { readonly document: HereDocument; readonly end: number } | undefined {
  const lineEnd = text.indexOf('\n', at);
  const line = text.slice(at, lineEnd < 0 ? undefined : lineEnd);
  const match = START.exec(line);
  if (match === null) return undefined;
  const end = at + match[0].length;
  const next = text[end];
  if (next === undefined ? !last : !/[\s;&|()<>]/.test(next)) return undefined;
  const literal = match[2] === undefined;
  const delimiter = match[2] ?? match[3] ?? match[4] ?? match[5] ?? '';
  return { document: { delimiter, tabs: match[1] === '-', literal, depth }, end };
}

/**
 * Where the text goes on after the body that starts at `from`, or undefined if the body doesn't end in `text`.
 * In a body that is expanded, a backslash joins two lines, so that a delimiter after it doesn't count.
 */
export function hereDocumentEnd(
  text: string,
  from: number,
  document: HereDocument,
  last: boolean,
): number | undefined {
  let at = from;
  let joined = false;
  while (at < text.length) {
    const lineEnd = text.indexOf('\n', at);
    const closed = lineEnd >= 0;
    const line = text.slice(at, closed ? lineEnd : undefined);
    const bare = document.tabs ? line.replace(/^\t+/, '') : line;
    if (!joined && (closed || last) && bare === document.delimiter) return closed ? lineEnd + 1 : text.length;
    // Inside $( ) some versions of bash end it here, others don't.
    if (!joined && document.depth > 1 && bare.startsWith(document.delimiter)) return undefined;
    const backslashes = /\\*$/.exec(line)?.[0].length ?? 0;
    joined = !document.literal && backslashes % 2 === 1;
    if (!closed) return undefined;
    at = lineEnd + 1;
  }
  return undefined;
}
