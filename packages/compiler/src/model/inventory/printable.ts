/** Whether a text holds characters that control a terminal, or that can not be seen. */
export function hasControlCharacters(text: string): boolean {
  // Classes of Unicode cost a millisecond to compile, and names are mostly ASCII.
  return /[^ -~]/.test(text) && /\p{C}/u.test(text);
}

/** A piece of a file in quotes for a message: shortened, without control characters. */
export function printable(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 57)}…` : text;
  return `"${hasControlCharacters(short) ? short.replace(/\p{C}/gu, '\ufffd') : short}"`;
}
