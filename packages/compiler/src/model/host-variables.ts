import { KINDS } from '../diagnostics/kinds.ts';
import type { Statement, TextPart, Value } from '../syntax/tree.ts';
import type { Location } from '../text/source.ts';
import { suggest } from '../text/suggest.ts';
import type { Operation, Targets } from './action.ts';
import { itemsOf, type Here } from './evaluate.ts';
import type { HostModel } from './model.ts';
import { locate } from './reporter.ts';

/** Where a command uses a variable of the host that it runs on: `${host.rack}`, or `${host}` itself, whose name is empty. */
export interface VariableUse {
  readonly name: string;
  readonly location: Location;
}

/** The host variables that an operation was bound with, and where its statement names them. */
export function variablesIn(statement: Statement, operation: Operation, here: Here): VariableUse[] {
  const names = operation.type === 'http'
    ? new Set(operation.url.flatMap((part) => (typeof part === 'string' ? [] : [part.variable === 'host' ? '' : part.variable])))
    : new Set('variables' in operation ? operation.variables : []);
  return [...names].map((name) => {
    const written = name === '' ? 'host' : `host.${name}`;
    const part = Object.values(statement.arguments).flatMap(partsOf).find((one) => one.part === 'interpolation' && one.name === written);
    return { name, location: locate(here.file, part ?? statement.keyword) };
  });
}

function partsOf(value: Value): readonly TextPart[] {
  return itemsOf(value).flatMap((item) => (item.node === 'text' ? item.parts : []));
}

/** Reports each variable that some of the hosts do not have: the command would find an empty word there. */
export function reportMissingVariables(
  command: { readonly operation: Operation; readonly uses: readonly VariableUse[] }, targets: Targets, { hosts }: { readonly hosts: ReadonlyMap<string, HostModel> }, here: Here,
): void {
  for (const { name, location } of command.uses) {
    if (targets.mode === 'local') reportLocal(name, location, here);
    else if (name !== '') {
      const lacking = targets.hosts.filter((host) => !Object.hasOwn(hosts.get(host)?.variables ?? {}, name));
      if (lacking.length > 0) reportLacking(name, lacking, location, hosts, here);
    }
  }
}

function reportLocal(name: string, location: Location, here: Here): void {
  here.reporter.report(KINDS.missingDeclaration, {
    message: `${name === '' ? '`${host}` is the host that is asked' : `\`\${host.${name}}\` is a variable of a host`}, but this runs on the machine that runs the plan. Say for which hosts it is: \`on GROUP\`.`,
    at: location,
  });
}

/** Reports hosts without a variable. */
export function reportLacking(name: string, lacking: readonly string[], location: Location, hosts: ReadonlyMap<string, HostModel>, here: Here): void {
  const [first = '', ...others] = lacking;
  const near = suggest(name, Object.keys(hosts.get(first)?.variables ?? {}));
  const more = others.length === 0 ? '' : others.length === 1 ? ` Neither has \`${others[0] ?? ''}\`.` : ` Neither have ${others.length} others.`;
  const reason = hosts.get(first)?.opaque?.[name];
  here.reporter.report(KINDS.unknownName, {
    message: `Host \`${first}\` has no variable \`${name}\`${reason === undefined ? '' : ' with a value'}.${near.length > 0 ? ` Did you mean \`\${host.${near[0] ?? ''}}\`?` : ''}${more}`,
    at: location,
    label: 'not set',
    notes: [reason === undefined ? `Set \`${name}\` in the inventory, for the host or for a group that it is in.` : `In the inventory \`${name}\` is ${REASONS[reason]}.`],
  });
}

const REASONS: Readonly<Record<NonNullable<HostModel['opaque']>[string], string>> = {
  structure: 'a list or a mapping; a command can use texts and numbers only',
  null: 'null',
  vault: 'encrypted by Ansible Vault. Declare a `secret`, and hand it over with `env`',
  template: 'a Jinja template, which only Ansible can evaluate',
  tag: 'a value with a tag that only a program knows',
};
