/**
 * The lines of a `"""` text that spans several lines, with its contents indented anew and its value unchanged: what
 * the lines share of their indentation is replaced, what they have beyond it is kept.
 *
 * @param image the whole token
 * @param indent the blanks before the contents; the closing quotes, where they stand alone, are left without any
 * @returns the first line, the lines between, and the last one
 */
export function indentBlockText(image: string, indent: string): { first: string; inner: string[]; last: string; lastIsQuotes: boolean } {
  const [opening = '', ...lines] = image.replaceAll('\r\n', '\n').split('\n');
  const closing = lines.pop() ?? '';
  const lastIsQuotes = /^[ \t]*"""$/.test(closing);
  const contents = lastIsQuotes ? lines : [...lines, closing];
  let common = Number.POSITIVE_INFINITY;
  for (const line of contents) {
    const blanks = blanksBefore(line);
    if (blanks < line.length) common = Math.min(common, blanks);
  }
  const indented = contents.map((line) => (blanksBefore(line) === line.length ? '' : indent + line.slice(common)));
  // Blanks after the opening quotes are no part of the value unless something follows them.
  const first = /^"""[ \t]*$/.test(opening) ? '"""' : opening;
  return { first, inner: lastIsQuotes ? indented : indented.slice(0, -1), last: lastIsQuotes ? '"""' : (indented.at(-1) ?? ''), lastIsQuotes };
}

/** The number of blanks that a line starts with. */
export function blanksBefore(line: string): number {
  let at = 0;
  while (line[at] === ' ' || line[at] === '\t') at += 1;
  return at;
}
