import { KINDS } from '../diagnostics/kinds.ts';
import type { Span } from '../text/source.ts';
import { declarationsFor, type BlockKind, type Declaration } from '../vocabulary/index.ts';
import type { Findings } from './findings.ts';
import { matchParts, tokenAt, type Match } from './match.ts';
import { missingBlock, nearKeywords, placesOf, reportMismatch, reportSecond, reportSurplus, reportUnknown } from './messages.ts';
import { spanOf, type Braces, type Item, type Line } from './structure.ts';
import { endOf, Word } from './tokens.ts';
import type { Block, Statement } from './tree.ts';

/** Statements that hold each other on one line, without braces, nest at most this deep. */
const DEEPEST_INLINE = 8;

/** What was read of a line: a statement, if one was understood, and where to go on. */
interface Read {
  readonly statement?: Statement;
  readonly next: number;
}

/** Gives lines their meaning with the vocabulary. A line that can't be read is reported and left out. */
export class Reader {
  readonly #findings: Findings;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** @param before statements that stand before the lines in the same block */
  readLines(lines: readonly Line[], block: BlockKind, oneLine: boolean, before: readonly Statement[] = []): Statement[] {
    const statements: Statement[] = [];
    const blocks = [block];
    let seen: Map<Declaration, Statement> | undefined = before.length === 0 ? undefined : new Map(before.filter((one) => one.declaration.once).map((one) => [one.declaration, one]));
    for (const line of lines) {
      let index = 0;
      while (index < line.length) {
        const read = this.#readStatement(line, index, blocks);
        if (read.statement !== undefined && (!read.statement.declaration.once || this.#isFirst(read.statement, seen ??= new Map()))) statements.push(read.statement);
        index = read.next;
        if (!oneLine) this.#checkRest(line, index, block);
      }
    }
    return statements;
  }

  /** `once` statements count the first time only. */
  #isFirst(statement: Statement, seen: Map<Declaration, Statement>): boolean {
    const first = seen.get(statement.declaration);
    if (first === undefined) {
      seen.set(statement.declaration, statement);
      return true;
    }
    this.#findings.report(KINDS.repeatedStatement, statement.keyword, () => ({
      message: `\`${statement.declaration.keyword}\` stands in this block already. Keep one of the two.`,
      label: 'again here',
      related: [{ location: this.#findings.locate(first.keyword), message: 'first here' }],
    }));
    return false;
  }

  /** @param blocks the block that the statement stands in, and for a statement without braces those around it on the same line */
  #readStatement(line: Line, index: number, blocks: readonly BlockKind[]): Read {
    const [block] = blocks as readonly [BlockKind];
    const first = tokenAt(line, index);
    const starting = first === undefined ? [] : declarationsFor(block, first.image);
    const candidates = starting.every((one) => keywordFits(one, line, index)) ? starting : starting.filter((one) => keywordFits(one, line, index));
    if (first === undefined || candidates.length === 0) return this.#readUnknown(line, index, blocks);
    const longest = keywordLength(candidates[0] as Declaration);
    const fitting = candidates.length === 1 ? candidates : candidates.filter((one) => keywordLength(one) === longest);
    return this.#readKnown(line, index, fitting, blocks, false);
  }

  #readKnown(line: Line, index: number, candidates: readonly Declaration[], blocks: readonly BlockKind[], isGuess: boolean): Read {
    const { match, declaration } = bestMatch(candidates, line, index);
    const first = tokenAt(line, index);
    const lastWord = tokenAt(line, index + keywordLength(declaration) - 1);
    const keyword: Span = { start: first?.startOffset ?? 0, end: lastWord === undefined ? 0 : endOf(lastWord) };
    if (!isGuess) {
      for (const problem of match.problems) this.#findings.report(KINDS.malformedText, problem, () => problem.message);
    }
    let next = match.next;
    const surplus = match.failure === undefined && !mayFollow(line, next, declaration, blocks);
    const isBroken = surplus || match.failure !== undefined;
    if (isBroken) {
      if (!isGuess) this.#reportBroken(line, match, declaration, blocks[0] as BlockKind);
      // The arguments are lost, a block that follows is not.
      next = bracesFrom(line, next);
    }
    const body = this.#readBody(line, next, declaration, keyword, isBroken, blocks);
    const before = line[body.next - 1];
    return {
      statement: {
        declaration, arguments: match.arguments, words: match.words, keyword, start: keyword.start,
        end: before === undefined ? keyword.end : spanOf(before).end,
        ...(body.block === undefined ? {} : { block: body.block }),
      },
      next: body.next,
    };
  }

  #reportBroken(line: Line, match: Match, declaration: Declaration, block: BlockKind): void {
    const item = line[match.next];
    if (match.failure !== undefined) reportMismatch(this.#findings, match.failure, declaration);
    else if (item !== undefined) reportSurplus(this.#findings, item, match, line[match.next - 1], declaration, block);
  }

  #readBody(line: Line, index: number, declaration: Declaration, keyword: Span, isBroken: boolean, blocks: readonly BlockKind[]): { block?: Block; next: number } {
    const item = line[index];
    if (item?.item === 'braces') {
      if (declaration.body !== undefined) return { block: this.#readBlock(item, declaration.body), next: index + 1 };
      // A brace that was never closed is reported already.
      const isClosed = endOf(item.closing) > item.closing.startOffset && endOf(item.opening) > item.opening.startOffset;
      if (!isBroken && isClosed) {
        this.#findings.report(KINDS.misplacedBlock, spanOf(item), () => `\`${declaration.keyword}\` has no block. Remove it.`);
      }
      return { next: index + 1 };
    }
    if (declaration.body === undefined || isBroken) return { next: index };
    if (declaration.bodyIs === 'inline' && item !== undefined) {
      if (blocks.length > DEEPEST_INLINE) {
        this.#findings.report(KINDS.limitExceeded, keyword, () => `More than ${DEEPEST_INLINE} statements hold each other on one line.`);
        return { next: line.length };
      }
      const { statement, next } = this.#readStatement(line, index, [declaration.body, ...blocks]);
      if (statement === undefined) return { next };
      return { block: { kind: declaration.body, statements: [statement], inline: true, start: statement.start, end: statement.end }, next };
    }
    if (declaration.bodyIs === 'required' || declaration.bodyIs === 'inline') {
      this.#findings.report(KINDS.misplacedBlock, keyword, () => missingBlock(declaration));
    }
    return { next: index };
  }

  #readBlock(braces: Braces, kind: BlockKind): Block {
    return { kind, statements: this.readLines(braces.lines, kind, braces.oneLine), inline: false, ...spanOf(braces) };
  }

  /** A mistyped keyword keeps its block: it is read as the nearest known one. Anything else costs the rest of the line. */
  #readUnknown(line: Line, index: number, blocks: readonly BlockKind[]): Read {
    const [block] = blocks as readonly [BlockKind];
    const item = line[index];
    if (item === undefined) return { next: line.length };
    const token = tokenAt(line, index);
    // In a file full of errors, guessing what each line was meant to be costs more than it helps.
    const isMistyped = token?.tokenType === Word && !this.#findings.isFull && placesOf(token.image).length === 0;
    const near = isMistyped ? nearKeywords(token.image, block) : [];
    reportUnknown(this.#findings, item, block, near);
    const hasBlock = bracesFrom(line, index) < line.length;
    const guess = near[0] === undefined || !hasBlock ? undefined : declarationsFor(block, near[0])[0];
    if (guess === undefined || !keywordFits(guess, line, index, true)) return { next: line.length };
    const read = this.#readKnown(line, index, [guess], blocks, true);
    // The block on this line may belong to a later statement.
    return read.statement?.block === undefined ? { next: read.next } : read;
  }

  /** On a line of its own, a statement is followed by nothing. */
  #checkRest(line: Line, index: number, block: BlockKind): void {
    const item = line[index];
    const token = tokenAt(line, index);
    if (item !== undefined && token !== undefined && declarationsFor(block, token.image).length > 0) reportSecond(this.#findings, item);
  }
}

/** The first signature that fits, or the one that fits furthest; where several fail at the same place, all that they expect is named. */
function bestMatch(candidates: readonly Declaration[], line: Line, index: number): { match: Match; declaration: Declaration } {
  let best: { match: Match; declaration: Declaration } | undefined;
  for (const declaration of candidates) {
    for (const { parts } of declaration.signatures) {
      const match = matchParts(parts, line, index + keywordLength(declaration));
      if (match.failure === undefined) return { match, declaration };
      const failure = best?.match.failure;
      if (best === undefined || failure === undefined || match.next > best.match.next) best = { match, declaration };
      else if (match.next === best.match.next && match.failure.found === failure.found) {
        best.match.failure = { ...failure, expected: [...new Set([...failure.expected, ...match.failure.expected])] };
      }
    }
  }
  return best as { match: Match; declaration: Declaration };
}

/** After the arguments: the end of the line, a block, an inline body, or the next statement of a one-line block. */
function mayFollow(line: Line, next: number, declaration: Declaration, blocks: readonly BlockKind[]): boolean {
  const item: Item | undefined = line[next];
  if (item === undefined || item.item === 'braces') return true;
  const token = tokenAt(line, next);
  if (token === undefined || token.tokenType !== Word) return false;
  if (declaration.bodyIs === 'inline' && declaration.body !== undefined && declarationsFor(declaration.body, token.image).length > 0) return true;
  return blocks.some((block) => declarationsFor(block, token.image).some((one) => keywordFits(one, line, next)));
}

/** The index of the next block on a line, or the line's length. */
function bracesFrom(line: Line, from: number): number {
  const index = line.findIndex((item, at) => at >= from && item.item === 'braces');
  return index === -1 ? line.length : index;
}

function keywordLength(declaration: Declaration): number {
  return keywordWords(declaration).length;
}

function keywordFits(declaration: Declaration, line: Line, index: number, firstMistyped = false): boolean {
  return keywordWords(declaration).every((word, at) => (at === 0 && firstMistyped) || tokenAt(line, index + at)?.image === word);
}

const wordsOfKeywords = new Map<Declaration, readonly string[]>();

function keywordWords(declaration: Declaration): readonly string[] {
  let words = wordsOfKeywords.get(declaration);
  if (words === undefined) wordsOfKeywords.set(declaration, (words = declaration.keyword.split(' ')));
  return words;
}
