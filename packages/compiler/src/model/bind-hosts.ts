import { KINDS } from '../diagnostics/kinds.ts';
import type { Location } from '../text/source.ts';
import type { Connection } from './action.ts';
import { constantText, evaluateCount, itemsOf, type Here } from './evaluate.ts';
import { reportLacking } from './host-variables.ts';
import { connectionProblem } from './inventory/connection-variables.ts';
import type { HostModel } from './model.ts';
import type { Placed } from './placed.ts';
import { locate, type Reporter } from './reporter.ts';
import { scopeOf } from './scope.ts';

/** A cloud of more hosts is refused. */
export const MOST_HOSTS = 100_000;

/** What the inventories know of each host. */
export type KnownVariables = Map<string, { readonly values: Readonly<Record<string, string>>; readonly opaque?: NonNullable<HostModel['opaque']> }>;

type Variables = Readonly<Record<string, string>>;

/**
 * Binds the hosts of a cloud: how each is reached, and its variables.
 *
 * @param connections the `connection` of groups, by host
 * @param names every host, in order
 */
export function bindHosts(
  placed: readonly Placed[], connections: ReadonlyMap<string, Placed>, names: ReadonlySet<string>, known: KnownVariables, reporter: Reporter, cloud: Location,
): Map<string, HostModel> {
  const hosts = new Map<string, HostModel>();
  const general = placed.findLast((one) => one.statement.declaration.id.startsWith('connection-'));
  for (const name of names) {
    if (hosts.size >= MOST_HOSTS) {
      reporter.report(KINDS.limitExceeded, { message: `The cloud has more than ${MOST_HOSTS / 1000},000 hosts. Look for a range that is too long, or split the cloud.`, at: cloud });
      break;
    }
    const { values = {}, opaque } = known.get(name) ?? {};
    hosts.set(name, { name, connection: { type: 'local' }, variables: values, ...(opaque === undefined ? {} : { opaque }) });
  }
  const lacking = new Map<string, { readonly name: string; readonly hosts: string[]; readonly here: Here; readonly location: Location }>();
  for (const [name, host] of hosts) {
    const own = connections.get(name);
    const isLocal = own === undefined && host.variables['ansible_connection'] === 'local' && general?.statement.declaration.id !== 'connection-command';
    const connecting = isLocal ? undefined : (own ?? general);
    if (connecting !== undefined) noteLacking(connecting, host, lacking);
    hosts.set(name, { ...host, connection: isLocal ? { type: 'local' } : connectionOf(connecting, name, host.variables) });
  }
  for (const { name, hosts: without, here, location } of lacking.values()) reportLacking(name, without, location, hosts, here);
  return hosts;
}

function noteLacking({ statement, here }: Placed, host: HostModel, lacking: Map<string, { name: string; hosts: string[]; here: Here; location: Location }>): void {
  for (const value of Object.values(statement.arguments).flatMap((one) => itemsOf(one))) {
    for (const part of value.node === 'text' ? value.parts : []) {
      const name = part.part === 'interpolation' ? /^host\.(.+)$/.exec(part.name)?.[1] : undefined;
      if (name === undefined || Object.hasOwn(host.variables, name)) continue;
      const key = `${here.file} ${part.start}`;
      const known = lacking.get(key);
      if (known === undefined) lacking.set(key, { name, hosts: [host.name], here, location: locate(here.file, part) });
      else known.hosts.push(host.name);
    }
  }
}

function connectionOf(placed: Placed | undefined, host: string, variables: Variables): Connection {
  if (placed === undefined) return sshConnection(undefined, host, variables);
  const { statement } = placed;
  if (statement.declaration.id === 'connection-local') return { type: 'local' };
  const here: Here = { ...placed.here, scope: scopeOf(placed.here.scope, { host, ...prefixed(variables, statement) }) };
  if (statement.declaration.id === 'connection-ssh') return sshConnection({ statement, here }, host, variables);
  return { type: 'command', words: itemsOf(statement.arguments['words']).map((word) => constantText(word, here, 'A word of a connection')) };
}

function sshConnection(placed: Placed | undefined, host: string, variables: Variables): Connection {
  const args = placed?.statement.arguments ?? {};
  const address = variables['ansible_host'] ?? variables['ansible_ssh_host'];
  const portVariable = variables['ansible_port'] ?? variables['ansible_ssh_port'];
  const user = placed === undefined || args['user'] === undefined ? (variables['ansible_user'] ?? variables['ansible_ssh_user']) : userOf(placed);
  const port = placed === undefined || args['port'] === undefined
    ? (portVariable === undefined ? undefined : Number(portVariable))
    : evaluateCount(args['port'], placed.here, 1, 65_535);
  const options = placed === undefined ? [] : itemsOf(args['options']).map((word) => constantText(word, placed.here, 'An option of ssh'));
  return {
    type: 'ssh',
    ...(address === undefined || address === host ? {} : { address }),
    ...(user === undefined || user === '' ? {} : { user }),
    ...(port === undefined ? {} : { port }),
    ...(options.length === 0 ? {} : { options }),
  };
}

function userOf({ statement, here }: Placed): string {
  const value = statement.arguments['user'];
  const user = constantText(value, here, 'The user');
  if (connectionProblem('ansible_user', user) !== undefined) {
    here.reporter.report(KINDS.wrongType, {
      message: `\`${user.slice(0, 60)}\` is no user name: letters, digits, \`_\`, \`.\` and \`-\`, and no \`-\` in front.`, at: locate(here.file, value ?? statement),
    });
  }
  return user;
}

/** Host variables as `${host.NAME}` finds them; those that the host does not have are reported on their own, and empty. */
function prefixed(variables: Variables, statement: Placed['statement']): Record<string, string> {
  const named = Object.values(statement.arguments).flatMap((one) => itemsOf(one)).flatMap((value) => (value.node === 'text' ? value.parts : []));
  const missing = named.flatMap((part) => (part.part === 'interpolation' && part.name.startsWith('host.') ? [[part.name, ''] as const] : []));
  return Object.fromEntries([...missing, ...Object.entries(variables).map(([name, value]) => [`host.${name}`, value] as const)]);
}
