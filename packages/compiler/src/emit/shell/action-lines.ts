import type { CommandOptions, Operation, Plan, Targets, Template } from '../../plan/plan.ts';
import { bashWord, bashWords, wholeSeconds } from './bash-word.ts';

/** As many hosts as are written out with an action; longer lists get a name and are written once. */
const WRITTEN_OUT = 4;

/** The lists of hosts that actions run on, each written once, named after the group that it is. */
export class HostLists {
  private readonly names = new Map<string, string>();
  private readonly groups = new Map<string, string>();

  constructor(plan: Plan) {
    const members = new Map<string, string[]>();
    for (const host of plan.hosts) {
      for (const group of host.groups) {
        const list = members.get(group);
        if (list === undefined) members.set(group, [host.name]);
        else list.push(host.name);
      }
    }
    for (const [group, hosts] of members) {
      const key = hostsKey(hosts);
      if (!this.groups.has(key)) this.groups.set(key, group);
    }
  }

  /** The words that say where an action runs. */
  place(targets: Targets): string {
    if (targets.mode === 'local') return '';
    if (targets.hosts.length <= WRITTEN_OUT) return `on ${targets.mode} ${bashWords(targets.hosts)}`;
    return `on_list ${targets.mode} ${bashWord(this.name(targets.hosts))}`;
  }

  lines(): string[] {
    return [...this.names].map(
      ([key, name]) => `hosts ${bashWords([name, ...(JSON.parse(key) as string[])])}`,
    );
  }

  private name(hosts: readonly string[]): string {
    const key = hostsKey(hosts);
    const known = this.names.get(key);
    if (known !== undefined) return known;
    const name = this.groups.get(key) ?? `list-${this.names.size + 1}`;
    this.names.set(key, name);
    return name;
  }
}

const hostsKey = (hosts: readonly string[]): string => JSON.stringify(hosts);

/** The lines under an action, a probe or a restore: where it runs, what it runs, and how. */
export function actionLines(
  action: { readonly targets: Targets; readonly operation: Operation },
  lists: HostLists,
  indent: string,
): string[] {
  const { targets, operation } = action;
  const place = lists.place(targets);
  const lines = [
    ...(place === '' ? [] : [place]),
    ...(targets.batch === true ? ['of_batch'] : []),
    operationLine(operation),
    ...optionLines(operation),
  ];
  return lines.map((text) => `${indent}${text}`);
}

function operationLine(operation: Operation): string {
  switch (operation.type) {
    case 'shell':
      return `shell ${bashWord(operation.shell)}`;
    case 'script':
      return `script ${bashWords([operation.file, operation.arguments])}`;
    case 'http':
      return `http ${bashWords([operation.method, operation.status.join(','), template(operation.url)])}`;
    case 'wait':
      return `pause ${wholeSeconds(operation.seconds)}`;
    case 'put':
      return operation.takeBack === true
        ? `put_back ${bashWords([operation.file, operation.path])}`
        : `put ${bashWords([operation.file, operation.path, operation.mode ?? '', operation.owner ?? ''])}`;
    case 'reboot':
      return `reboot_by ${bashWords([operation.shell, operation.bootId, wholeSeconds(operation.limit)])}`;
  }
}

/** `%h` is the host, `%{NAME}` a variable of it, `%%` a percent sign. */
function template(parts: Template): string {
  return parts
    .map((part) => {
      if (typeof part === 'string') return part.replaceAll('%', '%%');
      return part.variable === 'host' ? '%h' : `%{${part.variable}}`;
    })
    .join('');
}

function optionLines(operation: Operation): string[] {
  const options: CommandOptions & { readonly type: Operation['type'] } = operation;
  const lines: string[] = [];
  if (options.as !== undefined) lines.push(`as ${bashWord(options.as)}`);
  if (options.directory !== undefined) lines.push(`directory ${bashWord(options.directory)}`);
  for (const [name, value] of sorted(options.environment))
    lines.push(`environment ${bashWords([name, value])}`);
  for (const [name, value] of sorted(options.secrets)) lines.push(`secret_in ${bashWords([name, value])}`);
  for (const name of options.variables ?? []) lines.push(`uses ${bashWords([hostVariable(name), name])}`);
  if (options.accept !== undefined) lines.push(`accept ${options.accept.join(' ')}`);
  if (options.again !== undefined)
    lines.push(`repeat_on ${options.again.limit} ${options.again.codes.join(' ')}`);
  if (options.poll !== undefined)
    lines.push(`poll ${wholeSeconds(options.poll.every, 1)} ${wholeSeconds(options.poll.limit)}`);
  if (options.timeout !== undefined) lines.push(`limit ${wholeSeconds(options.timeout, 1)}`);
  return lines;
}

/** Where a command finds a variable of its host. */
function hostVariable(name: string): string {
  return `BELAY_VAR_${name.replace(/[^A-Za-z0-9_]/g, '_')}`;
}

function sorted(record: Readonly<Record<string, string>> | undefined): [string, string][] {
  return Object.entries(record ?? {}).sort(([left], [right]) => (left < right ? -1 : 1));
}
