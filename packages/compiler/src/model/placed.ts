import { KINDS } from '../diagnostics/kinds.ts';
import type { Statement } from '../syntax/tree.ts';
import { shown } from './declarations.ts';
import { constantText, type Here } from './evaluate.ts';
import { locate } from './reporter.ts';

/** A statement of a cloud where it was written: a cloud may take over another one of another file. */
export interface Placed {
  readonly statement: Statement;
  readonly here: Here;
  /** How many clouds are taken over by the one that it stands in. */
  readonly level?: number;
}

export const DEFAULT_CAPTURES = '/var/lib/belay';

/** The folder of a `captures` statement; reports one that is not absolute. */
export function capturesPath({ statement, here }: Placed): string {
  const path = constantText(statement.arguments['path'], here, 'The folder for captures').replace(/\/+$/, '');
  if (/^\/[^\0]/.test(path) && !path.split('/').includes('..')) return path;
  here.reporter.report(KINDS.wrongType, {
    message: `Expected the absolute path of a folder on the hosts, without \`..\`, found ${shown(path)}.`, at: locate(here.file, statement.arguments['path'] ?? statement),
  });
  return DEFAULT_CAPTURES;
}
