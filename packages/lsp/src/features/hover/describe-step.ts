import { durationText, estimateOf, explainPlanned, scheduleOf, type AnalyzedPlan, type PartTime, type StepExplanation } from '@belay/compiler/analysis';
import type { PlannedStep } from '../../symbols/plan-steps.ts';

/** States that are shown of a step. */
const MOST_STATES = 10;

/** Components and hosts that are named as away. */
const MOST_AWAY = 12;

/** Targets of a rollback that are named, besides the farthest. */
const MOST_TARGETS = 3;

/** What a rollback restores, as far as it is named. */
const MOST_RESTORED = 6;

/** What is to be known of a step before it runs: when it begins, what changes, what is down, how far back one can go. Markdown. */
export function describeStep({ plan, graph }: Pick<AnalyzedPlan, 'plan' | 'graph'>, steps: readonly PlannedStep[]): string | undefined {
  const [first] = steps;
  const explanation = first === undefined ? undefined : explainPlanned(plan, graph, first.step.id);
  if (first === undefined || explanation === undefined) return undefined;
  const others = steps.length > 1 ? `, and ${steps.length - 1} more from the same statement` : '';
  return [
    `**Step** ${code(explanation.step)}${others}. ${timeText(explanation, graph, first)}`,
    ...stateLines(explanation), ...awayLines(explanation), backText(explanation),
  ].join('\n\n');
}

/** The same in one line: when it begins, how long it takes, and where a rollback goes. */
export function describeStepBriefly({ plan, graph }: Pick<AnalyzedPlan, 'plan' | 'graph'>, steps: readonly PlannedStep[]): string | undefined {
  const [first] = steps;
  const explanation = first === undefined ? undefined : explainPlanned(plan, graph, first.step.id);
  if (first === undefined || explanation === undefined) return undefined;
  const [nearest] = explanation.back;
  return `${timeText(explanation, graph, first)} ${nearest === undefined ? 'No way back.' : `Back to ${code(nearest.to)}.`}`;
}

/** How long a part of a plan takes. Markdown. */
export function describePart({ seconds, unknown }: PartTime): string {
  const missing = unknown === 0 ? '' : `${unknown} step${unknown === 1 ? '' : 's'} in it ${unknown === 1 ? 'has' : 'have'} no estimate.`;
  if (seconds === 0) return missing === '' ? 'Takes no time.' : missing;
  return `Takes ${durationText(seconds)} from the begin of its first step to the end of its last${missing === '' ? '.' : `; ${missing}`}`;
}

function timeText({ begins }: StepExplanation, graph: AnalyzedPlan['graph'], { step, index }: PlannedStep): string {
  const begin = begins.seconds === 0 ? 'Begins with the plan' : `Begins ${durationText(begins.seconds)} after the start`;
  const since = begins.isVague ? ' or later: something before it has no estimate' : begins.seconds === 0 ? '' : ' at the earliest';
  const { starts, ends } = scheduleOf(graph);
  const seconds = step.roll === undefined ? estimateOf(step) : ((ends[index] ?? 0) - (starts[index] ?? 0)) / 1000;
  const own = seconds !== undefined ? `takes ${durationText(seconds)}` : begins.isVague ? 'it has none either' : 'has no estimate';
  return `${begin}${since}; ${own}.`;
}

function stateLines({ states }: StepExplanation): string[] {
  const changed = states.filter(({ before, after }) => before.join('\0') !== after.join('\0'));
  if (changed.length === 0) return [];
  const lines = changed.slice(0, MOST_STATES).map(({ about, before, after }) => `- ${code(about)}: ${before.join(' or ')} → ${after.join(' or ')}`);
  const rest = changed.length - lines.length;
  return [['State before → after:', ...lines, ...(rest > 0 ? [`- and ${rest} more`] : [])].join('\n')];
}

function awayLines({ states }: StepExplanation): string[] {
  const isAway = (text: string): boolean => text.startsWith('stopped') || text === 'drained';
  // What the step itself changes is said already.
  const away = states.filter(({ before, after }) => before.join('\0') === after.join('\0') && before.some(isAway))
    .map(({ about, before }) => `${code(about)}${before.every(isAway) ? '' : ' (in some orders)'}`);
  if (away.length === 0) return [];
  const rest = away.length - MOST_AWAY;
  return [`Down or drained: ${away.slice(0, MOST_AWAY).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`];
}

function backText({ back }: StepExplanation): string {
  if (back.length === 0) return 'No way back from here: forward only.';
  const farthest = back.slice(MOST_TARGETS).slice(-1);
  const lines = [...back.slice(0, MOST_TARGETS), ...farthest].map(({ to, steps, restores }) => `- ${code(to)}, past ${steps} step${steps === 1 ? '' : 's'}${restoredText(restores)}`);
  const left = back.length - MOST_TARGETS - farthest.length;
  if (left > 0) lines.splice(MOST_TARGETS, 0, `- ${left} more between`);
  return ['A rollback from here goes to:', ...lines].join('\n');
}

function restoredText(restores: readonly string[]): string {
  if (restores.length === 0) return '';
  const rest = restores.length - MOST_RESTORED;
  return `, restores ${restores.slice(0, MOST_RESTORED).map(code).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** A name in Markdown. */
export function code(text: string): string {
  return `\`${text.replaceAll('`', '’')}\``;
}
