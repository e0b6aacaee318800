import { declarationsIn, displaySignature, type BlockKind, type Declaration, type Part, type Signature, type Statement } from '@belay/compiler/analysis';
import { CompletionItemKind } from 'vscode-languageserver';
import { wordsOf } from '../../cursor/expected.ts';
import type { Candidate } from './candidate.ts';

/** Values that are written in quotes. */
const QUOTED: ReadonlySet<string> = new Set(['title', 'text', 'command', 'path', 'hosts']);

/** Statements that may stand in fewer blocks than this are what a block is there for. */
const FEW_BLOCKS = 3;

/**
 * The statements that may stand in a block.
 *
 * @param words words of the keyword that stand there already
 * @param present what stands in the block: statements that may stand once are not offered again
 */
export function statementCandidates(block: BlockKind, words: readonly string[], present: readonly Statement[]): Candidate[] {
  const taken = new Set(present.filter(({ declaration }) => declaration.once).map(({ declaration }) => declaration));
  return declarationsIn(block).flatMap((declaration) => {
    const keyword = wordsOf(declaration);
    if (taken.has(declaration) || keyword.length <= words.length || !words.every((word, at) => keyword[at] === word)) return [];
    return declaration.signatures.map((signature) => candidate(declaration, signature, keyword.slice(words.length).join(' ')));
  });
}

function candidate(declaration: Declaration, signature: Signature, rest: string): Candidate {
  const several = declaration.signatures.length > 1;
  const shown = displaySignature(declaration.keyword, signature.parts);
  return {
    label: several ? shown : rest,
    ...(several ? { filter: rest, insert: rest } : {}),
    kind: CompletionItemKind.Keyword,
    detail: shown,
    snippet: snippetOf(declaration, signature, rest),
    rank: declaration.in.length < FEW_BLOCKS ? 0 : 1,
    data: { of: 'statement', id: declaration.id },
  };
}

/** The statement with places for what has to be filled in, and its block if it has to have one. */
function snippetOf(declaration: Declaration, { parts }: Signature, rest: string): string {
  let count = 0;
  const place = (part: Part): string[] => {
    if (part.part === 'optional') return [];
    if (part.part === 'word') return [part.word];
    count += 1;
    if (part.part === 'choice') return [`\${${count}|${part.words.join(',')}|}`];
    const name = `\${${count}:${part.name}}`;
    return [QUOTED.has(part.type) ? `"${name}"` : name];
  };
  const head = [rest, ...parts.flatMap(place)].join(' ').replaceAll(' : ', ': ');
  if (declaration.bodyIs === 'required') return `${head} {\n\t$0\n}`;
  return declaration.bodyIs === 'inline' ? `${head} $0` : head;
}
