const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** A text as base64 of its UTF-8. */
export function base64(text: string): string {
  const bytes = Array.from(text).flatMap((character) => utf8(character.codePointAt(0) ?? 0));
  let encoded = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [first = 0, second, third] = bytes.slice(at, at + 3);
    const bits = (first << 16) | ((second ?? 0) << 8) | (third ?? 0);
    encoded += `${digit(bits >> 18)}${digit(bits >> 12)}${second === undefined ? '=' : digit(bits >> 6)}${third === undefined ? '=' : digit(bits)}`;
  }
  return encoded;
}

const digit = (bits: number): string => DIGITS[bits & 63] ?? '';

function utf8(code: number): number[] {
  const tail = (shift: number): number => 0x80 | ((code >> shift) & 63);
  if (code < 0x80) return [code];
  if (code < 0x800) return [0xc0 | (code >> 6), tail(0)];
  return code < 0x10000 ? [0xe0 | (code >> 12), tail(6), tail(0)] : [0xf0 | (code >> 18), tail(12), tail(6), tail(0)];
}
