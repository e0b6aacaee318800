import type { Span } from '../text/source.ts';
import type { TextPart } from './tree.ts';

/** Something in a text that can't be read. */
export interface TextProblem extends Span {
  readonly message: string;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', '"': '"', '\\': '\\', $: '$' };
const INTERPOLATION = /\$\{(raw +)?([A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*)\}/y;

/**
 * Reads the inside of a text in quotes into its parts. In `"…"` a backslash escapes (`\n \t \" \\ \$ \u{1F600}`); in `"""…"""` it is an
 * ordinary character, the first line break and the common indentation go. In both, `${name}` interpolates and `$${` stands for `${`.
 *
 * @param image the whole token, quotes included
 * @param offset where it starts in the source
 * @param isClosed whether it has closing quotes
 */
export function readText(image: string, offset: number, isClosed: boolean): { parts: TextPart[]; problems: TextProblem[] } {
  if (image.startsWith('"""')) return readBlockText(image, offset, isClosed);
  return readParts(image, 1, isClosed ? image.length - 1 : image.length, offset, true);
}

function readBlockText(image: string, offset: number, isClosed: boolean): { parts: TextPart[]; problems: TextProblem[] } {
  const { parts, problems } = readParts(image, 3, isClosed ? image.length - 3 : image.length, offset, false);
  if (!image.includes('\n')) return { parts, problems };
  return { parts: stripIndentation(parts), problems };
}

function readParts(image: string, from: number, to: number, offset: number, escapes: boolean): { parts: TextPart[]; problems: TextProblem[] } {
  const whole = image.slice(from, to);
  if (!whole.includes('$') && !(escapes && whole.includes('\\'))) {
    return { parts: whole === '' ? [] : [{ part: 'chunk', text: whole, start: offset + from, end: offset + to }], problems: [] };
  }
  const parts: TextPart[] = [];
  const problems: TextProblem[] = [];
  let text = '';
  let start = from;
  const flush = (end: number): void => {
    if (text !== '') parts.push({ part: 'chunk', text, start: offset + start, end: offset + end });
    text = '';
  };
  let at = from;
  while (at < to) {
    const character = image[at] ?? '';
    if (character === '$' && image.startsWith('$${', at)) {
      text += '${';
      at += 3;
    } else if (character === '$' && image[at + 1] === '{') {
      INTERPOLATION.lastIndex = at;
      const match = INTERPOLATION.exec(image);
      if (match === null || INTERPOLATION.lastIndex > to) {
        problems.push({
          start: offset + at, end: offset + Math.min(at + 2, to),
          message: 'Expected `${name}` or `${raw name}`. For a variable of the shell write `$NAME`, or `$${…}` where it needs its braces.',
        });
        text += '${';
        at += 2;
      } else {
        flush(at);
        at = INTERPOLATION.lastIndex;
        parts.push({ part: 'interpolation', name: match[2] ?? '', raw: match[1] !== undefined, start: offset + at - match[0].length, end: offset + at });
        start = at;
      }
    } else if (character === '\\' && escapes) {
      const escape = readEscape(image, at, to);
      if (escape === undefined) {
        problems.push({
          start: offset + at, end: offset + Math.min(at + 2, to),
          message: `\`${image.slice(at, at + 2)}\` is no escape. Write \`\\\\\` for a backslash; \`\\n \\t \\" \\\\ \\$ \\u{…}\` are the others. Between """ a backslash is an ordinary character.`,
        });
        text += image.slice(at, at + 2);
        at += 2;
      } else {
        text += escape.text;
        at += escape.length;
      }
    } else {
      let end = at + 1;
      while (end < to && image[end] !== '$' && !(escapes && image[end] === '\\')) end += 1;
      text += image.slice(at, end);
      at = end;
    }
  }
  flush(to);
  return { parts, problems };
}

function readEscape(image: string, at: number, to: number): { text: string; length: number } | undefined {
  const simple = at + 1 < to ? ESCAPES[image[at + 1] ?? ''] : undefined;
  if (simple !== undefined) return { text: simple, length: 2 };
  const unicode = /\\u\{([0-9a-fA-F]{1,6})\}/y;
  unicode.lastIndex = at;
  const code = Number.parseInt(unicode.exec(image)?.[1] ?? '', 16);
  if (Number.isNaN(code) || code === 0 || code > 0x10ffff || unicode.lastIndex > to) return undefined;
  return { text: String.fromCodePoint(code), length: unicode.lastIndex - at };
}

/**
 * Takes off the first line break, the indentation that all lines share, and the blanks before the closing quotes. Lines that hold
 * nothing but blanks become empty.
 */
function stripIndentation(parts: readonly TextPart[]): TextPart[] {
  const first = parts[0];
  const opensLine = first?.part === 'chunk' && /^[ \t]*\r?\n/.test(first.text);
  let common = Number.POSITIVE_INFINITY;
  for (const [index, part] of parts.entries()) {
    if (part.part !== 'chunk') continue;
    for (const match of part.text.matchAll(/\n([ \t]*)/g)) {
      const next = part.text[match.index + match[0].length];
      const blank = next === undefined ? index === parts.length - 1 : next === '\n' || next === '\r';
      if (!blank) common = Math.min(common, (match[1] ?? '').length);
    }
  }
  if (!Number.isFinite(common)) common = 0;
  const out: TextPart[] = [];
  for (const [index, part] of parts.entries()) {
    if (part.part !== 'chunk') {
      out.push(part);
      continue;
    }
    let text = part.text.replaceAll('\r\n', '\n')
      .replaceAll(/\n([ \t]*)(?=(\n?))/g, (_, blanks: string, next: string) => (next === '' ? `\n${blanks.slice(common)}` : '\n'));
    if (index === 0 && opensLine) text = text.replace(/^[ \t]*\n/, '');
    if (index === parts.length - 1) text = text.replace(/\n[ \t]*$/, '');
    if (text !== '') out.push({ ...part, text });
  }
  return out;
}
