import { createToken, Lexer, type CustomPatternMatcherReturn, type IToken, type TokenType } from 'chevrotain';
import type { Span } from '../text/source.ts';

/** Parent of every token that is a piece of a statement and no bracket. */
export const Atom = createToken({ name: 'Atom', pattern: Lexer.NA });

const atom = (name: string, pattern: RegExp): ReturnType<typeof createToken> => createToken({ name, pattern, categories: [Atom] });

export const Newline = createToken({ name: 'Newline', pattern: /\r?\n|\r/y, line_breaks: true });
const Blank = createToken({ name: 'Blank', pattern: /[ \t\f\ufeff]+/y, group: Lexer.SKIPPED });
const Comment = createToken({ name: 'Comment', pattern: /#[^\r\n]*/y, group: 'comments' });

export const BlockText = createToken({
  name: 'BlockText', pattern: matchBlockText, categories: [Atom], line_breaks: true, start_chars_hint: ['"'],
});
export const QuotedText = atom('QuotedText', /"[^"\\\r\n]*(?:\\[^\r\n][^"\\\r\n]*)*"/y);
export const UnterminatedText = atom('UnterminatedText', /"[^"\\\r\n]*(?:\\[^\r\n][^"\\\r\n]*)*\\?/y);
export const Clock = atom('Clock', /\d{1,2}:\d{2}(?!\d)/y);
/** Names, dotted names, numbers with units, globs, paths of steps. A `-` before `>` belongs to the arrow. */
export const Word = atom(
  'Word',
  /[A-Za-z0-9_*%./\u00c0-\u061b\u061d-\u167f\u1681-\u180d\u180f-\u1fff\u2c00-\u2fff\u3001-\ud7ff-]+(?<!-(?=>))/y,
);
export const Arrow = atom('Arrow', /->/y);
/** As Git writes it: at the start of a line, seven characters, and a blank if anything follows. */
export const ConflictMarker = createToken({
  name: 'ConflictMarker', pattern: /(?<![^\r\n])(?:<{7}|>{7}|={7}|\|{7})(?![^ \t\r\n])[^\r\n]*/y,
});
export const Equals = atom('Equals', /=/y);
export const Colon = atom('Colon', /:/y);
export const Comma = atom('Comma', /,/y);
export const OpenBrace = createToken({ name: 'OpenBrace', pattern: /\{/y });
export const CloseBrace = createToken({ name: 'CloseBrace', pattern: /\}/y });
export const OpenBracket = createToken({ name: 'OpenBracket', pattern: /[([]/y });
export const CloseBracket = createToken({ name: 'CloseBracket', pattern: /[)\]]/y });
/** Characters that no other token has, listed rather than excluded. */
export const Stray = atom(
  'Stray',
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b\u000e-\u001f!$&'+;<>?@\\^`|~\u007f-\u00bf\u061c\u1680\u180e\u2000-\u2bff\u3000\ud800-\ufefe\uff00-\uffff]+/y,
);

export const TOKENS = [
  Newline, Blank, Comment, BlockText, QuotedText, UnterminatedText, Clock, Word, Arrow, ConflictMarker, Equals, Colon, Comma,
  OpenBrace, CloseBrace, OpenBracket, CloseBracket, Stray, Atom,
];

export interface Tokens {
  readonly tokens: IToken[];
  readonly comments: readonly IToken[];
}

/** What a character may start, in the order in which it is tried. Any other starts a word, or is stray. */
const STARTED_BY: ReadonlyMap<string, readonly TokenType[]> = new Map([
  ...startedBy('\r\n', Newline), ...startedBy('#', Comment), ...startedBy('"', BlockText, QuotedText, UnterminatedText),
  ...startedBy('0123456789', Clock, Word), ...startedBy('-', Word, Arrow), ...startedBy('=', ConflictMarker, Equals),
  ...startedBy('<>|', ConflictMarker, Stray), ...startedBy(':', Colon), ...startedBy(',', Comma), ...startedBy('{', OpenBrace),
  ...startedBy('}', CloseBrace), ...startedBy('([', OpenBracket), ...startedBy(')]', CloseBracket),
]);
const OTHERS = [Word, Stray];

function startedBy(characters: string, ...types: readonly TokenType[]): [string, readonly TokenType[]][] {
  return Array.from(characters, (character) => [character, types]);
}

/**
 * Cuts a text, or the part of it between two offsets, into tokens. Every character is part of one, or a blank: nothing fails. The last token may go
 * beyond the part.
 *
 * It finds what Chevrotain's `Lexer` finds. That one takes the patterns apart to know what a character may start, which costs each run of a
 * command more than the whole reading of most files.
 */
export function tokenize(text: string, from = 0, to = text.length): Tokens {
  const tokens: IToken[] = [];
  const comments: IToken[] = [];
  for (let at = endOfBlanks(text, from); at < to; ) {
    const token = readWord(text, at) ?? readToken(text, at, tokens);
    if (token.tokenType === Comment) comments.push(token);
    else tokens.push(token);
    at = endOfBlanks(text, at + token.image.length);
  }
  return { tokens, comments };
}

/** Characters of words by their code: those that may start one, and those that may only follow. */
const IN_WORD = new Uint8Array(128);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_*%./') IN_WORD[character.charCodeAt(0)] = 2;
for (const character of '0123456789-') IN_WORD[character.charCodeAt(0)] = 1;

/** What most tokens are, found without a pattern: a word that starts with no digit and no dash, in ASCII. */
function readWord(text: string, at: number): IToken | undefined {
  let code = text.charCodeAt(at);
  if (code > 127 || IN_WORD[code] !== 2) return undefined;
  let end = at + 1;
  while ((code = text.charCodeAt(end)) < 128 && IN_WORD[code] !== 0) end += 1;
  if (code > 127) return undefined;
  // A dash before `>` belongs to the arrow.
  if (code === 62 && text.charCodeAt(end - 1) === 45) end -= 1;
  return { image: text.slice(at, end), startOffset: at, tokenTypeIdx: Word.tokenTypeIdx as number, tokenType: Word };
}

function endOfBlanks(text: string, at: number): number {
  let end = at;
  for (let code = text.charCodeAt(end); code === 32 || code === 9 || code === 12 || code === 0xfeff; code = text.charCodeAt(end)) end += 1;
  return end;
}

function readToken(text: string, at: number, before: IToken[]): IToken {
  let found = Stray;
  let end: number | undefined;
  for (const type of STARTED_BY.get(text.charAt(at)) ?? OTHERS) {
    found = type;
    end = type === BlockText ? endOfBlockText(text, at, before) : endOfMatch(type, text, at);
    if (end !== undefined) break;
  }
  return { image: text.slice(at, end ?? at + 1), startOffset: at, tokenTypeIdx: found.tokenTypeIdx as number, tokenType: found };
}

function endOfMatch({ PATTERN: pattern }: TokenType, text: string, at: number): number | undefined {
  if (!(pattern instanceof RegExp)) return undefined;
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** The line of the last `"""` of each run of the lexer, so that a long line with many of them is not searched again and again. */
const lastLines = new WeakMap<IToken[], { offset: number; start: number }>();

/**
 * A `"""` text ends at the next `"""`. Its lines are indented deeper than the line that opens it (the last one, with the closing
 * quotes alone, may be level with it); so one that was never closed ends where the indentation falls back, and what follows keeps its meaning.
 * If it was never closed and something follows its opening quotes, it ends with its line: they were closing quotes, or are to
 * be the start of a text on one line. Conflict markers inside do not end it.
 */
function endOfBlockText(text: string, offset: number, tokens: IToken[]): number | undefined {
  if (!text.startsWith('"""', offset)) return undefined;
  const last = lastLines.get(tokens);
  const start = startOfLine(text, offset, last?.offset, last?.start);
  lastLines.set(tokens, { offset, start });
  const opening = indentation(text, start);
  const close = text.indexOf('"""', offset + 3);
  let lineEnd = endOfLine(text, offset, close === -1 ? text.length : close);
  if (lineEnd === close) return close + 3;
  const firstEnd = offset + 3 + indentation(text, offset + 3) < lineEnd ? lineEnd : text.length;
  for (let line = nextLine(text, lineEnd); line < text.length; line = nextLine(text, lineEnd)) {
    const kept = lineEnd;
    const depth = indentation(text, line);
    lineEnd = endOfLine(text, line);
    const blank = line + depth >= lineEnd;
    if (!blank && depth <= opening && !text.startsWith('"""', line + depth) && !isConflictMarker(text, line)) return Math.min(kept, firstEnd);
    if (close !== -1 && close < lineEnd) return close + 3;
  }
  return firstEnd;
}

/** As Chevrotain asks for it. */
function matchBlockText(text: string, offset: number, tokens: IToken[]): CustomPatternMatcherReturn | null {
  const end = endOfBlockText(text, offset, tokens);
  return end === undefined ? null : [text.slice(offset, end)] as CustomPatternMatcherReturn;
}

/** The number of blanks at the start of a line. */
export function indentation(text: string, lineStart: number): number {
  let at = lineStart;
  while (text[at] === ' ' || text[at] === '\t') at += 1;
  return at - lineStart;
}

/**
 * The offset at which the line of an offset starts.
 *
 * @param known an earlier offset, from which on the search may stop, and the start of its line
 */
export function startOfLine(text: string, offset: number, known = 0, knownStart = 0): number {
  let at = offset;
  while (at > known && text[at - 1] !== '\n' && text[at - 1] !== '\r') at -= 1;
  return at > known ? at : knownStart;
}

/** Whether a token is a text whose closing quotes are missing. */
export function isUnterminated(token: IToken): boolean {
  if (token.tokenType === UnterminatedText) return true;
  return token.tokenType === BlockText && !(token.image.length >= 6 && token.image.endsWith('"""'));
}

/** Whether a token is a text in quotes, closed or not. */
export function isText(token: IToken): boolean {
  return token.tokenType === QuotedText || token.tokenType === BlockText || token.tokenType === UnterminatedText;
}

/** The place of a token; tokens that were inserted have no extent. */
export function spanOfToken(token: IToken): Span {
  return { start: token.startOffset, end: endOf(token) };
}

/** The offset behind a token. Only tokens that were inserted have an end of their own. */
export function endOf(token: IToken): number {
  return token.endOffset === undefined ? token.startOffset + token.image.length : token.endOffset + 1;
}

function isConflictMarker(text: string, lineStart: number): boolean {
  const pattern = /(?:<{7}|>{7}|={7}|\|{7})(?![^ \t\r\n])/y;
  pattern.lastIndex = lineStart;
  return pattern.test(text);
}

/** The conflict markers between the lines of a text, which hides them from the lexer. */
export function conflictMarkersIn(token: IToken): Span[] {
  if (token.tokenType !== BlockText) return [];
  const pattern = /(?<=[\r\n])(?:<{7}|>{7}|={7}|\|{7})(?![^ \t\r\n])[^\r\n]*/g;
  return [...token.image.matchAll(pattern)].map((match) => ({
    start: token.startOffset + match.index, end: token.startOffset + match.index + match[0].length,
  }));
}

function endOfLine(text: string, from: number, limit = text.length): number {
  let at = from;
  while (at < limit && text[at] !== '\n' && text[at] !== '\r') at += 1;
  return at;
}

function nextLine(text: string, lineEnd: number): number {
  return text[lineEnd] === '\r' && text[lineEnd + 1] === '\n' ? lineEnd + 2 : lineEnd + 1;
}
