import { durationText, summarizePlan, wordOf, type AnalyzedPlan, type PlanSummaryNumbers } from '@belay/compiler/analysis';
import { CodeLensRequest, CodeLensResolveRequest, type ClientCapabilities, type CodeLens, type CodeLensParams } from 'vscode-languageserver';
import { plansOf } from '../symbols/plan-steps.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import { feature } from './feature.ts';

/** More plans of one file have no lenses. */
const MOST_PLANS = 200;

/** Components whose downtime is named. */
const MOST_DOWN = 2;

/** What a lens stands for until its text is asked for. */
interface LensData {
  readonly uri: string;
  readonly plan: string;
  readonly shows: 'summary' | 'compile' | 'graph';
}

/** A client that can draw a graph of a plan says so; for others the lens would lead nowhere. */
function drawsGraphs({ experimental }: ClientCapabilities): boolean {
  return typeof experimental === 'object' && experimental !== null && 'belayGraph' in experimental && experimental.belayGraph === true;
}

/** Places above plans; what they say is made when they are seen. */
export function codeLenses(snapshot: Snapshot, { textDocument }: CodeLensParams, client: ClientCapabilities): CodeLens[] | null {
  const file = snapshot.file(textDocument.uri);
  if (file === undefined) return null;
  return file.tree.statements.filter(({ declaration }) => declaration.id === 'plan').slice(0, MOST_PLANS).flatMap((statement) => {
    const name = statement.arguments['name'];
    const plan = wordOf(name);
    if (name === undefined || plan === undefined) return [];
    const range = file.range({ start: statement.keyword.start, end: name.end });
    const shown: readonly LensData['shows'][] = drawsGraphs(client) ? ['summary', 'compile', 'graph'] : ['summary', 'compile'];
    return shown.map((shows): CodeLens => ({ range, data: { uri: file.uri, plan, shows } satisfies LensData }));
  });
}

/** What a lens says: of a plan its steps, how long it takes, what is down, how far a rollback reaches; and what can be done with it. */
export function resolveCodeLens(snapshot: Snapshot, lens: CodeLens): CodeLens {
  const data: unknown = lens.data;
  if (!isLensData(data)) return lens;
  const { uri, plan, shows } = data;
  if (shows !== 'summary') {
    const isGraph = shows === 'graph';
    return { ...lens, command: { title: isGraph ? 'Show graph' : 'Compile', command: isGraph ? 'belay.showGraph' : 'belay.compile', arguments: [{ uri, plan }] } };
  }
  const file = snapshot.file(uri);
  const statement = file?.tree.statements.find((one) => one.declaration.id === 'plan' && wordOf(one.arguments['name']) === plan);
  const [model, ...others] = file === undefined || statement === undefined ? [] : plansOf(statement, file, snapshot);
  // The numbers are those of one cloud.
  const where = model === undefined || others.length === 0 ? '' : ` · on ${model.plan.cloud.name}, the first of ${others.length + 1} clouds`;
  // A plan that nobody understands has no numbers; an empty title would be drawn as a gap.
  const title = model === undefined ? 'Not understood yet' : `${titleOf(model)}${where}`;
  return { ...lens, command: { title, command: '' } };
}

/** Of a plan that was understood in part the numbers would be too small. */
function titleOf({ plan, graph, isUnderstood }: AnalyzedPlan): string {
  const numbers = summarizePlan(plan, graph);
  return isUnderstood ? summaryText(numbers) : `${stepsText(numbers)} · not all of it is understood`;
}

function isLensData(data: unknown): data is LensData {
  return typeof data === 'object' && data !== null && 'uri' in data && typeof data.uri === 'string' && 'plan' in data && typeof data.plan === 'string'
    && 'shows' in data && (data.shows === 'summary' || data.shows === 'compile' || data.shows === 'graph');
}

/** A plan in one line. */
export function summaryText({ steps, seconds, unknown, downtimes, reaches }: PlanSummaryNumbers): string {
  return [
    stepsText({ steps }),
    ...(steps === 0 ? [] : [durationOf(seconds, unknown, steps)]),
    ...downOf(downtimes, unknown),
    ...(reaches.length === 0 ? [] : [`rollback ${reachText(reaches)}`]),
  ].join(' · ');
}

function stepsText({ steps }: Pick<PlanSummaryNumbers, 'steps'>): string {
  return `${steps} step${steps === 1 ? '' : 's'}`;
}

function durationOf(seconds: number, unknown: number, steps: number): string {
  if (unknown >= steps) return 'no estimates';
  const missing = unknown === 0 ? [] : [`${unknown} step${unknown === 1 ? '' : 's'} without an estimate`];
  return [...(seconds === 0 && unknown > 0 ? [] : [durationText(seconds)]), ...missing].join(' and ');
}

function downOf(downtimes: PlanSummaryNumbers['downtimes'], unknown: number): string[] {
  if (downtimes.length === 0) return [];
  const named = downtimes.slice(0, MOST_DOWN).map(({ component, seconds }) => `${component} ${durationText(seconds)}`).join(', ');
  const rest = downtimes.length - MOST_DOWN;
  return [`down${unknown === 0 ? '' : ' at least'}: ${named}${rest > 0 ? ` and ${rest} more` : ''}`];
}

/** Where a rollback can go, from the begin of the plan to its end. */
function reachText(reaches: PlanSummaryNumbers['reaches']): string {
  const target = (to: string | undefined): string => (to === undefined ? 'none' : `to ${to === 'start' ? 'the start' : to}`);
  const [first, second, ...others] = reaches;
  if (second === undefined) return target(first?.to);
  const last = others.at(-1) ?? second;
  const between = others.length > 1 ? ` (${others.length - 1} more between)` : '';
  return `${target(first?.to)}, from ${second.from} on ${target(second.to)}${last === second ? '' : `${between}, from ${last.from} on ${target(last.to)}`}`;
}

const CAPABILITIES = { codeLensProvider: { resolveProvider: true } };

export const codeLensFeature = feature(CodeLensRequest.type, {
  summary: 'Above each plan: its numbers, and what can be done with it.',
  capabilities: CAPABILITIES,
  answer: (snapshot, params, _token, { client }) => codeLenses(snapshot, params, client),
});

export const resolveCodeLensFeature = feature(CodeLensResolveRequest.type, {
  summary: 'The text of a lens: the steps of the plan, how long it takes, what is down, how far a rollback reaches. The commands are `belay.compile` and, for clients with `experimental.belayGraph`, `belay.showGraph`; each gets `{ uri, plan }`.',
  capabilities: CAPABILITIES,
  answer: resolveCodeLens,
});
