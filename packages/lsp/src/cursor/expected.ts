import { declarationsFor, declarationsIn, matchParts, type BlockKind, type Declaration, type Item, type Part, type Signature } from '@belay/compiler/analysis';

export type ValuePart = Extract<Part, { part: 'value' }>;

/** What may stand at a place of a line. */
export type Expected =
  /** The keyword of a statement, or the rest of one. */
  | { readonly expects: 'statement'; readonly block: BlockKind; /** Words of the keyword that stand there already. */ readonly words: readonly string[] }
  /** A part of a statement's signature; words that follow each other are one. */
  | { readonly expects: 'part'; readonly part: Exclude<Part, { part: 'optional' }>; readonly declaration: Declaration; /** Index of the first item after the keyword. */ readonly from: number; readonly inside: boolean };

/** The statement that a line ends with, as far as it was written. */
export interface LastStatement {
  readonly declarations: readonly Declaration[];
  /** Index of its first item. */
  readonly start: number;
  /** Index of the first item after the keyword. */
  readonly from: number;
  readonly fits: readonly SignatureFit[];
}

/** How far a line fits a signature. */
export interface SignatureFit {
  readonly declaration: Declaration;
  readonly signature: Signature;
  /** What may follow; empty where the line does not fit. */
  readonly expected: readonly Extract<Expected, { expects: 'part' }>[];
  /** Whether the statement may end here. */
  readonly isComplete: boolean;
  /** The index behind the last item that fits. */
  readonly next: number;
}

/** What may follow the items of a line, and what the line is. */
export interface Expectation {
  readonly expected: readonly Expected[];
  /** The statement that the line ends with. */
  readonly last?: LastStatement;
  /** The statements on the line that hold that one without braces, the outermost first. */
  readonly holders: readonly Declaration[];
}

/** What may follow the items of a line. */
export function expectedAfter(block: BlockKind, items: readonly Item[], isOneLine: boolean): Expectation {
  const expected: Expected[] = [];
  let last: LastStatement | undefined;
  let blocks: readonly BlockKind[] = [block];
  let holders: readonly Declaration[] = [];
  let index = 0;
  for (;;) {
    if (index >= items.length) {
      for (const one of new Set(blocks)) expected.push({ expects: 'statement', block: one, words: [] });
      return { expected, holders, ...(last === undefined ? {} : { last }) };
    }
    const [own] = blocks as readonly [BlockKind];
    const begun = keywordsBegun(own, items, index);
    if (begun.length > 0) expected.push({ expects: 'statement', block: own, words: begun });
    const start = index;
    const found = read(own, items, start);
    if (found === undefined) return { expected, holders };
    last = found;
    for (const fit of found.fits) expected.push(...fit.expected);
    const whole = found.fits.filter(({ isComplete }) => isComplete);
    const ended = whole.filter(({ next }) => next >= items.length);
    for (const { declaration } of ended) {
      if (declaration.bodyIs === 'inline' && declaration.body !== undefined) expected.push({ expects: 'statement', block: declaration.body, words: [] });
      else if (isOneLine) for (const one of new Set(blocks)) expected.push({ expects: 'statement', block: one, words: [] });
    }
    const [best] = whole.toSorted((a, b) => b.next - a.next);
    if (ended.length > 0 || best === undefined) return { expected, holders, last };
    const word = wordAt(items, best.next) ?? '';
    const { body, bodyIs } = best.declaration;
    const inner = bodyIs === 'inline' && body !== undefined && declarationsFor(body, word).length > 0;
    const next = inner ? [body, ...blocks] : blocks.slice(Math.max(0, blocks.findIndex((one) => declarationsFor(one, word).length > 0)));
    if (best.next <= index && best.next <= start) return { expected, holders, last };
    index = best.next;
    holders = inner ? [...holders, best.declaration] : [];
    blocks = next;
  }
}

/** The block that a brace opens behind the items of a line. */
export function blockOpenedBy(block: BlockKind, items: readonly Item[]): BlockKind | undefined {
  const { last } = expectedAfter(block, items, true);
  return last === undefined ? undefined : (last.fits.find(({ isComplete }) => isComplete)?.declaration ?? last.declarations[0])?.body;
}

/** The statement that starts at an item. */
function read(block: BlockKind, items: readonly Item[], start: number): LastStatement | undefined {
  const fitting = declarationsFor(block, wordAt(items, start) ?? '').filter((one) => wordsOf(one).every((word, at) => wordAt(items, start + at) === word));
  const [longest] = fitting;
  if (longest === undefined) return undefined;
  const length = wordsOf(longest).length;
  const declarations = fitting.filter((one) => wordsOf(one).length === length);
  const from = start + length;
  return { declarations, start, from, fits: declarations.flatMap((declaration) => declaration.signatures.map((signature) => fit(declaration, signature, items, from))) };
}

/** The words of keywords of which only the begin stands at the end of the items. */
function keywordsBegun(block: BlockKind, items: readonly Item[], start: number): readonly string[] {
  const words = items.slice(start).map((_, at) => wordAt(items, start + at) ?? '');
  if (words.length > 4) return [];
  const isBegun = declarationsIn(block).some((one) => {
    const keyword = wordsOf(one);
    return keyword.length > words.length && words.every((word, at) => keyword[at] === word);
  });
  return isBegun ? words : [];
}

function fit(declaration: Declaration, signature: Signature, items: readonly Item[], from: number): SignatureFit {
  const found = fitParts(signature.parts, items, from);
  if (found === undefined) return { declaration, signature, expected: [], isComplete: false, next: from };
  return { declaration, signature, ...found, expected: found.expected.map((one) => ({ ...one, expects: 'part' as const, declaration, from })) };
}

interface Fitted {
  readonly expected: readonly { readonly part: Exclude<Part, { part: 'optional' }>; readonly inside: boolean }[];
  readonly isComplete: boolean;
  readonly next: number;
}

/** Optional parts hold no others that hold others, so this calls itself a few times only. */
function fitParts(parts: readonly Part[], items: readonly Item[], from: number): Fitted | undefined {
  const expected: { part: Exclude<Part, { part: 'optional' }>; inside: boolean }[] = [];
  let at = from;
  for (const [index, part] of parts.entries()) {
    const isAtEnd = at >= items.length;
    if (part.part === 'optional') {
      const [first] = part.parts;
      if (first === undefined) continue;
      if (isAtEnd) {
        const begin = beginOf(part.parts, 0);
        if (begin !== undefined) expected.push({ part: begin, inside: false });
        continue;
      }
      if (!startsAt(part, items, at)) continue;
      const inner = fitParts(part.parts, items, at);
      if (inner === undefined) return undefined;
      expected.push(...inner.expected);
      if (!inner.isComplete) return { expected, isComplete: false, next: inner.next };
      at = inner.next;
      continue;
    }
    if (isAtEnd) {
      const begin = beginOf(parts, index);
      if (begin !== undefined) expected.push({ part: begin, inside: false });
      return { expected, isComplete: false, next: at };
    }
    const match = matchParts([part], items, at);
    if (match.failure === undefined) {
      at = match.next;
      const value = part.part === 'value' ? match.arguments[part.name] : undefined;
      if (at >= items.length && value?.node === 'target' && value.except.length === 0) expected.push({ part: { part: 'word', word: 'except' }, inside: true });
    } else if (match.failure.found === undefined && match.failure.closing === undefined) return { expected: [{ part, inside: true }], isComplete: false, next: items.length };
    else return undefined;
  }
  return { expected: at >= items.length ? expected : [], isComplete: true, next: at };
}

function startsAt(part: Part, items: readonly Item[], at: number): boolean {
  const match = matchParts([part], items, at);
  return match.next > at || match.failure !== undefined;
}

/** A part with the words behind it that belong to it: `for good`. */
function beginOf(parts: readonly Part[], index: number): Exclude<Part, { part: 'optional' }> | undefined {
  const first = parts[index];
  if (first === undefined || first.part === 'optional') return undefined;
  if (first.part !== 'word') return first;
  const words: string[] = [];
  for (let at = index; ; at += 1) {
    const next = parts[at];
    if (next?.part !== 'word') break;
    words.push(next.word);
  }
  return { part: 'word', word: words.join(' ') };
}

/** The word at an index of a line. */
export function wordAt(items: readonly Item[], index: number): string | undefined {
  const item = items[index];
  return item?.item === 'piece' ? item.token.image : undefined;
}

const wordsOfKeywords = new Map<Declaration, readonly string[]>();

/** The words of a keyword. */
export function wordsOf(declaration: Declaration): readonly string[] {
  let words = wordsOfKeywords.get(declaration);
  if (words === undefined) wordsOfKeywords.set(declaration, (words = declaration.keyword.split(' ')));
  return words;
}
