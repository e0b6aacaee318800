import { readFileSync } from 'node:fs';
import { diagnosticsPage } from './diagnostics-page.ts';
import { languagePage } from './language-page.ts';

/** The generated pages: text by the path from the top folder. */
export function generatedPages(): Map<string, string> {
  const introduction = readFileSync(new URL('language-introduction.md', import.meta.url), 'utf8');
  return new Map([
    ['docs/language.md', languagePage(introduction)],
    ['docs/diagnostics.md', diagnosticsPage()],
  ]);
}
