import { KINDS } from '../diagnostics/kinds.ts';
import { DURATION, NAME } from '../syntax/shapes.ts';
import type { Text, Value, Word } from '../syntax/tree.ts';
import type { Span } from '../text/source.ts';
import { suggest } from '../text/suggest.ts';
import { locate, type Reporter } from './reporter.ts';
import type { Evaluated, EvaluatedPart, Scope } from './scope.ts';

/** Where a statement is bound: its file, the names that it sees, and where findings go. */
export interface Here {
  readonly file: string;
  readonly scope: Scope;
  readonly reporter: Reporter;
}

/** Texts longer than this after interpolation are refused: `let`s can double each other. Linux takes no longer argument either. */
const LONGEST_TEXT = 128 * 1024;

const UNITS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Evaluates a text, or a bare name that stands for one. */
export function evaluateText(value: Value | undefined, here: Here): Evaluated {
  if (value === undefined) return [];
  if (value.node === 'word') {
    const bound = here.scope.lookup(value.text);
    if (bound?.kind === 'value') return bound.value;
    if (bound?.kind === 'secret') return [{ secret: bound.name }];
    if (bound?.kind === 'alias') return [bound.text];
    if (NAME.test(value.text)) reportUnknownValue(value, value.text, here);
    return [value.text];
  }
  if (value.node !== 'text') return [];
  const out: EvaluatedPart[] = [];
  for (const part of value.parts) {
    if (part.part === 'chunk') out.push(part.text);
    else out.push(...evaluateName(part.name, part, here));
  }
  return joined(out, value, here);
}

/** What `${name}` stands for. */
export function evaluateName(name: string, span: Span, here: Here): Evaluated {
  const bound = here.scope.lookup(name);
  if (bound?.kind === 'value') return bound.value;
  if (bound?.kind === 'alias') return [bound.text];
  if (bound?.kind === 'secret') return [{ secret: bound.name }];
  if (bound?.kind === 'list') return joined(bound.items.flatMap((item, index) => (index === 0 ? [item] : [' ', item])), span, here);
  const variable = /^host\.([A-Za-z_][A-Za-z0-9_]*)$/.exec(name)?.[1];
  if (variable !== undefined && here.scope.lookup('host') !== undefined) return [{ variable: `BELAY_VAR_${variable}` }];
  reportUnknownValue(span, name, here);
  return [];
}

function reportUnknownValue(span: Span, name: string, here: Here): void {
  if (here.reporter.isExcused('value')) return;
  const near = suggest(name, here.scope.names());
  here.reporter.report(KINDS.unknownName, {
    message: `Nothing named \`${name}\` can be used here.${near.length > 0 ? ` Did you mean \`${near[0]}\`?` : ''}`,
    at: locate(here.file, span),
    label: 'not declared',
    notes: near.length > 0 ? [] : [`Declare it with \`let ${NAME.test(name) ? name : 'name'} = …\`. For a variable of the shell write \`$${NAME.test(name) ? name : 'NAME'}\`, without braces, or with two dollar signs: \`$\${${name}}\`.`],
  });
}

function joined(parts: readonly EvaluatedPart[], at: Span, here: Here): Evaluated {
  const out: EvaluatedPart[] = [];
  let length = 0;
  for (const part of parts) {
    const last = out.at(-1);
    length += lengthOf(part);
    if (!isAffordable(length, lengthOf(part), at, here)) return out;
    if (typeof part === 'string' && typeof last === 'string') out[out.length - 1] = last + part;
    else out.push(part);
  }
  return out;
}

/** Reports a text that becomes too long, or one too many. */
export function isAffordable(length: number, added: number, at: Span, here: Here): boolean {
  if (length <= LONGEST_TEXT) return here.reporter.spend('characters', added, locate(here.file, at));
  here.reporter.report(KINDS.limitExceeded, {
    message: `With its names filled in this text becomes longer than ${LONGEST_TEXT / 1024} KiB. Put it into a file, and use \`script\` or \`put\`.`, at: locate(here.file, at),
  });
  return false;
}

function lengthOf(part: EvaluatedPart): number {
  return typeof part === 'string' ? part.length : 16;
}

/** A text that has to be known when the plan is compiled; what is known only on the host is reported. */
export function constantText(value: Value | undefined, here: Here, what: string): string {
  const parts = evaluateText(value, here);
  const late = parts.find((part) => typeof part !== 'string');
  if (late !== undefined && value !== undefined) {
    here.reporter.report(KINDS.wrongType, {
      message: `${what} has to be known when the plan is compiled, but this depends on ${'secret' in (late as object) ? 'a secret' : 'the host'}.`,
      at: locate(here.file, value),
    });
  }
  return parts.filter((part) => typeof part === 'string').join('');
}

/** The text behind a bare word: its value if it names one, else the word itself. */
export function wordText(value: Word, here: Here): string {
  const bound = NAME.test(value.text) ? here.scope.lookup(value.text) : undefined;
  return bound?.kind === 'value' ? constantOf(bound.value) : nameText(value, here);
}

/**
 * The name behind a bare word: what a parameter stands for, or a `let` with a bare word; else the word itself. A text in quotes is no name, so a
 * `let` with one does not hide what is declared under its name.
 */
export function nameText(value: Word, here: Here): string {
  const { text } = value;
  if (!NAME.test(text)) return dottedText(text, here);
  const bound = here.scope.lookup(text);
  if (bound?.kind === 'alias') return bound.text;
  return bound?.kind === 'value' && bound.bare === true ? constantOf(bound.value) : text;
}

/** The first part of a dotted name may be a parameter that stands for a service: `svc.*`. */
function dottedText(text: string, here: Here): string {
  const dot = text.indexOf('.');
  const bound = dot === -1 ? undefined : here.scope.lookup(text.slice(0, dot));
  return bound?.kind === 'alias' ? `${bound.text}${text.slice(dot)}` : text;
}

function constantOf(value: Evaluated): string {
  return value.map((part) => (typeof part === 'string' ? part : '')).join('');
}

/** Seconds. */
export function evaluateDuration(value: Value | undefined, here: Here): number | undefined {
  const text = scalar(value, here);
  if (text === undefined || value === undefined) return undefined;
  if (!DURATION.test(text)) return wrong(value, here, 'a duration such as `30s`, `10m`, `8h` or `14d`', text);
  let seconds = 0;
  for (const match of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/g)) seconds += Number(match[1]) * (UNITS[match[2] ?? ''] ?? 0);
  const rounded = Math.round(seconds * 1000) / 1000;
  if (rounded > 10 * 366 * 86_400) return wrong(value, here, 'a duration of at most ten years', text);
  return rounded;
}

/** A number, within limits. */
export function evaluateCount(value: Value | undefined, here: Here, least = 0, most = 1_000_000): number | undefined {
  const text = scalar(value, here);
  if (text === undefined || value === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) return wrong(value, here, 'a number such as `3`', text);
  const count = Number(text);
  if (count < least || count > most) return wrong(value, here, `a number from ${least} to ${most}`, text);
  return count;
}

/** A number, or a share of a total. A share is rounded down, but to at least 1 where it is not 0; or it is rounded up. */
export function evaluateAmount(value: Value | undefined, here: Here, total: number, rounding: 'down' | 'up' = 'down'): number | undefined {
  const text = scalar(value, here);
  if (text === undefined || value === undefined) return undefined;
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text)?.[1];
  if (percent === undefined) return evaluateCount(value, here);
  const share = Number(percent);
  if (share > 100) return wrong(value, here, 'a share of at most `100%`', text);
  const exact = Number(((total * share) / 100).toFixed(9));
  return share === 0 ? 0 : rounding === 'up' ? Math.ceil(exact) : Math.max(1, Math.floor(exact));
}

function scalar(value: Value | undefined, here: Here): string | undefined {
  if (value?.node !== 'word') return undefined;
  if (!NAME.test(value.text)) return value.text;
  const bound = here.scope.lookup(value.text);
  if (bound === undefined) {
    reportUnknownValue(value, value.text, here);
    return undefined;
  }
  if (bound.kind === 'value' && bound.isFaulty === true) return undefined;
  return wordText(value, here);
}

function wrong(value: Span, here: Here, expected: string, found: string): undefined {
  here.reporter.report(KINDS.wrongType, { message: `Expected ${expected}, found \`${found.slice(0, 60)}\`.`, at: locate(here.file, value) });
  return undefined;
}

/** The items of a list, or the one value. */
export function itemsOf(value: Value | undefined): readonly Value[] {
  if (value === undefined) return [];
  return value.node === 'list' ? value.items : [value];
}

/** The text of a text without interpolation, for places where none is allowed. */
export function literalText(value: Value | undefined): string | undefined {
  if (value?.node !== 'text') return undefined;
  return (value as Text).parts.map((part) => (part.part === 'chunk' ? part.text : '')).join('');
}

/** The text of a word argument. */
export function wordOf(value: Value | undefined): string | undefined {
  return value?.node === 'word' ? value.text : undefined;
}
