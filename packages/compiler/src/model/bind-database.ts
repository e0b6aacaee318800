import { KINDS } from '../diagnostics/kinds.ts';
import type { Statement, Value } from '../syntax/tree.ts';
import { nameAt } from './bind-groups.ts';
import { reportUnknown } from './declarations.ts';
import type { Here } from './evaluate.ts';
import type { Component, Database, Train } from './model.ts';
import { releaseNames } from './release-names.ts';
import { locate } from './reporter.ts';
import { headOf } from './statements.ts';

/** What may hold a database. */
interface Holders {
  readonly services: ReadonlyMap<string, unknown>;
  readonly components: ReadonlyMap<string, Component>;
  /** The components of each service. */
  readonly componentsOf: ReadonlyMap<string, readonly string[]>;
}

/** The oldest schema that the code of a release can migrate. */
export function bindFloor(statement: Statement, here: Here, trains: ReadonlyMap<string, Train>): Database['floors'] {
  const known = new Set(releaseNames(trains.values()));
  const releaseAt = (value: Value | undefined): string | undefined => {
    const name = nameAt(value, here);
    if (value === undefined || name === undefined || known.has(name)) return name;
    reportUnknown('release', name, value, here.file, known, here.reporter);
    return undefined;
  };
  const schema = releaseAt(statement.arguments['schema']);
  const code = releaseAt(statement.arguments['code']);
  return schema === undefined || code === undefined ? [] : [{ schema, code, location: locate(here.file, headOf(statement)) }];
}

/** The component that holds a database. */
export function findServer(statement: Statement, here: Here, { services, components, componentsOf }: Holders): string | undefined {
  const value = statement.arguments['server'];
  const server = nameAt(value, here);
  if (value === undefined || server === undefined) return undefined;
  if (components.has(server)) return server;
  const candidates = componentsOf.get(server) ?? [];
  if (candidates.length === 1) return candidates[0];
  if (!services.has(server)) reportUnknown('service', server, value, here.file, services.keys(), here.reporter);
  else {
    here.reporter.report(KINDS.missingDeclaration, {
      message: candidates.length === 0
        ? `Service \`${server}\` has no component that could hold a database. Give it one, or name another service.`
        : `Service \`${server}\` has several components. Name the one that holds the database: ${candidates.map((one) => `\`${one}\``).join(' or ')}.`,
      at: locate(here.file, value),
    });
  }
  return undefined;
}
