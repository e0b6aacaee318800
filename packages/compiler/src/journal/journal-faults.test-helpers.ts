import { Ajv2020 } from 'ajv/dist/2020.js';
import { EVENT_FIELDS, type EventName } from './events.ts';
import schema from './journal.schema.json' with { type: 'json' };

const isLine = new Ajv2020({ strict: true, strictRequired: false }).compile(schema);

/** The complete lines of a journal that the schema does not know, or that are not printed in the one way that there is. */
export function journalFaults(text: string): string[] {
  return text.split('\n').slice(0, -1).filter((line) => {
    try {
      const value = JSON.parse(line) as Record<string, unknown>;
      return !isLine(value) || canonical(value) !== line;
    } catch {
      return true;
    }
  });
}

/** Fields in their order, and none but these; three decimals. */
function canonical(value: Readonly<Record<string, unknown>>): string {
  const names = value['format'] === undefined ? ['time', 'event', ...EVENT_FIELDS[value['event'] as EventName]] : ['format', 'plan', 'digest', 'run'];
  return JSON.stringify(Object.fromEntries(names.map((name) => [name, value[name]]))).replace(/(?<=,"seconds":)[\d.]+(?=\}$)/, (seconds) => Number(seconds).toFixed(3));
}
