import { readFileSync } from 'node:fs';
import { editorsPage } from './editors-page.ts';

/** The generated pages about editors: text by the path from the top folder. */
export function generatedPages(): Map<string, string> {
  return new Map([['docs/editors.md', editorsPage(readFileSync(new URL('editors-setup.md', import.meta.url), 'utf8'))]]);
}
