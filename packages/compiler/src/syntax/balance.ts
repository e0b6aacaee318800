import type { IToken } from 'chevrotain';
import type { DiagnosticKind } from '../diagnostics/diagnostic.ts';
import { KINDS } from '../diagnostics/kinds.ts';
import type { Findings } from './findings.ts';
import { startsStatement, virtual } from './join-lines.ts';
import { CloseBrace, indentation, isUnterminated, Newline, OpenBrace, spanOfToken, startOfLine } from './tokens.ts';

/** Blocks nested deeper than this are not read. */
export const DEEPEST_BLOCKS = 64;

/**
 * Makes a token sequence that always parses: missing or surplus braces are mended by the indentation, so that one lost brace costs its own line
 * only. Where all braces have partners, and none nest too deep, nothing is changed, whatever the indentation.
 *
 * @param tokens what `joinLines` returned
 */
export function balance(tokens: readonly IToken[], findings: Findings): readonly IToken[] {
  const deepest = deepestBlock(tokens);
  if (deepest === undefined) return new Mender(findings).mend(tokens);
  return deepest <= DEEPEST_BLOCKS ? tokens : cutDeepBlocks(tokens, findings);
}

/** How deep the blocks nest; undefined where a brace has no partner. */
export function deepestBlock(tokens: readonly IToken[]): number | undefined {
  let depth = 0;
  let deepest = 0;
  for (const token of tokens) {
    if (token.tokenType === OpenBrace) {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (token.tokenType === CloseBrace) {
      depth -= 1;
      if (depth < 0) return undefined;
    }
  }
  return depth === 0 ? deepest : undefined;
}

/** Empties the blocks that nest too deep. */
function cutDeepBlocks(tokens: readonly IToken[], findings: Findings): IToken[] {
  const out: IToken[] = [];
  let depth = 0;
  for (const token of tokens) {
    if (token.tokenType === OpenBrace) {
      depth += 1;
      if (depth === DEEPEST_BLOCKS + 1) {
        findings.report(KINDS.limitExceeded, spanOfToken(token), () => `Blocks are nested deeper than ${DEEPEST_BLOCKS} levels. What stands in this one is not read.`);
      }
    }
    const isBrace = token.tokenType === OpenBrace || token.tokenType === CloseBrace;
    if (depth <= DEEPEST_BLOCKS || (isBrace && depth === DEEPEST_BLOCKS + 1)) out.push(token);
    if (token.tokenType === CloseBrace) depth -= 1;
  }
  return out;
}

interface Row {
  readonly tokens: readonly IToken[];
  indent: number;
  /** It starts with a `}`. */
  readonly closes: boolean;
  readonly before: Row | undefined;
  next: Row | undefined;
  /** The next row that is indented less. */
  nextOuter: Row | undefined;
}

function rowsOf(tokens: readonly IToken[], text: string): Row[] {
  const rows: Row[] = [];
  const waiting: Row[] = [];
  let from = 0;
  for (let at = 0; at <= tokens.length; at += 1) {
    if (at < tokens.length && tokens[at]?.tokenType !== Newline) continue;
    const first = tokens[from];
    const before = rows.at(-1);
    if (at > from && first !== undefined) {
      const indent = indentation(text, startOfLine(text, first.startOffset));
      const row: Row = { tokens: tokens.slice(from, at), indent, closes: first.tokenType === CloseBrace, before, next: undefined, nextOuter: undefined };
      if (before !== undefined) before.next = row;
      for (let inner = waiting.at(-1); inner !== undefined && inner.indent > indent; inner = waiting.at(-1)) {
        inner.nextOuter = row;
        waiting.pop();
      }
      waiting.push(row);
      rows.push(row);
    }
    from = at + 1;
  }
  return rows;
}

interface Frame {
  /** The brace, absent where it was missing. */
  readonly brace: IToken | undefined;
  /** The line that opens the block. */
  readonly row: Row;
  /** Lines indented no deeper than this are outside. */
  readonly indent: number;
  /** Indentation of the first line inside, once seen. */
  inner: number | undefined;
}

class Mender {
  readonly #findings: Findings;
  /** Two sides of a conflict seldom have matching braces together; the markers are what has to be mended. */
  readonly #quiet: boolean;
  readonly #out: IToken[] = [];
  readonly #frames: Frame[] = [];
  /** Indentation of the statements at the top of the file. */
  #outermost = 0;

  constructor(findings: Findings) {
    this.#findings = findings;
    this.#quiet = findings.has(KINDS.conflictMarker);
  }

  mend(tokens: readonly IToken[]): IToken[] {
    const rows = rowsOf(tokens, this.#findings.source.text);
    this.#outermost = rows[0]?.indent ?? 0;
    for (const row of rows) {
      this.#startRow(row);
      if (!this.#mendRow(row)) break;
      this.#out.push(virtual('\n', Newline, this.#findings.source.text.length));
    }
    this.#closeAll();
    return this.#out;
  }

  /** Closes what this line can't be inside of, and opens a block where the indentation says that one was meant. */
  #startRow(row: Row): void {
    row.indent = this.#plausibleIndent(row);
    const first = row.tokens[0] as IToken;
    for (let frame = this.#frames.at(-1); frame !== undefined; frame = this.#frames.at(-1)) {
      if (row.closes ? frame.indent <= row.indent : frame.indent < row.indent) break;
      this.#frames.pop();
      this.#insert(virtual('}', CloseBrace, first.startOffset));
      if (frame.brace !== undefined && !frame.row.tokens.some(isUnterminated)) {
        this.#report(KINDS.unbalancedBrackets, frame.brace, 'This block is never closed: a `}` is missing.', 'opened here');
      }
    }
    if (row.closes) return;
    const frame = this.#frames.at(-1);
    const expected = frame === undefined ? this.#outermost : frame.inner;
    if (expected === undefined) {
      if (frame !== undefined) frame.inner = row.indent;
    } else if (row.indent > expected && this.#frames.length < DEEPEST_BLOCKS) this.#openBefore(row, expected);
  }

  /**
   * The indentation that a line has, or should have: where a line stands further out than the block that goes on below it, something was
   * put in at its start.
   */
  #plausibleIndent(row: Row): number {
    const frame = this.#frames.at(-1);
    const { next } = row;
    const isInside = frame?.inner !== undefined && row.indent >= frame.inner;
    if (frame === undefined || isInside || next === undefined || next.indent <= row.indent) return row.indent;
    const end = next.nextOuter;
    const closing = end?.closes === true ? end.indent : undefined;
    const opens = row.tokens.at(-1)?.tokenType === OpenBrace && !startsStatement(row.tokens.at(-2));
    if (opens) return closing !== undefined && closing > row.indent ? closing : row.indent;
    if (closing === row.indent && row.indent > frame.indent) return row.indent;
    return Math.min(next.closes ? next.indent + 1 : next.indent, frame.inner ?? Number.POSITIVE_INFINITY);
  }

  /** Opens a block at the end of the line above, if lines indented like this one are closed like a block, or the file ends among them. */
  #openBefore(row: Row, expected: number): void {
    const { before } = row;
    const last = before?.tokens.at(-1);
    const end = row.nextOuter;
    if (before === undefined || last === undefined || last.tokenType === CloseBrace) return;
    if (end !== undefined && !(end.closes && end.indent <= expected)) return;
    this.#insert(virtual('{', OpenBrace, (row.tokens[0] as IToken).startOffset));
    if (!isUnterminated(last)) this.#report(KINDS.unbalancedBrackets, last, 'The lines below are indented as a block, but no `{` opens one here.');
    this.#frames.push({ brace: undefined, row: before, indent: expected, inner: row.indent });
  }

  /** @returns false where the file is not read on */
  #mendRow(row: Row): boolean {
    let previous: IToken | undefined;
    for (const token of row.tokens) {
      if (token.tokenType === OpenBrace) {
        if (this.#frames.length >= DEEPEST_BLOCKS) {
          this.#report(KINDS.limitExceeded, token, `Blocks are nested deeper than ${DEEPEST_BLOCKS} levels. What follows is not read.`);
          return false;
        }
        if (startsStatement(previous)) {
          this.#report(KINDS.unbalancedBrackets, token, 'This `{` follows no statement. Remove it.');
          continue;
        }
        this.#frames.push({ brace: token, row, indent: row.indent, inner: undefined });
      } else if (token.tokenType === CloseBrace) {
        if (this.#isSurplus(row, previous)) {
          this.#report(KINDS.unbalancedBrackets, token, 'This `}` closes no block. Remove it, or look for a `{` that is missing before it.');
          continue;
        }
        this.#frames.pop();
      }
      this.#out.push(token);
      previous = token;
    }
    return true;
  }

  /** Whether a `}` closes nothing, judged by the lines around it. */
  #isSurplus(row: Row, previous: IToken | undefined): boolean {
    const frame = this.#frames.at(-1);
    const { next } = row;
    if (frame === undefined) return true;
    if (previous === undefined) return frame.indent < row.indent;
    if (next === undefined) return false;
    const goesOn = next.indent > frame.indent;
    if (frame.row !== row) return goesOn || (next.indent === frame.indent && next.closes);
    return goesOn && previous.tokenType === OpenBrace && this.#frames.at(-2)?.row !== row;
  }

  /** Puts a token at the end of the last line written. */
  #insert(token: IToken): void {
    const end = this.#out.at(-1);
    if (end?.tokenType === Newline) this.#out.splice(-1, 0, token);
    else this.#out.push(token);
  }

  #closeAll(): void {
    const open = this.#frames.flatMap((frame) => (frame.brace === undefined || frame.row.tokens.some(isUnterminated) ? [] : [frame.brace]));
    const innermost = open.at(-1);
    if (innermost !== undefined && !this.#quiet) {
      this.#findings.report(KINDS.unbalancedBrackets, spanOfToken(innermost), () => ({
        message: open.length === 1
          ? 'The file ends inside this block: a `}` is missing.'
          : `The file ends inside this block and ${open.length - 1} around it: each needs its \`}\`.`,
        label: 'opened here',
        related: open.slice(0, -1).reverse().slice(0, 5).map((brace) => ({ location: this.#findings.locate(spanOfToken(brace)), message: 'also open' })),
      }));
    }
    while (this.#frames.pop() !== undefined) this.#out.push(virtual('}', CloseBrace, this.#findings.source.text.length));
  }

  #report(kind: DiagnosticKind, token: IToken, message: string, label?: string): void {
    if (this.#quiet && kind !== KINDS.limitExceeded) return;
    this.#findings.report(kind, spanOfToken(token), () => ({ message, ...(label === undefined ? {} : { label }) }));
  }
}
