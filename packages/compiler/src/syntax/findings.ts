import { diagnostic, type Diagnostic, type DiagnosticKind, type Finding } from '../diagnostics/diagnostic.ts';
import { KINDS } from '../diagnostics/kinds.ts';
import type { Location, Source, Span } from '../text/source.ts';

/** Findings of one file beyond this number are counted, not listed. */
export const MOST_FINDINGS = 500;

/** A message, or a message with what stands around it. */
export type Said = string | Omit<Finding, 'at'>;

/** Collects what is wrong with one file. */
export class Findings {
  readonly source: Source;
  readonly #listed: Diagnostic[] = [];
  readonly #kinds = new Set<DiagnosticKind>();
  #count = 0;

  constructor(source: Source) {
    this.source = source;
  }

  get count(): number {
    return this.#count;
  }

  /** Whether further findings are only counted. */
  get isFull(): boolean {
    return this.#count > MOST_FINDINGS;
  }

  has(kind: DiagnosticKind): boolean {
    return this.#kinds.has(kind);
  }

  /** @param say makes the message; not called for findings that are only counted, so that a million errors stay cheap. */
  report(kind: DiagnosticKind, at: Span, say: () => Said): void {
    this.#count += 1;
    this.#kinds.add(kind);
    if (this.#count > MOST_FINDINGS) return;
    const said = say();
    this.#listed.push(diagnostic(kind, { ...(typeof said === 'string' ? { message: said } : said), at: this.locate(at) }));
  }

  locate(span: Span): Location {
    return { file: this.source.file, start: span.start, end: span.end };
  }

  /** The findings in the order of the text. */
  list(): Diagnostic[] {
    const listed = this.#listed.toSorted((a, b) => a.primary.start - b.primary.start);
    if (this.#count > MOST_FINDINGS) {
      listed.push(diagnostic(KINDS.limitExceeded, {
        message: `${this.#count - MOST_FINDINGS} more findings of this file are not shown. Mend the first ones, and check again.`,
        at: this.locate({ start: 0, end: 0 }),
      }));
    }
    return listed;
  }
}
