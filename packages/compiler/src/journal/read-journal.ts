import { EVENT_FIELDS, NUMBERS, type EventName } from './events.ts';

/** An event: its fields by name; `hosts` of `batch-begin` is a list. */
export interface JournalEvent {
  /** UTC, `2026-01-31T22:04:11Z`. */
  readonly time: string;
  readonly event: EventName;
  readonly fields: Readonly<Record<string, string | number | readonly string[]>>;
}

export interface Journal {
  readonly plan: string;
  readonly digest: string;
  readonly run: string;
  readonly events: readonly JournalEvent[];
}

/** What is wrong with a text that is no journal; the line counts from 1. */
export interface JournalFault {
  readonly line: number;
  readonly message: string;
}

/** Nobody runs a plan that writes so much. */
const MOST_CHARACTERS = 1 << 28;

/**
 * Reads a journal, `belay.journal/1` (fields with tabs between them) or `belay.journal/2` (a JSON object a line). A last line without a line break counts for nothing;
 * events that are not known are skipped.
 */
export function readJournal(text: string): Journal | JournalFault {
  if (text.length > MOST_CHARACTERS) return { line: 1, message: 'it is longer than any journal' };
  const lines = text.split('\n').slice(0, -1);
  const [head] = lines;
  if (head === undefined) return { line: 1, message: 'it is empty' };
  const isJson = head.startsWith('{');
  const read = isJson ? objectOf : fieldsOf;
  const first = isJson ? objectOf(head) : headOf(head);
  const [plan, digest, run] = [first?.['plan'], first?.['digest'], first?.['run']];
  if (typeof plan !== 'string' || typeof digest !== 'string' || typeof run !== 'string') {
    return { line: 1, message: 'the first line is not that of a journal (belay.journal/1 or belay.journal/2)' };
  }
  if (isJson && first?.['format'] !== 'belay.journal/2') return { line: 1, message: 'its version is not known; this program knows belay.journal/1 and /2' };
  const events: JournalEvent[] = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0) continue;
    const fields = read(line);
    if (fields === undefined) return { line: index + 1, message: 'it is not an event' };
    const { time, event, ...rest } = fields;
    if (typeof time !== 'string' || typeof event !== 'string') return { line: index + 1, message: 'it has no time, or no event' };
    if (Object.hasOwn(EVENT_FIELDS, event)) events.push({ time, event: event as EventName, fields: rest });
  }
  return { plan, digest, run, events };
}

type Fields = Record<string, string | number | readonly string[]>;

function objectOf(line: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}

function headOf(line: string): Fields | undefined {
  const [format, plan = '', digest = '', run = ''] = line.split('\t').map(unescape);
  return format === 'belay.journal/1' ? { plan, digest, run } : undefined;
}

function fieldsOf(line: string): Fields | undefined {
  const [time, event, ...values] = line.split('\t').map(unescape);
  if (time === undefined || event === undefined) return undefined;
  const fields: Fields = { time, event };
  const names: readonly string[] = Object.hasOwn(EVENT_FIELDS, event) ? EVENT_FIELDS[event as EventName] : [];
  for (const [index, name] of names.entries()) {
    const value = values[index] ?? '';
    fields[name] = name === 'hosts' ? values.slice(index) : NUMBERS.has(name) ? Number(value) : value;
  }
  return fields;
}

function unescape(field: string): string {
  if (field === '-') return '';
  return field.replaceAll(/\\(x2d|.)/g, (_, code: string) => (code === 'x2d' ? '-' : code === 't' ? '\t' : code === 'n' ? '\n' : code));
}
