import { KINDS } from '../diagnostics/kinds.ts';
import type { Statement } from '../syntax/tree.ts';
import { findGroup } from './bind-groups.ts';
import type { Universe } from './collect.ts';
import { declaredName, reportUnknown } from './declarations.ts';
import { wordOf } from './evaluate.ts';
import type { Group } from './model.ts';
import type { Placed } from './placed.ts';
import { locate } from './reporter.ts';

/** A service of a catalogue, as another one takes it over. */
export interface CataloguedService {
  /** `house.proxy`. */
  readonly name: string;
  readonly service: string;
  readonly parts: readonly { readonly statement: Statement; readonly file: string }[];
}

/** The service of a catalogue that a service takes over, with what that one takes over itself. */
export function baseOf({ statement: first, here }: Placed, { declarations, reporter }: Pick<Universe, 'declarations' | 'reporter'>): CataloguedService | undefined {
  const seen = new Set<Statement>([first]);
  let parts: CataloguedService['parts'] = [];
  let names: { readonly name: string; readonly service: string } | undefined;
  for (let statement = first, file = here.file; ;) {
    const base = statement.arguments['base'];
    const name = wordOf(base);
    if (base === undefined || name === undefined) return names === undefined ? undefined : { ...names, parts };
    const [catalogueName = '', serviceName = ''] = name.split('.');
    const catalogue = declarations.get('catalogue', catalogueName);
    const services = (catalogue?.statement.block?.statements ?? []).filter((one) => one.declaration.id === 'service');
    const service = services.find((one) => declaredName(one) === serviceName);
    if (catalogue === undefined) reportUnknown('catalogue', catalogueName, base, file, declarations.names('catalogue'), reporter);
    else if (service === undefined) reportUnknown(`service in catalogue \`${catalogueName}\``, serviceName, base, file, services.flatMap((one) => declaredName(one) ?? []), reporter);
    else if (seen.has(service)) reporter.report(KINDS.cyclicDefinition, { message: `Service \`${name}\` takes over itself. Remove its \`from\`, or name another service.`, at: locate(file, base) });
    if (catalogue === undefined || service === undefined || seen.has(service)) return names === undefined ? undefined : { ...names, parts };
    seen.add(service);
    names ??= { name, service: serviceName };
    const own = (service.block?.statements ?? []).map((one) => ({ statement: one, file: catalogue.file }));
    const again = new Set(parts.map((one) => identity(one.statement)));
    parts = [...own.filter((one) => !again.has(identity(one.statement))), ...parts];
    statement = service;
    file = catalogue.file;
  }
}

/** The groups that `place` gives to the roles of the catalogue's service; reports a role that it does not have, and one that is given no group. */
export function rolesOf(statements: readonly Statement[], { statement: service, here }: Placed, base: CataloguedService | undefined, groups: ReadonlyMap<string, Group>): Map<string, string> {
  const wanted = new Set(base?.parts.flatMap(({ statement }) => (statement.declaration.id === 'component' ? (wordOf(statement.arguments['group']) ?? []) : [])));
  const roles = new Map<string, string>();
  for (const statement of statements) {
    if (statement.declaration.id !== 'place') continue;
    const value = statement.arguments['role'];
    const role = wordOf(value);
    const group = findGroup(statement.arguments['group'], here, groups);
    if (value === undefined || role === undefined) continue;
    if (!wanted.has(role)) {
      if (base !== undefined) reportUnknown(`role in \`${base.name}\``, role, value, here.file, wanted, here.reporter);
      else {
        here.reporter.report(KINDS.missingDeclaration, {
          message: `\`place\` puts a role of a catalogue’s service on a group, but this service takes over none. Write \`service … from CATALOGUE.SERVICE\`, or \`component … on GROUP\`.`,
          at: locate(here.file, value),
        });
      }
    } else if (group !== undefined) roles.set(role, group.name);
  }
  for (const role of wanted) {
    if (roles.has(role) || groups.has(role) || statements.some((one) => one.declaration.id === 'place' && wordOf(one.arguments['role']) === role)) continue;
    here.reporter.report(KINDS.missingDeclaration, {
      message: `Nothing says where role \`${role}\` of \`${base?.name ?? ''}\` runs. Write \`place ${role} on GROUP\`.`, at: locate(here.file, service.arguments['base'] ?? service),
    });
    roles.set(role, '');
  }
  return roles;
}

/** What makes two statements of a service declare the same thing. */
export function identity(statement: Statement): string {
  return `${statement.declaration.id} ${declaredName(statement) ?? wordOf(statement.arguments['component']) ?? ''}`;
}
