import type { IToken } from 'chevrotain';
import type { DiagnosticKind } from '../diagnostics/diagnostic.ts';
import { KINDS } from '../diagnostics/kinds.ts';
import type { Findings } from './findings.ts';
import { joinLines, startsStatement, virtual } from './join-lines.ts';
import { CloseBrace, indentation, isUnterminated, Newline, OpenBrace, spanOfToken, startOfLine } from './tokens.ts';

/** Blocks nested deeper than this are not read. */
export const DEEPEST_BLOCKS = 64;

/**
 * Makes a token sequence that always parses: line breaks that end no statement go, conflict markers go, and missing or surplus
 * braces are mended by the indentation, so that one lost brace costs its own line only. Where all braces have partners nothing is
 * changed, whatever the indentation.
 */
export function balance(tokens: readonly IToken[], findings: Findings): IToken[] {
  const joined = joinLines(tokens, findings);
  return bracesMatch(joined) ? joined : new Mender(findings).mend(joined);
}

function bracesMatch(tokens: readonly IToken[]): boolean {
  let depth = 0;
  for (const token of tokens) {
    if (token.tokenType === OpenBrace) {
      depth += 1;
      if (depth > DEEPEST_BLOCKS) return false;
    } else if (token.tokenType === CloseBrace) {
      depth -= 1;
      if (depth < 0) return false;
    }
  }
  return depth === 0;
}

interface Row {
  readonly tokens: readonly IToken[];
  readonly indent: number;
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
    const rows = this.#rows(tokens);
    this.#outermost = rows[0]?.indent ?? 0;
    for (const [index, row] of rows.entries()) {
      this.#startRow(row, rows[index - 1]);
      if (!this.#mendRow(row, rows[index + 1])) break;
      this.#out.push(virtual('\n', Newline, this.#findings.source.text.length));
    }
    this.#closeAll();
    return this.#out;
  }

  #rows(tokens: readonly IToken[]): Row[] {
    const rows: Row[] = [];
    const text = this.#findings.source.text;
    let from = 0;
    for (let at = 0; at <= tokens.length; at += 1) {
      if (at < tokens.length && tokens[at]?.tokenType !== Newline) continue;
      const first = tokens[from];
      if (at > from && first !== undefined) rows.push({ tokens: tokens.slice(from, at), indent: indentation(text, startOfLine(text, first.startOffset)) });
      from = at + 1;
    }
    return rows;
  }

  /** Closes what this line can't be inside of, and opens a block where the indentation says that one was meant. */
  #startRow(row: Row, before: Row | undefined): void {
    const first = row.tokens[0] as IToken;
    const closes = first.tokenType === CloseBrace;
    for (let frame = this.#frames.at(-1); frame !== undefined; frame = this.#frames.at(-1)) {
      if (closes ? frame.indent <= row.indent : frame.indent < row.indent) break;
      this.#frames.pop();
      this.#insert(virtual('}', CloseBrace, first.startOffset));
      if (frame.brace !== undefined && !frame.row.tokens.some(isUnterminated)) {
        this.#report(KINDS.unbalancedBrackets, frame.brace, 'This block is never closed: a `}` is missing.', 'opened here');
      }
    }
    if (closes) return;
    const frame = this.#frames.at(-1);
    const expected = frame === undefined ? this.#outermost : frame.inner;
    const last = before?.tokens.at(-1);
    if (expected === undefined) {
      if (frame !== undefined) frame.inner = row.indent;
    } else if (row.indent > expected && before !== undefined && last !== undefined && last.tokenType !== CloseBrace && this.#frames.length < DEEPEST_BLOCKS) {
      this.#insert(virtual('{', OpenBrace, first.startOffset));
      if (!isUnterminated(last)) this.#report(KINDS.unbalancedBrackets, last, 'The lines below are indented as a block, but no `{` opens one here.');
      this.#frames.push({ brace: undefined, row: before, indent: expected, inner: row.indent });
    }
  }

  /** @returns false where the file is not read on */
  #mendRow(row: Row, next: Row | undefined): boolean {
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
        if (this.#isSurplus(row, next, previous)) {
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
  #isSurplus(row: Row, next: Row | undefined, previous: IToken | undefined): boolean {
    const frame = this.#frames.at(-1);
    if (frame === undefined) return true;
    if (previous === undefined) return frame.indent < row.indent;
    if (next === undefined) return false;
    const goesOn = next.indent > frame.indent;
    if (frame.row !== row) return goesOn || (next.indent === frame.indent && next.tokens[0]?.tokenType === CloseBrace);
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
