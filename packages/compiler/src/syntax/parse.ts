import type { IToken } from 'chevrotain';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { KINDS } from '../diagnostics/kinds.ts';
import type { Source } from '../text/source.ts';
import { balance } from './balance.ts';
import { Findings, MOST_FINDINGS } from './findings.ts';
import { joinLines } from './join-lines.ts';
import { Reader } from './reader.ts';
import { readStructure, type Line } from './structure.ts';
import { endOf, Stray, tokenize, type Tokens } from './tokens.ts';
import type { Comment, Statement } from './tree.ts';

export { PLACES } from './messages.ts';

/** A file as it was understood, and what was wrong with it. */
export interface SyntaxTree {
  readonly source: Source;
  readonly statements: readonly Statement[];
  readonly comments: readonly Comment[];
  readonly diagnostics: readonly Diagnostic[];
  /** Whether all braces have partners: none had to be mended. */
  readonly isEven: boolean;
}

/** A tree with the tokens and lines that it was read from. */
export interface DetailedTree {
  readonly tree: SyntaxTree;
  readonly tokens: readonly IToken[];
  readonly comments: readonly IToken[];
  readonly lines: readonly Line[];
  /**
   * Whether all characters, quotes, commas, braces and brackets are in order: nothing had to be mended to find the lines. Statements may still
   * be unknown or malformed.
   */
  readonly isSound: boolean;
}

/** Longer texts, in UTF-16 units, are not read: about 200,000 lines. */
export const LONGEST_FILE = 8 * 1024 * 1024;

/** Files with more words, texts and signs are not read: about 400,000 lines. It bounds the memory that a hostile file costs. */
export const MOST_TOKENS = 2_000_000;

/**
 * Characters that change what a reader sees: bidirectional controls, invisible ones, control characters, carriage returns that end no
 * line, and the one that stands for bytes which are no UTF-8.
 */
// oxlint-disable-next-line no-control-regex
const HIDDEN = /[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufff9-\ufffd]|\r(?!\n)|(?<!^)\ufeff/g;

/**
 * Reads a file of the language. Never fails: a broken line costs the meaning of that line, and a diagnostic says what was wrong.
 * Diagnostics come in the order of the text, at most 500 and one that counts the others.
 */
export function parse(source: Source): SyntaxTree {
  return parseInDetail(source).tree;
}

/** As {@link parse}, with what formatting needs. */
export function parseInDetail(source: Source): DetailedTree {
  const findings = new Findings(source);
  const { tokens, comments } = tokenizeWithin(findings);
  reportHidden(findings);
  const joined = joinLines(tokens, findings);
  const balanced = balance(joined, findings);
  const isSound = findings.count === 0 && tokens.every((token) => token.tokenType !== Stray);
  const lines = readStructure(balanced);
  const statements = new Reader(findings).readLines(lines, 'file', false);
  const tree: SyntaxTree = { source, statements, comments: comments.map(commentOf), diagnostics: findings.list(), isEven: balanced === joined };
  return { tree, tokens, comments, lines, isSound };
}

/** A comment, as trees have it. */
export function commentOf(token: IToken): Comment {
  return { text: token.image, start: token.startOffset, end: endOf(token) };
}

/** The tokens of a file; none where it is too large. */
function tokenizeWithin(findings: Findings): Tokens {
  const { text } = findings.source;
  const tooLarge = (what: string, most: number): Tokens => {
    findings.report(KINDS.limitExceeded, { start: 0, end: 0 }, () => `The file has more than ${most} ${what} and is not read. Split it, and join the parts with \`import\`.`);
    return { tokens: [], comments: [] };
  };
  if (text.length > LONGEST_FILE) return tooLarge('characters', LONGEST_FILE);
  const found = tokenize(text);
  return found.tokens.length > MOST_TOKENS ? tooLarge('words and signs', MOST_TOKENS) : found;
}

/** Reports characters of a text, or of a part of it, that mislead who reads it. */
export function reportHidden(findings: Findings, from = 0, to = findings.source.text.length): void {
  HIDDEN.lastIndex = from;
  for (let match = HIDDEN.exec(findings.source.text); match !== null && match.index < to; match = HIDDEN.exec(findings.source.text)) {
    const [found] = match;
    if (findings.count > MOST_FINDINGS) return;
    const code = found.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0') ?? '';
    findings.report(KINDS.hiddenCharacter, { start: match.index, end: match.index + 1 }, () => found === '\ufffd'
      ? 'The character U+FFFD stands for bytes that are not UTF-8. Save the file as UTF-8, or remove the character.'
      : `The character U+${code} can not be seen, or changes how the text around it looks. Remove it, or write it as \`\\u{${code}}\` inside a text.`);
  }
}
