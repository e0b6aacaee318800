import type { DiagnosticKind } from './diagnostic.ts';

/** The page of each diagnostic, by its name. */
export const PAGES: ReadonlyMap<string, { readonly kind: DiagnosticKind; readonly page: string }> = new Map();
