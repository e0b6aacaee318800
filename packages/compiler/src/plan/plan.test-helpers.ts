import { checkPlan, checkProject } from '../check.ts';
import { compilePlan, type CompileOptions } from '../compile.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { loadProject } from '../project/load.ts';
import type { Project } from '../project/project.ts';
import type { Action, Change, Operation, Plan, Probe, Roll, Step, Targets, WayBack } from './plan.ts';

/** Files by path; a text alone is `main.belay`. */
export type Sources = string | Readonly<Record<string, string | Uint8Array>>;

/** Reads files from memory, `main.belay` first. */
export async function projectOf(sources: Sources, entry = 'main.belay'): Promise<Project> {
  const files = typeof sources === 'string' ? { [entry]: sources } : sources;
  return loadProject(entry, {
    read: async (path) => {
      const content = files[path];
      if (content === undefined) return { found: false, reason: 'missing' };
      return { found: true, bytes: typeof content === 'string' ? new TextEncoder().encode(content) : content };
    },
  });
}

/** Everything found in `main.belay`, a line each, with its notes. */
export async function findingsIn(sources: Sources, set: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const project = await projectOf(sources);
  return checkProject(project, { set }).diagnostics.map((one) => printFinding(one, project));
}

/** A finding as `file:line:column name: message`, `quoted text` and related places behind it. */
function printFinding(one: Diagnostic, project: Project): string {
  const source = project.sources.get(one.primary.file);
  const { line, column } = source?.position(one.primary.start) ?? { line: 0, column: 0 };
  const file = one.primary.file === 'main.belay' ? '' : `${one.primary.file}:`;
  const quoted = source?.text.slice(one.primary.start, one.primary.end).split('\n', 1)[0] ?? '';
  return `${file}${line}:${column} ${one.name} [${quoted}] ${one.message}`;
}

/** The plan of `main.belay`; fails the test where it has errors. */
export async function planOf(sources: Sources, options: Partial<CompileOptions> = {}): Promise<Plan> {
  const project = await projectOf(sources);
  const name = options.plan ?? checkProject(project, options).plans[0]?.name ?? 'p';
  const { plan, diagnostics } = compilePlan(project, { ...options, plan: name });
  if (plan === undefined) throw new Error(`the plan has errors:\n${diagnostics.map((one) => printFinding(one, project)).join('\n')}`);
  return plan;
}

/** The bound model and the graph of the plan `p`, whatever was found. */
export async function boundPlanOf(sources: Sources): Promise<ReturnType<typeof checkPlan>> {
  return checkPlan(await projectOf(sources), 'p');
}

/** The steps of a plan, as {@link printSteps} shows them. */
export async function stepsOf(sources: Sources, options: Partial<CompileOptions> = {}): Promise<string> {
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
    ...(roll.lock === undefined ? [] : [...printAction(roll.lock.acquire, '  '), ...printAction(roll.lock.release, '  ')]),
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
