import process from 'node:process';
import { neutralize } from '../diagnostics/display-text.ts';
import { printJson } from '../diagnostics/render-json.ts';
import { explainStep as explain, type StepExplanation } from '../explain/explain-step.ts';
import { durationText } from '../proofs/estimates.ts';
import { suggest } from '../text/suggest.ts';
import { CommandError } from './command-error.ts';
import { FINE } from './exit-codes.ts';
import { loadPlans } from './load-plans.ts';
import { printOut, table } from './output.ts';

export interface ExplainStepOptions {
  readonly format: 'text' | 'json';
  readonly root?: string;
  readonly plan?: string;
  readonly cloud?: string;
  readonly set: Readonly<Record<string, string>>;
}

/** `belay explain-step`: what a step does, the state of the model before and after it, and how far back it can go. */
export async function explainStep(file: string, step: string, options: ExplainStepOptions): Promise<void> {
  const loaded = await loadPlans(file, options);
  if (loaded === undefined) return;
  const known: string[] = [];
  for (const plan of loaded.plans) {
    const { explanation, steps } = explain(loaded.entry.project, { ...options, plan, step });
    if (explanation !== undefined) {
      process.exitCode = FINE;
      printOut(options.format === 'json' ? printJson(explanation) : describe(explanation));
      return;
    }
    known.push(...steps);
  }
  const [near] = suggest(step, known);
  throw new CommandError(`there is no step "${step}"`, near === undefined ? 'belay list FILE --steps PLAN lists them' : `did you mean "${near}"?`);
}

function describe(explanation: StepExplanation): string {
  const { actions, after, beside, states } = explanation;
  const lines = [`${neutralize(explanation.step)}${explanation.title === undefined ? '' : `: ${neutralize(explanation.title)}`}`, ''];
  if (actions.length > 0) {
    lines.push('Does', table(actions.map((action) => [`  ${neutralize(action.title)}`, whereText(action), `back: ${neutralize(action.back)}`])));
  }
  lines.push(`After   ${after.length === 0 ? 'nothing' : shortly(after)}`, `Beside  ${beside.length === 0 ? 'nothing' : shortly(beside)}`, `Begins  ${beginText(explanation)}`, '', ...backLines(explanation.back));
  const rows = states.map((row) => [`  ${neutralize(row.about)}`, row.before.join(' or '), same(row.before, row.after) ? '' : `→ ${row.after.join(' or ')}`]);
  if (rows.length > 0) lines.push('', 'State before, and after where it changes', table(rows));
  return `${lines.join('\n').trimEnd()}\n`;
}

function beginText({ begins: { seconds, isVague } }: StepExplanation): string {
  const time = seconds === 0 ? 'at once' : `after ${durationText(seconds)}`;
  return isVague ? `${seconds === 0 ? 'nobody knows when' : `${time} at least`}: something before it has no estimate` : `${time}, by the estimates`;
}

function whereText({ mode, hosts }: StepExplanation['actions'][number]): string {
  if (mode === 'local') return 'on this machine';
  if (mode === 'first') return `on ${neutralize(hosts[0] ?? 'no host')}`;
  return `on ${mode === 'any' && hosts.length > 1 ? 'one of ' : ''}${shortly(hosts)}${mode === 'each' && hosts.length > 1 ? ', in turn' : ''}`;
}

function backLines(back: StepExplanation['back']): string[] {
  if (back.length === 0) return ['No way back from here: forward only.'];
  const rows = back.map(({ to, steps, restores }) => [`  ${neutralize(to)}`, `${steps} step${steps === 1 ? '' : 's'} at most`, restores.length === 0 ? '' : `restores ${shortly(restores)}`]);
  return ['A rollback from here goes to', table(rows).trimEnd()];
}

function shortly(names: readonly string[]): string {
  const shown = names.slice(0, 4).map(neutralize).join(', ');
  return names.length > 4 ? `${shown} and ${names.length - 4} more` : shown;
}

function same(first: readonly string[], second: readonly string[]): boolean {
  return first.join('\0') === second.join('\0');
}
