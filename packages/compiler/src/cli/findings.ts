import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { renderDiagnosticsJson } from '../diagnostics/render-json.ts';
import { renderDiagnosticLines } from '../diagnostics/render-lines.ts';
import { renderDiagnostics } from '../diagnostics/render-text.ts';
import { Source, type Location } from '../text/source.ts';
import type { Project } from '../project/project.ts';
import { shownPath, type LoadedEntry } from './entries.ts';
import { lineWidth, STANDARD_OUTPUT, useColor, type ColorChoice, type Stream } from './output.ts';

/** Gathers the diagnostics of several projects, each once, with files named from the working directory. */
export class Findings {
  readonly diagnostics: Diagnostic[] = [];
  readonly #sources = new Map<string, Source>();
  readonly #known = new Set<string>();

  add(diagnostics: readonly Diagnostic[], { root, project }: Pick<LoadedEntry, 'root' | 'project'>): void {
    const rename = (file: string): string => {
      const shown = shownPath(root, file);
      this.#keepSource(shown, project, file);
      return shown;
    };
    for (const diagnostic of diagnostics) {
      const renamed = renameFiles(diagnostic, rename);
      const { code, primary, message } = renamed;
      const key = `${code}\0${primary.file}\0${primary.start}\0${primary.end}\0${message}`;
      if (this.#known.has(key)) continue;
      this.#known.add(key);
      this.diagnostics.push(renamed);
    }
  }

  get hasErrors(): boolean {
    return this.diagnostics.some(({ level }) => level === 'error');
  }

  /** For people, on a stream. */
  text(choice: ColorChoice, stream: Stream = STANDARD_OUTPUT): string {
    return renderDiagnostics(this.diagnostics, this.#sources, {
      color: useColor(choice, stream),
      width: lineWidth(stream),
    });
  }

  json(): string {
    return renderDiagnosticsJson(this.diagnostics, this.#sources);
  }

  /** One a line, for editors and logs. */
  lines(): string {
    return renderDiagnosticLines(this.diagnostics, this.#sources);
  }

  #keepSource(shown: string, project: Project, file: string): void {
    const source = project.sources.get(file);
    if (source !== undefined && !this.#sources.has(shown)) this.#sources.set(shown, new Source(shown, source.text));
  }
}

function renameFiles(diagnostic: Diagnostic, rename: (file: string) => string): Diagnostic {
  const move = (location: Location): Location => ({ ...location, file: rename(location.file) });
  return {
    ...diagnostic,
    primary: move(diagnostic.primary),
    related: diagnostic.related.map((one) => ({ ...one, location: move(one.location) })),
    fixes: diagnostic.fixes.map((fix) => ({
      ...fix,
      edits: fix.edits.map((edit) => ({ ...edit, location: move(edit.location) })),
    })),
  };
}
