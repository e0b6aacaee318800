import { decodeLoosely } from './decode.ts';

/** The digits of Base64 (RFC 4648, section 4), as bytes. */
const DIGITS = Uint8Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', (digit) => digit.charCodeAt(0));
const PADDING = '='.charCodeAt(0);

/** Bytes as Base64 (RFC 4648, section 4), padded, on one line. */
export function toBase64(bytes: Uint8Array): string {
  const out = new Uint8Array(4 * Math.ceil(bytes.length / 3));
  let to = 0;
  for (let at = 0; at < bytes.length; at += 3) {
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const left = bytes.length - at;
    out[to] = DIGITS[group >> 18] ?? 0;
    out[to + 1] = DIGITS[(group >> 12) & 63] ?? 0;
    out[to + 2] = left > 1 ? (DIGITS[(group >> 6) & 63] ?? 0) : PADDING;
    out[to + 3] = left > 2 ? (DIGITS[group & 63] ?? 0) : PADDING;
    to += 4;
  }
  return decodeLoosely(out);
}
