import { checkPlan, type CheckOptions } from './check.ts';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import type { PlanGraph } from './graph/plan-graph.ts';
import type { PlanModel, StepModel } from './model/plan-model.ts';
import { resourceOf } from './model/resources.ts';
import type { Project } from './project/project.ts';
import type { Event } from './proofs/events.ts';
import { eventsOf } from './proofs/proof.ts';
import { linesOf } from './proofs/releases/timelines.ts';
import { touchingByComponent } from './proofs/releases/touching.ts';
import { schemaTimes } from './proofs/schema/database-times.ts';

/** What a step does, and the state of the model before and after it, with all values that the orders of the plan allow. */
export interface StepExplanation {
  readonly step: string;
  readonly title?: string;
  readonly actions: readonly { readonly title: string; readonly hosts: readonly string[]; readonly back: string }[];
  readonly after: readonly string[];
  /** Steps that may run at the same time, or in any order with it. */
  readonly beside: readonly string[];
  readonly states: readonly StateRow[];
  /** How far a failure of this step can go back, and by what. */
  readonly back: string;
}

export interface StateRow {
  readonly about: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Explains one step of a plan. */
export function explainStep(project: Project, options: CheckOptions & { readonly plan: string; readonly step: string; readonly cloud?: string }): {
  readonly explanation?: StepExplanation; readonly steps: readonly string[]; readonly diagnostics: readonly Diagnostic[];
} {
  const { plan, graph, diagnostics } = checkPlan(project, options.plan, options);
  if (plan === undefined || graph === undefined) return { steps: [], diagnostics };
  const index = graph.steps.findIndex((one) => one.id === options.step || one.body?.steps.some((inner) => inner.id === options.step) === true);
  const node = graph.steps[index];
  const step = node?.id === options.step ? node.step : node?.body?.steps.find((one) => one.id === options.step)?.step;
  const steps = graph.steps.flatMap((one) => [one.id, ...(one.body?.steps.map((inner) => inner.id) ?? [])]);
  if (node === undefined || step === undefined) return { steps, diagnostics };
  return {
    steps,
    diagnostics,
    explanation: {
      step: step.id,
      ...(step.title === undefined ? {} : { title: step.title }),
      actions: step.actions.map((action) => ({ title: action.title, hosts: action.targets.mode === 'local' ? ['local'] : action.targets.hosts, back: backOf(action, step) })),
      after: node.after.map((one) => graph.steps[one]?.id ?? ''),
      beside: graph.steps.flatMap((one, other) => (one.step !== undefined && other !== index && !graph.before(index, other) && !graph.before(other, index) ? [one.id] : [])),
      states: statesAround(plan, graph, index),
      back: wayBack(graph, index),
    },
  };
}

function backOf(action: StepModel['actions'][number], step: StepModel): string {
  if (step.undo !== undefined) return step.undo.length === 0 ? 'nothing to do' : 'the undo of the step';
  if (action.inverse === undefined) return action.changes.length === 0 ? 'nothing to do' : `restore ${[...new Set(action.changes.map(resourceOf))].join(', ')}`;
  return action.inverse.length === 0 ? 'nothing to do' : action.inverse.map((one) => one.title).join(', ');
}

function wayBack(graph: PlanGraph, index: number): string {
  const forwardOnly = graph.steps.findIndex(({ step }, other) => step?.kind === 'no-return' && graph.before(other, index));
  if (forwardOnly !== -1) return `forward only, since ${graph.steps[forwardOnly]?.id ?? ''}`;
  const points = graph.steps.filter(({ step }, other) => step?.kind === 'point' && graph.before(other, index)).map((one) => one.id);
  return ['start', ...points].toReversed().join(', ');
}

/** The possible states of what the plan changes, right before a step begins and right after it has ended. */
function statesAround(plan: PlanModel, graph: PlanGraph, index: number): StateRow[] {
  const events = eventsOf(graph);
  const initial = plan.release?.from;
  const rows: StateRow[] = [];
  const may = (time: { from?: Event; to?: Event }, when: 'before' | 'after'): boolean => {
    const { from, to } = time;
    if (when === 'before') return (from === undefined || (from.step !== index && !graph.before(index, from.step))) && (to === undefined || !graph.before(to.step, index));
    return (from === undefined || !graph.before(index, from.step)) && (to === undefined || (to.step !== index && !graph.before(to.step, index)));
  };
  const add = (about: string, times: readonly { from?: Event; to?: Event; text: string }[]): void => {
    const values = (when: 'before' | 'after'): string[] => [...new Set(times.filter((time) => may(time, when)).map((time) => time.text))];
    rows.push({ about, before: values('before'), after: values('after') });
  };
  for (const [name, touching] of touchingByComponent(events, plan.cloud)) {
    const component = plan.cloud.components.get(name);
    if (component === undefined) continue;
    const lines = linesOf(component, touching, initial, events);
    for (const line of lines) {
      const about = lines.length === 1 ? name : `${name} on ${line.hosts.length > 3 ? `${line.hosts[0] ?? ''} and ${line.hosts.length - 1} more` : line.hosts.join(', ')}`;
      add(about, line.times.map((time) => ({ ...time, text: componentText(time.installed, time.running) })));
    }
  }
  for (const database of plan.cloud.databases.values()) {
    const touching = events.list.filter((event) => event.action.changes.some((change) => change.kind === 'database' && change.name === database.name));
    if (touching.length === 0) continue;
    add(database.name, schemaTimes(database, touching, initial, new Map()).map((time) => ({
      ...time, text: time.oldest === time.newest ? `schema ${time.newest ?? 'unknown'}` : `schema ${time.oldest ?? '?'} to ${time.newest ?? '?'}`,
    })));
  }
  for (const name of plan.modes.keys()) {
    const touching = events.list.filter((event) => event.action.changes.some((change) => change.kind === 'mode' && change.name === name));
    const times: { from?: Event; to?: Event; text: string }[] = [{ text: 'left' }];
    for (const event of touching) {
      const entered = event.action.changes.some((change) => change.kind === 'mode' && change.name === name && change.becomes === 'entered');
      times[times.length - 1] = { ...times.at(-1), text: times.at(-1)?.text ?? '', to: event };
      times.push({ from: event, text: entered ? 'entered' : 'left' });
    }
    add(`mode ${name}`, times);
  }
  return rows;
}

function componentText(installed: string | undefined, running: string | null | undefined): string {
  if (running === null) return `stopped, ${installed ?? 'unknown'} installed`;
  return running === installed ? `runs ${running ?? 'what is there'}` : `runs ${running ?? 'unknown'}, ${installed ?? 'unknown'} installed`;
}
