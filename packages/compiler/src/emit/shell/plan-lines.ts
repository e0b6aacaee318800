import type {
  Action,
  Host,
  Lease,
  Plan,
  PlanComponent,
  PlanWindow,
  Probe,
  Refresh,
  RollbackPoint,
  Step,
  Template,
} from '../../plan/plan.ts';
import { actionLines, HostLists } from './action-lines.ts';
import { bashWord, bashWords, utf8Length, wholeSeconds } from './bash-word.ts';

/** A word that opens a line of the plan, and its arguments. */
const line = (word: string, ...values: string[]): string =>
  values.length === 0 ? word : `${word} ${bashWords(values)}`;

/** The plan as lines of bash, each a call of a function in `runtime/load.sh` or `runtime/load-rolls.sh`. */
export function planLines(plan: Plan): string[] {
  const lists = new HostLists(plan);
  const secrets = plan.secrets.map((secret) => line('secret', secret.name, secret.from, secret.source));
  const modes = plan.modes.map((mode) => line('mode', mode.name, mode.title ?? ''));
  const windows = plan.windows.map((window) =>
    line('window', window.name, window.title ?? '', windowText(window)),
  );
  // Steps first: their actions say which lists of hosts have to be named.
  const steps = plan.steps.flatMap((step) => ['', ...stepLines(step, lists, '')]);
  const points = plan.points.flatMap((point) => ['', ...pointLines(point, lists)]);
  const refreshes = plan.refreshes.flatMap((refresh) => refreshLines(refresh, lists));
  const components = plan.components.flatMap((component) => componentLines(component, lists));
  return [
    ...section('Hosts', [...plan.hosts.flatMap(hostLines), ...lists.lines()]),
    ...section('Secrets, modes, windows', [...secrets, ...modes, ...windows]),
    ...section('Files', plan.files.map(fileLine)),
    ...section('Steps, in an order in which they may run', steps),
    ...section('What the rollback points captured, and how it is restored', points),
    ...section('How components load again what a rollback brings back', refreshes),
    ...section('How components show behind a rollback that they work', components),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `# ${title}`, ...lines];
}

function fileLine(file: Plan['files'][number]): string {
  const bytes = utf8Length(file.content.replaceAll('\0', ''));
  return line('file', file.id, file.path, file.encoding, String(bytes), file.content);
}

function hostLines(host: Host): string[] {
  const { connection } = host;
  const words =
    connection.type === 'ssh'
      ? [
          connection.address ?? '',
          connection.user ?? '',
          connection.port === undefined ? '' : String(connection.port),
          ...(connection.options ?? []),
        ]
      : connection.type === 'command'
        ? connection.words
        : [];
  const variables = Object.entries(host.variables ?? {}).sort(([left], [right]) => (left < right ? -1 : 1));
  return [
    line('host', host.name, connection.type, ...words),
    ...variables.map(([name, value]) => `  ${line('variable', name, value)}`),
  ];
}

function windowText(window: PlanWindow): string {
  const hours = Math.floor(window.length / 3600);
  const minutes = Math.floor((window.length % 3600) / 60);
  const length = [hours > 0 ? `${hours}h` : '', minutes > 0 ? `${minutes}m` : ''].filter(Boolean).join(' ');
  return `${window.days.join(', ')} at ${window.at} for ${length} ${window.zone}`;
}

function pointLines(point: RollbackPoint, lists: HostLists): string[] {
  return [
    line('point', point.id),
    ...point.captures.flatMap((capture) => [
      `  ${line('capture', capture.resource)}`,
      ...actionLines({ targets: capture.targets, operation: capture.restore }, lists, '    '),
    ]),
  ];
}

function refreshLines({ component, by, actions }: Refresh, lists: HostLists): string[] {
  const loads = actions.flatMap((action) => described('load_by', action, lists).map((text) => `  ${text}`));
  return [line('load_again', component, by), ...loads];
}

function componentLines({ name, hosts, healthy }: PlanComponent, lists: HostLists): string[] {
  const questions = probes('healthy', healthy, lists).map((text) => `  ${text}`);
  return questions.length === 0
    ? []
    : [line('component', name), `  ${lists.place({ mode: 'all', hosts })}`, ...questions];
}

function stepLines(step: Step, lists: HostLists, indent: string): string[] {
  const inner = `${indent}  `;
  const place = `${step.source.file}:${step.source.line}`;
  const lines = [
    ...(step.after.length === 0 ? [] : [line('after', ...step.after)]),
    ...(step.repeat === 'safe' ? [] : [line('again_is', step.repeat)]),
    ...(step.timeout === undefined ? [] : [line('within', wholeSeconds(step.timeout, 1))]),
    ...(step.retry === undefined
      ? []
      : [line('retry', String(step.retry.count), wholeSeconds(step.retry.every))]),
    ...(step.takes === undefined ? [] : [line('takes', wholeSeconds(step.takes))]),
    ...(step.window === undefined ? [] : [line('in_window', step.window)]),
    ...(step.text === undefined ? [] : [line('text', step.text)]),
    ...(step.irreversible === undefined ? [] : [line('final', step.irreversible)]),
    ...probes('unless', step.unless, lists),
    ...step.actions.flatMap((action) => withBack(action, lists)),
    ...probes('verify', step.verify, lists),
    ...(step.undo?.length === 0 ? ['undo'] : []),
    ...(step.undo ?? []).flatMap((action) => described('undo', action, lists)),
    ...(step.restores ?? []).map((restore) =>
      line('restore_from', restore.point, restore.resource, ...restore.to),
    ),
    ...(step.safeStop === true ? ['safe_stop'] : []),
  ];
  return [
    `${indent}${line('step', step.id, step.kind, place, stepTitle(step))}`,
    ...lines.map((text) => `${inner}${text}`),
    ...rollLines(step, lists, inner),
  ];
}

/** A step that has no title of its own is called after what it does. */
function stepTitle(step: Step): string {
  if (step.title !== undefined) return step.title;
  const [first, ...rest] = step.actions;
  if (first === undefined) return step.text ?? '';
  return rest.length === 0 ? first.title : `${first.title}, and ${rest.length} more`;
}

function rollLines(step: Step, lists: HostLists, indent: string): string[] {
  const { roll } = step;
  if (roll === undefined) return [];
  const { lock } = roll;
  const lines = [
    line('roll', roll.group, wholeSeconds(roll.pause), String(roll.maxFailures)),
    ...roll.batches.map((batch) => `  ${line('batch', ...batch)}`),
    ...(roll.needed === undefined ? [] : probes('needed', [roll.needed], lists).map((text) => `  ${text}`)),
    ...(lock === undefined
      ? []
      : [
          `  ${line('lock', lock.acquire.title, lock.driver, lock.key)}`,
          ...actionLines(lock.acquire, lists, '    '),
          `  ${line('unlock', lock.release.title)}`,
          ...actionLines(lock.release, lists, '    '),
          ...leaseLines(lock.lease, lists),
        ]),
  ];
  return [
    ...lines.map((text) => `${indent}${text}`),
    ...roll.steps.flatMap((inner) => ['', ...stepLines(inner, lists, `${indent}  `)]),
    `${indent}end_roll`,
  ];
}

function leaseLines(lease: Lease | undefined, lists: HostLists): string[] {
  if (lease === undefined) return [];
  const { ttl, renew, keep } = lease;
  return [
    `  ${line('renew', renew.title, wholeSeconds(ttl, 1))}`,
    ...actionLines(renew, lists, '    '),
    ...(keep === undefined ? [] : [`  ${line('keep', keep.title)}`, ...actionLines(keep, lists, '    ')]),
  ];
}

function withBack(action: Action, lists: HostLists): string[] {
  const { back } = action;
  const lines = described('action', action, lists);
  if (back.by === 'none') lines.push(`  ${line('back', 'none', back.why)}`);
  else if (back.by !== 'nothing') lines.push(`  ${line('back', back.by)}`);
  if (back.by === 'inverse') {
    lines.push(
      ...back.actions.flatMap((inverse) => described('inverse', inverse, lists).map((text) => `    ${text}`)),
    );
  }
  return lines;
}

function described(word: string, action: Action, lists: HostLists): string[] {
  return [
    line(word, action.verb, action.title),
    ...actionLines(action, lists, '  '),
    ...(action.refresh === undefined ? [] : [`  ${line('refresh', action.refresh)}`]),
    ...action.changes.map((change) => {
      const name = 'name' in change ? change.name : 'host';
      return `  ${line('changes', change.kind, name, change.becomes)}`;
    }),
  ];
}

function probes(word: string, list: readonly Probe[] | undefined, lists: HostLists): string[] {
  return (list ?? []).flatMap((probe) => [
    `${word} ${bashWord(probeTitle(probe))}`,
    ...actionLines(probe, lists, '  '),
  ]);
}

const shownTemplate = (parts: Template): string =>
  parts.map((part) => (typeof part === 'string' ? part : `\${${part.variable}}`)).join('');

/** A probe has no title of its own: its first line says what it asks. */
function probeTitle(probe: Probe): string {
  const { operation } = probe;
  switch (operation.type) {
    case 'http':
      return `${operation.method} ${shownTemplate(operation.url)}`;
    case 'script':
      return `script ${operation.file}`;
    case 'shell': {
      const [first = '', ...rest] = operation.shell.trim().split('\n');
      return first.length > 60 || rest.length > 0 ? `${first.slice(0, 60)}…` : first;
    }
  }
}
