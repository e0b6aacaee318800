import { WIDEST, widthOf, widthOfRow, type Cell, type Row } from './format-rows.ts';

/** Rows from an index up to, not including, another. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * Aligns columns of neighboring rows, a statement each, where their author did: where two neighbors have the same kind of cell in the
 * same column, and spaces were put in to get it there. The cell then is aligned in all neighbors of the same keyword, and in those
 * of other keywords that stood in the same column too, unless that makes a line too long.
 *
 * Cells are compared from the left; where the kinds of two neighbors first differ, they go their own ways.
 */
export function alignColumns(rows: readonly Row[]): void {
  const ends = rows.map((row) => widthOf(row.prefix) + widthOf(row.cells[0]?.text ?? ''));
  const totals = rows.map(widthOfRow);
  const inCommon = rows.map((row, index) => (index === 0 ? 0 : cellsInCommon(rows[index - 1] as Row, row)));
  let ranges: Range[] = [{ from: 0, to: rows.length }];
  for (let cell = 1; ranges.length > 0; cell += 1) {
    const index = cell;
    ranges = ranges.flatMap((range) => split(range, (row) => (inCommon[row] ?? 0) > index)).filter(({ from, to }) => to - from > 1);
    for (const range of ranges) {
      for (const linked of split(range, (row) => areLinked(rows[row - 1] as Row, rows[row] as Row, index))) alignCell(rows, linked, index, ends, totals);
    }
  }
}

/** How many cells of two rows are of the same kind, from the left; the keywords may differ. */
function cellsInCommon(above: Row, below: Row): number {
  let count = 1;
  while (count < above.cells.length && above.cells[count]?.kind === below.cells[count]?.kind) count += 1;
  return count;
}

/** The parts of a range, each up to a row that does not go with the one above it. */
function split(range: Range, goesWithAbove: (row: number) => boolean): Range[] {
  const parts: Range[] = [];
  let { from } = range;
  for (let row = from + 1; row <= range.to; row += 1) {
    if (row < range.to && goesWithAbove(row)) continue;
    parts.push({ from, to: row });
    from = row;
  }
  return parts;
}

function areLinked(above: Row, below: Row, index: number): boolean {
  return above.cells[0]?.text === below.cells[0]?.text || wereAligned(above, below, index);
}

/** Whether the author aligned a cell of two neighbors. */
function wereAligned(above: Row, below: Row, index: number): boolean {
  const [one, other] = [above.cells[index], below.cells[index]];
  return one?.column !== undefined && one.column === other?.column && (one.isPadded || other.isPadded);
}

function alignCell(rows: readonly Row[], { from, to }: Range, index: number, ends: number[], totals: number[]): void {
  let isWanted = false;
  let column = 0;
  for (let row = from; row < to; row += 1) {
    column = Math.max(column, (ends[row] ?? 0) + (rows[row]?.cells[index]?.gap ?? 0));
    isWanted ||= row > from && wereAligned(rows[row - 1] as Row, rows[row] as Row, index);
  }
  const spacesBefore = (row: number, cell: Cell): number => (isWanted ? column - (ends[row] ?? 0) : cell.gap);
  for (let row = from; isWanted && row < to; row += 1) {
    const cell = rows[row]?.cells[index] as Cell;
    const total = totals[row] ?? 0;
    isWanted = total > WIDEST || total + spacesBefore(row, cell) - cell.gap <= WIDEST;
  }
  for (let row = from; row < to; row += 1) {
    const { cells } = rows[row] as Row;
    const cell = cells[index] as Cell;
    const gap = spacesBefore(row, cell);
    totals[row] = (totals[row] ?? 0) + gap - cell.gap;
    ends[row] = (ends[row] ?? 0) + gap + widthOf(cell.text);
    cells[index] = { ...cell, gap };
  }
}
