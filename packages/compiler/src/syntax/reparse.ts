import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { hasSameItems, isEqual } from '../text/is-equal.ts';
import type { Source, Span } from '../text/source.ts';
import { balance, DEEPEST_BLOCKS, deepestBlock } from './balance.ts';
import { Findings, MOST_FINDINGS } from './findings.ts';
import { joinLines } from './join-lines.ts';
import { commentOf, parse, reportHidden, type SyntaxTree } from './parse.ts';
import { Reader } from './reader.ts';
import { readStructure } from './structure.ts';
import { CloseBrace, ConflictMarker, endOf, Newline, tokenize } from './tokens.ts';
import type { Block, Statement } from './tree.ts';

/** A statement at the top of a file, with its block. */
interface Holder {
  readonly index: number;
  readonly statement: Statement;
  readonly block: Block;
}

/**
 * Reads a file of which some lines changed. It gives the same as reading it from the start, and reads only those lines where that is certain: in the block
 * of a plan or a cloud whose braces are in order. Statements that are still the same, at the same places, are those of the tree before.
 *
 * @param before the tree of a text that is as long as this one, and differs from it in the changed lines only
 * @param changed from the start of a line to the start of another one; undefined where anything may have changed
 */
export function reparse(before: SyntaxTree, source: Source, changed?: Span): SyntaxTree {
  const part = changed === undefined ? undefined : readPart(before, source, changed);
  if (part !== undefined) return part;
  const tree = parse(source);
  return { ...tree, statements: shared(before.statements, tree.statements) };
}

function readPart(before: SyntaxTree, source: Source, changed: Span): SyntaxTree | undefined {
  const holder = holderOf(before, changed);
  if (holder === undefined || !before.isEven || before.source.text.length !== source.text.length) return undefined;
  const { statements } = holder.block;
  const from = statements.findIndex(({ end }) => end > changed.start);
  const first = from === -1 ? statements.length : from;
  const behind = statements.findIndex(({ start }, index) => index >= first && start >= changed.end);
  const last = behind === -1 ? statements.length : behind;
  const old = statements.slice(first, last);
  const isWhole = old.every(({ start, end }) => changed.start <= start && end <= changed.end);
  if (!isWhole || !startsAfresh(source.text, changed.start, holder.block, statements[first - 1])) return undefined;
  const findings = new Findings(source);
  const { tokens, comments } = tokenize(source.text, changed.start, changed.end);
  if (tokens.some((token) => token.tokenType === ConflictMarker || endOf(token) > changed.end)) return undefined;
  reportHidden(findings, changed.start, changed.end);
  const joined = joinLines(tokens, findings, changed.start);
  const final = joined.findLast((token) => token.tokenType !== Newline);
  const deepest = deepestBlock(joined);
  if (deepest === undefined || deepest >= DEEPEST_BLOCKS || (final !== undefined && final.tokenType !== CloseBrace)) return undefined;
  const read = new Reader(findings).readLines(readStructure(balance(joined, findings)), holder.block.kind, false, statements.slice(0, first));
  const inside = shared(old, read);
  if (!hasSameItems(onceIn(old), onceIn(inside))) return undefined;
  const outside = before.diagnostics.filter(({ primary }) => primary.start < changed.start || primary.start >= changed.end);
  if (outside.length + findings.count >= MOST_FINDINGS) return undefined;
  return {
    source,
    statements: withInside(before.statements, holder, [...statements.slice(0, first), ...inside, ...statements.slice(last)]),
    comments: [...before.comments.filter(({ end }) => end <= changed.start), ...comments.map(commentOf), ...before.comments.filter(({ start }) => start >= changed.end)],
    diagnostics: inOrder([...outside, ...findings.list()]),
    isEven: true,
  };
}

/** The statement at the top whose block holds the changed lines. */
function holderOf({ statements }: SyntaxTree, changed: Span): Holder | undefined {
  const index = statements.findIndex(({ block }) => block !== undefined && !block.inline && block.start < changed.start && changed.end < block.end);
  const statement = statements[index];
  return statement?.block === undefined ? undefined : { index, statement, block: statement.block };
}

/** Whether what stands before an offset ends a statement, whatever follows: the brace that opens the block, or one that closes another statement. */
function startsAfresh(text: string, offset: number, block: Block, previous: Statement | undefined): boolean {
  let at = offset - 1;
  while (/[ \t\f\r\n]/.test(text[at] ?? '')) at -= 1;
  return at === block.start || (text[at] === '}' && at + 1 === previous?.end);
}

/** Statements of which only the first counts: whether others in the block count depends on them. */
function onceIn(statements: readonly Statement[]): readonly Statement[] {
  return statements.filter(({ declaration }) => declaration.once);
}

function withInside(all: readonly Statement[], { index, statement, block }: Holder, inside: readonly Statement[]): readonly Statement[] {
  return hasSameItems(block.statements, inside) ? all : all.with(index, { ...statement, block: { ...block, statements: inside } });
}

function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.toSorted((a, b) => a.primary.start - b.primary.start);
}

/** Statements as they are now; those that were there before and are still the same are taken from before, and so are those in their blocks. */
function shared(before: readonly Statement[], now: readonly Statement[], depth = 0): readonly Statement[] {
  const byStart = new Map(before.map((one) => [one.start, one]));
  const out = now.map((one) => {
    const known = byStart.get(one.start);
    if (known === undefined || known.declaration !== one.declaration) return one;
    if (isEqual(known, one)) return known;
    if (depth > 0 || known.block === undefined || one.block === undefined) return one;
    return { ...one, block: { ...one.block, statements: shared(known.block.statements, one.block.statements, depth + 1) } };
  });
  return hasSameItems(before, out) ? before : out;
}
