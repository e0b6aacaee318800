import type { IToken } from 'chevrotain';
import type { Part, ValueType } from '../vocabulary/index.ts';
import type { Group, Item } from './structure.ts';
import { NAME, SHAPES } from './shapes.ts';
import { readText, type TextProblem } from './text-literal.ts';
import { Clock, Colon, Comma, endOf, Equals, isText, isUnterminated, Word as WordToken } from './tokens.ts';
import type { Argument, Parameter, Target, Text, Value, Word } from './tree.ts';

/** How far a signature fits the items of a line. */
export interface Match {
  readonly arguments: Record<string, Value>;
  readonly words: string[];
  /** The index after the last item used. */
  next: number;
  /** Set where it does not fit. */
  failure?: Failure;
  /** What could also have stood at `next`: optional parts that were not written. */
  readonly open: Part[];
  readonly problems: TextProblem[];
}

/** Where a line does not fit a signature. */
export interface Failure {
  /** The item at fault; absent at the end of the line, or of the brackets. */
  readonly found: Item | undefined;
  readonly before: Item | undefined;
  /** What would have fitted, one of them. */
  readonly expected: readonly string[];
  /** The closing bracket, where the place is inside brackets. */
  readonly closing?: IToken;
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
      } else match.open.push(part);
      continue;
    }
    if (!matchPart(match, part, items)) {
      match.failure ??= fail(match, items, [...match.open, part].map(expectedAt));
      return false;
    }
    match.open.length = 0;
  }
  return true;
}

function fail(match: Match, items: readonly Item[], expected: readonly string[], closing?: IToken): Failure {
  return { found: items[match.next], before: items[match.next - 1], expected, ...(closing === undefined ? {} : { closing }) };
}

function failInside(match: Match, group: Group, expected: string): Failure {
  return fail(match, group.items, [expected], group.closing);
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

/** What fits a part of a signature, for messages. */
export function expectedAt(part: Part | undefined): string {
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
    match.next += 1;
    const value = readValue(match, type, items);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return { node: 'list', items: values, start: first.start, end: values.at(-1)?.end ?? first.end };
}

function readValue(match: Match, type: ValueType, items: readonly Item[]): Value | undefined {
  if (type === 'target') return readTarget(match, items);
  const item = items[match.next];
  if (type === 'parameters') return readParameters(match, item);
  if (type === 'arguments') return readArguments(match, item);
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

/** Reads what stands in brackets; on failure the place inside is noted in the match around it. */
function readInside<T>(match: Match, item: Item | undefined, read: (inner: Match, group: Group) => T | undefined): T | undefined {
  if (item?.item !== 'group') return undefined;
  const inner: Match = { arguments: {}, words: [], next: 0, open: [], problems: match.problems };
  const value = read(inner, item);
  if (value !== undefined) match.next += 1;
  else if (inner.failure !== undefined) match.failure = inner.failure;
  return value;
}

function readBracketed(match: Match, item: Item): Value | undefined {
  return readInside(match, item, (inner, group) => {
    const list = readList(inner, 'value', group.items);
    if (list === undefined) inner.failure ??= failInside(inner, group, expectedOf('value'));
    else if (inner.next < group.items.length) inner.failure = failInside(inner, group, endOfGroup(group));
    return list === undefined || inner.failure !== undefined ? undefined : { ...list, start: group.opening.startOffset, end: endOf(group.closing) };
  });
}

function readParameters(match: Match, item: Item | undefined): Value | undefined {
  return readInside(match, item, (inner, group) => {
    const parameters: Parameter[] = [];
    while (inner.next < group.items.length) {
      if (parameters.length > 0 && !take(inner, group, Comma, endOfGroup(group))) return undefined;
      const name = readInGroup(inner, group, 'name');
      if (name?.node !== 'word' || !take(inner, group, Colon, '`:` and a type')) return undefined;
      const type = readInGroup(inner, group, 'type');
      if (type?.node !== 'word') return undefined;
      let fallback: Value | undefined;
      if (tokenAt(group.items, inner.next)?.tokenType === Equals) {
        inner.next += 1;
        fallback = readInGroup(inner, group, 'value');
        if (fallback === undefined) return undefined;
      }
      parameters.push({ name, type, ...(fallback === undefined ? {} : { default: fallback }), start: name.start, end: (fallback ?? type).end });
    }
    return { node: 'parameters', items: parameters, start: group.opening.startOffset, end: endOf(group.closing) };
  });
}

function readArguments(match: Match, item: Item | undefined): Value | undefined {
  return readInside(match, item, (inner, group) => {
    const found: Argument[] = [];
    while (inner.next < group.items.length) {
      if (found.length > 0 && !take(inner, group, Comma, endOfGroup(group))) return undefined;
      const named = tokenAt(group.items, inner.next + 1)?.tokenType === Colon;
      const name = named ? readInGroup(inner, group, 'name') : undefined;
      if (named && name?.node !== 'word') return undefined;
      if (named) inner.next += 1;
      const value = readInGroup(inner, group, 'value');
      if (value === undefined) return undefined;
      found.push({ ...(name?.node === 'word' ? { name } : {}), value, start: (name ?? value).start, end: value.end });
    }
    return { node: 'arguments', items: found, start: group.opening.startOffset, end: endOf(group.closing) };
  });
}

function readInGroup(match: Match, group: Group, type: ValueType): Value | undefined {
  const value = readValue(match, type, group.items);
  if (value === undefined) match.failure ??= failInside(match, group, expectedOf(type));
  return value;
}

function take(match: Match, group: Group, type: IToken['tokenType'], expected: string): boolean {
  if (tokenAt(group.items, match.next)?.tokenType !== type) {
    match.failure = failInside(match, group, expected);
    return false;
  }
  match.next += 1;
  return true;
}

function endOfGroup(group: Group): string {
  return `\`,\` or \`${group.closing.image}\``;
}

/** The token of the item at an index, if that item is one. */
export function tokenAt(items: readonly Item[], index: number): IToken | undefined {
  const item = items[index];
  return item?.item === 'piece' ? item.token : undefined;
}

function word(token: IToken): Word {
  return { node: 'word', text: token.image, start: token.startOffset, end: endOf(token) };
}

function text(match: Match, token: IToken): Text {
  const { parts, problems } = readText(token.image, token.startOffset, !isUnterminated(token));
  match.problems.push(...problems);
  return { node: 'text', parts, start: token.startOffset, end: endOf(token) };
}
