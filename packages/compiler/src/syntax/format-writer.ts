import type { IToken } from 'chevrotain';
import type { Source } from '../text/source.ts';
import { VOCABULARY, type Part } from '../vocabulary/index.ts';
import { blanksBefore, indentBlockText } from './format-block-text.ts';
import { newRow, widthOf, type Row, type RowComment } from './format-rows.ts';
import { BlockText, CloseBrace, CloseBracket, Colon, Comma, endOf, OpenBrace, OpenBracket, Word } from './tokens.ts';

/** Spaces per level of a line that continues a statement. */
const CONTINUATION = 4;

/** The words that are part of signatures. */
const SIGNATURE_WORDS: ReadonlySet<string> = new Set(VOCABULARY.flatMap((one) => one.signatures.flatMap((signature) => wordsOf(signature.parts))));

function wordsOf(parts: readonly Part[]): readonly string[] {
  return parts.flatMap((part) => {
    if (part.part === 'word') return [part.word];
    if (part.part === 'choice') return part.words;
    return part.part === 'optional' ? wordsOf(part.parts) : [];
  });
}

/** The spaces between two tokens of a line; none before the first. */
export function gapBetween(previous: IToken | undefined, token: IToken, startsStatement: boolean): number {
  if (previous === undefined) return 0;
  if (startsStatement) return previous.tokenType === OpenBrace ? 1 : 2;
  const type = token.tokenType;
  if (previous.tokenType === OpenBrace) return type === CloseBrace ? 0 : 1;
  if (type === Comma || type === Colon || type === CloseBracket || previous.tokenType === OpenBracket) return 0;
  return token.image === '(' && previous.tokenType === Word ? 0 : 1;
}

/** Writes tokens and comments into rows, in the order of the source. */
export class RowWriter {
  readonly rows: Row[] = [];
  readonly #source: Source;
  readonly #comments: readonly IToken[];
  #nextComment = 0;
  /** The token before, in this row. */
  #previous: IToken | undefined;
  #row: Row = newRow('');
  /** Columns of the row so far. */
  #width = 0;
  /** The line of the source that was written last. */
  #lastLine = 0;
  /** The line that was asked for last: most often it is asked for again. */
  #knownLine = { line: 0, from: 0, to: 0 };
  #openBrackets = 0;
  /** The line of the source that the statement starts on, and up to where its columns are counted. */
  #statement = { prefix: '', section: {}, line: 0, offset: 0, column: 0 };

  constructor(source: Source, comments: readonly IToken[]) {
    this.#source = source;
    this.#comments = comments;
  }

  get previous(): IToken | undefined {
    return this.#previous;
  }

  get width(): number {
    return this.#width;
  }

  /**
   * Starts the first row of a statement.
   *
   * @param offset where the statement starts in the source
   * @param section of the row, as long as the statement needs no other
   */
  startStatement(prefix: string, offset: number, section: object): Row {
    this.#statement = { prefix, section: {}, line: this.lineOf(offset), offset, column: 0 };
    this.#openBrackets = 0;
    return this.#startRow(prefix, section);
  }

  /** Starts the row on which a block of the statement is closed. */
  startClosingRow(prefix: string): void {
    this.#statement = { ...this.#statement, prefix, line: 0 };
    this.#openBrackets = 0;
    this.#startRow(prefix, {});
  }

  /** Moves the row of a statement that turned out to have several out of the section of its block. */
  separate(row: Row): void {
    row.section = this.#statement.section;
  }

  /** Writes the next token of the statement, with the comments and line breaks before it that have to stay. */
  token(token: IToken, startsStatement = false): void {
    const closes = token.tokenType === CloseBracket;
    const breaks = this.#writeCommentsBetween(token.startOffset) || this.#keepsBreak(token);
    if (closes) this.#openBrackets -= 1;
    if (breaks) this.#startRow(this.#continuation(closes ? this.#openBrackets : Math.max(1, this.#openBrackets)), this.#statement.section);
    this.#write(token, startsStatement);
    if (token.tokenType === OpenBracket) this.#openBrackets += 1;
    this.#lastLine = this.lineOf(endOf(token) - 1);
    this.#previous = token;
  }

  /** Writes the comment that stands behind what was written last, if one does and it stands before an offset. */
  trailingComment(before: number): void {
    const comment = this.#pending(before);
    if (comment === undefined || this.lineOf(comment.startOffset) !== this.#lastLine || this.#row.comment !== undefined) return;
    this.#row.comment = this.#read(comment);
    this.#nextComment += 1;
  }

  /** Writes the comments before an offset, on rows of their own. */
  ownComments(before: number, prefix: string, blockStart: number): void {
    for (let comment = this.#pending(before); comment !== undefined; comment = this.#pending(before)) {
      this.blankRow(comment.startOffset, blockStart);
      this.#commentRow(comment, prefix);
    }
  }

  /**
   * Writes an empty row where the source has one or more before an offset.
   *
   * @param blockStart the number of rows at the start of the block, where none is written
   */
  blankRow(offset: number, blockStart: number): void {
    if (this.rows.length > blockStart && this.lineOf(offset) - this.#lastLine > 1) this.rows.push(newRow(''));
  }

  hasCommentBefore(offset: number): boolean {
    return this.#pending(offset) !== undefined;
  }

  /** The line of an offset, from 1. */
  lineOf(offset: number): number {
    const known = this.#knownLine;
    if (offset < known.from || offset >= known.to) {
      const { line } = this.#source.position(offset);
      const isLast = line === this.#source.lineCount;
      this.#knownLine = { line, from: this.#source.lineStart(line), to: isLast ? Number.POSITIVE_INFINITY : this.#source.lineStart(line + 1) };
    }
    return this.#knownLine.line;
  }

  #pending(before: number): IToken | undefined {
    const comment = this.#comments[this.#nextComment];
    return comment !== undefined && comment.startOffset < before ? comment : undefined;
  }

  #writeCommentsBetween(before: number): boolean {
    if (!this.hasCommentBefore(before)) return false;
    this.trailingComment(before);
    const prefix = this.#continuation(Math.max(1, this.#openBrackets));
    for (let comment = this.#pending(before); comment !== undefined; comment = this.#pending(before)) this.#commentRow(comment, prefix);
    return true;
  }

  #commentRow(comment: IToken, prefix: string): void {
    this.#startRow(prefix, {});
    this.#row.comment = this.#read(comment);
    this.#nextComment += 1;
    this.#lastLine = this.lineOf(comment.startOffset);
  }

  /** Line breaks stay after commas, after opening brackets, and before closing ones. */
  #keepsBreak(token: IToken): boolean {
    const type = this.#previous?.tokenType;
    if (type !== Comma && type !== OpenBracket && (type === undefined || token.tokenType !== CloseBracket)) return false;
    return this.lineOf(token.startOffset) !== this.#lastLine;
  }

  #continuation(depth: number): string {
    return this.#statement.prefix + ' '.repeat(CONTINUATION * depth);
  }

  #startRow(prefix: string, section: object): Row {
    this.#row = newRow(prefix, section);
    this.rows.push(this.#row);
    this.#width = widthOf(prefix);
    this.#previous = undefined;
    return this.#row;
  }

  #write(token: IToken, startsStatement: boolean): void {
    const gap = gapBetween(this.#previous, token, startsStatement);
    const { startOffset, image } = token;
    if (token.tokenType === BlockText && image.includes('\n')) this.#writeBlockText(token, gap);
    else if (gap === 0 && this.#previous !== undefined) (this.#row.cells.at(-1) as { text: string }).text += image;
    else {
      this.#row.cells.push({
        text: image, gap, column: this.#columnOf(startOffset), isPadded: this.#previous !== undefined && startOffset - endOf(this.#previous) > gap,
        kind: kindOf(token, startsStatement),
      });
    }
    this.#width += gap + widthOf(image);
  }

  #writeBlockText(token: IToken, gap: number): void {
    const { prefix } = this.#row;
    const { first, inner, last, lastIsQuotes } = indentBlockText(token.image, `${prefix}  `);
    if (gap === 0 && this.#previous !== undefined) (this.#row.cells.at(-1) as { text: string }).text += first;
    else this.#row.cells.push(cellOf(first, gap));
    for (const line of inner) this.rows.push({ ...newRow(''), cells: line === '' ? [] : [cellOf(line, 0)] });
    const blanks = lastIsQuotes ? 0 : blanksBefore(last);
    this.#startRow(lastIsQuotes ? prefix : last.slice(0, blanks), {});
    this.#row.cells.push(cellOf(last.slice(blanks), 0));
    // The rest of the width is added by the caller, which counts the whole text: a line behind a text is never too short.
  }

  #read(comment: IToken): RowComment {
    const { text } = this.#source;
    const { startOffset } = comment;
    const before = text.slice(this.#source.lineStart(this.lineOf(startOffset)), startOffset);
    return { text: comment.image.replace(/[ \t\f]+$/, ''), column: widthOf(before), isPadded: /[ \t]{3}$/.test(before) };
  }

  #columnOf(offset: number): number | undefined {
    const statement = this.#statement;
    if (this.lineOf(offset) !== statement.line) return undefined;
    statement.column += widthOf(this.#source.text.slice(statement.offset, offset));
    statement.offset = offset;
    return statement.column;
  }
}

function kindOf(token: IToken, startsStatement: boolean): string {
  if (token.tokenType === OpenBrace || token.tokenType === CloseBrace) return token.image;
  return startsStatement || SIGNATURE_WORDS.has(token.image) ? `word ${token.image}` : 'value';
}

function cellOf(text: string, gap: number): Row['cells'][number] {
  return { text, gap, column: undefined, isPadded: false, kind: 'value' };
}
