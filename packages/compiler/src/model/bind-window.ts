import { KINDS } from '../diagnostics/kinds.ts';
import type { Statement } from '../syntax/tree.ts';
import type { Declared } from './declarations.ts';
import { constantText, evaluateDuration, itemsOf, literalText, type Here } from './evaluate.ts';
import type { WindowModel } from './plan-model.ts';
import { locate } from './reporter.ts';

/** What every JavaScript host has and the language's own library declares only with an API that is not used here. */
declare const Intl: { readonly DateTimeFormat: new (locale: string, options: { timeZone: string }) => unknown };

/** Reads a `window`: its days, when it opens, for how long, and in which time zone. */
export function readWindow(declared: Declared, outer: Here): WindowModel {
  const here = { ...outer, file: declared.file, scope: declared.scope };
  const every = declared.statement.block?.statements.find((one) => one.declaration.id === 'every');
  if (every === undefined) {
    here.reporter.report(KINDS.missingDeclaration, {
      message: `Window \`${declared.name}\` never opens: write \`every tue, wed at 22:00 for 8h zone "Europe/Zurich"\`.`, at: locate(declared.file, declared.statement.keyword),
    });
  }
  const title = literalText(declared.statement.arguments['title']);
  const length = every?.arguments['length'];
  const seconds = evaluateDuration(length, here);
  if (length !== undefined && seconds === 0) here.reporter.report(KINDS.wrongType, { message: 'A window that is open for no time lets nothing in. Write how long it is open, such as `for 8h`.', at: locate(here.file, length) });
  const days = itemsOf(every?.arguments['days']).flatMap((one) => (one.node === 'word' ? [one.text] : []));
  return {
    name: declared.name, ...(title === undefined ? {} : { title }), days: [...new Set(days)], at: readClock(every, here),
    length: seconds ?? 0, zone: readZone(every, here),
  };
}

function readClock(every: Statement | undefined, here: Here): string {
  const value = every?.arguments['at'];
  const text = value?.node === 'word' ? value.text : '00:00';
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  if (value !== undefined && (hours > 23 || minutes > 59)) {
    here.reporter.report(KINDS.wrongType, { message: `\`${text}\` is no time of day. Expected one from \`00:00\` to \`23:59\`.`, at: locate(here.file, value) });
  }
  return text.padStart(5, '0');
}

function readZone(every: Statement | undefined, here: Here): string {
  const value = every?.arguments['zone'];
  const zone = constantText(value, here, 'The time zone');
  if (value !== undefined && !isTimeZone(zone)) {
    here.reporter.report(KINDS.wrongType, {
      message: `\`${zone.slice(0, 60)}\` is no time zone. Expected a name of the IANA time zone database, such as \`Europe/Zurich\` or \`UTC\`.`, at: locate(here.file, value),
    });
  }
  return zone;
}

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
