import { VOCABULARY, type Declaration } from '@belay/compiler/analysis';

/** A snippet as VS Code reads it: https://code.visualstudio.com/docs/editor/userdefinedsnippets */
export interface Snippet {
  readonly prefix: string;
  readonly body: readonly string[];
  readonly description: string;
}

/** Snippets by title: the examples of the statements that have a block of several lines. What is to be replaced are names and texts. */
export function snippets(): Record<string, Snippet> {
  const whole = VOCABULARY.filter(({ example }) => example.includes('{\n'));
  return Object.fromEntries(whole.map((one) => [one.id, { prefix: one.keyword, body: bodyOf(one), description: one.doc }]));
}

function bodyOf({ keyword, example }: Declaration): string[] {
  let count = 0;
  const place = (text: string): string => `\${${(count += 1)}:${escaped(text)}}`;
  const lines = example.split('\n').map((line, index) => {
    // The name behind the keyword, and the inside of each text.
    const head = index === 0 ? /^[\w-]+/.exec(line.slice(keyword.length + 1))?.[0] : undefined;
    const start = head === undefined ? '' : `${keyword} ${place(head)}`;
    const rest = line.slice(head === undefined ? 0 : keyword.length + 1 + head.length);
    const pieces = rest.split(/("[^"]*")/);
    return start + pieces.map((piece) => (/^".+"$/.test(piece) ? `"${place(piece.slice(1, -1))}"` : piece.replaceAll('$', '\\$'))).join('');
  });
  const last = lines.length - 1;
  return lines.map((line, index) => indented(index === last ? `${line}$0` : line));
}

/** Editors put the indentation of the file in place of tabs. */
function indented(line: string): string {
  return line.replace(/^ +/, (blanks) => '\t'.repeat(blanks.length / 2));
}

function escaped(text: string): string {
  return text.replaceAll(/[\\$}]/g, '\\$&');
}
