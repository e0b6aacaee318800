import { mkdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { checkProject } from '../check.ts';
import { compilePlan } from '../compile.ts';
import { neutralize } from '../diagnostics/display-text.ts';
import { printJson } from '../diagnostics/render-json.ts';
import { obstaclesTo, outputsOf, type Output, type Target } from '../emit/outputs.ts';
import type { Plan } from '../plan/plan.ts';
import { suggest } from '../text/suggest.ts';
import { CommandError } from './command-error.ts';
import { loadEntries, type LoadedEntry } from './entries.ts';
import { FAILURE, FINDINGS, FINE } from './exit-codes.ts';
import { reasonOf } from './find-files.ts';
import { Findings } from './findings.ts';
import { type ColorChoice, complain, printError, printOut, STANDARD_ERROR } from './output.ts';
import { writeFileWhole } from './write-file.ts';

export type { Target } from '../emit/outputs.ts';

export interface CompileOptions {
  readonly to: readonly Target[];
  /** A folder, or `-` for standard output. */
  readonly out: string;
  readonly plan?: string;
  readonly cloud?: string;
  readonly set: Readonly<Record<string, string>>;
  readonly format: 'text' | 'json' | 'gnu';
  readonly color: ColorChoice;
  readonly root?: string;
}

/** `belay compile`: writes what runs a plan. Nothing is written if there is an error. */
export async function compile(file: string, options: CompileOptions): Promise<void> {
  let failed = false;
  const fail = (message: string): void => {
    failed = true;
    complain(message);
  };
  const entryOptions = { fail, ...(options.root === undefined ? {} : { root: options.root }) };
  const [entry] = await loadEntries([file], entryOptions);
  if (entry === undefined || failed) {
    process.exitCode = FAILURE;
    return;
  }

  const findings = new Findings();
  const plans = compilePlans(entry, options, findings);
  if (findings.hasErrors) {
    process.exitCode = FINDINGS;
    report(findings, [], options);
    return;
  }
  for (const plan of plans) {
    for (const target of options.to) {
      const [obstacle] = obstaclesTo(plan, target);
      if (obstacle !== undefined) throw new CommandError(`the plan "${plan.name}" can not be compiled to ${target}`, obstacle);
    }
  }
  const outputs = plans.flatMap((plan) => options.to.flatMap((target) => outputsFor(plan, target, options)));
  if (options.out === '-') {
    const [only, ...more] = outputs;
    if (only === undefined || more.length > 0) {
      throw new CommandError(
        `--out - takes one output, but there are ${outputs.length}`,
        'choose with --to and --plan',
      );
    }
    process.exitCode = FINE;
    printError(options.format === 'gnu' ? findings.lines() : findings.text(options.color, STANDARD_ERROR));
    printOut(contentOf(only).toString());
    return;
  }
  makeFolder(options.out);
  const written = outputs.flatMap((output) => {
    const { plan, target } = output;
    const file = path.join(options.out, output.path);
    makeFolder(path.dirname(file));
    writeFileWhole(file, contentOf(output), output.permissions);
    return output.isProduct ? [{ plan: plan.name, cloud: plan.cloud.name, target, file, digest: plan.digest }] : [];
  });
  process.exitCode = FINE;
  report(findings, written, options);
}

function outputsFor(plan: Plan, target: Target, { cloud }: CompileOptions): (Output & { readonly plan: Plan; readonly target: Target })[] {
  return outputsOf(plan, target, cloud === undefined ? plan.name : `${plan.name}-${cloud}`).map((output) => ({ ...output, plan, target }));
}

function contentOf({ content, encoding }: Output): string | Buffer {
  return encoding === 'base64' ? Buffer.from(content, 'base64') : content;
}

/** The plans that were asked for, as far as they have no errors. */
function compilePlans(entry: LoadedEntry, { plan: chosen, cloud, set }: CompileOptions, findings: Findings): Plan[] {
  const { diagnostics, plans } = checkProject(entry.project, { set });
  findings.add(diagnostics, entry);
  const known = plans.map(({ name }) => name);
  const wanted = chosen === undefined ? known : known.filter((name) => name === chosen);
  if (wanted.length === 0 && !findings.hasErrors) throw noPlan(entry, chosen, known);
  return wanted.flatMap((name) => {
    const result = compilePlan(entry.project, { plan: name, set, ...(cloud === undefined ? {} : { cloud }) });
    findings.add(result.diagnostics, entry);
    return result.plan === undefined ? [] : [result.plan];
  });
}

function noPlan(entry: LoadedEntry, chosen: string | undefined, known: readonly string[]): CommandError {
  if (chosen === undefined || known.length === 0) return new CommandError(`"${entry.shown}" declares no plan`);
  const list = `its plans are: ${known.join(', ')}`;
  const [near] = suggest(chosen, known);
  return new CommandError(
    `there is no plan "${chosen}" in "${entry.shown}"`,
    near === undefined ? list : `did you mean "${near}"?`,
  );
}

interface Written {
  readonly plan: string;
  readonly cloud: string;
  readonly target: Target;
  readonly file: string;
  readonly digest: string;
}

/** The product is what was written; what was found on the way is a notice. */
function report(findings: Findings, written: readonly Written[], options: CompileOptions): void {
  if (options.format === 'json') {
    const diagnostics: unknown = JSON.parse(findings.json());
    printOut(printJson({ diagnostics, written }));
    return;
  }
  printError(options.format === 'gnu' ? findings.lines() : findings.text(options.color, STANDARD_ERROR));
  printOut(written.map(({ file }) => `${neutralize(file)}\n`).join(''));
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new CommandError(`cannot create the folder "${folder}": ${reasonOf(error)}`);
  }
}
