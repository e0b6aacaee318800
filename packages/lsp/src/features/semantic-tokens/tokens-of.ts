import { headOf, itemsOf, type Span, type Statement, type Value, type ValueType } from '@belay/compiler/analysis';
import { symbolsOf } from '../../symbols/file-symbols.ts';
import { typesOf } from '../../symbols/statement-uses.ts';
import { BUILT_IN_VALUES, VALUE_KINDS, type FileSymbols, type SymbolKind, type SymbolUse } from '../../symbols/symbol.ts';
import type { Snapshot } from '../../workspace/snapshot.ts';
import type { WorkspaceFile } from '../../workspace/workspace-file.ts';

/** What words are, by their number in answers. Names of the protocol, so that every theme has a color for them. */
export const TOKEN_TYPES = [
  'keyword', 'namespace', 'class', 'struct', 'type', 'enum', 'enumMember', 'event', 'method', 'function', 'variable', 'parameter', 'property', 'string', 'number', 'operator', 'comment',
] as const;

type TokenType = (typeof TOKEN_TYPES)[number];

/** What else is said of words, by the number of their bit. */
export const TOKEN_MODIFIERS = ['declaration', 'readonly', 'defaultLibrary'] as const;

const DECLARATION = 1;
const READONLY = 2;
const LIBRARY = 4;

/** Part of a text that is colored: lines never break in one. */
export interface ColoredToken extends Span {
  readonly type: TokenType;
  readonly modifiers: number;
}

const OF_SYMBOLS: Readonly<Record<SymbolKind, TokenType>> = {
  cloud: 'namespace', plan: 'class', recipe: 'function', catalogue: 'namespace', train: 'enum', release: 'enumMember', window: 'event', check: 'method', mode: 'event', group: 'type',
  zone: 'type', service: 'namespace', component: 'class', database: 'struct', let: 'variable', param: 'variable', secret: 'variable', parameter: 'parameter', step: 'method', stage: 'method',
  point: 'event',
};

const NUMBERS: ReadonlySet<ValueType> = new Set(['count', 'amount', 'duration', 'percent', 'clock']);
const WORDS: ReadonlySet<ValueType> = new Set(['day', 'word']);

/** So much is looked at before there is a pause. */
const BETWEEN_PAUSES = 500;

/**
 * The colored parts of a file, in the order of the text. Commands are left to the grammar of the shell, but for what is interpolated. Pauses now and then, for what
 * else is to be done.
 */
export function* coloredTokens(file: WorkspaceFile, snapshot: Snapshot): Generator<undefined, ColoredToken[]> {
  const colors = new Colors(file);
  const { declarations, uses } = symbolsOf(file);
  const kinds = new KnownKinds(snapshot.visible(file).map(kindsIn));
  for (const { kind, span } of declarations) colors.add(span, OF_SYMBOLS[kind], DECLARATION | (VALUE_KINDS.includes(kind) ? READONLY : 0));
  for (const [index, use] of uses.entries()) {
    colors.use(use, kinds.of(use));
    if (index % BETWEEN_PAUSES === 0) yield;
  }
  for (const { start, end } of file.tree.comments) colors.add({ start, end }, 'comment');
  // In the order of the text: what is in order already is sorted fast.
  const open: Statement[] = file.tree.statements.toReversed();
  let count = 0;
  for (let statement = open.pop(); statement !== undefined; statement = open.pop()) {
    colors.statement(statement);
    if ((count += 1) % BETWEEN_PAUSES === 0) yield;
    const inner = statement.block?.statements;
    if (inner !== undefined) for (let index = inner.length - 1; index >= 0; index -= 1) open.push(inner[index] as Statement);
  }
  return colors.sorted();
}

const kindsCache = new WeakMap<FileSymbols, ReadonlyMap<string, ReadonlySet<SymbolKind>>>();

/** What the names that a file declares are the names of, as they are written and as they are used elsewhere. */
function kindsIn(file: WorkspaceFile): ReadonlyMap<string, ReadonlySet<SymbolKind>> {
  const symbols = symbolsOf(file);
  let kinds = kindsCache.get(symbols);
  if (kinds === undefined) {
    const made = new Map<string, Set<SymbolKind>>();
    for (const { kind, label, name } of symbols.declarations) {
      for (const one of label === name ? [label] : [label, name]) {
        const known = made.get(one);
        if (known === undefined) made.set(one, new Set([kind]));
        else known.add(kind);
      }
    }
    kindsCache.set(symbols, (kinds = made));
  }
  return kinds;
}

/** What words name, as far as a file and those that it imports tell. Which of several declarations is meant makes no difference to a color. */
class KnownKinds {
  readonly #files: readonly ReadonlyMap<string, ReadonlySet<SymbolKind>>[];

  constructor(files: readonly ReadonlyMap<string, ReadonlySet<SymbolKind>>[]) {
    this.#files = files;
  }

  of({ kinds, name, label }: SymbolUse): SymbolKind | undefined {
    const first = name === label ? VALUE_KINDS.find((kind) => this.#has(name, kind)) : undefined;
    // A name of a value may stand for the name of something else.
    if (first !== undefined && (kinds.includes(first) || !kinds.some((kind) => this.#has(name, kind)))) return first;
    return kinds.find((kind) => this.#has(name, kind)) ?? (kinds.length === 1 || name === label ? undefined : kinds.find((kind) => this.#has(label, kind)));
  }

  #has(name: string, kind: SymbolKind): boolean {
    for (const file of this.#files) if (file.get(name)?.has(kind) === true) return true;
    return false;
  }
}

class Colors {
  readonly #text: string;
  readonly #tokens: ColoredToken[] = [];

  constructor(file: WorkspaceFile) {
    this.#text = file.text;
  }

  add({ start, end }: Span, type: TokenType, modifiers = 0): void {
    if (end > start) this.#tokens.push({ start, end, type, modifiers });
  }

  use(use: SymbolUse, kind: SymbolKind | undefined): void {
    const { kinds, span, label } = use;
    if (kind !== undefined) this.add(span, OF_SYMBOLS[kind], VALUE_KINDS.includes(kind) && (kinds.length > 1 || kinds[0] !== kind) ? READONLY : 0);
    else if (kinds === VALUE_KINDS && Object.hasOwn(BUILT_IN_VALUES, label.split('.', 1)[0] ?? '')) this.add(span, 'variable', READONLY | LIBRARY);
    else if (kinds.length === 1 && kinds[0] !== undefined) this.add(span, OF_SYMBOLS[kinds[0]]);
    else if (use.statement.arguments[use.argument]?.node === 'target') this.add(span, label === 'local' ? 'keyword' : 'type');
  }

  statement(statement: Statement): void {
    const { declaration, keyword, arguments: values } = statement;
    this.#words(keyword.start, keyword.end);
    const types = typesOf(declaration);
    let at = keyword.end;
    // Arguments stand in the order in which they were written.
    for (const name in values) {
      const value = values[name] as Value;
      this.#words(at, value.start);
      this.#value(value, types.get(name));
      at = Math.max(at, value.end);
    }
    this.#words(at, wordsEnd(statement));
  }

  /** Between values stand words and signs of the signature, and nothing else. */
  #words(from: number, to: number): void {
    for (let at = from; at < to; at += 1) {
      const code = this.#text.charCodeAt(at);
      if (isLetter(code)) {
        let end = at + 1;
        while (end < to && isLetter(this.#text.charCodeAt(end))) end += 1;
        this.add({ start: at, end }, 'keyword');
        at = end;
      } else if (code === EQUALS) this.add({ start: at, end: at + 1 }, 'operator');
      else if (code === MINUS && this.#text.startsWith('->', at)) this.add({ start: at, end: at + 2 }, 'operator');
    }
  }

  #value(value: Value, type: ValueType | undefined): void {
    switch (value.node) {
      case 'text': this.#string(value, type === 'command'); break;
      case 'list': for (const item of itemsOf(value)) this.#value(item, type); break;
      case 'target': this.#target(value); break;
      case 'parameters':
        for (const { type: typed, default: fallback } of value.items) {
          this.add(typed, 'type', LIBRARY);
          if (fallback !== undefined) this.#value(fallback, 'value');
        }
        break;
      case 'arguments': for (const { value: given } of value.items) this.#value(given, 'value'); break;
      case 'word':
        if (type === undefined) this.add(value, 'keyword');
        else if ((NUMBERS.has(type) || type === 'value') && /^\d/.test(value.text)) this.add(value, 'number');
        else if (WORDS.has(type)) this.add(value, 'enumMember');
        else if (type === 'environment') this.add(value, 'property');
        else if (type === 'type') this.add(value, 'type', LIBRARY);
        else if (type === 'ref.rule') this.add(value, 'enumMember', LIBRARY);
    }
  }

  #target({ start, end, hosts, except }: Extract<Value, { node: 'target' }>): void {
    let at = start;
    for (const one of [...hosts, ...except]) {
      this.#words(at, one.start);
      if (one.node === 'text') this.#string(one, false);
      at = one.end;
    }
    this.#words(at, end);
  }

  #string(text: Extract<Value, { node: 'text' }>, isCommand: boolean): void {
    let at = text.start;
    for (const part of text.parts) {
      if (part.part !== 'interpolation') continue;
      if (!isCommand) this.#lines(at, part.start);
      at = part.end;
    }
    if (!isCommand) this.#lines(at, text.end);
  }

  #lines(from: number, to: number): void {
    for (let at = from; at < to;) {
      let end = at;
      while (end < to && this.#text[end] !== '\n' && this.#text[end] !== '\r') end += 1;
      this.add({ start: at, end }, 'string');
      at = end + 1;
    }
  }

  /** In order; where two say something of the same place, what names say counts. */
  sorted(): ColoredToken[] {
    const kept: ColoredToken[] = [];
    for (const token of this.#tokens.sort((a, b) => a.start - b.start)) if (token.start >= (kept.at(-1)?.end ?? 0)) kept.push(token);
    return kept;
  }
}

const EQUALS = 0x3d;
const MINUS = 0x2d;

function isLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
}

/** Behind the last value words may stand: `for good`. A block, and what a block without braces holds, comes after them. */
function wordsEnd(statement: Statement): number {
  const { block } = statement;
  return block === undefined ? statement.end : block.inline ? block.start : Math.max(headOf(statement).end, block.start);
}
