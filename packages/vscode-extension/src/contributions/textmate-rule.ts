/** A rule of a TextMate grammar, as editors read it: https://macromates.com/manual/en/language_grammars */
export interface TextMateRule {
  readonly name?: string;
  readonly contentName?: string;
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly while?: string;
  readonly captures?: Captures;
  readonly beginCaptures?: Captures;
  readonly endCaptures?: Captures;
  readonly patterns?: readonly TextMateRule[];
  readonly include?: string;
}

/** Scopes, or rules for what was captured, by the number of the group. */
export type Captures = Readonly<Record<string, { readonly name?: string; readonly patterns?: readonly TextMateRule[] }>>;

/** A whole grammar. */
export interface TextMateGrammar {
  readonly $schema: string;
  readonly name: string;
  readonly scopeName: string;
  readonly fileTypes: readonly string[];
  readonly patterns: readonly TextMateRule[];
  readonly injections: Readonly<Record<string, { readonly patterns: readonly TextMateRule[] }>>;
  readonly repository: Readonly<Record<string, TextMateRule>>;
}

/** What a word of Belay is made of, for the inside of `[…]`, but for the `-`: as the tokens of the compiler have it. */
const WORD_CHARACTERS = 'A-Za-z0-9_*%./\\x{c0}-\\x{ffff}';

/** A word: a name, a dotted name, a number with its unit, a glob, a path of a step. The `-` of an arrow is no part of it. */
export const WORD = `(?:[${WORD_CHARACTERS}]|-(?!>))+`;

/** Stands where a word begins. */
export const WORD_START = `(?<![${WORD_CHARACTERS}-])`;

/** Stands where a word has ended. */
export const WORD_END = `(?![${WORD_CHARACTERS}-])`;

/** Blanks within a line. */
export const BLANKS = '[ \\t]+';

/** Words, apart by any blanks: `rollback point`. */
export function spaced(words: string): string {
  return words.split(' ').map(escaped).join(BLANKS);
}

/** One of several texts; the longest is tried first. */
export function oneOf(texts: Iterable<string>): string {
  return [...new Set(texts)].sort((a, b) => b.length - a.length || (a < b ? -1 : 1)).map(spaced).join('|');
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
