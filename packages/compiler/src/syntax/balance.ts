import { createTokenInstance, type IToken, type TokenType } from 'chevrotain';
import { diagnostic, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { KINDS } from '../diagnostics/kinds.ts';
import type { Source } from '../text/source.ts';
import {
  CloseBrace, CloseBracket, Comma, ConflictMarker, indentation, Newline, OpenBrace, OpenBracket, startOfLine,
} from './tokens.ts';

/** Blocks nested deeper than this are not read. */
const DEEPEST = 64;

/**
 * Makes a token sequence that always parses: line breaks after commas and inside brackets go, conflict markers go, and missing
 * or surplus braces are mended by the indentation, so that one lost brace costs its own line only. Where all braces have partners
 * nothing is changed, whatever the indentation.
 */
export function balance(source: Source, tokens: readonly IToken[], diagnostics: Diagnostic[]): IToken[] {
  const joined = joinLines(source, tokens, diagnostics);
  return bracesMatch(joined) ? joined : new Mender(source, diagnostics).mend(joined);
}

/** Removes the line breaks that end no statement, mends brackets, and drops conflict markers. */
function joinLines(source: Source, tokens: readonly IToken[], diagnostics: Diagnostic[]): IToken[] {
  const out: IToken[] = [];
  const brackets: IToken[] = [];
  let indent = indentation(source.text, 0);
  let previous: IToken | undefined;
  for (const [index, token] of tokens.entries()) {
    const type = token.tokenType;
    if (type === ConflictMarker) {
      diagnostics.push(diagnostic(KINDS.conflictMarker, {
        message: 'This line is a conflict marker that Git left. Keep one side of the conflict, or both, and remove the marker.',
        at: at(source, token),
      }));
      continue;
    }
    if (type === Newline) {
      const next = nextMeaning(tokens, index);
      const nextIndent = next === undefined ? 0 : indentation(source.text, startOfLine(source.text, next.startOffset));
      const deeper = nextIndent > indent;
      if (brackets.length > 0 && next !== undefined && (deeper || next.tokenType === CloseBracket)) continue;
      if (previous?.tokenType === Comma && next !== undefined && next.tokenType !== CloseBrace) {
        if (deeper) continue;
        diagnostics.push(diagnostic(KINDS.malformedStatement, {
          message: 'The line ends in a comma, but the next line is not indented deeper. Indent what continues the line, or remove the comma.',
          at: at(source, previous),
        }));
      }
      indent = nextIndent;
    }
    if (brackets.length > 0 && (type === Newline || type === OpenBrace || type === CloseBrace)) closeBrackets(source, brackets, token, out, diagnostics);
    if (type === OpenBracket) brackets.push(token);
    if (type === CloseBracket) {
      const opening = brackets.at(-1);
      if (opening === undefined || (opening.image === '(') !== (token.image === ')')) {
        diagnostics.push(diagnostic(KINDS.unbalancedBrackets, { message: `This \`${token.image}\` closes nothing.`, at: at(source, token) }));
        continue;
      }
      brackets.pop();
    }
    out.push(token);
    previous = token;
  }
  closeBrackets(source, brackets, undefined, out, diagnostics);
  return out;
}

function nextMeaning(tokens: readonly IToken[], index: number): IToken | undefined {
  let next = index + 1;
  while (tokens[next]?.tokenType === Newline) next += 1;
  return tokens[next];
}

function closeBrackets(source: Source, brackets: IToken[], before: IToken | undefined, out: IToken[], diagnostics: Diagnostic[]): void {
  for (let opening = brackets.pop(); opening !== undefined; opening = brackets.pop()) {
    diagnostics.push(diagnostic(KINDS.unbalancedBrackets, {
      message: `This \`${opening.image}\` is never closed. Close it on this line, or indent the lines that continue it.`,
      at: at(source, opening),
      label: 'opened here',
    }));
    out.push(virtual(opening.image === '(' ? ')' : ']', CloseBracket, before?.startOffset ?? source.text.length));
  }
}

function bracesMatch(tokens: readonly IToken[]): boolean {
  let depth = 0;
  for (const token of tokens) {
    if (token.tokenType === OpenBrace) {
      depth += 1;
      if (depth > DEEPEST) return false;
    } else if (token.tokenType === CloseBrace) {
      depth -= 1;
      if (depth < 0) return false;
    }
  }
  return depth === 0;
}

interface Frame {
  /** The brace, absent where it was missing. */
  readonly brace: IToken | undefined;
  /** Indentation of the line that opens the block. */
  readonly indent: number;
  /** Indentation of the first line inside, once seen. */
  inner: number;
}

class Mender {
  readonly #source: Source;
  readonly #diagnostics: Diagnostic[];
  readonly #out: IToken[] = [];
  readonly #frames: Frame[] = [];

  constructor(source: Source, diagnostics: Diagnostic[]) {
    this.#source = source;
    this.#diagnostics = diagnostics;
  }

  mend(tokens: readonly IToken[]): IToken[] {
    let lineIndent = 0;
    let startsLine = true;
    for (const token of tokens) {
      if (token.tokenType === Newline) {
        startsLine = true;
        this.#out.push(token);
        continue;
      }
      if (startsLine) {
        lineIndent = indentation(this.#source.text, startOfLine(this.#source.text, token.startOffset));
        this.#startLine(token, lineIndent);
      }
      if (token.tokenType === OpenBrace) {
        if (this.#frames.length >= DEEPEST) {
          this.#report(KINDS.limitExceeded, token, `Blocks are nested deeper than ${DEEPEST} levels; what follows is not read.`);
          break;
        }
        this.#frames.push({ brace: token, indent: lineIndent, inner: -1 });
        this.#out.push(token);
      } else if (token.tokenType === CloseBrace) {
        const frame = this.#frames.at(-1);
        if (frame === undefined || (startsLine && frame.indent < lineIndent)) {
          this.#report(KINDS.unbalancedBrackets, token, 'This `}` closes no block. Remove it, or look for a `{` that is missing above.');
        } else {
          this.#frames.pop();
          this.#out.push(token);
        }
      } else this.#out.push(token);
      startsLine = false;
    }
    this.#closeAll();
    return this.#out;
  }

  /** Closes what this line can't be inside of, and opens a block where the indentation says that one was meant. */
  #startLine(token: IToken, indent: number): void {
    const closes = token.tokenType === CloseBrace;
    for (let frame = this.#frames.at(-1); frame !== undefined; frame = this.#frames.at(-1)) {
      if (closes ? frame.indent <= indent : frame.indent < indent) break;
      this.#frames.pop();
      this.#insertBeforeBreaks(virtual('}', CloseBrace, token.startOffset));
      if (frame.brace !== undefined) {
        this.#report(KINDS.unbalancedBrackets, frame.brace, 'This block is never closed: a `}` is missing.', 'opened here');
      }
    }
    if (closes) return;
    const frame = this.#frames.at(-1);
    const expected = frame === undefined ? 0 : frame.inner;
    if (frame !== undefined && frame.inner === -1) frame.inner = indent;
    else if (indent > expected) {
      const last = this.#insertBeforeBreaks(virtual('{', OpenBrace, token.startOffset));
      if (last !== undefined) this.#report(KINDS.unbalancedBrackets, last, 'The lines below are indented as a block, but no `{` opens one here.');
      this.#frames.push({ brace: undefined, indent: expected, inner: indent });
    }
  }

  /** Puts a token at the end of the last line written, and returns the token before it. */
  #insertBeforeBreaks(token: IToken): IToken | undefined {
    const breaks: IToken[] = [];
    while (this.#out.at(-1)?.tokenType === Newline) breaks.push(this.#out.pop() as IToken);
    const last = this.#out.at(-1);
    this.#out.push(token, ...breaks.reverse());
    return last;
  }

  #closeAll(): void {
    const open = this.#frames.flatMap((frame) => (frame.brace === undefined ? [] : [frame.brace]));
    const innermost = open.at(-1);
    if (innermost !== undefined) {
      this.#diagnostics.push(diagnostic(KINDS.unbalancedBrackets, {
        message: open.length === 1
          ? 'The file ends inside this block: a `}` is missing.'
          : `The file ends inside this block and ${open.length - 1} around it: each needs its \`}\`.`,
        at: at(this.#source, innermost),
        label: 'opened here',
        related: open.slice(0, -1).reverse().slice(0, 5).map((brace) => ({ location: at(this.#source, brace), message: 'also open' })),
      }));
    }
    while (this.#frames.pop() !== undefined) this.#out.push(virtual('}', CloseBrace, this.#source.text.length));
  }

  #report(kind: (typeof KINDS)[keyof typeof KINDS], token: IToken, message: string, label?: string): void {
    this.#diagnostics.push(diagnostic(kind, { message, at: at(this.#source, token), ...(label === undefined ? {} : { label }) }));
  }
}

/** A token without extent, at an offset. */
function virtual(image: string, type: TokenType, offset: number): IToken {
  return createTokenInstance(type, image, offset, offset - 1, Number.NaN, Number.NaN, Number.NaN, Number.NaN);
}

function at(source: Source, token: IToken): { file: string; start: number; end: number } {
  return { file: source.file, start: token.startOffset, end: (token.endOffset ?? token.startOffset) + 1 };
}
