import type { IToken } from 'chevrotain';
import type { Source } from '../text/source.ts';
import { alignColumns } from './format-columns.ts';
import { renderRows, WIDEST, widthOf, type Row } from './format-rows.ts';
import { gapBetween, RowWriter } from './format-writer.ts';
import { parseInDetail } from './parse.ts';
import { spanOf, type Braces, type Item, type Line } from './structure.ts';
import type { Statement } from './tree.ts';

/**
 * The text of a file as the formatter writes it, or undefined where the file can not be formatted safely: where a text is not closed, a
 * brace or bracket has no partner, a line ends in a comma and the next one does not continue it, the file holds a conflict marker, a
 * hidden character or a character that no statement uses, is too long, or nests too deep. Statements that are unknown or malformed
 * do not matter; they keep their words.
 *
 * What is written differs from the source in white space only, and means the same:
 * - Blocks are indented by two spaces, lines that continue a statement by four.
 * - Line breaks stay as written, but each statement of a block that spans several lines has a line of its own, and a block on one line
 *   is broken up if the line is longer than 110 columns. Statements on one line have two spaces between them.
 * - One blank line is kept between statements; none after `{`, before `}`, and at the start and end of the file.
 * - Comments stay where they are. Those behind neighboring statements stand below each other, unless a statement is longer than 80 columns;
 *   those of other lines do where their author aligned them.
 * - Columns of neighboring statements are aligned where their author did so: where two neighbors have the same part in the same column, and
 *   spaces were put in for it. All neighbors with the same keyword are then aligned, unless that makes a line too long.
 * - The lines of a `"""` text are indented by two spaces more than the line that opens it, closing quotes are level with that line, and
 *   the value stays the same.
 * - Line breaks become `\n`; a byte order mark goes.
 *
 * Formatting a formatted text changes nothing.
 */
export function formatSource(source: Source): string | undefined {
  const { tree, comments, lines, isSound } = parseInDetail(source);
  if (!isSound) return undefined;
  const writer = new RowWriter(source, comments);
  new Printer(writer, boundariesOf(tree.statements)).printLines(lines, '', source.text.length);
  return renderRows(writer.rows);
}

/** Offsets at which statements start, and at which they end: there a line can be broken. */
interface Boundaries {
  readonly starts: ReadonlySet<number>;
  readonly ends: ReadonlySet<number>;
}

function boundariesOf(statements: readonly Statement[]): Boundaries {
  const starts = new Set<number>();
  const ends = new Set<number>();
  const open = statements.map((statement) => ({ statement, isInline: false }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { statement, isInline } = next;
    if (!isInline) {
      starts.add(statement.start);
      ends.add(statement.end);
    }
    const { block } = statement;
    for (const inner of block?.statements ?? []) open.push({ statement: inner, isInline: block?.inline ?? false });
  }
  return { starts, ends };
}

/** Decides what goes on which row. Its methods follow the nesting of blocks and brackets, which the parser limits. */
class Printer {
  readonly #writer: RowWriter;
  readonly #boundaries: Boundaries;

  constructor(writer: RowWriter, boundaries: Boundaries) {
    this.#writer = writer;
    this.#boundaries = boundaries;
  }

  /**
   * Writes the lines of a block, and the comments among them.
   *
   * @param end where the block ends in the source
   */
  printLines(lines: readonly Line[], prefix: string, end: number): void {
    const writer = this.#writer;
    const blockStart = writer.rows.length;
    const section = {};
    const segments = lines.flatMap((line) => this.#segmentsOf(line));
    let neighbors: Row[] = [];
    const endNeighbors = (): void => {
      if (neighbors.length > 1) alignColumns(neighbors);
      neighbors = [];
    };
    for (const [index, items] of segments.entries()) {
      const { start } = spanOf(items[0] as Item);
      const rowsBefore = writer.rows.length;
      writer.ownComments(start, prefix, blockStart);
      writer.blankRow(start, blockStart);
      const isApart = writer.rows.length > rowsBefore;
      const row = writer.startStatement(prefix, start, section);
      this.#printItems(items, prefix);
      const isOneRow = writer.rows.at(-1) === row;
      if (!isOneRow) writer.separate(row);
      const next = segments[index + 1]?.[0];
      writer.trailingComment(next === undefined ? end : spanOf(next).start);
      if (isApart || !isOneRow) endNeighbors();
      if (isOneRow) neighbors.push(row);
    }
    endNeighbors();
    writer.ownComments(end, prefix, blockStart);
  }

  /** The statements of a line. */
  #segmentsOf(line: Line): Line[] {
    const segments: Line[] = [];
    let from = 0;
    for (let at = 1; at <= line.length; at += 1) {
      if (at < line.length && !this.#isBoundary(line, at)) continue;
      segments.push(line.slice(from, at));
      from = at;
    }
    return segments;
  }

  #isBoundary(line: Line, index: number): boolean {
    const { starts, ends } = this.#boundaries;
    return starts.has(spanOf(line[index] as Item).start) || ends.has(spanOf(line[index - 1] as Item).end);
  }

  #printItems(items: readonly Item[], prefix: string): void {
    for (const [index, item] of items.entries()) {
      if (item.item === 'piece') this.#writer.token(item.token);
      else if (item.item === 'braces') this.#printBraces(item, items, index, prefix);
      else {
        this.#writer.token(item.opening);
        this.#printItems(item.items, prefix);
        this.#writer.token(item.closing);
      }
    }
  }

  #printBraces(braces: Braces, items: readonly Item[], index: number, prefix: string): void {
    const writer = this.#writer;
    const { opening, closing, lines } = braces;
    const isEmpty = lines.length === 0 && !writer.hasCommentBefore(closing.startOffset);
    const isOneLine = writer.lineOf(opening.startOffset) === writer.lineOf(closing.startOffset);
    if (isEmpty || (isOneLine && this.#fits(items, index))) {
      for (const [token, startsStatement] of this.#flatten([braces])) writer.token(token, startsStatement);
      return;
    }
    writer.token(opening);
    writer.trailingComment(lines[0]?.[0] === undefined ? closing.startOffset : spanOf(lines[0][0]).start);
    this.printLines(lines, `${prefix}  `, closing.startOffset);
    writer.startClosingRow(prefix);
    writer.token(closing);
  }

  /** Whether what is left of a statement fits into the row that was begun. */
  #fits(items: readonly Item[], from: number): boolean {
    let { width, previous } = this.#writer;
    for (const [token, startsStatement] of this.#flatten(items.slice(from))) {
      width += gapBetween(previous, token, startsStatement) + widthOf(token.image);
      if (width > WIDEST) return false;
      previous = token;
    }
    return true;
  }

  /** The tokens of items when they stand on one line, each with whether it starts a statement. */
  *#flatten(items: Line): Generator<[IToken, boolean]> {
    for (const [index, item] of items.entries()) {
      const startsStatement = index > 0 && this.#isBoundary(items, index);
      if (item.item === 'piece') yield [item.token, startsStatement];
      else {
        yield [item.opening, startsStatement];
        if (item.item === 'group') yield* this.#flatten(item.items);
        else for (const line of item.lines) yield* this.#flatten(line);
        yield [item.closing, false];
      }
    }
  }
}
