import process from 'node:process';
import { printJson } from '../diagnostics/render-json.ts';
import { neutralize } from '../diagnostics/display-text.ts';
import { checkProject, type CheckResult } from '../check.ts';
import { compilePlan } from '../compile.ts';
import type { Step, Targets } from '../plan/plan.ts';
import { suggest } from '../text/suggest.ts';
import { CommandError } from './command-error.ts';
import { loadEntries, shownPath, type LoadedEntry } from './entries.ts';
import { FAILURE, FINDINGS, FINE } from './exit-codes.ts';
import { findFiles } from './find-files.ts';
import { Findings } from './findings.ts';
import { type ColorChoice, complain, printError, printOut, STANDARD_ERROR, table } from './output.ts';

export interface ListOptions {
  readonly format: 'text' | 'json';
  readonly color: ColorChoice;
  readonly root?: string;
  readonly set: Readonly<Record<string, string>>;
  /** Lists the steps of this plan. */
  readonly steps?: string;
}

type Listed = CheckResult['plans'][number];
type ListedCloud = CheckResult['clouds'][number];

/** `belay list`: the plans and clouds that files declare, or the steps of one plan. */
export async function list(paths: readonly string[], options: ListOptions): Promise<void> {
  let failed = false;
  const fail = (message: string): void => {
    failed = true;
    complain(message);
  };
  const entryOptions = { fail, ...(options.root === undefined ? {} : { root: options.root }) };
  const entries = await loadEntries(findFiles(paths, fail), entryOptions);
  const checked = entries.map((entry) => ({ entry, result: checkProject(entry.project, { set: options.set }) }));
  if (options.steps !== undefined) {
    listSteps(checked, options.steps, options, failed);
    return;
  }
  const place = <T extends { readonly file: string }>({ root }: LoadedEntry, one: T): T => ({
    ...one,
    file: shownPath(root, one.file),
  });
  const plans = checked.flatMap(({ entry, result }) => result.plans.map((plan) => place(entry, plan)));
  const clouds = checked.flatMap(({ entry, result }) => result.clouds.map((cloud) => place(entry, cloud)));
  process.exitCode = failed ? FAILURE : FINE;
  printOut(options.format === 'json' ? printJson({ plans, clouds }) : describe(plans, clouds));
  const wrong = checked
    .filter(({ result }) => result.diagnostics.some(({ level }) => level === 'error'))
    .map(({ entry }) => entry.shown);
  if (wrong.length > 0)
    complain(`there are errors, so the list may lack something; see: belay check ${wrong.slice(0, 3).join(' ')}`);
}

function describe(plans: readonly Listed[], clouds: readonly ListedCloud[]): string {
  const planRows = plans.map((plan) => [
    `  ${neutralize(plan.name)}`,
    `on ${neutralize(plan.cloud)}`,
    count(plan.steps, 'step'),
    `${neutralize(plan.file)}:${plan.line}`,
    neutralize(plan.title ?? ''),
  ]);
  const cloudRows = clouds.map((cloud) => [
    `  ${neutralize(cloud.name)}`,
    count(cloud.hosts, 'host'),
    count(cloud.services.length, 'service'),
    `${neutralize(cloud.file)}:${cloud.line}`,
    neutralize(cloud.title ?? ''),
  ]);
  const parts = [];
  if (planRows.length > 0) parts.push(`Plans\n${table(planRows)}`);
  if (cloudRows.length > 0) parts.push(`Clouds\n${table(cloudRows)}`);
  return parts.length === 0 ? 'No plans and no clouds.\n' : parts.join('\n');
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function listSteps(
  checked: readonly { entry: LoadedEntry; result: CheckResult }[],
  name: string,
  options: ListOptions,
  failed: boolean,
): void {
  const found = checked.find(({ result }) => result.plans.some((plan) => plan.name === name));
  if (found === undefined) {
    const known = checked.flatMap(({ result }) => result.plans.map((plan) => plan.name));
    const [near] = suggest(name, known);
    const hint = near === undefined ? `there are: ${known.join(', ')}` : `did you mean "${near}"?`;
    throw new CommandError(`there is no plan "${name}"`, known.length === 0 ? undefined : hint);
  }
  const { plan, diagnostics } = compilePlan(found.entry.project, { plan: name, set: options.set });
  if (plan === undefined) {
    const findings = new Findings();
    findings.add([...found.result.diagnostics, ...diagnostics], found.entry);
    process.exitCode = failed ? FAILURE : FINDINGS;
    printError(findings.text(options.color, STANDARD_ERROR));
    return;
  }
  process.exitCode = failed ? FAILURE : FINE;
  printOut(
    options.format === 'json'
      ? printJson(plan.steps.map(stepForMachines))
      : table(plan.steps.flatMap((step) => stepRows(step, 0))),
  );
}

function stepForMachines(step: Step): unknown {
  const { id, kind, title, after, source } = step;
  return { id, kind, ...(title === undefined ? {} : { title }), after, source, hosts: hostsOfStep(step) };
}

/** A step and, for a roll, the steps of its body. */
function stepRows(step: Step, depth: number): string[][] {
  const { kind, title, roll } = step;
  if (kind === 'join') return [];
  const where =
    roll === undefined
      ? describeTargets(step)
      : `${count(roll.batches.length, 'batch').replace('batchs', 'batches')} of ${roll.group}`;
  const row = [`${'  '.repeat(depth)}${neutralize(step.id)}`, KINDS[kind], neutralize(where), neutralize(title ?? '')];
  return [row, ...(roll?.steps ?? []).flatMap((inner) => stepRows(inner, depth + 1))];
}

const KINDS: Readonly<Record<Step['kind'], string>> = {
  actions: '',
  gate: 'gate',
  approve: 'approval',
  point: 'rollback point',
  'no-return': 'point of no return',
  roll: 'roll',
  join: '',
};

function hostsOfStep(step: Step): string[] {
  return [...new Set(step.actions.flatMap(({ targets }) => targets.hosts))];
}

function describeTargets(step: Step): string {
  const targets = step.actions.map((action) => action.targets);
  const hosts = hostsOfStep(step);
  const local = targets.some(({ mode }) => mode === 'local');
  const remote = hosts.length === 0 ? '' : oneOf(targets, hosts);
  return [local ? 'local' : '', remote].filter((part) => part !== '').join(', ');
}

function oneOf(targets: readonly Targets[], hosts: readonly string[]): string {
  const remote = targets.filter(({ mode }) => mode !== 'local');
  if (hosts.length === 1) return hosts[0] ?? '';
  if (remote.every(({ mode }) => mode === 'any')) return `one of ${hosts.length} hosts`;
  if (remote.every(({ mode }) => mode === 'first')) return remote[0]?.hosts[0] ?? '';
  return `${hosts.length} hosts`;
}
