import type { Source, Span } from '@belay/compiler/analysis';
import type { Position, Range } from 'vscode-languageserver-protocol';

/** In what columns of positions are counted; the client and the server agree on one. */
export type PositionEncoding = 'utf-8' | 'utf-16' | 'utf-32';

/** The encodings that the server knows, in its own order of preference: the texts of JavaScript are UTF-16. */
const ENCODINGS: readonly PositionEncoding[] = ['utf-16', 'utf-8', 'utf-32'];

/** The encoding to use with a client that offers these; without an offer it is UTF-16. */
export function negotiateEncoding(offered: readonly string[] | undefined): PositionEncoding {
  return ENCODINGS.find((one) => offered?.includes(one)) ?? 'utf-16';
}

/** The offset of a position, in UTF-16 units; positions beyond a line or the text count as its end. */
export function offsetAt(source: Source, position: Position, encoding: PositionEncoding): number {
  if (position.line >= source.lineCount) return source.text.length;
  const line = Math.max(position.line, 0) + 1;
  const text = source.line(line);
  const character = Math.max(position.character, 0);
  return source.lineStart(line) + (encoding === 'utf-16' ? Math.min(character, text.length) : unitsOf(text, character, encoding));
}

/** The position of an offset. */
export function positionAt(source: Source, offset: number, encoding: PositionEncoding): Position {
  const { line, column } = source.position(offset);
  if (encoding === 'utf-16') return { line: line - 1, character: column - 1 };
  const before = source.text.slice(source.lineStart(line), source.lineStart(line) + column - 1);
  return { line: line - 1, character: lengthIn(before, encoding) };
}

/** The range of a span. */
export function rangeOf(source: Source, span: Span, encoding: PositionEncoding): Range {
  return { start: positionAt(source, span.start, encoding), end: positionAt(source, span.end, encoding) };
}

/**
 * Where many spans stand: of each its line, its character and its length, one after the other.
 *
 * @param spans in order; none holds a line break
 */
export function placesOf(source: Source, spans: readonly Span[], encoding: PositionEncoding): Uint32Array {
  const places = new Uint32Array(spans.length * 3);
  let line = 1;
  for (const [index, { start, end }] of spans.entries()) {
    while (line < source.lineCount && source.lineStart(line + 1) <= start) line += 1;
    const from = source.lineStart(line);
    places[index * 3] = line - 1;
    places[index * 3 + 1] = encoding === 'utf-16' ? start - from : lengthIn(source.text.slice(from, start), encoding);
    places[index * 3 + 2] = encoding === 'utf-16' ? end - start : lengthIn(source.text.slice(start, end), encoding);
  }
  return places;
}

/** How many UTF-16 units the first `count` units of another encoding are. */
function unitsOf(text: string, count: number, encoding: 'utf-8' | 'utf-32'): number {
  let left = count;
  let units = 0;
  for (const character of text) {
    left -= encoding === 'utf-32' ? 1 : utf8Length(character);
    if (left < 0) break;
    units += character.length;
  }
  return units;
}

function lengthIn(text: string, encoding: 'utf-8' | 'utf-32'): number {
  let length = 0;
  for (const character of text) length += encoding === 'utf-32' ? 1 : utf8Length(character);
  return length;
}

function utf8Length(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}
