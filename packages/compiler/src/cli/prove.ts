import process from 'node:process';
import { neutralize } from '../diagnostics/display-text.ts';
import { printJson } from '../diagnostics/render-json.ts';
import { provePlan, type ProofReport } from '../prove.ts';
import { FINDINGS, FINE } from './exit-codes.ts';
import { Findings } from './findings.ts';
import { loadPlans } from './load-plans.ts';
import { type ColorChoice, printError, printOut, STANDARD_ERROR, table } from './output.ts';

export interface ProveOptions {
  readonly format: 'text' | 'json' | 'markdown';
  readonly color: ColorChoice;
  readonly root?: string;
  readonly plan?: string;
  readonly cloud?: string;
  readonly set: Readonly<Record<string, string>>;
}

/** `belay prove`: what holds in every order of a plan's steps, and how close a call it is. */
export async function prove(file: string, options: ProveOptions): Promise<void> {
  const loaded = await loadPlans(file, options);
  if (loaded === undefined) return;
  const findings = new Findings();
  const reports = loaded.plans.flatMap((plan) => {
    const { report, diagnostics } = provePlan(loaded.entry.project, { ...options, plan });
    findings.add(diagnostics, loaded.entry);
    return report ?? [];
  });
  // What breaks is a warning at times, and may be allowed: then it is no finding.
  const isConcerned = findings.diagnostics.some(({ level }) => level !== 'note');
  process.exitCode = isConcerned ? FINDINGS : FINE;
  if (isConcerned) printError(findings.text(options.color, STANDARD_ERROR));
  printOut(options.format === 'json' ? printJson(reports) : reports.map(options.format === 'markdown' ? markdown : text).join('\n'));
}

function text(report: ProofReport): string {
  const rows = report.rows.map((row) => [`  ${row.holds ? 'holds' : 'FAILS'}`, row.rule, neutralize(row.about), neutralize(row.closest), row.step === undefined ? '' : neutralize(`at ${row.step}`)]);
  return `${neutralize(report.plan)} on ${neutralize(report.cloud)}: ${stepsText(report)}, ${report.orders}\n${rows.length === 0 ? '  nothing is proven: it promises nothing, or parts of it could not be read\n' : table(rows)}`;
}

function markdown(report: ProofReport): string {
  const cell = (value: string): string => neutralize(value).replaceAll('|', '\\|');
  const rows = report.rows.map((row) => `| ${row.holds ? 'holds' : '**fails**'} | ${row.rule} | ${cell(row.about)} | ${cell(row.closest)} | ${row.step === undefined ? '' : `\`${cell(row.step)}\``} |`);
  return [
    `## ${cell(report.plan)} on ${cell(report.cloud)}`, '', `${stepsText(report)}, ${report.orders}.`, '',
    '| | rule | about | closest call | at |', '|---|---|---|---|---|', ...rows, '',
  ].join('\n');
}

function stepsText({ steps }: ProofReport): string {
  return `${steps} step${steps === 1 ? '' : 's'}`;
}
