import type { IToken } from 'chevrotain';
import type { Part, ValueType } from '../vocabulary/index.ts';
import type { Item } from './structure.ts';
import { NAME, SHAPES } from './shapes.ts';
import { readText, type TextProblem } from './text-literal.ts';
import { Clock, Colon, Comma, Equals, QuotedText, BlockText, UnterminatedText, Word as WordToken } from './tokens.ts';
import type { Argument, Parameter, Target, Text, Value, Word } from './tree.ts';

/** How far a signature fits the items of a line. */
export interface Match {
  readonly arguments: Record<string, Value>;
  readonly words: string[];
  /** The index after the last item used. */
  next: number;
  /** Set where it does not fit: the item at fault (or the end of the line), and what would have fitted there. */
  failure?: { readonly index: number; readonly expected: string };
  /** What could also have stood at `next`: optional parts that were not written. */
  readonly open: string[];
  readonly problems: TextProblem[];
}

/** Fits what follows a keyword to the parts of one signature. */
export function matchParts(parts: readonly Part[], items: readonly Item[], from: number): Match {
  const match: Match = { arguments: {}, words: [], next: from, open: [], problems: [] };
  matchInto(match, parts, items);
  return match;
}

function matchInto(match: Match, parts: readonly Part[], items: readonly Item[]): boolean {
  for (const part of parts) {
    if (part.part === 'optional') {
      if (startsHere(part.parts[0], items, match.next)) {
        match.open.length = 0;
        if (!matchInto(match, part.parts, items)) return false;
      } else match.open.push(expectedAt(part.parts[0]));
      continue;
    }
    if (!matchPart(match, part, items)) {
      match.failure = { index: match.next, expected: [...match.open, expectedAt(part)].join(', or ') };
      return false;
    }
    match.open.length = 0;
  }
  return true;
}

function matchPart(match: Match, part: Exclude<Part, { part: 'optional' }>, items: readonly Item[]): boolean {
  if (part.part === 'word' || part.part === 'choice') {
    const token = tokenAt(items, match.next);
    const words = part.part === 'word' ? [part.word] : part.words;
    if (token === undefined || !words.includes(token.image)) return false;
    if (part.part === 'word') match.words.push(token.image);
    else match.arguments[part.name] = word(token);
    match.next += 1;
    return true;
  }
  const value = part.list ? readList(match, part.type, items) : readValue(match, part.type, items);
  if (value === undefined) return false;
  match.arguments[part.name] = value;
  return true;
}

/** Optional parts start with a word, a text, or a bracket: one look tells. */
function startsHere(part: Part | undefined, items: readonly Item[], index: number): boolean {
  if (part === undefined || part.part === 'optional') return false;
  if (part.part === 'value' && (part.type === 'parameters' || part.type === 'arguments')) return items[index]?.item === 'group';
  const token = tokenAt(items, index);
  if (token === undefined) return false;
  if (part.part === 'word') return token.image === part.word;
  if (part.part === 'choice') return part.words.includes(token.image);
  return part.type === 'title' && isText(token);
}

function expectedAt(part: Part | undefined): string {
  if (part === undefined) return 'nothing more';
  if (part.part === 'optional') return expectedAt(part.parts[0]);
  if (part.part === 'word') return `\`${part.word}\``;
  if (part.part === 'choice') return part.words.map((one) => `\`${one}\``).join(' or ');
  return expectedOf(part.type);
}

function expectedOf(type: ValueType): string {
  if (type === 'target') return 'a group, a host in quotes, or `local`';
  if (type === 'parameters') return 'parameters such as `(what: component)`';
  if (type === 'arguments') return 'arguments in parentheses';
  return SHAPES[type].expected;
}

function readList(match: Match, type: ValueType, items: readonly Item[]): Value | undefined {
  const first = readValue(match, type, items);
  if (first === undefined) return undefined;
  const values = [first];
  while (tokenAt(items, match.next)?.tokenType === Comma) {
    const comma = match.next;
    match.next += 1;
    const value = readValue(match, type, items);
    if (value === undefined) {
      if (items[match.next] === undefined) match.next = comma + 1;
      return undefined;
    }
    values.push(value);
  }
  return { node: 'list', items: values, start: first.start, end: values.at(-1)?.end ?? first.end };
}

function readValue(match: Match, type: ValueType, items: readonly Item[]): Value | undefined {
  if (type === 'target') return readTarget(match, items);
  if (type === 'parameters') return readParameters(match, items);
  if (type === 'arguments') return readArguments(match, items);
  const item = items[match.next];
  if (item?.item === 'group' && type === 'value') return readBracketed(match, item);
  const token = tokenAt(items, match.next);
  if (token === undefined) return undefined;
  const shape = SHAPES[type];
  if (isText(token)) {
    if (shape.text !== true) return undefined;
    match.next += 1;
    return text(match, token);
  }
  const fits = token.tokenType === Clock
    ? type === 'clock'
    : token.tokenType === WordToken && ((shape.word?.test(token.image) ?? false) || (shape.named === true && NAME.test(token.image)));
  if (!fits) return undefined;
  match.next += 1;
  return word(token);
}

function readTarget(match: Match, items: readonly Item[]): Target | undefined {
  const from = match.next;
  let mode: Target['mode'] = 'all';
  const first = tokenAt(items, from);
  if (first !== undefined && (first.image === 'any' || first.image === 'first' || first.image === 'each')) {
    mode = first.image;
    match.next += 1;
  }
  const hosts = readHosts(match, items);
  if (hosts === undefined) return undefined;
  let except: (Word | Text)[] | undefined = [];
  if (tokenAt(items, match.next)?.image === 'except') {
    match.next += 1;
    except = readHosts(match, items);
    if (except === undefined) return undefined;
  }
  return { node: 'target', mode, hosts, except, start: first?.startOffset ?? 0, end: (except.at(-1) ?? hosts.at(-1))?.end ?? 0 };
}

function readHosts(match: Match, items: readonly Item[]): (Word | Text)[] | undefined {
  const list = readList(match, 'ref.resource', items);
  if (list?.node !== 'list') return undefined;
  return list.items.filter((value) => value.node === 'word' || value.node === 'text');
}

function readBracketed(match: Match, group: Extract<Item, { item: 'group' }>): Value | undefined {
  const inner: Match = { ...match, next: 0 };
  const list = readList(inner, 'value', group.items);
  if (list === undefined || inner.next !== group.items.length) return undefined;
  match.next += 1;
  return { ...list, start: group.opening.startOffset, end: endOf(group.closing) };
}

function readParameters(match: Match, items: readonly Item[]): Value | undefined {
  const group = items[match.next];
  if (group?.item !== 'group') return undefined;
  const parameters: Parameter[] = [];
  const inner: Match = { ...match, next: 0 };
  while (inner.next < group.items.length) {
    if (parameters.length > 0 && !take(inner, group.items, Comma)) return undefined;
    const name = readValue(inner, 'name', group.items);
    if (name?.node !== 'word' || !take(inner, group.items, Colon)) return undefined;
    const type = readValue(inner, 'type', group.items);
    if (type?.node !== 'word') return undefined;
    let fallback: Value | undefined;
    if (take(inner, group.items, Equals)) {
      fallback = readValue(inner, 'value', group.items);
      if (fallback === undefined) return undefined;
    }
    parameters.push({ name, type, ...(fallback === undefined ? {} : { default: fallback }), start: name.start, end: (fallback ?? type).end });
  }
  match.next += 1;
  return { node: 'parameters', items: parameters, start: group.opening.startOffset, end: endOf(group.closing) };
}

function readArguments(match: Match, items: readonly Item[]): Value | undefined {
  const group = items[match.next];
  if (group?.item !== 'group') return undefined;
  const found: Argument[] = [];
  const inner: Match = { ...match, next: 0 };
  while (inner.next < group.items.length) {
    if (found.length > 0 && !take(inner, group.items, Comma)) return undefined;
    const named = tokenAt(group.items, inner.next + 1)?.tokenType === Colon;
    const name = named ? readValue(inner, 'name', group.items) : undefined;
    if (named && (name?.node !== 'word' || !take(inner, group.items, Colon))) return undefined;
    const value = readValue(inner, 'value', group.items);
    if (value === undefined) return undefined;
    found.push({ ...(name?.node === 'word' ? { name } : {}), value, start: (name ?? value).start, end: value.end });
  }
  match.next += 1;
  return { node: 'arguments', items: found, start: group.opening.startOffset, end: endOf(group.closing) };
}

function take(match: Match, items: readonly Item[], type: IToken['tokenType']): boolean {
  if (tokenAt(items, match.next)?.tokenType !== type) return false;
  match.next += 1;
  return true;
}

/** The token of the item at an index, if that item is one. */
export function tokenAt(items: readonly Item[], index: number): IToken | undefined {
  const item = items[index];
  return item?.item === 'piece' ? item.token : undefined;
}

export function endOf(token: IToken): number {
  return (token.endOffset ?? token.startOffset) + 1;
}

function isText(token: IToken): boolean {
  return token.tokenType === QuotedText || token.tokenType === BlockText || token.tokenType === UnterminatedText;
}

function word(token: IToken): Word {
  return { node: 'word', text: token.image, start: token.startOffset, end: endOf(token) };
}

function text(match: Match, token: IToken): Text {
  const { parts, problems } = readText(token.image, token.startOffset);
  match.problems.push(...problems);
  return { node: 'text', parts, start: token.startOffset, end: endOf(token) };
}
