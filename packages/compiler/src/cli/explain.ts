import process from 'node:process';
import { neutralize } from '../diagnostics/display-text.ts';
import { printJson } from '../diagnostics/render-json.ts';
import { PAGES } from '../diagnostics/pages.ts';
import { suggest } from '../text/suggest.ts';
import { CommandError } from './command-error.ts';
import { FINE } from './exit-codes.ts';
import { markdownToText } from './markdown-text.ts';
import { lineWidth, printOut, STANDARD_OUTPUT, table, useColor, type ColorChoice } from './output.ts';

export interface ExplainOptions {
  readonly format: 'text' | 'json';
  readonly color: ColorChoice;
}

/** `belay explain`: the page of a diagnostic; without a code, all of them in a line each. */
export async function explain(wanted: string | undefined, options: ExplainOptions): Promise<void> {
  const pages = [...PAGES.values()].sort((a, b) => (a.kind.code < b.kind.code ? -1 : 1));
  process.exitCode = FINE;
  if (wanted === undefined) {
    const kinds = pages.map(({ kind }) => kind);
    printOut(
      options.format === 'json'
        ? printJson(kinds)
        : table(kinds.map(({ code, name, level, summary }) => [code, name, level, summary])),
    );
    return;
  }
  const plain = wanted.trim().toLowerCase().replaceAll(/[\s_]/g, '-');
  const found = pages.find(({ kind }) => kind.code.toLowerCase() === plain || kind.name === plain);
  if (found === undefined) {
    const known = pages.flatMap(({ kind }) => [kind.code, kind.name]);
    const [near] = suggest(wanted, known);
    const hint = near === undefined ? 'belay explain, without a code, lists all of them' : `did you mean "${near}"?`;
    throw new CommandError(`there is no diagnostic "${neutralize(wanted)}"`, hint);
  }
  if (options.format === 'json') {
    printOut(printJson({ ...found.kind, page: found.page }));
    return;
  }
  const { code, name, level, category, since, summary } = found.kind;
  const header = `# ${code} ${name}\n\n${summary}\n\n${category}; ${level}; since ${since}\n\n`;
  // The page begins with the title and the summary too.
  const body = found.page.replace(/^# .*\n+[^]*?\n\n/, '');
  printOut(
    markdownToText(header + body, { color: useColor(options.color, STANDARD_OUTPUT), width: lineWidth(STANDARD_OUTPUT) }),
  );
}
