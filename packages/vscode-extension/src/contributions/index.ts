import { textMateGrammar } from './grammar.ts';
import { snippets } from './snippets.ts';

/** The files of this package that are made from the vocabulary: text by the path from the package's folder. */
export function contributionFiles(): Map<string, string> {
  return new Map([
    ['syntaxes/belay.tmLanguage.json', printed(textMateGrammar())],
    ['snippets/belay.json', printed(snippets())],
  ]);
}

function printed(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
