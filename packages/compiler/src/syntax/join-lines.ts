import { createTokenInstance, type IToken, type TokenType } from 'chevrotain';
import { KINDS } from '../diagnostics/kinds.ts';
import type { Findings } from './findings.ts';
import {
  BlockText, CloseBrace, CloseBracket, Comma, conflictMarkersIn, ConflictMarker, endOf, indentation, isText, isUnterminated, Newline,
  OpenBrace, OpenBracket, spanOfToken, startOfLine,
} from './tokens.ts';

/** Brackets nested deeper than this are not read. */
const DEEPEST_BRACKETS = 16;

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']' };

interface Bracket {
  readonly opening: IToken;
  /** Deeper lines belong to it: not so where it follows nothing that it could belong to. */
  readonly joins: boolean;
}

/**
 * Removes the line breaks that end no statement: those after a comma and inside brackets, where the next line is indented deeper than
 * the first line of the statement. Mends brackets, and drops conflict markers.
 *
 * @param from the start of the line of the first token
 */
export function joinLines(tokens: readonly IToken[], findings: Findings, from = 0): IToken[] {
  return new Joiner(findings, from).join(tokens);
}

class Joiner {
  readonly #findings: Findings;
  readonly #text: string;
  readonly #out: IToken[] = [];
  readonly #brackets: Bracket[] = [];
  /** Opening brackets that were dropped because they nest too deep, whose closing ones go too. */
  #dropped = 0;
  /** Indentation of the line that the statement starts on. */
  #indent: number;

  constructor(findings: Findings, from: number) {
    this.#findings = findings;
    this.#text = findings.source.text;
    this.#indent = indentation(this.#text, from);
  }

  join(tokens: readonly IToken[]): IToken[] {
    for (let index = 0; index < tokens.length; index += 1) {
      const token = tokens[index] as IToken;
      const type = token.tokenType;
      if (type === Newline || type === ConflictMarker) {
        let next = index;
        for (; tokens[next]?.tokenType === Newline || tokens[next]?.tokenType === ConflictMarker; next += 1) this.#reportMarker(tokens[next] as IToken);
        this.#break(token, tokens[next]);
        index = next - 1;
      } else if (type === OpenBracket) this.#open(token);
      else if (type === CloseBracket) this.#close(token);
      else {
        if (type === OpenBrace || type === CloseBrace) this.#closeAll();
        this.#out.push(token);
        if (isText(token)) this.#checkText(token);
      }
    }
    this.#closeAll();
    return this.#out;
  }

  /** One or more line breaks, and conflict markers between them. */
  #break(token: IToken, next: IToken | undefined): void {
    const previous = this.#out.at(-1);
    const indent = next === undefined ? 0 : indentation(this.#text, startOfLine(this.#text, next.startOffset));
    const deeper = next !== undefined && indent > this.#indent;
    if (this.#brackets.length > 0) {
      if (next?.tokenType === CloseBracket || (deeper && this.#brackets[0]?.joins === true)) return;
      if (previous?.tokenType === Comma) this.#out.pop();
      this.#closeAll();
    } else if (previous?.tokenType === Comma && next !== undefined && next.tokenType !== CloseBrace) {
      if (deeper && !startsStatement(this.#out.at(-2))) return;
      this.#out.pop();
      this.#findings.report(KINDS.malformedStatement, spanOfToken(previous), () => deeper
        ? 'This comma follows nothing. Remove it.'
        : 'The line ends in a comma, but the next line is not indented deeper. Indent what continues the line, or remove the comma.');
    } else if (next?.tokenType === OpenBrace && !startsStatement(previous)) {
      this.#findings.report(KINDS.misplacedBlock, spanOfToken(next), () => ({
        message: 'A block opens on the line of its statement. Move this `{` to the end of the line above.',
        ...(previous === undefined ? {} : { related: [{ location: this.#findings.locate(spanOfToken(previous)), message: 'behind this' }] }),
      }));
      return;
    }
    this.#indent = indent;
    this.#out.push(token.tokenType === Newline ? token : virtual('\n', Newline, token.startOffset));
  }

  #open(token: IToken): void {
    if (this.#brackets.length >= DEEPEST_BRACKETS) {
      if (this.#dropped === 0) {
        this.#findings.report(KINDS.limitExceeded, spanOfToken(token), () => `Brackets are nested deeper than ${DEEPEST_BRACKETS} levels.`);
      }
      this.#dropped += 1;
      return;
    }
    this.#brackets.push({ opening: token, joins: !startsStatement(this.#out.at(-1)) });
    this.#out.push(token);
  }

  #close(token: IToken): void {
    if (this.#dropped > 0) {
      this.#dropped -= 1;
      return;
    }
    const fitting = this.#brackets.findLastIndex((bracket) => CLOSING[bracket.opening.image] === token.image);
    const innermost = this.#brackets.at(-1);
    if (innermost === undefined) {
      this.#findings.report(KINDS.unbalancedBrackets, spanOfToken(token), () => `This \`${token.image}\` closes nothing. Remove it.`);
      return;
    }
    if (fitting === -1) {
      this.#findings.report(KINDS.unbalancedBrackets, spanOfToken(token), () => ({
        message: `Expected \`${CLOSING[innermost.opening.image]}\`, found \`${token.image}\`.`,
        related: [{ location: this.#findings.locate(spanOfToken(innermost.opening)), message: 'opened here' }],
      }));
    } else this.#closeTo(fitting + 1);
    this.#brackets.pop();
    this.#out.push(token);
  }

  #checkText(token: IToken): void {
    for (const span of conflictMarkersIn(token)) this.#findings.report(KINDS.conflictMarker, span, () => CONFLICT);
    if (!isUnterminated(token)) return;
    const start = token.startOffset;
    const firstLine = token.image.split(/[\r\n]/, 1)[0] ?? '';
    this.#findings.report(KINDS.unterminatedText, { start, end: start + firstLine.length }, () => ({
      message: token.tokenType === BlockText
        ? 'This text is never closed: expected `"""` at its end. Its lines are those indented deeper than this one.'
        : 'This text is never closed: expected `"` before the end of the line. For a text of several lines use `"""`.',
      label: 'opened here',
    }));
  }

  #closeAll(): void {
    this.#dropped = 0;
    this.#closeTo(0);
  }

  /** Closes the brackets that are open beyond a depth. */
  #closeTo(depth: number): void {
    while (this.#brackets.length > depth) {
      const opening = (this.#brackets.pop() as Bracket).opening;
      const last = this.#out.at(-1) as IToken;
      this.#out.push(virtual(CLOSING[opening.image] ?? ')', CloseBracket, endOf(last)));
      // An open text took the closing bracket in.
      if (!isUnterminated(last)) this.#findings.report(KINDS.unbalancedBrackets, spanOfToken(opening), () => ({
        message: `This \`${opening.image}\` is never closed: expected \`${CLOSING[opening.image]}\`. Close it on this line, or indent the lines that continue it.`,
        label: 'opened here',
      }));
    }
  }

  #reportMarker(token: IToken): void {
    if (token.tokenType === ConflictMarker) this.#findings.report(KINDS.conflictMarker, spanOfToken(token), () => CONFLICT);
  }
}

const CONFLICT = 'This line is a conflict marker that Git left. Keep one side of the conflict, or both, and remove the marker.';

/** Whether what follows a token starts a statement, or would have to. */
export function startsStatement(previous: IToken | undefined): boolean {
  const type = previous?.tokenType;
  return type === undefined || type === Newline || type === OpenBrace || type === CloseBrace;
}

/** A token without extent, at an offset. */
export function virtual(image: string, type: TokenType, offset: number): IToken {
  return createTokenInstance(type, image, offset, offset - 1, Number.NaN, Number.NaN, Number.NaN, Number.NaN);
}
