import { diagnostic, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { KINDS } from '../diagnostics/kinds.ts';
import { Source, type Span } from '../text/source.ts';
import { suggest } from '../text/suggest.ts';
import { declarationsFor, declarationsIn, VOCABULARY, type BlockKind, type Declaration } from '../vocabulary/index.ts';
import { balance } from './balance.ts';
import { endOf, matchParts, tokenAt, type Match } from './match.ts';
import { readStructure, type Braces, type Item, type Line } from './structure.ts';
import { tokenize, UnterminatedText, Word, QuotedText, BlockText } from './tokens.ts';
import type { Block, Comment, Statement } from './tree.ts';

/** A file as it was understood, and what was wrong with it. */
export interface SyntaxTree {
  readonly source: Source;
  readonly statements: readonly Statement[];
  readonly comments: readonly Comment[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Characters that change what a reader sees: bidirectional controls, invisible ones, and control characters. */
// oxlint-disable-next-line no-control-regex
const HIDDEN = /[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufff9-\ufffb]|(?<!^)\ufeff/g;

/** Findings of one file beyond this number are counted, not listed. */
const MOST_FINDINGS = 500;

/**
 * Reads a file of the language. Never fails: a broken line costs the meaning of that line, and a diagnostic says what was wrong.
 */
export function parse(source: Source): SyntaxTree {
  const diagnostics: Diagnostic[] = [];
  reportHidden(source, diagnostics);
  const { tokens, comments } = tokenize(source.text);
  const lines = readStructure(balance(source, tokens, diagnostics));
  const statements = new Reader(source, diagnostics).readLines(lines, 'file', false);
  return {
    source,
    statements,
    comments: comments.map((token) => ({ text: token.image, start: token.startOffset, end: endOf(token) })),
    diagnostics: limitFindings(source, diagnostics),
  };
}

function reportHidden(source: Source, diagnostics: Diagnostic[]): void {
  for (const match of source.text.matchAll(HIDDEN)) {
    if (diagnostics.length >= MOST_FINDINGS) return;
    const code = match[0].codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0') ?? '';
    diagnostics.push(diagnostic(KINDS.hiddenCharacter, {
      message: `The character U+${code} can not be seen, or changes how the text around it looks. Remove it, or write it as \`\\u{${code}}\` inside a text.`,
      at: { file: source.file, start: match.index, end: match.index + 1 },
    }));
  }
}

function limitFindings(source: Source, diagnostics: Diagnostic[]): Diagnostic[] {
  if (diagnostics.length <= MOST_FINDINGS) return diagnostics;
  const kept = diagnostics.slice(0, MOST_FINDINGS);
  kept.push(diagnostic(KINDS.limitExceeded, {
    message: `${diagnostics.length - MOST_FINDINGS} more findings of this file are not shown. Mend the first ones, and check again.`,
    at: { file: source.file, start: 0, end: 0 },
  }));
  return kept;
}

class Reader {
  readonly #source: Source;
  readonly #diagnostics: Diagnostic[];

  constructor(source: Source, diagnostics: Diagnostic[]) {
    this.#source = source;
    this.#diagnostics = diagnostics;
  }

  readLines(lines: readonly Line[], block: BlockKind, oneLine: boolean): Statement[] {
    const statements: Statement[] = [];
    const seen = new Map<Declaration, Statement>();
    for (const line of lines) {
      let index = 0;
      while (index < line.length) {
        const read = this.#readStatement(line, index, block);
        if (read.statement !== undefined && this.#isFirst(read.statement, seen)) statements.push(read.statement);
        if (read.next < line.length && !oneLine) this.#reportRest(line, read, block);
        index = read.next;
        if (read.broken) break;
      }
    }
    return statements;
  }

  /** `once` statements count the first time only. */
  #isFirst(statement: Statement, seen: Map<Declaration, Statement>): boolean {
    if (!statement.declaration.once) return true;
    const first = seen.get(statement.declaration);
    if (first === undefined) {
      seen.set(statement.declaration, statement);
      return true;
    }
    this.#diagnostics.push(diagnostic(KINDS.repeatedStatement, {
      message: `\`${statement.declaration.keyword}\` stands in this block already. Keep one of the two.`,
      at: this.#at(statement.keyword),
      label: 'again here',
      related: [{ location: this.#at(first.keyword), message: 'first here' }],
    }));
    return false;
  }

  #readStatement(line: Line, index: number, block: BlockKind): { statement?: Statement; next: number; broken: boolean } {
    const first = tokenAt(line, index);
    const candidates = first === undefined ? [] : declarationsFor(block, first.image).filter((one) => keywordFits(one.keyword, line, index));
    if (first === undefined || candidates.length === 0) return this.#readUnknown(line, index, block);
    const keywordLength = (candidates[0] as Declaration).keyword.split(' ').length;
    const same = candidates.filter((one) => one.keyword.split(' ').length === keywordLength);
    return this.#readKnown(line, index, same, block);
  }

  #readKnown(line: Line, index: number, candidates: readonly Declaration[], block: BlockKind): { statement?: Statement; next: number; broken: boolean } {
    let best: { match: Match; declaration: Declaration } | undefined;
    for (const declaration of candidates) {
      for (const signature of declaration.signatures) {
        const match = matchParts(signature.parts, line, index + declaration.keyword.split(' ').length);
        const further = best === undefined || (best.match.failure !== undefined && (match.failure === undefined || match.next > best.match.next));
        if (further) best = { match, declaration };
      }
    }
    if (best === undefined) return { next: line.length, broken: true };
    const { match, declaration } = best;
    const first = tokenAt(line, index);
    const lastWord = tokenAt(line, index + declaration.keyword.split(' ').length - 1);
    const keyword: Span = { start: first?.startOffset ?? 0, end: lastWord === undefined ? 0 : endOf(lastWord) };
    this.#reportTexts(match, line, index);
    let next = match.next;
    let broken = false;
    if (match.failure !== undefined) {
      this.#reportMismatch(line, match, declaration, keyword);
      broken = true;
      // The arguments are lost, a block that follows is not.
      next = line.findIndex((item, at) => at >= match.next && item.item === 'braces');
      if (next === -1) next = line.length;
    } else if (!this.#mayFollow(line, next, declaration, block)) {
      this.#reportSurplus(line, match, declaration, block);
      broken = true;
      next = line.findIndex((item, at) => at >= match.next && item.item === 'braces');
      if (next === -1) next = line.length;
    }
    const body = this.#readBody(line, next, declaration, keyword, broken);
    const before = line[body.next - 1];
    const end = before === undefined ? keyword.end : endOfItem(before);
    return {
      statement: {
        declaration, arguments: match.arguments, words: match.words, keyword, start: keyword.start, end,
        ...(body.block === undefined ? {} : { block: body.block }),
      },
      next: broken && body.block === undefined ? line.length : body.next,
      broken: broken && body.block === undefined,
    };
  }

  /** After the arguments: the end of the line, a block, an inline body, or the next statement of a one-line block. */
  #mayFollow(line: Line, next: number, declaration: Declaration, block: BlockKind): boolean {
    const item = line[next];
    if (item === undefined || item.item === 'braces') return true;
    const token = tokenAt(line, next);
    if (token === undefined || token.tokenType !== Word) return false;
    if (declaration.bodyIs === 'inline' && declaration.body !== undefined && declarationsFor(declaration.body, token.image).length > 0) return true;
    return declarationsFor(block, token.image).some((one) => keywordFits(one.keyword, line, next));
  }

  #readBody(line: Line, index: number, declaration: Declaration, keyword: Span, broken: boolean): { block?: Block; next: number } {
    const item = line[index];
    if (item?.item === 'braces') {
      if (declaration.body !== undefined) return { block: this.#readBlock(item, declaration.body), next: index + 1 };
      this.#diagnostics.push(diagnostic(KINDS.misplacedBlock, {
        message: `\`${declaration.keyword}\` has no block. Remove it.`, at: this.#at(spanOf(item)),
      }));
      return { next: index + 1 };
    }
    if (declaration.body === undefined || broken) return { next: index };
    if (declaration.bodyIs === 'inline' && item !== undefined) {
      const read = this.#readStatement(line, index, declaration.body);
      if (read.statement !== undefined) {
        const { start, end } = read.statement;
        return { block: { kind: declaration.body, statements: [read.statement], inline: true, start, end }, next: read.next };
      }
      return { next: read.next };
    }
    if (declaration.bodyIs === 'required' || declaration.bodyIs === 'inline') {
      this.#diagnostics.push(diagnostic(KINDS.misplacedBlock, {
        message: declaration.bodyIs === 'inline'
          ? `Expected ${oneOf(declarationsIn(declaration.body).slice(0, 3))} or a block after \`${declaration.keyword}\`.`
          : `\`${declaration.keyword}\` needs a block in braces.`,
        at: this.#at(keyword),
        notes: [`For example:\n${declaration.example}`],
      }));
    }
    return { next: index };
  }

  #readBlock(braces: Braces, kind: BlockKind): Block {
    return { kind, statements: this.readLines(braces.lines, kind, braces.oneLine), inline: false, ...spanOf(braces) };
  }

  #readUnknown(line: Line, index: number, block: BlockKind): { statement?: Statement; next: number; broken: boolean } {
    const item = line[index];
    const token = tokenAt(line, index);
    const rest = line.findIndex((one, at) => at >= index && one.item === 'braces');
    const known = declarationsIn(block);
    const near = token?.tokenType === Word ? suggest(token.image, known.map((one) => one.keyword.split(' ', 1)[0] ?? '')) : [];
    this.#reportUnknown(item, block, near);
    // A mistyped keyword keeps its block: it is read as the nearest known one.
    const guess = near[0] === undefined ? undefined : declarationsFor(block, near[0])[0];
    if (guess !== undefined && rest !== -1 && keywordFits(guess.keyword, line, index, near[0])) {
      const muted = new Reader(this.#source, []);
      const read = muted.#readKnown(line, index, [guess], block);
      if (read.statement !== undefined) {
        const again = this.#readBody(line, rest, guess, read.statement.keyword, true);
        return { statement: { ...read.statement, ...(again.block === undefined ? {} : { block: again.block }) }, next: again.next, broken: false };
      }
    }
    return { next: line.length, broken: true };
  }

  #reportUnknown(item: Item | undefined, block: BlockKind, near: readonly string[]): void {
    if (item === undefined) return;
    const token = item.item === 'piece' ? item.token : undefined;
    const place = PLACES[block];
    if (token?.tokenType !== Word) {
      this.#diagnostics.push(diagnostic(token === undefined || token.tokenType === QuotedText || token.tokenType === BlockText ? KINDS.malformedStatement : token.tokenType === UnterminatedText ? KINDS.unterminatedText : KINDS.strayCharacter, {
        message: `Expected a statement ${place}, which starts with a word such as ${oneOf(declarationsIn(block).slice(0, 4))}. Found ${describe(item)}.`,
        at: this.#at(spanOf(item)),
      }));
      return;
    }
    const elsewhere = [...new Set(VOCABULARY.filter((one) => one.keyword.split(' ', 1)[0] === token.image).flatMap((one) => one.in))];
    const message = elsewhere.length > 0
      ? `\`${token.image}\` can not stand ${place}. It stands ${listOf(elsewhere.slice(0, 4).map((kind) => PLACES[kind]))}.`
      : `\`${token.image}\` is no statement ${place}.`;
    this.#diagnostics.push(diagnostic(KINDS.unknownStatement, {
      message: near.length > 0 ? `${message} Did you mean ${listOf(near.map((one) => `\`${one}\``), 'or')}?` : message,
      at: this.#at(spanOf(item)),
      notes: near.length > 0 || elsewhere.length > 0 ? [] : [`Here may stand: ${[...new Set(declarationsIn(block).map((one) => one.keyword))].join(', ')}.`],
      fixes: near.slice(0, 1).map((name) => ({
        title: `Write \`${name}\``, applicability: 'likely', edits: [{ location: this.#at(spanOf(item)), newText: name }],
      })),
    }));
  }

  #reportMismatch(line: Line, match: Match, declaration: Declaration, keyword: Span): void {
    const failure = match.failure;
    if (failure === undefined) return;
    const item = line[failure.index];
    const before = line[failure.index - 1];
    const after = before === undefined ? '' : ` after ${describe(before)}`;
    const found = item === undefined || item.item === 'braces' ? 'nothing' : describe(item);
    const unclosed = tokenAt(line, failure.index)?.tokenType === UnterminatedText;
    if (unclosed) return;
    this.#diagnostics.push(diagnostic(KINDS.malformedStatement, {
      message: `Expected ${failure.expected}${after}, found ${found}.`,
      at: this.#at(item === undefined || item.item === 'braces' ? keyword : spanOf(item)),
      notes: [`The statement is: ${declaration.signatures.map((one) => `\`${one.text}\``).join(' or ')}. For example: \`${declaration.example.split('\n', 1)[0]}\``],
    }));
  }

  #reportSurplus(line: Line, match: Match, declaration: Declaration, block: BlockKind): void {
    const item = line[match.next];
    if (item === undefined) return;
    const last = line[match.next - 1];
    const expected = [...match.open, ...(declaration.body === undefined ? [] : ['a block']), 'the end of the line'];
    const word = tokenAt(line, match.next);
    const near = word?.tokenType === Word ? suggest(word.image, declarationsIn(block).map((one) => one.keyword.split(' ', 1)[0] ?? '')) : [];
    this.#diagnostics.push(diagnostic(word?.tokenType === UnterminatedText ? KINDS.unterminatedText : KINDS.malformedStatement, {
      message: `Expected ${listOf(expected, 'or')}${last === undefined ? '' : ` after ${describe(last)}`}, found ${describe(item)}.${near.length > 0 ? ` Did you mean \`${near[0]}\`?` : ''}`,
      at: this.#at(spanOf(item)),
    }));
  }

  #reportRest(line: Line, read: { next: number; broken: boolean }, block: BlockKind): void {
    const item = line[read.next];
    if (item === undefined || read.broken) return;
    const token = tokenAt(line, read.next);
    if (token === undefined || declarationsFor(block, token.image).length === 0) return;
    this.#diagnostics.push(diagnostic(KINDS.malformedStatement, {
      message: `A new statement starts at \`${token.image}\`. Put it on a line of its own; only a block that fits one line may hold several.`,
      at: this.#at(spanOf(item)),
      fixes: [{ title: 'Start a new line', applicability: 'certain', edits: [{ location: { file: this.#source.file, start: token.startOffset, end: token.startOffset }, newText: '\n' }] }],
    }));
  }

  #reportTexts(match: Match, line: Line, from: number): void {
    for (const problem of match.problems) this.#diagnostics.push(diagnostic(KINDS.malformedText, { message: problem.message, at: this.#at(problem) }));
    for (let index = from; index < Math.max(match.next, (match.failure?.index ?? -1) + 1); index += 1) {
      const token = tokenAt(line, index);
      const open = token !== undefined && (token.tokenType === UnterminatedText || (token.tokenType === BlockText && !(token.image.length >= 6 && token.image.endsWith('"""'))));
      if (token === undefined || !open) continue;
      const quotes = token.tokenType === BlockText ? '"""' : '"';
      this.#diagnostics.push(diagnostic(KINDS.unterminatedText, {
        message: `This text is never closed: expected ${quotes} ${quotes === '"' ? 'before the end of the line. For a text of several lines use """' : 'at its end, and its lines indented deeper than this one'}.`,
        at: { file: this.#source.file, start: token.startOffset, end: Math.min(endOf(token), this.#source.text.indexOf('\n', token.startOffset) === -1 ? endOf(token) : this.#source.text.indexOf('\n', token.startOffset)) },
        label: 'opened here',
      }));
    }
  }

  #at(span: Span): { file: string; start: number; end: number } {
    return { file: this.#source.file, start: span.start, end: span.end };
  }
}

function keywordFits(keyword: string, line: Line, index: number, mistyped?: string): boolean {
  return keyword.split(' ').every((word, at) => (at === 0 && mistyped !== undefined) || tokenAt(line, index + at)?.image === word);
}

function spanOf(item: Item): Span {
  if (item.item === 'piece') return { start: item.token.startOffset, end: endOf(item.token) };
  return { start: item.opening.startOffset, end: Math.max(endOf(item.closing), endOf(item.opening)) };
}

function endOfItem(item: Item): number {
  return spanOf(item).end;
}

function describe(item: Item): string {
  if (item.item === 'braces') return 'a block';
  if (item.item === 'group') return `\`${item.opening.image}…${item.closing.image}\``;
  const image = item.token.image.split('\n', 1)[0] ?? '';
  return image.length > 40 ? `\`${image.slice(0, 40)}…\`` : `\`${image}\``;
}

function oneOf(declarations: readonly Declaration[]): string {
  return listOf([...new Set(declarations.map((one) => `\`${one.keyword}\``))], 'or');
}

function listOf(words: readonly string[], last = 'and'): string {
  if (words.length <= 1) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}

/** How messages name the place where a statement stands. */
export const PLACES: Readonly<Record<BlockKind, string>> = {
  file: 'at the top of a file', train: 'in a train', catalogue: 'in a catalogue', cloud: 'in a cloud', group: 'in a group', service: 'in a service',
  component: 'in a component', database: 'in a database', mode: 'in a mode', check: 'in a check', window: 'in a window', plan: 'in a plan',
  stage: 'in a stage', parallel: 'in `parallel`', holding: 'in `holding`', within: 'in `within`', jump: 'in a jump', roll: 'in a roll',
  recipe: 'in a recipe', upgrade: 'in an `upgrade`', step: 'in a step', action: 'in the block of an action', point: 'in a rollback point',
  capture: 'in the block of a capture', lock: 'in a lock', commands: 'in a block of commands', question: 'in a question', connection: 'in a connection',
};
