import type { Diagnostic } from './diagnostic.ts';

const LEVELS = { error: 0, warning: 1, note: 2 } as const;

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  return (
    compareTexts(a.primary.file, b.primary.file) ||
    a.primary.start - b.primary.start ||
    compareTexts(a.code, b.code) ||
    a.primary.end - b.primary.end ||
    compareTexts(a.message, b.message)
  );
}

/** Diagnostics by file, place and code. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.toSorted(compareDiagnostics);
}

/** The most serious ones, at most `limit`, by file, place and code. */
export function mostSerious(diagnostics: readonly Diagnostic[], limit: number): Diagnostic[] {
  const sorted = sortDiagnostics(diagnostics);
  if (sorted.length <= limit) return sorted;
  return sortDiagnostics(sorted.toSorted((a, b) => LEVELS[a.level] - LEVELS[b.level]).slice(0, limit));
}
