import { EVENT_FIELDS, type EventName } from '../packages/compiler/src/journal/events.ts';
export { journalFaults } from '../packages/compiler/src/journal/journal-faults.test-helpers.ts';
import { readJournal } from '../packages/compiler/src/journal/read-journal.ts';

/** The events of a journal, and each as its texts: the time, the event, and its fields in their order. */
export function journalRows(text: string): string[][] {
  const journal = readJournal(text);
  if ('message' in journal) throw new Error(`line ${journal.line}: ${journal.message}`);
  return journal.events.map(({ time, event, fields }) => [time, event, ...EVENT_FIELDS[event].flatMap((name) => [fields[name] ?? ''].flat().map(String))]);
}

/** The events of a journal without their times and durations, a line each. */
export function journalStory(text: string): string[] {
  return journalRows(text).map(([, event = '', ...fields]) => [event, ...(EVENT_FIELDS[event as EventName].at(-1) === 'seconds' ? fields.slice(0, -1) : fields)].join(' '));
}
