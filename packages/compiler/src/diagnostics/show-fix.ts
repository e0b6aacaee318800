import type { Source } from '../text/source.ts';
import type { Fix, TextEdit } from './diagnostic.ts';
import { layOut, wrap } from './display-text.ts';
import type { Palette } from './palette.ts';
import { endOfLine } from './quote.ts';

/** Lines of a fix that are shown; longer ones are counted. */
const MOST_LINES = 12;

/** Larger pieces of text are not compared line by line. */
const LONGEST_PIECE = 20_000;

/** Shows what a fix changes: its title, then the lines before and after. */
export function showFix(
  fix: Fix,
  sources: ReadonlyMap<string, Source>,
  file: string,
  gutter: number,
  width: number,
  palette: Palette,
): string[] {
  const margin = `${' '.repeat(gutter)} ${palette.gutter('=')} `;
  const title = `${fix.applicability === 'certain' ? 'fix' : 'possible fix'}: ${fix.title}`;
  const [first = '', ...more] = wrap(title, width - gutter - 3);
  const output = [
    `${margin}${palette.strong(first)}`,
    ...more.map((line) => `${' '.repeat(gutter + 3)}${palette.strong(line)}`),
  ];
  const rows: string[] = [];
  for (const edits of groupEdits(fix.edits, sources)) {
    const source = sources.get(edits[0]?.location.file ?? '');
    if (source === undefined) continue;
    if (source.file !== file)
      rows.push(
        palette.gutter(
          `${' '.repeat(gutter)}::: ${layOut(source.file)
            .map((cell) => cell.text)
            .join('')}`,
        ),
      );
    rows.push(...difference(source, edits, gutter, width, palette));
  }
  const shown = rows.slice(0, MOST_LINES);
  if (rows.length > MOST_LINES) shown.push(`${' '.repeat(gutter + 3)}(${rows.length - MOST_LINES} more lines)`);
  return [...output, ...shown];
}

/** Edits of the same or of neighboring lines, in order. Overlapping edits and those of unknown files are left out. */
function groupEdits(edits: readonly TextEdit[], sources: ReadonlyMap<string, Source>): TextEdit[][] {
  const groups: TextEdit[][] = [];
  let previous: TextEdit | undefined;
  for (const edit of edits.toSorted(compareEdits)) {
    const source = sources.get(edit.location.file);
    if (source === undefined || edit.location.end > source.text.length) continue;
    const sameFile = previous?.location.file === edit.location.file ? previous : undefined;
    if (sameFile !== undefined && edit.location.start < sameFile.location.end) continue;
    const lastLine = sameFile === undefined ? -Infinity : source.position(sameFile.location.end).line;
    if (source.position(edit.location.start).line - lastLine <= 1) groups.at(-1)?.push(edit);
    else groups.push([edit]);
    previous = edit;
  }
  return groups;
}

function compareEdits(a: TextEdit, b: TextEdit): number {
  if (a.location.file !== b.location.file) return a.location.file < b.location.file ? -1 : 1;
  return a.location.start - b.location.start || a.location.end - b.location.end;
}

/** The lines that edits of one place change, with `-` and `+`. */
function difference(
  source: Source,
  edits: readonly TextEdit[],
  gutter: number,
  width: number,
  palette: Palette,
): string[] {
  const start = edits[0]?.location.start ?? 0;
  const end = edits.at(-1)?.location.end ?? start;
  const firstLine = source.position(start).line;
  const from = source.lineStart(firstLine);
  const to = Math.max(end, endOfLine(source, source.position(end).line));
  const size = to - from + edits.reduce((sum, edit) => sum + edit.newText.length, 0);
  if (size > LONGEST_PIECE) return [`${' '.repeat(gutter + 3)}(${size} characters from line ${firstLine} on)`];
  let after = '';
  let at = from;
  for (const edit of edits) {
    after += source.text.slice(at, edit.location.start) + edit.newText;
    at = edit.location.end;
  }
  const oldLines = source.text.slice(from, to).split(/\r?\n/);
  const newLines = (after + source.text.slice(at, to)).split(/\r?\n/);
  let same = 0;
  while (same < oldLines.length && same < newLines.length && oldLines[same] === newLines[same]) same += 1;
  let sameAtEnd = 0;
  while (
    sameAtEnd < Math.min(oldLines.length, newLines.length) - same &&
    oldLines.at(-1 - sameAtEnd) === newLines.at(-1 - sameAtEnd)
  )
    sameAtEnd += 1;
  const removed = oldLines.slice(same, oldLines.length - sameAtEnd);
  const added = newLines.slice(same, newLines.length - sameAtEnd);
  const focus = firstDifference(removed[0] ?? '', added[0] ?? '');
  const row = (line: number, sign: '-' | '+', text: string): string => {
    const paint = sign === '-' ? palette.removed : palette.added;
    const number = palette.gutter(String(line).padStart(gutter));
    return `${number} ${paint(`${sign} ${fitAround(text, focus, width - gutter - 3)}`.trimEnd())}`;
  };
  return [
    ...removed.map((text, index) => row(firstLine + same + index, '-', text)),
    ...added.map((text, index) => row(firstLine + same + index, '+', text)),
  ];
}

function firstDifference(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return at;
}

/** A line as it is shown, cut around an offset if it is too long. */
function fitAround(line: string, focus: number, room: number): string {
  const cells = layOut(line);
  const total = cells.reduce((sum, cell) => sum + cell.width, 0);
  if (total <= room) return cells.map((cell) => cell.text).join('');
  const index = Math.max(
    0,
    cells.findIndex((cell) => cell.offset >= focus),
  );
  const first = Math.max(0, index - Math.floor(room / 4));
  let text = first > 0 ? '…' : '';
  let width = 2;
  for (const cell of cells.slice(first)) {
    width += cell.width;
    if (width > room) return `${text}…`;
    text += cell.text;
  }
  return text;
}
