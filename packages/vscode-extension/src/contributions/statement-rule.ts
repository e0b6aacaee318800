import { declarationsIn, VOCABULARY, type BlockKind, type Declaration, type Part, type ValueType } from '@belay/compiler/analysis';
import { BLANKS, oneOf, spaced, WORD, WORD_END, WORD_START, type Captures, type TextMateRule } from './textmate-rule.ts';

/** The scope of keywords, and of the words of a signature: the color that themes give the server's tokens, so that nothing changes it later. */
const KEYWORD = 'keyword.control.belay';

/** Scopes for words, by what a place of a signature takes. Values that show by themselves what they are (numbers, texts) have none. */
const VALUE_SCOPES: Partial<Readonly<Record<ValueType, string>>> = {
  name: 'entity.name.type', release: 'constant.language.release', type: 'support.type', word: 'constant.other', day: 'constant.language.day', value: 'variable.other',
  text: 'variable.other', path: 'variable.other', hosts: 'variable.other', environment: 'variable.other.constant', target: 'variable.other', 'ref.rule': 'constant.other',
};

/** The rule of one statement kind: its keyword, the words of its signature and what follows them, and its block. */
export function statementRule(declaration: Declaration): TextMateRule {
  const { keyword, body, bodyIs } = declaration;
  const parts = allParts(declaration);
  const [first] = declaration.signatures[0]?.parts ?? [];
  const value = wordOf(first, declaration);
  return {
    name: `meta.statement.${declaration.id}.belay`,
    begin: `${WORD_START}(${spaced(keyword)})${WORD_END}${value === undefined ? '' : `${modeOf(first)}(?:${BLANKS}(${value.pattern}))?`}`,
    beginCaptures: { 1: { name: KEYWORD }, ...(value === undefined ? {} : argumentScopes(value.scope)) },
    end: endOf(declaration, parts),
    patterns: [
      { include: '#comment' },
      ...(parts.some((one) => one.part === 'value' && one.type === 'command') ? [{ include: '#shell-text' }] : []),
      { include: body === undefined ? '#braces' : `#braces.${body}` },
      ...(bodyIs === 'inline' && body !== undefined ? [{ include: `#own.${body}` }] : []),
      ...continuations(parts, declaration),
      ...wordRules(parts, declaration),
      { include: '#values' },
    ],
  };
}

/**
 * A statement ends with its line, with its block, at the brace that closes the block around it, or, in a block on one line, where the next
 * one starts. A keyword that is an argument never stands there: each rule for a word takes the argument behind it.
 */
function endOf({ in: blocks, body, bodyIs }: Declaration, parts: readonly Part[]): string {
  const words = new Set(parts.flatMap((one) => (one.part === 'word' ? [one.word] : one.part === 'choice' ? one.words : [])));
  const inline = new Set(bodyIs === 'inline' && body !== undefined ? declarationsIn(body).map((one) => one.keyword) : []);
  const around = blocksAround(blocks);
  const next = VOCABULARY.filter((one) => one.in.some((kind) => around.has(kind)) && !inline.has(one.keyword)).map((one) => one.keyword);
  const keywords = oneOf(next.filter((keyword) => !words.has(keyword.split(' ', 1)[0] ?? '')));
  return `$|(?=\\})|(?<=\\})${keywords === '' ? '' : `|${WORD_START}(?=(?:${keywords})${WORD_END})`}`;
}

/** The blocks, and those around them on the same line: of statements that hold others without braces. */
function blocksAround(blocks: readonly BlockKind[]): Set<BlockKind> {
  const around = new Set(blocks);
  // A set that grows while it is gone through is gone through to its end.
  for (const kind of around) {
    for (const { body, bodyIs, in: outer } of VOCABULARY) if (bodyIs === 'inline' && body === kind) for (const one of outer) around.add(one);
  }
  return around;
}

/** After a comma the next value follows, on this line or on a later one. */
function continuations(parts: readonly Part[], declaration: Declaration): TextMateRule[] {
  const lists = parts.filter((one) => one.part === 'value' && (one.list || one.type === 'target'));
  const value = lists.map((one) => wordOf(one, declaration)).find((one) => one !== undefined);
  return [
    {
      begin: ',', end: `${value === undefined ? '' : `(${value.pattern})|`}(?=[^\\s#])`, beginCaptures: { 0: { name: 'punctuation.separator.belay' } },
      endCaptures: { 1: { name: value?.scope ?? '' } },
      patterns: [{ include: '#comment' }],
    },
  ];
}

/** The words of the signature, each with the argument that follows it. */
function wordRules(parts: readonly Part[], declaration: Declaration): TextMateRule[] {
  const rules = new Map<string, TextMateRule>();
  for (const [index, part] of parts.entries()) {
    if (part.part === 'choice') rules.set(part.words.join(), { name: KEYWORD, match: `${WORD_START}(?:${oneOf(part.words)})${WORD_END}` });
    if (part.part === 'value' && part.type === 'target') rules.set('except', wordRule('except', parts[index], declaration));
    if (part.part === 'word' && !rules.has(part.word)) rules.set(part.word, wordRule(part.word, parts[index + 1], declaration));
  }
  return [...rules.values()];
}

function wordRule(word: string, next: Part | undefined, declaration: Declaration): TextMateRule {
  const isSign = !/\w/.test(word);
  const value = wordOf(next, declaration);
  return {
    match: `${isSign ? `(${spaced(word)})` : `${WORD_START}(${spaced(word)})${WORD_END}`}${value === undefined ? '' : `${word === 'except' ? '()' : modeOf(next)}(?:[ \\t]*(${value.pattern}))?`}`,
    captures: {
      1: { name: isSign ? 'keyword.operator.belay' : KEYWORD },
      ...(value === undefined ? {} : argumentScopes(value.scope)),
    },
  };
}

/** Which hosts of a target are meant; a group that is empty elsewhere. */
function modeOf(part: Part | undefined): string {
  return part?.part === 'value' && part.type === 'target' ? `(?:${BLANKS}(any|first|each)${WORD_END})?` : '()';
}

function argumentScopes(scope: string): Captures {
  return { 2: { name: KEYWORD }, 3: { name: scope } };
}

/** The word that a part may be, with its scope; none for numbers, texts and brackets. */
function wordOf(part: Part | undefined, { category, body }: Declaration): { readonly pattern: string; readonly scope: string } | undefined {
  if (part?.part !== 'value') return undefined;
  if (part.type === 'release') return { pattern: WORD, scope: 'constant.language.release.belay' };
  const scope = VALUE_SCOPES[part.type] ?? (part.type.startsWith('ref.') ? 'variable.other' : undefined);
  if (scope === undefined) return undefined;
  const isValue = part.type === 'name' && category === 'Files and names' && body === undefined;
  // A number is colored as one.
  return { pattern: `(?![0-9])${WORD}`, scope: `${isValue ? 'variable.other.constant' : scope}.belay` };
}

/** The parts of all signatures, those that may be left out too, in their order. */
function allParts({ signatures }: Declaration): Part[] {
  const flat = (parts: readonly Part[]): Part[] => parts.flatMap((one) => (one.part === 'optional' ? flat(one.parts) : [one]));
  return signatures.flatMap(({ parts }) => flat(parts));
}
