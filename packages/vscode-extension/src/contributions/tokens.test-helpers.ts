import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import oniguruma from 'vscode-oniguruma';
import textmate, { type IGrammar, type IRawGrammar } from 'vscode-textmate';
import { BELAY_SCOPE, textMateGrammar } from './grammar.ts';

const require = createRequire(import.meta.url);

/** The grammar as editors run it, with that of the shell as VS Code ships it. */
export async function loadGrammar(): Promise<IGrammar> {
  await oniguruma.loadWASM(readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm')));
  const shell = JSON.parse(readFileSync(require.resolve('tm-grammars/grammars/shellscript.json'), 'utf8')) as IRawGrammar;
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async (scope) => {
      if (scope === BELAY_SCOPE) return textmate.parseRawGrammar(JSON.stringify(textMateGrammar()), 'belay.json');
      return scope === 'source.shell' ? shell : null;
    },
  });
  const grammar = await registry.loadGrammar(BELAY_SCOPE);
  if (grammar === null) throw new Error('the grammar can not be loaded');
  return grammar;
}

/**
 * The tokens of a text, a line each: what stands there, and its last scope without the language. Blanks and what has no scope of its own are
 * left out.
 */
export function tokensOf(grammar: IGrammar, text: string): string[] {
  const found: string[] = [];
  let stack = textmate.INITIAL;
  for (const line of text.split('\n')) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, stack);
    stack = ruleStack;
    for (const { startIndex, endIndex, scopes } of tokens) {
      const scope = scopes.findLast((one) => !one.startsWith('meta.') && one !== BELAY_SCOPE);
      const isShell = scopes.some((one) => one.startsWith('meta.embedded.shell.'));
      const piece = line.slice(startIndex, endIndex).trim();
      if (piece !== '' && (scope !== undefined || isShell)) found.push(`${piece}  ${isShell ? 'shell ' : ''}${(scope ?? '').replace(/\.(?:belay|shell)$/, '')}`.trimEnd());
    }
  }
  return found;
}
