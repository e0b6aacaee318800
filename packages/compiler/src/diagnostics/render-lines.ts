import type { Source } from '../text/source.ts';
import type { Diagnostic } from './diagnostic.ts';
import { codePointText, neutralize } from './display-text.ts';
import { sortDiagnostics } from './order.ts';

/**
 * Renders diagnostics one a line, by file and place, as GNU's tools and compilers do, for problem matchers, `errorformat`s and logs:
 *
 * ```text
 * plans/night.belay:12:11: error: There is no component named `site.frnt`. [B0101]
 * ```
 *
 * Lines and columns count from 1; columns in UTF-16 units. The first colon ends the name of the file: one in it is shown as `<U+003A>`, so that no
 * name can pass for a place. What comes from files can neither break a line, nor start it with anything but a path.
 *
 * @returns a line for each diagnostic, each with a newline at its end; empty if there are none.
 */
export function renderDiagnosticLines(diagnostics: readonly Diagnostic[], sources: ReadonlyMap<string, Source>): string {
  return sortDiagnostics(diagnostics).map(({ code, level, message, primary: { file, start } }) => {
    const { line, column } = sources.get(file)?.position(start) ?? { line: 1, column: 1 };
    return `${shownFile(file)}:${line}:${column}: ${level}: ${neutralize(message).trim()} [${neutralize(code)}]\n`;
  }).join('');
}

/** Some systems that run checks obey lines that begin with `::` or `##`, and commands take a name that begins with a dash for an option. */
function shownFile(file: string): string {
  const safe = neutralize(file.replaceAll(/[:\t\n\r]/g, codePointText));
  return /^[\w./]/.test(safe) ? safe : `./${safe}`;
}
