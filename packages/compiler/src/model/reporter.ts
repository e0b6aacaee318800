import { diagnostic, type Diagnostic, type DiagnosticKind, type Finding } from '../diagnostics/diagnostic.ts';
import type { Location, Span } from '../text/source.ts';

/** More findings than this are not collected: a hostile file can not flood the report. */
const MOST_FINDINGS = 2_000;

/** Collects findings, each once: a recipe that is applied twice reports a fault in it once. */
export class Reporter {
  readonly #found = new Map<string, Diagnostic>();

  report(kind: DiagnosticKind, finding: Finding): void {
    if (this.#found.size >= MOST_FINDINGS) return;
    const { file, start, end } = finding.at;
    const key = `${kind.code} ${file}:${start}-${end} ${finding.message}`;
    if (!this.#found.has(key)) this.#found.set(key, diagnostic(kind, finding));
  }

  get diagnostics(): Diagnostic[] {
    return [...this.#found.values()];
  }
}

/** A span in a file. */
export function locate(file: string, span: Span): Location {
  return { file, start: span.start, end: span.end };
}
