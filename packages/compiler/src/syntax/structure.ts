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

/** The grammar of lines and blocks, over balanced tokens. What the words mean is found later, with the vocabulary. */
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

/** The place of an item. */
export function spanOf(item: Item): Span {
  if (item.item === 'piece') return { start: item.token.startOffset, end: endOf(item.token) };
  return { start: item.opening.startOffset, end: Math.max(endOf(item.closing), endOf(item.opening)) };
}

/** Lines, or the inside of brackets, that are being read. */
interface Level {
  /** Absent in brackets. */
  readonly lines?: Line[];
  /** The line, or the list, to which the next item belongs; absent between lines. */
  items: Item[] | undefined;
  readonly opening?: IToken;
  breaks: number;
}

/**
 * Reads balanced tokens.
 *
 * It finds what {@link StructureParser} finds, whose rules cost a third of the time to read a file.
 *
 * @param tokens what `balance` returned
 */
export function readStructure(tokens: readonly IToken[]): readonly Line[] {
  const lines: Line[] = [];
  const around: Level[] = [];
  let level: Level = { lines, items: undefined, breaks: 0 };
  for (const token of tokens) {
    const type = token.tokenType;
    if (type === Newline) {
      level.items = undefined;
      level.breaks += 1;
    } else if (type === OpenBrace || type === OpenBracket) {
      around.push(level);
      level = type === OpenBrace ? { lines: [], items: undefined, opening: token, breaks: 0 } : { items: [], opening: token, breaks: 0 };
    } else if (type === CloseBrace || type === CloseBracket) {
      const { opening = token, lines: inner, items = [], breaks } = level;
      level = around.pop() ?? level;
      add(level, inner === undefined ? { item: 'group', opening, items, closing: token } : { item: 'braces', opening, lines: inner, closing: token, oneLine: breaks === 0 });
    } else add(level, { item: 'piece', token });
  }
  return lines;
}

function add(level: Level, item: Item): void {
  if (level.items !== undefined) level.items.push(item);
  else {
    level.items = [item];
    level.lines?.push(level.items);
  }
}
