/**
 * Text for terminals. What comes from files is neutralized: control characters, terminal escape sequences and characters that
 * reorder or hide text are shown, not obeyed.
 */

/** A character as it is shown. */
export interface Cell {
  /** Offset of the character in its text, in UTF-16 units. */
  readonly offset: number;
  readonly text: string;
  /** Columns that it takes. */
  readonly width: number;
}

const TAB_STOP = 4;

/** Control, format and private characters, lone surrogates, and separators of lines and paragraphs. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const ALL_UNSAFE = new RegExp(UNSAFE, 'gu');

const COMBINING = /^[\p{Mn}\p{Me}\u1160-\u11ff]$/u;

/** Two columns wide: the blocks of Unicode's EastAsianWidth.txt that are Wide or Fullwidth; emoji are asked by their property. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18dff],
  [0x1b000, 0x1b2ff],
  [0x1f200, 0x1f2ff],
  [0x20000, 0x3fffd],
];
const EMOJI = /^\p{Emoji_Presentation}$/u;

/** Columns that a character takes on a terminal. */
function characterWidth(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (COMBINING.test(character)) return 0;
  return EMOJI.test(character) || WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}

/** What is shown in place of a character that a terminal would obey or hide: `␛`, `<U+202E>`. */
function placeholder(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return codePointText(character);
}

/** A character by its number: `<U+202E>`. */
export function codePointText(character: string): string {
  return `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`;
}

/** Classes of Unicode cost a millisecond to compile, and texts are mostly ASCII. */
function isPlain(text: string): boolean {
  return /^[ -~]*$/.test(text);
}

/** The characters of one line as they are shown; tabs become spaces. */
export function layOut(line: string): Cell[] {
  const cells: Cell[] = [];
  let offset = 0;
  let column = 0;
  for (const character of line) {
    let text = character;
    if (character === '\t') text = ' '.repeat(TAB_STOP - (column % TAB_STOP));
    else if (!isPlain(character) && UNSAFE.test(character)) text = placeholder(character);
    const width = text === character ? characterWidth(character) : text.length;
    cells.push({ offset, text, width });
    offset += character.length;
    column += width;
  }
  return cells;
}

/** A text that comes from outside, for a place on one line: white space is a space, all else that is unsafe is shown. */
export function neutralize(text: string): string {
  return isPlain(text) ? text : text.replace(/[\t\n\r]+/g, ' ').replace(ALL_UNSAFE, placeholder);
}

/** Columns that a neutralized text takes. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/**
 * Breaks a text at spaces into lines of at most `width` columns. A longer word stays whole: it may be a path or a command that
 * someone copies.
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  let lineWidth = 0;
  for (const word of neutralize(text).split(' ')) {
    const wordWidth = displayWidth(word);
    if (line !== '' && lineWidth + 1 + wordWidth > width) {
      lines.push(line);
      line = word;
      lineWidth = wordWidth;
    } else if (line === '') {
      line = word;
      lineWidth = wordWidth;
    } else {
      line += ` ${word}`;
      lineWidth += 1 + wordWidth;
    }
  }
  return [...lines, line];
}
