/** Journals of two executors, made comparable: what may run side by side has no order. */

/** Events that end with how long something took. */
const TIMED = new Set(['action-end', 'undo-end', 'step-end']);
const OF_ACTION = new Set(['action-begin', 'action-end', 'undo-begin', 'undo-end']);
const OF_RUN = new Set(['run-begin', 'run-end', 'rollback-begin', 'rollback-end']);

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
  for (const line of text.split('\n').slice(1, -1)) {
    let fields = line.split('\t').slice(1);
    const [event = '', step = '', batch = ''] = fields;
    if (TIMED.has(event)) fields = fields.slice(0, -1);
    if (event === 'run-begin') fields = fields.slice(0, 2);
    if (event === 'boot-id') fields = fields.slice(0, -1);
    if (OF_RUN.has(event)) {
      flush();
      lines.push(fields.join(' '));
      continue;
    }
    if (event === 'batch-begin') rolls.set(batch, step);
    const roll = batch !== '0' && event !== 'batch-begin' && !OF_RUN.has(event) ? [...rolls.values()].find((one) => step === one || step.startsWith(`${one}/`)) : undefined;
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
