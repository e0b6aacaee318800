/** Marks that shellcheck or bash, in some place, would read as more than text, or that a reader can't see. */
const BARE = /^[A-Za-z0-9_@%+:,./-]+$/;
const PLAIN = /^[ -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u05ff\u0900-\u1fff\u2190-\u2bff\u3041-\ud7ff\uf900-\ufaff]*$/;

/** What a reader doesn't see, or sees as something else: controls, directions, joiners, odd blanks, lone surrogates. */
const HIDDEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff]|[\ud800-\udfff]/gu;

/**
 * A value as one word of bash that a person can read: bare where that is safe, in single quotes where it is plain
 * text, and else as `$'…'`, in which line breaks stand as they are and everything that a reader can't see is
 * written as its UTF-8 bytes. NUL, which no word can hold, is left out.
 */
export function bashWord(value: string): string {
  if (BARE.test(value)) return value;
  if (PLAIN.test(value) && !/['\\$`\u2018\u2019\u201c\u201d]/.test(value)) return `'${value}'`;
  const escaped = value
    .replaceAll('\0', '')
    .replace(/[\\']/g, '\\$&')
    .replace(HIDDEN, (character) => utf8Escapes(character));
  return `$'${escaped}'`;
}

/** Words with blanks between them. */
export function bashWords(values: readonly string[]): string {
  return values.map(bashWord).join(' ');
}

/** The bytes of one code point, as `\xe2\x80\xae`; a lone surrogate is U+FFFD, as in every encoder. */
function utf8Escapes(character: string): string {
  if (character === '\r') return '\\r';
  return utf8Bytes(character).map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}

function utf8Bytes(character: string): number[] {
  const point = character.codePointAt(0) ?? 0xfffd;
  const code = point >= 0xd800 && point <= 0xdfff ? 0xfffd : point;
  if (code < 0x80) return [code];
  if (code < 0x800) return [0xc0 | (code >> 6), 0x80 | (code & 63)];
  if (code < 0x10000) return [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63)];
  return [0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63)];
}

/** The number of bytes that a text has in UTF-8. */
export function utf8Length(text: string): number {
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}
