import type { Location, Source } from '../text/source.ts';
import type { Diagnostic, Level } from './diagnostic.ts';
import { neutralize, wrap } from './display-text.ts';
import { mostSerious } from './order.ts';
import { makePalette, type Palette } from './palette.ts';
import { neighborhoods, quoteLines, type Mark } from './quote.ts';
import { showFix } from './show-fix.ts';

export interface TextOptions {
  readonly color: boolean;
  /** Columns; default 100, at least 40. */
  readonly width?: number;
  /** Diagnostics that are printed; the others are counted. Default 200. */
  readonly limit?: number;
}

const DEFAULT_WIDTH = 100;
const LEAST_WIDTH = 40;
const DEFAULT_LIMIT = 200;

/** Related places that are shown for one diagnostic, and notes. */
const MOST_RELATED = 12;
const MOST_NOTES = 12;

/** Longer messages are cut; only hostile input makes such. */
const LONGEST_TEXT = 4_000;
const MOST_NOTE_LINES = 60;

/**
 * Renders diagnostics for people, by file and place: header, message, the lines in question with underlines, notes, fixes, and how many
 * there are. What comes from files can neither control the terminal nor hide or reorder text.
 *
 * @returns text that ends with a newline; empty if there are no diagnostics.
 */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, Source>,
  options: TextOptions,
): string {
  if (diagnostics.length === 0) return '';
  const width = Math.max(LEAST_WIDTH, options.width ?? DEFAULT_WIDTH);
  const shown = mostSerious(diagnostics, options.limit ?? DEFAULT_LIMIT);
  const blocks = shown.map((diagnostic) =>
    renderDiagnostic(diagnostic, sources, width, makePalette(options.color, diagnostic.level)),
  );
  const palette = makePalette(options.color);
  const end = [];
  const left = diagnostics.length - shown.length;
  if (left > 0) end.push(`${left} more ${left === 1 ? 'is' : 'are'} not shown.`);
  end.push(explainHint(shown), palette.strong(summarize(diagnostics)));
  return `${[...blocks, end.join('\n')].join('\n\n')}\n`;
}

/** Such as `2 errors, 1 warning in 3 files`; the files are those that have findings. */
export function summarize(diagnostics: readonly Diagnostic[]): string {
  const counts = (['error', 'warning', 'note'] satisfies Level[]).flatMap((level) => {
    const count = diagnostics.filter((diagnostic) => diagnostic.level === level).length;
    return count === 0 ? [] : [plural(count, level)];
  });
  return `${counts.join(', ')} in ${plural(new Set(diagnostics.map(({ primary }) => primary.file)).size, 'file')}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function explainHint(diagnostics: readonly Diagnostic[]): string {
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort();
  const [first = ''] = codes;
  return codes.length === 1
    ? `For more about it: belay explain ${neutralize(first)}`
    : `For more about one of them: belay explain CODE, such as ${neutralize(first)}`;
}

function renderDiagnostic(
  diagnostic: Diagnostic,
  sources: ReadonlyMap<string, Source>,
  width: number,
  palette: Palette,
): string {
  const files = [diagnostic.primary, ...diagnostic.related.map(({ location }) => location)];
  const largest = Math.max(
    1,
    ...files.map((location) => sources.get(location.file)?.position(location.start).line ?? 1),
  );
  const gutter = String(largest).length;
  return [
    ...header(diagnostic, width, palette),
    ...frames(diagnostic, sources, gutter, width, palette),
    ...notes(diagnostic, gutter, width, palette),
    ...diagnostic.fixes.flatMap((fix) => showFix(fix, sources, diagnostic.primary.file, gutter, width, palette)),
  ].join('\n');
}

function header(diagnostic: Diagnostic, width: number, palette: Palette): string[] {
  const level = `${diagnostic.level}[${neutralize(diagnostic.code)}]`;
  const name = neutralize(diagnostic.name);
  // The level is colored after wrapping: escape sequences have no width.
  const [first = '', ...more] = wrap(`${level} ${name}: ${diagnostic.message.slice(0, LONGEST_TEXT)}`, width - 2);
  return [first.replace(level, () => palette.level[diagnostic.level](level)), ...more.map((line) => `  ${line}`)];
}

function frames(
  diagnostic: Diagnostic,
  sources: ReadonlyMap<string, Source>,
  gutter: number,
  width: number,
  palette: Palette,
): string[] {
  const marksByFile = new Map<string, Mark[]>();
  const add = ({ file, start, end }: Location, label: string, primary: boolean): void => {
    const mark = { start, end, label: neutralize(label.slice(0, LONGEST_TEXT)), primary };
    marksByFile.set(file, [...(marksByFile.get(file) ?? []), mark]);
  };
  add(diagnostic.primary, diagnostic.label ?? '', true);
  for (const { location, message } of diagnostic.related.slice(0, MOST_RELATED)) add(location, message, false);

  const output: string[] = [];
  const margin = ' '.repeat(gutter);
  for (const [file, marks] of marksByFile) {
    const source = sources.get(file);
    const groups = source === undefined ? [marks] : neighborhoods(source, marks);
    for (const group of groups) {
      const arrow = output.length === 0 ? '-->' : ':::';
      const lead = group.find((mark) => mark.primary) ?? group[0];
      const position = source === undefined || lead === undefined ? undefined : source.position(lead.start);
      const place = position === undefined ? '' : `:${position.line}:${position.column}`;
      output.push(`${palette.gutter(`${margin}${arrow}`)} ${neutralize(file)}${place}`);
      if (source === undefined) {
        for (const { label } of marks)
          if (label !== '') output.push(...wrap(label, width - gutter - 3).map((line) => `${margin}   ${line}`));
      } else {
        output.push(palette.gutter(`${margin} |`), ...quoteLines(source, group, gutter, width, palette));
      }
    }
  }
  const hidden = diagnostic.related.length - MOST_RELATED;
  if (hidden > 0) output.push(`${margin}   (${plural(hidden, 'more place')})`);
  return output;
}

function notes(diagnostic: Diagnostic, gutter: number, width: number, palette: Palette): string[] {
  const margin = ' '.repeat(gutter);
  const output = diagnostic.notes.slice(0, MOST_NOTES).flatMap((note) => {
    const paragraphs = note.slice(0, LONGEST_TEXT).split(/\r?\n/).slice(0, MOST_NOTE_LINES);
    // A note of several lines is a drawing or a list: its lines stay as they are.
    const lines =
      paragraphs.length === 1 ? wrap(`note: ${note.slice(0, LONGEST_TEXT)}`, width - gutter - 3) : drawing(paragraphs);
    return lines.map((line, index) => `${margin} ${index === 0 ? palette.gutter('=') : ' '} ${line}`.trimEnd());
  });
  const hidden = diagnostic.notes.length - MOST_NOTES;
  if (hidden > 0) output.push(`${margin}   (${plural(hidden, 'more note')})`);
  return output;
}

function drawing(paragraphs: readonly string[]): string[] {
  return paragraphs.map((line, index) => (index === 0 ? `note: ${neutralize(line)}` : `      ${keepSpaces(line)}`));
}

function keepSpaces(line: string): string {
  return neutralize(line.replaceAll('\t', '    '));
}
