import type { DiagnosticKind, TextEdit } from '../diagnostics/diagnostic.ts';
import { KINDS } from '../diagnostics/kinds.ts';
import { suggest } from '../text/suggest.ts';
import { SEQUENCES } from '../vocabulary/declare.ts';
import { declarationsIn, VOCABULARY, type BlockKind, type Declaration } from '../vocabulary/index.ts';
import { displaySignature } from '../vocabulary/signature.ts';
import type { Findings, Said } from './findings.ts';
import { expectedAt, type Failure, type Match } from './match.ts';
import type { Item } from './structure.ts';
import { BlockText, endOf, indentation, isText, isUnterminated, QuotedText, spanOfToken, startOfLine, Word } from './tokens.ts';
import { spanOf } from './structure.ts';

/** How messages name the place where a statement stands. */
export const PLACES: Readonly<Record<BlockKind, string>> = {
  file: 'at the top of a file', train: 'in a train', catalogue: 'in a catalogue', cloud: 'in a cloud', group: 'in a group', service: 'in a service',
  component: 'in a component', database: 'in a database', mode: 'in a mode', check: 'in a check', window: 'in a window', plan: 'in a plan',
  stage: 'in a stage', parallel: 'in `parallel`', holding: 'in `holding`', within: 'in `within`', jump: 'in a jump', roll: 'in a roll',
  recipe: 'in a recipe', upgrade: 'in an `upgrade`', step: 'in a step', action: 'in the block of an action', point: 'in a rollback point',
  capture: 'in the block of a capture', lock: 'in a lock', commands: 'in a block of commands', question: 'in a question', connection: 'in a connection',
  deploy: 'in the block of `deploy`',
};

/** What people bring along from other languages. */
const HABITS: readonly (readonly [RegExp, string])[] = [
  [/^['‘’`]/, 'Texts stand in double quotes: `"…"`.'],
  [/^[“”„«»]/, 'Texts stand in straight quotes: `"…"`.'],
  [/^;/, 'The end of the line ends a statement; there is no `;`.'],
  [/^:/, 'Arguments follow their keyword after a space; there is no `:`.'],
  [/^=/, 'Arguments follow their keyword after a space; only `let`, `param` and `env` have a `=`.'],
  [/^\/\//, 'Comments start with `#`.'],
];

/** The statements of a block whose keywords are nearest to a mistyped word, as their first words. */
export function nearKeywords(word: string, block: BlockKind): string[] {
  let first = firstWords.get(block);
  if (first === undefined) firstWords.set(block, (first = [...new Set(declarationsIn(block).map(firstWord))]));
  return suggest(word, first);
}

const firstWords = new Map<BlockKind, string[]>();

function firstWord(declaration: Declaration): string {
  return declaration.keyword.split(' ', 1)[0] ?? '';
}

/** The blocks in which statements with this first word stand. */
export function placesOf(word: string): BlockKind[] {
  return [...new Set(VOCABULARY.filter((one) => firstWord(one) === word).flatMap((one) => one.in))];
}

/** A line, or what is left of it, starts with something that starts no statement here. */
export function reportUnknown(findings: Findings, item: Item, block: BlockKind, near: readonly string[]): void {
  const token = item.item === 'piece' ? item.token : undefined;
  const place = PLACES[block];
  if (token !== undefined && isUnterminated(token)) return;
  if (token?.tokenType !== Word) {
    const misplaced = token === undefined || token.tokenType === QuotedText || token.tokenType === BlockText;
    findings.report(misplaced ? KINDS.malformedStatement : KINDS.strayCharacter, spanOf(item), () => ({
      message: `Expected a statement ${place}, which starts with a word such as ${oneOf(declarationsIn(block).slice(0, 4))}. Found ${describe(item)}.`,
      notes: habits(item),
    }));
    return;
  }
  findings.report(KINDS.unknownStatement, spanOf(item), () => {
    const elsewhere = placesOf(token.image);
    if (elsewhere.length > 0) return `\`${token.image}\` can not stand ${place}. It stands ${namePlaces(elsewhere)}.`;
    if (near.length === 0) {
      return {
        message: `\`${token.image}\` is no statement ${place}.`,
        notes: [...habits(item), `Here may stand: ${[...new Set(declarationsIn(block).map((one) => one.keyword))].join(', ')}.`],
      };
    }
    return {
      message: `\`${token.image}\` is no statement ${place}. Did you mean ${listOf(near.map((one) => `\`${one}\``), 'or')}?`,
      fixes: near.slice(0, 1).map((name) => ({
        title: `Write \`${name}\``, applicability: 'likely' as const, edits: [{ location: findings.locate(spanOf(item)), newText: name }],
      })),
    };
  });
}

/** A statement has something else than its signature expects. */
export function reportMismatch(findings: Findings, failure: Failure, declaration: Declaration): void {
  const { found, before, closing } = failure;
  const isMended = closing !== undefined && endOf(closing) === closing.startOffset;
  if (isMended || isOpenText(found) || isOpenText(before)) return;
  const at = found === undefined || found.item === 'braces' ? (closing === undefined ? before : undefined) : found;
  const place = at === undefined ? (closing === undefined ? { start: 0, end: 0 } : spanOfToken(closing)) : spanOf(at);
  const seen = found !== undefined ? `found ${describe(found)}` : closing === undefined ? 'but the statement ends there' : `found \`${closing.image}\``;
  findings.report(KINDS.malformedStatement, place, () => ({
    message: `Expected ${failure.expected.join(', or ')}${before === undefined ? '' : ` after ${describe(before)}`}, ${seen}.`,
    notes: [...habits(found), howItIsWritten(declaration)],
  }));
}

/** A statement is complete, but its line goes on with something else than a statement. */
export function reportSurplus(findings: Findings, item: Item, match: Match, last: Item | undefined, declaration: Declaration, block: BlockKind): void {
  if (isOpenText(item)) return;
  findings.report(kindOfSurplus(item), spanOf(item), () => {
    const expected = [...match.open.map(expectedAt), ...(declaration.body === undefined ? [] : ['a block']), 'the end of the line'];
    const near = item.item === 'piece' && item.token.tokenType === Word ? nearKeywords(item.token.image, block) : [];
    return {
      message: `Expected ${listOf(expected, 'or')}${last === undefined ? '' : ` after ${describe(last)}`}, found ${describe(item)}.${near.length > 0 ? ` Did you mean \`${near[0]}\`?` : ''}`,
      notes: [...habits(item), howItIsWritten(declaration)],
    };
  });
}

function kindOfSurplus(item: Item): DiagnosticKind {
  return item.item !== 'piece' || item.token.tokenType === Word || isText(item.token) ? KINDS.malformedStatement : KINDS.strayCharacter;
}

/** A second statement starts on a line of a block that spans several. */
export function reportSecond(findings: Findings, item: Item): void {
  const span = spanOf(item);
  findings.report(KINDS.malformedStatement, span, () => ({
    message: `A new statement starts at ${describe(item)}. Put it on a line of its own; only a block that fits one line may hold several.`,
    fixes: [{ title: 'Start a new line', applicability: 'certain', edits: [newLine(findings, span.start)] }],
  }));
}

/** A line break in the place of the blanks before an offset, with the indentation of its line. */
function newLine(findings: Findings, offset: number): TextEdit {
  const { text } = findings.source;
  const line = startOfLine(text, offset);
  let start = offset;
  while (start > line && /[ \t]/.test(text[start - 1] ?? '')) start -= 1;
  return { location: findings.locate({ start, end: offset }), newText: `\n${text.slice(line, line + indentation(text, line))}` };
}

/** A block is missing. */
export function missingBlock(declaration: Declaration): Said {
  const body = declaration.body;
  return {
    message: declaration.bodyIs === 'inline' && body !== undefined
      ? `Expected ${listOf([...new Set(declarationsIn(body).slice(0, 3).map((one) => `\`${one.keyword}\``)), 'a block'], 'or')} after \`${declaration.keyword}\`, but the statement ends there.`
      : `\`${declaration.keyword}\` needs a block in braces.`,
    notes: [`For example:\n${declaration.example}`],
  };
}

function howItIsWritten(declaration: Declaration): string {
  const signatures = declaration.signatures.map((one) => `\`${displaySignature(declaration.keyword, one.parts)}\``);
  return `It is written ${signatures.join(' or ')}. For example: \`${declaration.example.split('\n', 1)[0]}\``;
}

function isOpenText(item: Item | undefined): boolean {
  return item?.item === 'piece' && isUnterminated(item.token);
}

function habits(item: Item | undefined): string[] {
  if (item?.item !== 'piece') return [];
  const { image } = item.token;
  return HABITS.filter(([pattern]) => pattern.test(image)).map(([, hint]) => hint);
}

/** An item as messages quote it. */
export function describe(item: Item): string {
  if (item.item === 'braces') return 'a block';
  if (item.item === 'group') return `\`${item.opening.image}…${item.closing.image}\``;
  const image = item.token.image.split(/[\r\n]/, 1)[0] ?? '';
  if (/^\s/.test(image)) return `the white space U+${(image.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  const start = Array.from(image.slice(0, 82));
  return start.length > 40 ? `\`${start.slice(0, 40).join('')}…\`` : `\`${image}\``;
}

function oneOf(declarations: readonly Declaration[]): string {
  return listOf([...new Set(declarations.map((one) => `\`${one.keyword}\``))], 'or');
}

/** Statements of a plan stand in all its parts: naming the plan is enough. */
function namePlaces(blocks: readonly BlockKind[]): string {
  const sequences: readonly BlockKind[] = SEQUENCES;
  const wholePlan = sequences.filter((kind) => blocks.includes(kind)).length > 3;
  const rest = blocks.filter((kind) => !wholePlan || !sequences.includes(kind)).map((kind) => PLACES[kind]);
  return listOf([...(wholePlan ? ['in a plan and the blocks inside it'] : []), ...rest]);
}

function listOf(words: readonly string[], last = 'and'): string {
  if (words.length <= 1) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}
