/**
 * Splits a line into words as Ansible does: Python's `shlex.split(line, comments=True)` in POSIX mode. A `#` starts a comment
 * wherever it is not quoted, in the middle of a word too.
 *
 * @returns the words, or what is wrong with the line.
 * @see https://docs.python.org/3/library/shlex.html#parsing-rules
 */
export function splitWords(line: string): { readonly words: string[] } | { readonly error: string } {
  const words: string[] = [];
  let word = '';
  let inWord = false;
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (character === '#') break;
    if (/[ \t\r\n]/.test(character)) {
      if (inWord) words.push(word);
      word = '';
      inWord = false;
      continue;
    }
    inWord = true;
    if (character === '\\') {
      at += 1;
      if (at >= line.length) return { error: 'the line ends with a backslash that escapes nothing' };
      word += line.charAt(at);
    } else if (character === '"' || character === "'") {
      const quoted = readQuoted(line, at);
      if (quoted === undefined) return { error: `the quote ${character} is not closed` };
      word += quoted.text;
      at = quoted.end;
    } else {
      word += character;
    }
  }
  if (inWord) words.push(word);
  return { words };
}

/** The text in the quotes that open at an offset, and the offset of the closing quote. */
function readQuoted(line: string, open: number): { text: string; end: number } | undefined {
  const quote = line.charAt(open);
  let text = '';
  for (let at = open + 1; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (character === quote) return { text, end: at };
    if (character === '\\' && quote === '"' && at + 1 < line.length) {
      const next = line.charAt(at + 1);
      // Between double quotes a backslash escapes only itself and the quote.
      text += next === '"' || next === '\\' ? next : `\\${next}`;
      at += 1;
    } else {
      text += character;
    }
  }
  return undefined;
}
