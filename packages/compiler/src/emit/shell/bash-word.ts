import { utf8ToBytes } from '@noble/hashes/utils.js';

const BARE = /^[A-Za-z0-9_@%+:,./-]+$/;

/** What single quotes can't show, or shellcheck would take for a slip. */
const NOT_PLAIN = /[\t\n'\\$`\u2018\u2019\u201c\u201d]/;

/**
 * What a reader doesn't see, or sees as something else: controls, directions, joiners, odd blanks, tags. Written out,
 * as the classes of Unicode differ from one version of Node to the next.
 */
const HIDDEN: readonly (readonly [first: number, last: number])[] = [
  [0x0, 0x8],
  [0xb, 0x1f],
  [0x7f, 0xa0],
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x2000, 0x200f],
  [0x2028, 0x202f],
  [0x205f, 0x206f],
  [0x3000, 0x3000],
  [0x3164, 0x3164],
  [0xd800, 0xdfff],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xffff],
  [0xe0000, 0xe0fff],
];

function isHidden(code: number): boolean {
  if (code >= 0x20 && code < 0x7f) return false;
  return HIDDEN.some(([first, last]) => code >= first && code <= last);
}

/** A text for a comment: line breaks and what can't be seen become blanks. */
export function visibleText(text: string): string {
  return Array.from(text, (character) =>
    character === '\t' || character === '\n' || isHidden(codeOf(character)) ? ' ' : character,
  ).join('');
}

/**
 * A value as one word of bash that a person can read: bare where that is safe, in single quotes where it is plain
 * text, and else as `$'…'`, in which line breaks stand as they are and everything that a reader can't see is
 * written as its UTF-8 bytes. NUL, which no word can hold, is left out.
 */
export function bashWord(value: string): string {
  if (BARE.test(value)) return value;
  let escaped = '';
  let plain = !NOT_PLAIN.test(value);
  for (const character of value) {
    const code = codeOf(character);
    if (isHidden(code)) {
      plain = false;
      escaped += code === 0 ? '' : code === 0xd ? '\\r' : utf8Escapes(code);
    } else escaped += character === '\\' || character === "'" ? `\\${character}` : character;
  }
  return plain ? `'${value}'` : `$'${escaped}'`;
}

/** Words with blanks between them. */
export function bashWords(values: readonly string[]): string {
  return values.map(bashWord).join(' ');
}

const codeOf = (character: string): number => character.codePointAt(0) ?? 0;

/** The bytes of one code point, as `\xe2\x80\xae`; a lone surrogate is U+FFFD, as in every encoder. */
function utf8Escapes(code: number): string {
  return Array.from(utf8ToBytes(String.fromCodePoint(code)), (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}

/** Seconds as bash can count them: whole, and at least `least`. */
export function wholeSeconds(seconds: number, least = 0): string {
  return String(Math.max(least, Math.ceil(seconds)));
}

/** The number of bytes that a text has in UTF-8. */
export function utf8Length(text: string): number {
  return utf8ToBytes(text).length;
}
