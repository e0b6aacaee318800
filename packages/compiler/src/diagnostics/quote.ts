import type { Source } from '../text/source.ts';
import { displayWidth, layOut, wrap, type Cell } from './display-text.ts';
import type { Palette } from './palette.ts';

/** A place that is underlined, with a few words. */
export interface Mark {
  /** Offsets in the source. */
  readonly start: number;
  readonly end: number;
  readonly label: string;
  readonly primary: boolean;
}

/** A piece of a line that fits the room, and where in it the marks stand. */
interface Quote {
  readonly text: string;
  readonly places: readonly { readonly mark: Mark; readonly column: number; readonly width: number }[];
}

/** Marks that are no further apart than this many lines stand in one frame. */
const NEAR = 10;

/** Narrower windows are not cut to: the terminal breaks the lines then. */
const LEAST_ROOM = 40;

/** Labels get at least so many columns, on lines of their own if need be. */
const LEAST_LABEL = 24;

/** Splits the marks of one file into groups of neighbors; that of the primary mark comes first. */
export function neighborhoods(source: Source, marks: readonly Mark[]): Mark[][] {
  const groups: Mark[][] = [];
  let last = -Infinity;
  for (const mark of marks.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    const { line } = source.position(mark.start);
    if (line - last > NEAR) groups.push([mark]);
    else groups.at(-1)?.push(mark);
    last = line;
  }
  return groups.toSorted((a, b) => Number(b.some((mark) => mark.primary)) - Number(a.some((mark) => mark.primary)));
}

/**
 * Quotes the lines of some marks, each with its underlines below it.
 *
 * @param gutter columns of the line numbers.
 * @param width columns of the whole.
 */
export function quoteLines(
  source: Source,
  marks: readonly Mark[],
  gutter: number,
  width: number,
  palette: Palette,
): string[] {
  const room = Math.max(LEAST_ROOM, width - gutter - 3);
  const byLine = new Map<number, Mark[]>();
  for (const mark of marks) {
    const { line } = source.position(mark.start);
    byLine.set(line, [...(byLine.get(line) ?? []), mark]);
  }
  const lines = [...byLine.keys()].sort((a, b) => a - b);
  const bar = palette.gutter(`${' '.repeat(gutter)} |`);
  const numbered = (line: number, text: string): string =>
    `${palette.gutter(`${String(line).padStart(gutter)} |`)} ${text}`.trimEnd();
  const output: string[] = [];
  let previous: number | undefined;
  for (const line of lines) {
    if (previous !== undefined && line - previous === 2) {
      const start = source.lineStart(previous + 1);
      output.push(
        numbered(
          previous + 1,
          quoteAround(source, previous + 1, [{ start, end: start, label: '', primary: false }], room).text,
        ),
      );
    } else if (previous !== undefined && line - previous > 2) output.push(palette.gutter(`${' '.repeat(gutter)}...`));
    let open = byLine.get(line) ?? [];
    while (open.length > 0) {
      const quote = quoteAround(source, line, open, room);
      output.push(numbered(line, quote.text));
      for (const place of quote.places.toSorted(
        (a, b) => Number(b.mark.primary) - Number(a.mark.primary) || a.column - b.column,
      )) {
        for (const row of underline(source, line, place, room, palette)) output.push(`${bar} ${row}`);
      }
      const shown = new Set(quote.places.map(({ mark }) => mark));
      open = open.filter((mark) => !shown.has(mark));
    }
    previous = line;
  }
  return output;
}

/** The rows below a quoted line for one mark: the underline and the label, which may take several. */
function underline(
  source: Source,
  line: number,
  place: Quote['places'][number],
  room: number,
  palette: Palette,
): string[] {
  const { mark, column, width } = place;
  const paint = mark.primary ? palette.primary : palette.secondary;
  const strokes = (mark.primary ? '^' : '-').repeat(width);
  const endLine = source.position(Math.max(mark.start, mark.end - 1)).line;
  const label = endLine > line ? `${mark.label} (up to line ${endLine})`.trimStart() : mark.label;
  const indent = ' '.repeat(column);
  if (label === '') return [indent + paint(strokes)];
  const left = room - column - width - 1;
  const beside = left >= Math.min(LEAST_LABEL, displayWidth(label));
  if (beside) {
    const [first = '', ...more] = wrap(label, left);
    return [
      indent + paint(`${strokes} ${first}`),
      ...more.map((row) => `${indent}${' '.repeat(width + 1)}${paint(row)}`),
    ];
  }
  const inset = ' '.repeat(Math.max(0, Math.min(column, room - 2 * LEAST_LABEL)));
  return [indent + paint(strokes), ...wrap(label, room - inset.length).map((row) => inset + paint(row))];
}

/** Quotes a line, cut around the first mark if it is too long. */
function quoteAround(source: Source, line: number, marks: readonly Mark[], room: number): Quote {
  const lineStart = source.lineStart(line);
  const lineEnd = endOfLine(source, line);
  const focus = Math.min(marks[0]?.start ?? lineStart, lineEnd);
  // Only what may be shown is laid out: a line may have millions of characters.
  const from = wholeCharacter(source.text, Math.max(lineStart, focus - 2 * room));
  const to = wholeCharacter(source.text, Math.min(lineEnd, focus + 2 * room));
  const cells = layOut(source.text.slice(from, to)).map((cell) => ({ ...cell, offset: cell.offset + from }));
  const { first, last } = chooseWindow(cells, focus, room, from > lineStart, to < lineEnd);
  const cutLeft = first > 0 || from > lineStart;
  const cutRight = last < cells.length || to < lineEnd;
  const shown = cells.slice(first, last);
  const text = `${cutLeft ? '…' : ''}${shown.map((cell) => cell.text).join('')}${cutRight ? '…' : ''}`;

  const left = shown[0]?.offset ?? from;
  const right = cells[last]?.offset ?? to;
  const columnOf = (offset: number): number => {
    let column = cutLeft ? 1 : 0;
    for (const cell of shown) {
      if (cell.offset >= offset) break;
      column += cell.width;
    }
    return column;
  };
  const places = marks
    .map((mark) => ({
      mark,
      start: Math.min(mark.start, lineEnd),
      end: Math.min(Math.max(mark.end, mark.start), lineEnd),
    }))
    .filter(({ start }) => start >= left && (start < right || (start === right && !cutRight)))
    .map(({ mark, start, end }) => ({
      mark,
      column: columnOf(start),
      width: Math.max(1, columnOf(Math.min(end, right)) - columnOf(start)),
    }));
  return { text, places };
}

/** The cells that are shown: everything if it fits, else a window with the focus in its first quarter. */
function chooseWindow(
  cells: readonly Cell[],
  focus: number,
  room: number,
  moreLeft: boolean,
  moreRight: boolean,
): { first: number; last: number } {
  const total = cells.reduce((sum, cell) => sum + cell.width, 0);
  if (total <= room && !moreLeft && !moreRight) return { first: 0, last: cells.length };
  const found = cells.findIndex((cell) => cell.offset >= focus);
  const index = found === -1 ? cells.length : found;
  let before = 0;
  for (const cell of cells.slice(0, index)) before += cell.width;
  let first = 0;
  if (moreLeft || before > room / 2) {
    let left = 0;
    first = index;
    while (first > 0 && left + (cells[first - 1]?.width ?? 0) <= room / 4) {
      first -= 1;
      left += cells[first]?.width ?? 0;
    }
  }
  let last = first;
  let width = 2;
  while (last < cells.length && width + (cells[last]?.width ?? 0) <= room) {
    width += cells[last]?.width ?? 0;
    last += 1;
  }
  return { first, last };
}

/** The offset at which a line ends, without its line break. */
export function endOfLine(source: Source, line: number): number {
  let end = source.text.length;
  if (line < source.lineCount) end = source.lineStart(line + 1) - 1;
  return end > source.lineStart(line) && source.text[end - 1] === '\r' ? end - 1 : end;
}

/** Keeps clear of the middle of a surrogate pair. */
function wholeCharacter(text: string, offset: number): number {
  const code = text.charCodeAt(offset);
  const before = text.charCodeAt(offset - 1);
  return code >= 0xdc00 && code <= 0xdfff && before >= 0xd800 && before <= 0xdbff ? offset - 1 : offset;
}
