import { dedent } from '../check.test-helpers.ts';
import { checkPlan, checkProject, type CheckOptions } from '../check.ts';
import { loadProject } from '../project/load.ts';
import type { Project } from '../project/project.ts';
import { PROOFS } from '../proofs/index.ts';
import { RULES } from '../rules/index.ts';
import { buildPlan } from './build-plan.ts';
import type { Action, Change, Operation, Plan, Probe, Roll, Step, Targets, WayBack } from './plan.ts';

const RULE_CODES: ReadonlySet<string> = new Set([...RULES, ...PROOFS].map(({ code }) => code));

/** Files by path, the first is the one that is compiled; a text alone is `plan.belay`. Texts that start with a line break are dedented. */
export type Sources = string | Readonly<Record<string, string | Uint8Array>>;

/** Loads files from memory. */
export async function projectOf(sources: Sources): Promise<Project> {
  const files = typeof sources === 'string' ? { 'plan.belay': sources } : sources;
  return loadProject(Object.keys(files)[0] ?? '', {
    read: async (path) => {
      const content = files[path];
      if (content === undefined) return { found: false, reason: 'missing' };
      return { found: true, bytes: typeof content === 'string' ? new TextEncoder().encode(dedent(content)) : content };
    },
  });
}

/** The plan of the first file as JSON plan; fails the test where it can't be read or bound. What rules and proofs say of it does not matter here. */
export async function planOf(sources: Sources, options: CheckOptions & { readonly plan?: string; readonly cloud?: string } = {}): Promise<Plan> {
  const project = await projectOf(sources);
  const name = options.plan ?? checkProject(project, options).plans[0]?.name ?? '';
  const { plan, graph, proven, diagnostics } = checkPlan(project, name, options);
  const faults = diagnostics.filter(({ code, level }) => level === 'error' && !RULE_CODES.has(code));
  if (plan === undefined || graph === undefined || faults.length > 0) throw new Error(`the plan can't be bound:\n${faults.map(({ code, message }) => `${code} ${message}`).join('\n')}`);
  return buildPlan(plan, graph, project, proven);
}

/** The bound model and the graph of a plan, whatever was found. */
export async function boundPlanOf(sources: Sources, name = 'p'): Promise<ReturnType<typeof checkPlan>> {
  return checkPlan(await projectOf(sources), name);
}

/** The steps of a plan, as {@link printSteps} shows them. */
export async function stepsOf(sources: Sources, options: Parameters<typeof planOf>[1] = {}): Promise<string> {
  return printSteps((await planOf(sources, options)).steps);
}

/**
 * Steps for people, compact: `id <- what comes before`, its settings, then its actions as `verb title | targets | operation => changes`, each
 * with its way back. The kind `actions`, the repeat `safe` and ways back by `nothing` are left out.
 */
export function printSteps(steps: readonly Step[], indent = ''): string {
  return steps.map((step) => printStep(step, indent)).join('\n');
}

function printStep(step: Step, indent: string): string {
  const settings = [
    ...(step.kind === 'actions' ? [] : [step.kind]),
    ...(step.repeat === 'safe' ? [] : [step.repeat]),
    ...(step.timeout === undefined ? [] : [`timeout ${step.timeout}`]),
    ...(step.retry === undefined ? [] : [`retry ${step.retry.count} every ${step.retry.every}`]),
    ...(step.takes === undefined ? [] : [`takes ${step.takes}`]),
    ...(step.window === undefined ? [] : [`within ${step.window}`]),
    ...(step.irreversible === undefined ? [] : [`irreversible "${step.irreversible}"`]),
    ...(step.text === undefined ? [] : [`"${step.text}"`]),
  ];
  const lines = [
    `${step.id}${step.title === undefined ? '' : ` "${step.title}"`}${step.after.length === 0 ? '' : ` <- ${step.after.join(', ')}`}${settings.length === 0 ? '' : ` [${settings.join(', ')}]`}`,
    ...(step.unless ?? []).map((probe) => `  unless ${printProbe(probe)}`),
    ...step.actions.flatMap((action) => printAction(action, '  ')),
    ...(step.verify ?? []).map((probe) => `  verify ${printProbe(probe)}`),
    ...(step.undo === undefined ? [] : step.undo.length === 0 ? ['  undo nothing'] : ['  undo', ...step.undo.flatMap((action) => printAction(action, '    '))]),
    ...(step.restores ?? []).map((one) => `  restore ${one.resource} from ${one.point} for ${one.to.join(', ')}`),
    ...(step.roll === undefined ? [] : printRoll(step.roll)),
  ];
  return lines.map((line) => line.split('\n').map((part) => `${indent}${part}`).join('\n')).join('\n');
}

function printRoll(roll: Roll): string[] {
  return [
    `  batches ${roll.batches.map((batch) => batch.join(' ')).join(', ')}${roll.pause === 0 ? '' : `; pause ${roll.pause}`}${roll.maxFailures === 0 ? '' : `; max failures ${roll.maxFailures}`}`,
    ...(roll.needed === undefined ? [] : [`  needed ${printProbe(roll.needed)}`]),
    ...(roll.lock === undefined ? [] : [
      ...printAction(roll.lock.acquire, '  '), ...printAction(roll.lock.release, '  '),
      ...(roll.lock.lease === undefined ? [] : [`  ttl ${roll.lock.lease.ttl}`, ...printAction(roll.lock.lease.renew, '  '), ...(roll.lock.lease.keep === undefined ? [] : printAction(roll.lock.lease.keep, '  '))]),
    ]),
    printSteps(roll.steps, '  '),
  ];
}

function printAction(action: Action, indent: string): string[] {
  const changes = action.changes.length === 0 ? '' : ` => ${action.changes.map(printChange).join(', ')}`;
  return [
    `${indent}${action.title.startsWith(action.verb) ? '' : `${action.verb}: `}${action.title} | ${printTargets(action.targets)} | ${printOperation(action.operation)}${changes}`,
    ...printBack(action.back, indent),
  ];
}

function printBack(back: WayBack, indent: string): string[] {
  if (back.by === 'nothing') return [];
  if (back.by === 'restore') return [`${indent}  back by restore`];
  if (back.by === 'none') return [`${indent}  no way back: ${back.why}`];
  return back.actions.flatMap((action) => printAction(action, `${indent}  back `));
}

function printChange(change: Change): string {
  const name = 'name' in change ? change.name : 'hosts';
  return `${name} ${change.becomes}${'release' in change ? ` ${change.release}` : ''}${'point' in change ? ` ${change.point}` : ''}`;
}

function printProbe(probe: Probe): string {
  return `${printTargets(probe.targets)} | ${printOperation(probe.operation)}`;
}

function printTargets(targets: Targets): string {
  const hosts = targets.hosts.length > 6 ? `${targets.hosts.slice(0, 5).join(' ')} … ${targets.hosts.at(-1)}` : targets.hosts.join(' ');
  return `${targets.mode}${hosts === '' ? '' : ` ${hosts}`}${targets.batch === true ? ' of the batch' : ''}`;
}

/** What an operation runs, its options behind it. */
export function printOperation(operation: Operation): string {
  switch (operation.type) {
    case 'shell': return withOptions(operation.shell, operation, ['type', 'shell']);
    case 'script': return withOptions(`${operation.file} ${operation.arguments}`.trim(), operation, ['type', 'file', 'arguments']);
    case 'http': {
      const url = operation.url.map((part) => (typeof part === 'string' ? part : `<${part.variable}>`)).join('');
      return withOptions(`${operation.method} ${url} ${operation.status.join(',')}`, operation, ['type', 'url', 'method', 'status']);
    }
    case 'wait': return `${operation.seconds}s`;
    case 'put': return withOptions(`${operation.file} at ${operation.path}`, operation, ['type', 'file', 'path']);
    case 'reboot': return withOptions(operation.shell, operation, ['type', 'shell', 'bootId']);
  }
}

function withOptions(text: string, operation: Operation, shown: readonly string[]): string {
  const options = Object.entries(operation).filter(([key]) => !shown.includes(key)).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${text}${options.length === 0 ? '' : ` {${options.map(([key, value]) => `${key}: ${JSON.stringify(value)}`).join(', ')}}`}`;
}
