import { WORD_END, WORD_START, type TextMateRule } from './textmate-rule.ts';

/** Where a text on one line holds shell; editors take it for the language `shellscript`. */
export const SHELL_LINE = 'meta.embedded.shell.line.belay';

/** Where a text of several lines holds shell. */
export const SHELL_BLOCK = 'meta.embedded.shell.block.belay';

const QUOTES = {
  begin: { name: 'punctuation.definition.string.begin.belay' },
  end: { name: 'punctuation.definition.string.end.belay' },
} as const;

const ESCAPE: TextMateRule = { name: 'constant.character.escape.belay', match: '\\\\(?:[nt"\\\\$]|u\\{[0-9A-Fa-f]+\\})' };

const INTERPOLATION: readonly TextMateRule[] = [
  { name: 'constant.character.escape.belay', match: '\\$\\$(?=\\{)' },
  {
    name: 'meta.interpolation.belay',
    match: '(\\$\\{)(?:(raw) +)?([A-Za-z_][A-Za-z0-9_.-]*)(\\})',
    captures: {
      1: { name: 'punctuation.section.interpolation.begin.belay' },
      2: { name: 'keyword.control.belay' },
      3: { name: 'variable.other.belay' },
      4: { name: 'punctuation.section.interpolation.end.belay' },
    },
  },
];

/**
 * Texts that hold shell. What stands on one line is read on its own, as a capture, and lines of a `"""` text as long as no closing quotes stand on
 * them: an open quote in the shell can not swallow the quotes of Belay.
 */
const SHELL_TEXT: readonly TextMateRule[] = [
  {
    begin: '\\G[ \\t]*(""")',
    beginCaptures: { 1: { name: `string.quoted.triple.belay ${QUOTES.begin.name}` } },
    end: '"""',
    endCaptures: { 0: { name: `string.quoted.triple.belay ${QUOTES.end.name}` } },
    patterns: [
      { begin: '\\G(?!.*""")', while: '^(?!.*""")', contentName: SHELL_BLOCK, patterns: [{ include: 'source.shell' }] },
      { match: '.+?(?=""")', captures: { 0: { name: SHELL_BLOCK, patterns: [{ include: 'source.shell' }] } } },
    ],
  },
  {
    match: '\\G[ \\t]*(")((?:[^"\\\\]|\\\\.)*)("|\\\\?$)',
    captures: {
      1: { name: `string.quoted.double.belay ${QUOTES.begin.name}` },
      2: { name: SHELL_LINE, patterns: [{ include: 'source.shell' }] },
      3: { name: `string.quoted.double.belay ${QUOTES.end.name}` },
    },
  },
];

const TEXT: readonly TextMateRule[] = [
  {
    name: 'string.quoted.triple.belay', begin: '"""', end: '"""', beginCaptures: { 0: QUOTES.begin }, endCaptures: { 0: QUOTES.end },
    patterns: [...INTERPOLATION],
  },
  {
    name: 'string.quoted.double.belay', begin: '"', end: '"|$', beginCaptures: { 0: QUOTES.begin }, endCaptures: { 0: QUOTES.end },
    patterns: [ESCAPE, ...INTERPOLATION, { name: 'invalid.illegal.escape.belay', match: '\\\\.' }],
  },
];

const literal = (name: string, pattern: string): TextMateRule => ({
  match: `${WORD_START}(?:${pattern})${WORD_END}`, captures: { 0: { name } },
});

/** Numbers with the units that Belay knows. */
const NUMBERS: readonly TextMateRule[] = [
  { name: 'constant.numeric.clock.belay', match: '(?<![\\w.])\\d{1,2}:\\d{2}(?!\\d)' },
  literal('constant.numeric.duration.belay', '(?:\\d+(?:\\.\\d+)?(?:ms|s|m|h|d|w))+'),
  literal('constant.numeric.share.belay', '\\d+(?:\\.\\d+)?%'),
  literal('constant.numeric.belay', '\\d+(?:\\.\\d+)?[kMGTP]?B?'),
];

/** The rules for comments, texts and numbers, by the name under which others include them. */
export const TEXT_RULES: Readonly<Record<string, TextMateRule>> = {
  comment: { name: 'comment.line.number-sign.belay', match: '#.*$' },
  text: { patterns: TEXT },
  'shell-text': { patterns: SHELL_TEXT },
  number: { patterns: NUMBERS },
  interpolation: { patterns: INTERPOLATION },
};

/** Rules that count inside of the shell's own rules too, such as its quotes. */
export const INJECTIONS = {
  [`L:${SHELL_LINE}`]: { patterns: [ESCAPE, ...INTERPOLATION] },
  [`L:${SHELL_BLOCK}`]: { patterns: INTERPOLATION },
} as const;
