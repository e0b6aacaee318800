import { createToken, Lexer, type CustomPatternMatcherReturn, type IToken } from 'chevrotain';

/** Parent of every token that is a piece of a statement and no bracket. */
export const Atom = createToken({ name: 'Atom', pattern: Lexer.NA });

const atom = (name: string, pattern: RegExp): ReturnType<typeof createToken> => createToken({ name, pattern, categories: [Atom] });

export const Newline = createToken({ name: 'Newline', pattern: /\r?\n|\r/, line_breaks: true });
const Blank = createToken({ name: 'Blank', pattern: /[ \t\f\ufeff]+/, group: Lexer.SKIPPED });
const Comment = createToken({ name: 'Comment', pattern: /#[^\r\n]*/, group: 'comments' });

export const BlockText = createToken({
  name: 'BlockText', pattern: matchBlockText, categories: [Atom], line_breaks: true, start_chars_hint: ['"'],
});
export const QuotedText = atom('QuotedText', /"(?:[^"\\\r\n]|\\[^\r\n])*"/);
export const UnterminatedText = atom('UnterminatedText', /"(?:[^"\\\r\n]|\\[^\r\n])*\\?/);
export const Clock = atom('Clock', /\d{1,2}:\d{2}(?!\d)/);
/** Names, dotted names, numbers with units, globs, paths of steps. */
export const Word = atom(
  'Word',
  /(?:[A-Za-z0-9_*%./\u00c0-\u061b\u061d-\u167f\u1681-\u180d\u180f-\u1fff\u2c00-\u2fff\u3001-\ud7ff]|-(?!>))+/,
);
export const Arrow = atom('Arrow', /->/);
export const ConflictMarker = createToken({ name: 'ConflictMarker', pattern: /(?:<{7}|>{7}|={7}|\|{7})[^\r\n]*/ });
export const Equals = atom('Equals', /=/);
export const Colon = atom('Colon', /:/);
export const Comma = atom('Comma', /,/);
export const OpenBrace = createToken({ name: 'OpenBrace', pattern: /\{/ });
export const CloseBrace = createToken({ name: 'CloseBrace', pattern: /\}/ });
export const OpenBracket = createToken({ name: 'OpenBracket', pattern: /[([]/ });
export const CloseBracket = createToken({ name: 'CloseBracket', pattern: /[)\]]/ });
export const Stray = atom('Stray', /[^\s"#A-Za-z0-9_*%./{}()[\],:=-]+|-/);

export const TOKENS = [
  Newline, Blank, Comment, BlockText, QuotedText, UnterminatedText, Clock, Word, Arrow, ConflictMarker, Equals, Colon, Comma,
  OpenBrace, CloseBrace, OpenBracket, CloseBracket, Stray, Atom,
];

const lexer = new Lexer(TOKENS, { positionTracking: 'onlyOffset', skipValidations: true, ensureOptimizations: false });

export interface Tokens {
  readonly tokens: IToken[];
  readonly comments: readonly IToken[];
}

/** Cuts a text into tokens. Every character is part of one: nothing fails. */
export function tokenize(text: string): Tokens {
  const { tokens, groups, errors } = lexer.tokenize(text);
  for (const error of errors) {
    // Only characters that no pattern knows, such as exotic white space: they become stray tokens in their place.
    tokens.push({ image: text.slice(error.offset, error.offset + error.length), startOffset: error.offset, endOffset: error.offset + error.length - 1, tokenType: Stray, tokenTypeIdx: Stray.tokenTypeIdx ?? 0 } as IToken);
  }
  if (errors.length > 0) tokens.sort((a, b) => a.startOffset - b.startOffset);
  return { tokens, comments: groups['comments'] ?? [] };
}

/**
 * A `"""` text ends at the next `"""`. Its lines are indented deeper than the line that opens it (the last one, with the closing
 * quotes alone, may be level with it); so one that was never closed ends where the indentation falls back, and what follows keeps its meaning.
 */
function matchBlockText(text: string, offset: number): CustomPatternMatcherReturn | null {
  if (!text.startsWith('"""', offset)) return null;
  const opening = indentation(text, startOfLine(text, offset));
  const close = text.indexOf('"""', offset + 3);
  let lineEnd = endOfLine(text, offset);
  if (close !== -1 && close < lineEnd) return [text.slice(offset, close + 3)] as CustomPatternMatcherReturn;
  for (let line = nextLine(text, lineEnd); line < text.length; line = nextLine(text, lineEnd)) {
    const kept = lineEnd;
    const depth = indentation(text, line);
    lineEnd = endOfLine(text, line);
    const blank = line + depth >= lineEnd;
    if (!blank && depth <= opening && !text.startsWith('"""', line + depth)) return [text.slice(offset, kept)] as CustomPatternMatcherReturn;
    if (close !== -1 && close < lineEnd) return [text.slice(offset, close + 3)] as CustomPatternMatcherReturn;
  }
  return [text.slice(offset)] as CustomPatternMatcherReturn;
}

/** The number of blanks at the start of a line. */
export function indentation(text: string, lineStart: number): number {
  let at = lineStart;
  while (text[at] === ' ' || text[at] === '\t') at += 1;
  return at - lineStart;
}

/** The offset at which the line of an offset starts. */
export function startOfLine(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && text[at - 1] !== '\n' && text[at - 1] !== '\r') at -= 1;
  return at;
}

function endOfLine(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== '\n' && text[at] !== '\r') at += 1;
  return at;
}

function nextLine(text: string, lineEnd: number): number {
  return text[lineEnd] === '\r' && text[lineEnd + 1] === '\n' ? lineEnd + 2 : lineEnd + 1;
}
