/** Lines are kept within this many columns where a block can be broken up, or an alignment left out. */
export const WIDEST = 110;

/** A line whose statement is longer than this is not aligned with its neighbors' comments: they would move too far to the right. */
const WIDEST_BEFORE_COMMENT = 80;

/** The spaces before a comment that is not aligned. */
const COMMENT_GAP = 2;

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

export interface RowComment {
  readonly text: string;
  /** Where the author wrote it, in columns from the start of its line. */
  readonly column: number;
  /** The author wrote more than two spaces before it. */
  readonly isPadded: boolean;
}

/** A line of the result. */
export interface Row {
  /** The blanks at its start. */
  readonly prefix: string;
  readonly cells: Cell[];
  comment?: RowComment;
  /** Comments of neighboring rows of the same section stand below each other. */
  section: object;
}

export function newRow(prefix: string, section: object = {}): Row {
  return { prefix, cells: [], section };
}

/** Columns that a text takes: its code points. */
export function widthOf(text: string): number {
  let width = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit >= 0xdc00 && unit <= 0xdfff) width -= 1;
  }
  return width;
}

/** The columns of a row without its comment. */
export function widthOfRow(row: Row): number {
  return row.cells.reduce((width, cell, index) => width + (index === 0 ? 0 : cell.gap) + widthOf(cell.text), widthOf(row.prefix));
}

/**
 * The rows as text.
 *
 * Comments behind neighboring rows of a section are aligned, two spaces behind the longest. Others are aligned where their author did so,
 * even around empty rows and those that close a block: where they stood in the same column, and spaces were put in to get there.
 */
export function renderRows(rows: readonly Row[]): string {
  const lines = rows.map(renderRow);
  const widths = lines.map(widthOf);
  let group: number[] = [];
  const endGroup = (): void => {
    const column = Math.max(0, ...group.map((index) => widths[index] ?? 0)) + COMMENT_GAP;
    for (const index of group) writeComment(rows[index] as Row, lines, index, column - (widths[index] ?? 0));
    group = [];
  };
  for (const [index, row] of rows.entries()) {
    const last = group.at(-1);
    if (row.comment === undefined || row.cells.length === 0) {
      if (row.comment !== undefined) lines[index] += row.comment.text;
      if (row.comment !== undefined || !isBetween(lines[index] ?? '')) endGroup();
      continue;
    }
    const isWide = (widths[index] ?? 0) > WIDEST_BEFORE_COMMENT;
    if (last === undefined || isWide || !areAligned(rows[last] as Row, row, index - last)) endGroup();
    if (isWide) writeComment(row, lines, index, COMMENT_GAP);
    else group.push(index);
  }
  endGroup();
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function writeComment(row: Row, lines: string[], index: number, spaces: number): void {
  lines[index] += ' '.repeat(spaces) + (row.comment?.text ?? '');
}

function isBetween(line: string): boolean {
  return line === '' || line.trimStart() === '}';
}

/** @param distance from one row to the other */
function areAligned(above: Row, below: Row, distance: number): boolean {
  if (distance === 1 && above.section === below.section) return true;
  return above.comment?.column === below.comment?.column && (above.comment?.isPadded === true || below.comment?.isPadded === true);
}

function renderRow(row: Row): string {
  if (row.cells.length === 0 && row.comment === undefined) return '';
  return row.cells.reduce((line, cell, index) => line + (index === 0 ? '' : ' '.repeat(cell.gap)) + cell.text, row.prefix);
}
