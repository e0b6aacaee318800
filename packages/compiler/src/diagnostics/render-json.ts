import type { Location, Position, Source } from '../text/source.ts';
import type { Diagnostic } from './diagnostic.ts';
import { sortDiagnostics } from './order.ts';

/** A place, from `start` up to, not including, `end`. Both are missing if the file could not be read. */
interface JsonPlace {
  /** Relative to the workspace root, with `/`. */
  readonly file: string;
  /** Lines and columns count from 1; columns in UTF-16 units, as editors do. */
  readonly start?: Position;
  readonly end?: Position;
}

/** Characters that JSON allows in strings, but that terminals and pagers obey. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Renders diagnostics for machines: a JSON array, by file, place and code; `[]` if there are none. Keys stand in the order below, and
 * the same diagnostics make the same bytes. Later versions may add keys.
 *
 * ```ts
 * type Diagnostics = {
 *   code: string;          // "B0101"; never reused
 *   name: string;          // "unknown-name"
 *   level: 'error' | 'warning' | 'note';
 *   message: string;
 *   file: string;          // relative to the workspace root, with "/"
 *   start?: Position;      // { line, column }, from 1; columns in UTF-16 units
 *   end?: Position;        // the first position behind it
 *   label?: string;        // a few words at the place
 *   related: { file: string; start?: Position; end?: Position; message: string }[];
 *   notes: string[];
 *   fixes: {
 *     title: string;
 *     applicability: 'certain' | 'likely';
 *     edits: { file: string; start?: Position; end?: Position; newText: string }[];
 *   }[];
 *   url: string;           // the page of the code
 * }[];
 * ```
 *
 * @returns text of ASCII control-free JSON, indented by two spaces, that ends with a newline.
 */
export function renderDiagnosticsJson(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, Source>,
): string {
  return printJson(sortDiagnostics(diagnostics).map((diagnostic) => toJson(diagnostic, sources)));
}

/** JSON text, indented, that ends with a newline and holds no character that a terminal would obey or hide. */
export function printJson(value: unknown): string {
  const text = JSON.stringify(value, undefined, 2);
  // Classes of Unicode cost a millisecond to compile, and texts are mostly ASCII.
  if (/^[\n -~]*$/.test(text)) return `${text}\n`;
  return `${text.replace(UNSAFE, (character) => (character === '\n' ? character : escapeUnits(character)))}\n`;
}

function escapeUnits(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

function toJson(diagnostic: Diagnostic, sources: ReadonlyMap<string, Source>): unknown {
  const { code, name, level, message, primary, label, related, notes, fixes, url } = diagnostic;
  return {
    code,
    name,
    level,
    message,
    ...place(primary, sources),
    ...(label === undefined ? {} : { label }),
    related: related.map((one) => ({ ...place(one.location, sources), message: one.message })),
    notes,
    fixes: fixes.map(({ title, applicability, edits }) => ({
      title,
      applicability,
      edits: edits.map(({ location, newText }) => ({ ...place(location, sources), newText })),
    })),
    url,
  };
}

function place(location: Location, sources: ReadonlyMap<string, Source>): JsonPlace {
  const source = sources.get(location.file);
  if (source === undefined) return { file: location.file };
  return {
    file: location.file,
    start: source.position(location.start),
    end: source.position(Math.max(location.start, location.end)),
  };
}
