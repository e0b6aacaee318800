import { declarationsIn, VOCABULARY, type BlockKind, type Declaration } from '@belay/compiler/analysis';
import { statementRule } from './statement-rule.ts';
import { INJECTIONS, TEXT_RULES } from './text-rules.ts';
import { WORD, type TextMateGrammar, type TextMateRule } from './textmate-rule.ts';

/** The name by which grammars know Belay. */
export const BELAY_SCOPE = 'source.belay';

/**
 * The TextMate grammar of the language, made from its vocabulary: a block takes the statements that may stand in it first. All others follow, so
 * that a brace which is missing costs no more than a few colors.
 */
export function textMateGrammar(): TextMateGrammar {
  const blocks = [...new Set(VOCABULARY.flatMap((one) => one.in))];
  return {
    $schema: 'https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json',
    name: 'Belay',
    scopeName: BELAY_SCOPE,
    fileTypes: ['belay'],
    patterns: [{ include: '#block.file' }],
    injections: INJECTIONS,
    repository: {
      ...TEXT_RULES,
      braces: braces('statements'),
      brackets: {
        patterns: [
          { begin: '\\(', end: '\\)', beginCaptures: punctuation('parens.begin'), endCaptures: punctuation('parens.end'), patterns: [{ include: '#values' }] },
          { begin: '\\[', end: '\\]', beginCaptures: punctuation('brackets.begin'), endCaptures: punctuation('brackets.end'), patterns: [{ include: '#values' }] },
        ],
      },
      values: {
        patterns: [
          ...['comment', 'text', 'number', 'brackets'].map(included),
          { match: `(${WORD})[ \\t]*(:)`, captures: { 1: { name: 'variable.parameter.belay' }, 2: { name: 'punctuation.separator.belay' } } },
          { name: 'variable.other.belay', match: WORD },
          { name: 'keyword.operator.belay', match: '->|[=:]' },
          { name: 'punctuation.separator.belay', match: ',' },
        ],
      },
      statements: { patterns: [included('comment'), ...longestFirst(VOCABULARY).map(({ id }) => included(`statement.${id}`)), ...REST.map(included)] },
      unknown: { begin: '[^\\s{}#"]', end: '$|(?=[{}])', patterns: [included('comment'), included('text')] },
      ...Object.fromEntries(blocks.map((kind) => [`own.${kind}`, ownStatements(kind)])),
      ...Object.fromEntries(blocks.map((kind) => [`block.${kind}`, { patterns: ['comment', `own.${kind}`, 'statements'].map(included) }])),
      ...Object.fromEntries(blocks.map((kind) => [`braces.${kind}`, braces(`block.${kind}`)])),
      ...Object.fromEntries(VOCABULARY.map((one) => [`statement.${one.id}`, statementRule(one)])),
    },
  };
}

/** What stands where no statement is read. */
const REST = ['text', 'braces', 'unknown'] as const;

function included(name: string): TextMateRule {
  return { include: `#${name}` };
}

function ownStatements(kind: BlockKind): TextMateRule {
  return { patterns: longestFirst(declarationsIn(kind)).map(({ id }) => included(`statement.${id}`)) };
}

function braces(inner: string): TextMateRule {
  return { begin: '\\{', end: '\\}', beginCaptures: punctuation('block.begin'), endCaptures: punctuation('block.end'), patterns: [included(inner)] };
}

function punctuation(what: string): { readonly 0: { readonly name: string } } {
  return { 0: { name: `punctuation.section.${what}.belay` } };
}

/** `rollback point` before a possible `rollback`. */
function longestFirst(declarations: readonly Declaration[]): Declaration[] {
  return [...declarations].sort((a, b) => b.keyword.length - a.keyword.length);
}
