import { EmbeddedActionsParser, type IToken, type ParserMethod } from 'chevrotain';
import type { Span } from '../text/source.ts';
import { Atom, CloseBrace, CloseBracket, endOf, Newline, OpenBrace, OpenBracket, TOKENS } from './tokens.ts';

/** What lines are made of: tokens, bracketed lists, and blocks of lines. */
export type Item = Piece | Group | Braces;

export interface Piece {
  readonly item: 'piece';
  readonly token: IToken;
}

/** `( … )` or `[ … ]`. */
export interface Group {
  readonly item: 'group';
  readonly opening: IToken;
  readonly items: readonly Item[];
  readonly closing: IToken;
}

export interface Braces {
  readonly item: 'braces';
  readonly opening: IToken;
  readonly lines: readonly Line[];
  readonly closing: IToken;
  /** Opened and closed on the same line: several statements may share it. */
  readonly oneLine: boolean;
}

export type Line = readonly Item[];

/** Reads balanced tokens into lines and blocks. What the words mean is found later, with the vocabulary. */
export class StructureParser extends EmbeddedActionsParser {
  /** @param skipValidations whether the grammar is taken as it is, which saves time; a test checks it */
  constructor(skipValidations: boolean) {
    super(TOKENS, { recoveryEnabled: false, maxLookahead: 1, skipValidations });
    this.performSelfAnalysis();
  }

  readonly file = this.RULE('file', (): Line[] => {
    const lines: Line[] = [];
    this.MANY(() => {
      this.OR([
        { ALT: () => this.CONSUME(Newline) },
        { ALT: () => { lines.push(this.SUBRULE(this.#line)); } },
      ]);
    });
    return lines;
  });

  // The items are listed in both rules that have some: a rule of their own would be entered for every token.
  readonly #line = this.RULE('line', (): Line => {
    const items: Item[] = [];
    this.AT_LEAST_ONE(() => {
      this.OR([
        { ALT: () => { items.push({ item: 'piece', token: this.CONSUME(Atom) }); } },
        { ALT: () => { items.push(this.SUBRULE(this.#group)); } },
        { ALT: () => { items.push(this.SUBRULE(this.#braces)); } },
      ]);
    });
    return items;
  });

  readonly #group: ParserMethod<[], Group> = this.RULE('group', (): Group => {
    const opening = this.CONSUME(OpenBracket);
    const items: Item[] = [];
    this.MANY(() => {
      this.OR([
        { ALT: () => { items.push({ item: 'piece', token: this.CONSUME(Atom) }); } },
        { ALT: () => { items.push(this.SUBRULE(this.#group)); } },
        { ALT: () => { items.push(this.SUBRULE(this.#braces)); } },
      ]);
    });
    return { item: 'group', opening, items, closing: this.CONSUME(CloseBracket) };
  });

  readonly #braces: ParserMethod<[], Braces> = this.RULE('braces', (): Braces => {
    const opening = this.CONSUME(OpenBrace);
    const lines: Line[] = [];
    let breaks = 0;
    this.MANY(() => {
      this.OR([
        { ALT: () => { this.CONSUME(Newline); breaks += 1; } },
        { ALT: () => { lines.push(this.SUBRULE(this.#line)); } },
      ]);
    });
    return { item: 'braces', opening, lines, closing: this.CONSUME(CloseBrace), oneLine: breaks === 0 };
  });
}

let parser: StructureParser | undefined;

/** The place of an item. */
export function spanOf(item: Item): Span {
  if (item.item === 'piece') return { start: item.token.startOffset, end: endOf(item.token) };
  return { start: item.opening.startOffset, end: Math.max(endOf(item.closing), endOf(item.opening)) };
}

/**
 * Reads balanced tokens. Braces and brackets nest no deeper than `balance` and `joinLines` let them, which bounds the recursion.
 *
 * @param tokens what `balance` returned; every such sequence parses.
 */
export function readStructure(tokens: IToken[]): Line[] {
  parser ??= new StructureParser(true);
  parser.input = tokens;
  return parser.file();
}
