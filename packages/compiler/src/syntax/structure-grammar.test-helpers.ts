import { EmbeddedActionsParser, type ParserMethod } from 'chevrotain';
import type { Braces, Group, Item, Line } from './structure.ts';
import { Atom, CloseBrace, CloseBracket, Newline, OpenBrace, OpenBracket, TOKENS } from './tokens.ts';

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
