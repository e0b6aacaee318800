import type { IToken } from 'chevrotain';
import fc from 'fast-check';
import { VOCABULARY } from '../vocabulary/index.ts';
import { parseInDetail } from './parse.ts';
import { Source } from '../text/source.ts';
import { BlockText, CloseBracket, Comma, Newline, OpenBracket, tokenize, Word } from './tokens.ts';
import { inBlock } from './tree.test-helpers.ts';

/** The example of every statement kind, in each block that it may stand in. */
export const EXAMPLES: readonly string[] = VOCABULARY.flatMap((declaration) => declaration.in.map((block) => inBlock(block, declaration.example)));

const EXTRAS: readonly string[] = [
  'let l = [a, "b", [1, 2], c]',
  'plan p {\n  apply r(nova.api, wait: 5m,\n      list: [\n          1,\n          2\n      ])\n}',
  'plan p {\n  run """\n    set -e\n      nested\n\n    ${host}\n  """ under kilo\n  run """one\n    two"""\n}',
  'cloud c {\n  component a on x { unit "a" }\n  component bbb on y { unit "b"  package "b" }\n  service s {\n    needs a, b,\n        c\n  }\n}',
  'plan p { step s { verify run "a"  unless run "b" on any x except y  undo run "c"  repeatable } }',
  'recipe r(a: component, b: duration = 5m) {\n  stop a\n}',
];

/** Sources that hold a few statements of any kind, as a person would write them. */
export const sources: fc.Arbitrary<string> = fc.array(fc.constantFrom(...EXAMPLES, ...EXTRAS), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join('\n'));

/** Where a random decision comes from. */
type Roll = (below: number) => number;

/** Sources whose white space, line breaks and comments are anything that the language allows. */
export const mangledSources: fc.Arbitrary<string> = fc.tuple(sources, fc.infiniteStream(fc.nat(1_000_000)), fc.boolean())
  .map(([source, stream, damaged]) => mangle(source, (below) => (stream.next().value ?? 0) % below, damaged))
  .filter((text) => parseInDetail(new Source('mangled.belay', text)).isSound);

/**
 * Writes the tokens of a source with other white space between them.
 *
 * @param damaged whether some words are left out or written twice, so that statements are unknown or malformed
 */
function mangle(source: string, roll: Roll, damaged: boolean): string {
  let out = '';
  let comments = 0;
  const { tokens } = tokenize(source);
  const blanks = (): string => [' ', '  ', '   ', '\t', ' \t '][roll(5)] ?? ' ';
  const comment = (): string => `#${' c'.repeat(roll(3))}${(comments += 1)}${' '.repeat(roll(2))}`;
  // Below the indentation of lines that continue a statement.
  const lineBreak = (indent: number): string => {
    let text = roll(4) === 0 ? ` ${comment()}\n` : `${' '.repeat(roll(2))}\n`;
    while (roll(5) === 0) text += roll(2) === 0 ? '\n' : `${' '.repeat(roll(9))}${comment()}\n`;
    return text + ' '.repeat(indent);
  };
  let brackets = 0;
  for (const [index, token] of tokens.entries()) {
    const type = token.tokenType;
    if (type === Newline) {
      const isContinued = brackets > 0 || tokens[index - 1]?.tokenType === Comma;
      if (!isContinued) out += lineBreak(roll(8));
      continue;
    }
    if (type === CloseBracket) brackets -= 1;
    const times = damaged && type === Word && roll(15) === 0 ? roll(2) * 2 : 1;
    out += Array.from({ length: times }, () => imageOf(token, roll)).join(' ');
    if (type === OpenBracket) brackets += 1;
    const next = tokens[index + 1]?.tokenType;
    if (next === Newline) continue;
    const breaks = type === Comma || type === OpenBracket || brackets > 0 || next === CloseBracket;
    if (breaks && next !== undefined && (brackets > 0 || type === Comma) && roll(4) === 0) out += lineBreak(20 + roll(8));
    else if (next !== undefined && needsBlank(token, tokens[index + 1] as IToken)) out += blanks();
    else if (roll(3) === 0) out += blanks();
  }
  return out.replaceAll('\n', roll(4) === 0 ? '\r\n' : '\n');
}

/** The lines of a text stay deeper than any line that could open it. */
function imageOf(token: IToken, roll: Roll): string {
  if (token.tokenType !== BlockText) return token.image;
  const more = ' '.repeat(30 + roll(5));
  return token.image.replaceAll(/\n(?!\n)/g, `\n${more}`);
}

function needsBlank(token: IToken, next: IToken): boolean {
  const isSign = (one: IToken): boolean => /^[{}()[\],]$/.test(one.image);
  return !isSign(token) && !isSign(next);
}

/** What formatting has to keep: the words and signs but for the white space inside of texts, and what stands before each comment. */
export function contentOf(text: string): { tokens: string[]; comments: string[] } {
  const { tokens, comments } = tokenize(text);
  const meaningful = tokens.filter((token) => token.tokenType !== Newline);
  const imageOfText = (token: IToken): string => (token.tokenType === BlockText ? token.image.replaceAll(/\s+/g, ' ').replaceAll(/^"""\s|\s"""$/g, '"""') : token.image);
  return {
    tokens: meaningful.map(imageOfText),
    comments: comments.map((comment) => {
      const before = meaningful.filter((token) => token.startOffset < comment.startOffset).length;
      return `${comment.image.trimEnd()} after ${before}`;
    }),
  };
}

