import {
  CloseBrace, CloseBracket, countWhile, endOf, Findings, isText, isUnterminated, joinLines, Newline, OpenBrace, OpenBracket, Source, tokenize, type BlockKind, type Item, type Statement,
} from '@belay/compiler/analysis';
import type { WorkspaceFile } from '../workspace/workspace-file.ts';
import { blockOpenedBy } from './expected.ts';

export type Token = ReturnType<typeof tokenize>['tokens'][number];

/** The line that somebody types, up to a place in it. It need not be a statement yet. */
export interface StatementLine {
  /** The block that it stands in. */
  readonly block: BlockKind;
  /** The block was opened on this line, so other statements may stand on it, too. */
  readonly isOneLine: boolean;
  /** The statements around it, the outermost first. */
  readonly around: readonly Statement[];
  /** What stands on the line before the place; brackets that are still open, and what is inside, are in `open`. */
  readonly items: readonly Item[];
  /** The innermost bracket that is open at the place. */
  readonly open?: OpenGroup;
  /** Where a text starts that holds the place, if it has no end before. */
  readonly quote?: number;
}

/** A bracket that is not closed yet. */
export interface OpenGroup {
  readonly start: number;
  readonly items: readonly Item[];
}

/** A name that stands for what is being typed, so that the line reads as if something stood there. */
const PLACEHOLDER = 'x';

/**
 * Reads the line at a place. Statements around come from the tree; what is not closed yet, and the line itself, are read from the text.
 *
 * @param at where a word, a text or nothing begins
 * @returns undefined in a comment, and where nobody knows what block it is
 */
export function statementLineAt(file: WorkspaceFile, at: number): StatementLine | undefined {
  const { text } = file;
  const around: Statement[] = [];
  let level = file.tree.statements;
  let block: BlockKind = 'file';
  let from = 0;
  for (;;) {
    const found = lastBefore(level, at);
    if (found === undefined) break;
    const braces = found.block;
    if (braces === undefined || braces.inline || at <= braces.start || !isClosed(found, text)) {
      from = found.start;
      break;
    }
    if (at >= braces.end) {
      from = braces.end;
      break;
    }
    around.push(found);
    level = braces.statements;
    block = braces.kind;
    from = braces.start + 1;
  }
  return new LineReader(text, from, at, block, around, level).read();
}

/** Of statements in order the last that starts before an offset. */
function lastBefore(statements: readonly Statement[], offset: number): Statement | undefined {
  return statements[countWhile(statements.length, (index) => (statements[index]?.start ?? 0) < offset) - 1];
}

/** Whether a block has a closing brace of its own; those that were mended end with what is inside. */
function isClosed({ block }: Statement, text: string): boolean {
  return block !== undefined && text[block.end - 1] === '}' && block.end - 1 > block.start && (block.statements.at(-1)?.end ?? 0) < block.end;
}

/** A block that was opened and not closed. */
interface OpenBlock {
  /** Undefined where the statement that opened it is not known. */
  readonly block: BlockKind | undefined;
  readonly isOneLine: boolean;
  /** Of the line on which it was opened. */
  readonly indent: number;
  readonly around: readonly Statement[];
  /** What the tree has in it. */
  readonly level: readonly Statement[];
  isEmpty: boolean;
}

class LineReader {
  readonly #text: string;
  readonly #from: number;
  readonly #at: number;
  #frame: OpenBlock;
  readonly #outer: OpenBlock[] = [];
  #line: Token[] = [];
  #isBehindBlock = false;

  constructor(text: string, from: number, at: number, block: BlockKind, around: readonly Statement[], level: readonly Statement[]) {
    this.#text = text;
    this.#from = from;
    this.#at = at;
    const opening = around.at(-1)?.block?.start;
    this.#frame = { block, isOneLine: opening !== undefined && !/[\r\n]/.test(text.slice(opening, at)), indent: -1, around, level, isEmpty: false };
    this.#isBehindBlock = text[from - 1] === '}';
  }

  read(): StatementLine | undefined {
    const indent = indentAt(this.#text, this.#from);
    // The indentation of the first line decides which lines belong to it.
    const slice = ' '.repeat(indent) + this.#text.slice(this.#from, this.#at) + PLACEHOLDER;
    const { tokens, comments } = tokenize(slice);
    if ((comments.at(-1)?.startOffset ?? -1) > (tokens.at(-1)?.startOffset ?? -1)) return undefined;
    const joined = joinLines(tokens, new Findings(new Source('', slice)));
    const shift = this.#from - indent;
    const last = joined.findLastIndex((token) => !isVirtual(token));
    for (const token of joined.slice(0, last)) this.#take(token, shift);
    const end = joined[last];
    const quote = end !== undefined && isText(end) && isUnterminated(end) ? end.startOffset + shift : undefined;
    if (quote === undefined) this.#dedent();
    const { block, isOneLine, around } = this.#frame;
    // On a line of its own a statement is followed by nothing.
    if (block === undefined || (this.#isBehindBlock && !isOneLine)) return undefined;
    return { block, isOneLine, around, ...itemsOf(this.#line, shift), ...(quote === undefined ? {} : { quote }) };
  }

  #take(token: Token, shift: number): void {
    if (token.tokenType === Newline) {
      this.#line = [];
      this.#isBehindBlock = false;
    } else if (token.tokenType === OpenBrace) this.#open(token.startOffset + shift, shift);
    else if (token.tokenType === CloseBrace) {
      this.#frame = this.#outer.pop() ?? this.#frame;
      this.#line = [];
      this.#isBehindBlock = true;
    } else {
      this.#frame.isEmpty = false;
      this.#line.push(token);
      if (this.#frame.isOneLine) this.#isBehindBlock = false;
    }
  }

  #open(offset: number, shift: number): void {
    const { block, around, level } = this.#frame;
    const opened = block === undefined ? undefined : blockOpenedBy(block, itemsOf(this.#line, shift).items);
    const statement = level.findLast((one) => one.block?.start === offset);
    this.#outer.push(this.#frame);
    this.#frame = {
      block: opened, isOneLine: !/[\r\n]/.test(this.#text.slice(offset, this.#at)), indent: indentAt(this.#text, offset), isEmpty: true,
      around: statement === undefined ? around : [...around, statement], level: statement?.block?.statements ?? [],
    };
    this.#line = [];
  }

  /** A line that is not indented deeper than one that opened a block is outside of that, once something stands inside and nobody has closed it. */
  #dedent(): void {
    if (this.#line.length > 0) return;
    const start = lineStart(this.#text, this.#at);
    if (/[^ \t]/.test(this.#text.slice(start, this.#at))) return;
    while (this.#outer.length > 0 && !this.#frame.isEmpty && this.#frame.indent >= this.#at - start) this.#frame = this.#outer.pop() ?? this.#frame;
  }
}

/** Brackets that were closed by nobody have partners without extent. */
function isVirtual(token: Token): boolean {
  return endOf(token) <= token.startOffset;
}

function itemsOf(tokens: readonly Token[], shift: number): Pick<StatementLine, 'items' | 'open'> {
  const levels: { readonly opening?: Token; readonly items: Item[] }[] = [{ items: [] }];
  for (const token of tokens) {
    const level = levels.at(-1);
    if (token.tokenType === OpenBracket) levels.push({ opening: token, items: [] });
    else if (token.tokenType === CloseBracket) {
      if (level?.opening === undefined) continue;
      levels.pop();
      levels.at(-1)?.items.push({ item: 'group', opening: level.opening, items: level.items, closing: token });
    } else level?.items.push({ item: 'piece', token });
  }
  const [outermost, ...inner] = levels;
  const innermost = inner.at(-1);
  return {
    items: outermost?.items ?? [],
    ...(innermost?.opening === undefined ? {} : { open: { start: innermost.opening.startOffset + shift, items: innermost.items } }),
  };
}

function lineStart(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && text[at - 1] !== '\n' && text[at - 1] !== '\r') at -= 1;
  return at;
}

function indentAt(text: string, offset: number): number {
  const start = lineStart(text, offset);
  let at = start;
  while (text[at] === ' ' || text[at] === '\t') at += 1;
  return Math.min(at, offset) - start;
}
