/** Lines are kept within this many columns where a block can be broken up, or an alignment left out. */
export const WIDEST = 110;

/** A line whose statement is longer than this is not aligned with its neighbors' comments: they would move too far to the right. */
const WIDEST_BEFORE_COMMENT = 80;

/** A piece of a line that stands in a column of its own: what is written without a space between. */
export interface Cell {
  text: string;
  /** Spaces before it, unless it is aligned. */
  readonly gap: number;
  /** Where the author wrote it, in columns from the start of the statement; undefined where that is another line. */
  readonly column: number | undefined;
  /** The author wrote more spaces before it than `gap`. */
  readonly isPadded: boolean;
  /** Only cells of the same kind are aligned: a keyword, a brace, or a value. */
  readonly kind: string;
}

/** A line of the result. */
export interface Row {
  /** The blanks at its start. */
  readonly prefix: string;
  readonly cells: Cell[];
  comment?: string;
  /** Comments of neighboring rows of the same section stand below each other. */
  section: object;
}

export function newRow(prefix: string, section: object = {}): Row {
  return { prefix, cells: [], section };
}

/** Columns that a text takes: its code points. */
export function widthOf(text: string): number {
  let width = text.length;
  // oxlint-disable-next-line no-control-regex
  if (/^[\u0000-\u007f]*$/.test(text)) return width;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit >= 0xdc00 && unit <= 0xdfff) width -= 1;
  }
  return width;
}

/** The columns of a row without its comment, when nothing in it is aligned. */
export function widthOfRow(row: Row): number {
  return row.cells.reduce((width, cell, index) => width + (index === 0 ? 0 : cell.gap) + widthOf(cell.text), widthOf(row.prefix));
}

/**
 * Aligns the columns of neighboring rows that hold statements of the same kind, where their author did: where two neighbors have the
 * same cell in the same column, and spaces were put in to get it there. The column then is aligned in all the rows, unless that
 * makes one of them too long.
 */
export function alignColumns(rows: readonly Row[]): void {
  const ends = rows.map((row) => widthOf(row.prefix) + widthOf(row.cells[0]?.text ?? ''));
  const totals = rows.map(widthOfRow);
  let runs: { from: number; to: number }[] = [{ from: 0, to: rows.length }];
  for (let index = 1; runs.length > 0; index += 1) {
    runs = runs.flatMap((run) => splitByKind(rows, run, index));
    for (const run of runs) alignCell(rows, run, index, ends, totals);
  }
}

/** The parts of a run whose rows have a cell of the same kind at an index. */
function splitByKind(rows: readonly Row[], run: { from: number; to: number }, index: number): { from: number; to: number }[] {
  const parts: { from: number; to: number }[] = [];
  let from = run.from;
  for (let at = run.from + 1; at <= run.to; at += 1) {
    const kind = rows[from]?.cells[index]?.kind;
    if (at < run.to && rows[at]?.cells[index]?.kind === kind) continue;
    if (kind !== undefined && at - from > 1) parts.push({ from, to: at });
    from = at;
  }
  return parts;
}

function alignCell(rows: readonly Row[], run: { from: number; to: number }, index: number, ends: number[], totals: number[]): void {
  const cellAt = (row: number): Cell => rows[row]?.cells[index] as Cell;
  let isWanted = false;
  let column = 0;
  for (let row = run.from; row < run.to; row += 1) {
    const cell = cellAt(row);
    column = Math.max(column, (ends[row] ?? 0) + cell.gap);
    if (row === run.from || cell.column === undefined) continue;
    const above = cellAt(row - 1);
    isWanted ||= above.column === cell.column && (above.isPadded || cell.isPadded);
  }
  const padding = (row: number): number => (isWanted ? column - (ends[row] ?? 0) : cellAt(row).gap);
  for (let row = run.from; isWanted && row < run.to; row += 1) {
    const total = totals[row] ?? 0;
    if (total <= WIDEST && total + padding(row) - cellAt(row).gap > WIDEST) isWanted = false;
  }
  for (let row = run.from; row < run.to; row += 1) {
    const cell = cellAt(row);
    const spaces = padding(row);
    totals[row] = (totals[row] ?? 0) + spaces - cell.gap;
    ends[row] = (ends[row] ?? 0) + spaces + widthOf(cell.text);
    if (spaces !== cell.gap) (rows[row] as Row).cells[index] = { ...cell, gap: spaces };
  }
}

/** The rows as text. Comments of neighboring rows of a section are aligned, two spaces behind the longest. */
export function renderRows(rows: readonly Row[]): string {
  const lines = rows.map(renderRow);
  let from = 0;
  for (let at = 1; at <= rows.length; at += 1) {
    const isSameRun = isAligned(rows[at - 1], lines[at - 1]) && isAligned(rows[at], lines[at]) && rows[at]?.section === rows[at - 1]?.section;
    if (isSameRun) continue;
    const column = Math.max(...lines.slice(from, at).map(widthOf)) + 2;
    for (let row = from; row < at; row += 1) {
      const line = lines[row] ?? '';
      const { comment, cells } = rows[row] as Row;
      if (comment !== undefined) lines[row] = cells.length === 0 ? line + comment : line + ' '.repeat(column - widthOf(line)) + comment;
    }
    from = at;
  }
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function isAligned(row: Row | undefined, line: string | undefined): boolean {
  return row?.comment !== undefined && row.cells.length > 0 && widthOf(line ?? '') <= WIDEST_BEFORE_COMMENT;
}

function renderRow(row: Row): string {
  if (row.cells.length === 0 && row.comment === undefined) return '';
  return row.cells.reduce((line, cell, index) => line + (index === 0 ? '' : ' '.repeat(cell.gap)) + cell.text, row.prefix);
}
