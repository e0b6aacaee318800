/** Journals of two executors, made comparable: what may run side by side has no order. */
import { EVENT_FIELDS } from '../../packages/compiler/src/journal/events.ts';
import { readJournal } from '../../packages/compiler/src/journal/read-journal.ts';
import { journalFaults } from '../journal.test-helpers.ts';

const OF_ACTION = new Set(['action-begin', 'boot-id', 'action-end', 'undo-begin', 'undo-end']);
const OF_RUN = new Set(['run-begin', 'run-end', 'rollback-begin', 'rollback-end']);

/** The fields of each event of a journal, of either version, as texts: the event first, then its fields in their order. */
export function eventsOf(text: string): string[][] {
  const journal = readJournal(text);
  if (!('events' in journal)) throw new Error(`line ${journal.line}: ${journal.message}`);
  const faults = text.startsWith('{') ? journalFaults(text) : [];
  if (faults.length > 0) throw new Error(`not as the schema says: ${faults.join('\n')}`);
  return journal.events.map(({ event, fields }) => [event, ...EVENT_FIELDS[event].flatMap((name) => [fields[name] ?? ''].flat().map(String))]);
}

/** What differs from run to run: times, process ids, machines. */
function comparable([event = '', ...fields]: readonly string[]): string[] {
  const known = event === 'run-begin' ? fields.slice(0, 1) : event === 'boot-id' || ['action-end', 'undo-end', 'step-end'].includes(event) ? fields.slice(0, -1) : fields;
  return [event, ...known];
}

/**
 * The events of a journal, a line each, without times, durations, process ids and machines. Steps of the plan come in the order of their names, each
 * run and rollback on its own; hosts of one action in the order of theirs. A roll keeps its order, and so does a rollback.
 */
export function canonicalJournal(text: string): string[] {
  const lines: string[] = [];
  let steps = new Map<string, string[][]>();
  const flush = (): void => {
    for (const [, events] of [...steps].sort(([left], [right]) => (left < right ? -1 : 1))) lines.push(...byHost(events));
    steps = new Map();
  };
  const rolls = new Map<string, string>();
  for (const fields of eventsOf(text).map(comparable)) {
    const [event = '', step = '', batch = ''] = fields;
    if (OF_RUN.has(event)) {
      flush();
      lines.push(fields.join(' '));
      continue;
    }
    if (event === 'batch-begin') rolls.set(batch, step);
    const roll = batch !== '0' && event !== 'batch-begin' ? [...rolls.values()].find((one) => step === one || step.startsWith(`${one}/`)) : undefined;
    const key = event.startsWith('undo') || event === 'step-undone' || event === 'lock-released' ? ' the way back' : roll ?? step;
    const known = steps.get(key);
    if (known === undefined) steps.set(key, [fields]);
    else known.push(fields);
  }
  flush();
  return lines;
}

/** Puts the events of one action in the order of its hosts. */
function byHost(events: readonly (readonly string[])[]): string[] {
  const lines: string[] = [];
  let together: (readonly string[])[] = [];
  const flush = (): void => {
    const sorted = together.toSorted((left, right) => (`${left[4]} ${left[0]}` < `${right[4]} ${right[0]}` ? -1 : 1));
    lines.push(...sorted.map((fields) => fields.join(' ')));
    together = [];
  };
  for (const fields of events) {
    const [first] = together;
    const isAction = OF_ACTION.has(fields[0] ?? '');
    if (!isAction || (first !== undefined && first.slice(1, 4).join('\t') !== fields.slice(1, 4).join('\t'))) flush();
    if (isAction) together.push(fields);
    else lines.push(fields.join(' '));
  }
  flush();
  return lines;
}
