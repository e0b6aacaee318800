import type { PlanGraph } from '../graph/plan-graph.ts';
import type { PlanModel } from '../model/plan-model.ts';
import type { Event, Events } from '../proofs/events.ts';
import { outagesOf } from '../proofs/outages.ts';
import { eventsOf } from '../proofs/proof.ts';
import { touchingByComponent } from '../proofs/releases/touching.ts';
import { reachOf } from '../proofs/way-back/reach.ts';
import { batchTimes, scheduleOf, type Schedule } from './schedule.ts';

/** More hosts that are away one by one are not followed: the plan is summarized without. */
const MOST_TIMES = 200_000;

/** A plan in a few numbers, by its estimates. */
export interface PlanSummaryNumbers {
  /** Those in the bodies of rolls included. */
  readonly steps: number;
  /** Seconds; what has no estimate counts as nothing. */
  readonly seconds: number;
  /** Steps without an estimate. */
  readonly unknown: number;
  /** Components that are away as a whole for some time, the longest first, with the seconds of all such times together. */
  readonly downtimes: readonly { readonly component: string; readonly seconds: number }[];
  /** How far a rollback goes, from which step on; `to` is absent where the way is forward only. In the order of the plan. */
  readonly reaches: readonly { readonly from: string; readonly to?: string }[];
}

const cache = new WeakMap<PlanGraph, PlanSummaryNumbers>();

/** The summary of a plan; made once for a graph. */
export function summarizePlan(plan: PlanModel, graph: PlanGraph): PlanSummaryNumbers {
  let summary = cache.get(graph);
  if (summary === undefined) {
    const { total, unknown } = scheduleOf(graph);
    const inBodies = graph.steps.reduce((count, { step, body }) => count + (step === undefined ? 0 : 1) + (body?.steps.filter((one) => one.step !== undefined).length ?? 0), 0);
    summary = { steps: inBodies, seconds: total / 1000, unknown, downtimes: downtimesOf(plan, graph), reaches: reachesOf(plan, graph) };
    cache.set(graph, summary);
  }
  return summary;
}

function reachesOf(plan: PlanModel, graph: PlanGraph): PlanSummaryNumbers['reaches'] {
  const reaches: { from: string; to?: string }[] = [];
  for (const [index, reach] of reachOf(graph, plan.cloud).entries()) {
    const step = graph.steps[index];
    const to = reach?.farthest;
    if (step?.step === undefined || (reaches.length > 0 && reaches.at(-1)?.to === to)) continue;
    reaches.push({ from: step.id, ...(to === undefined ? {} : { to }) });
  }
  return reaches;
}

function downtimesOf(plan: PlanModel, graph: PlanGraph): PlanSummaryNumbers['downtimes'] {
  const events = eventsOf(graph);
  const schedule = scheduleOf(graph);
  let left = MOST_TIMES;
  return [...touchingByComponent(events, plan.cloud)].flatMap(([name, touching]) => {
    const component = plan.cloud.components.get(name);
    if (component === undefined || component.hosts.length === 0) return [];
    const changes: { at: number; by: number }[] = [];
    for (const { from, to, hosts } of outagesOf(component, events, touching)) {
      if ((left -= hosts.length) < 0) return [];
      for (const host of hosts) {
        changes.push({ at: timesOf(from, host, events, schedule).start, by: 1 }, { at: to === undefined ? schedule.total : timesOf(to, host, events, schedule).end, by: -1 });
      }
    }
    const seconds = timeOfAll(changes, component.hosts.length) / 1000;
    return seconds === 0 ? [] : [{ component: name, seconds }];
  }).sort((a, b) => b.seconds - a.seconds || (a.component < b.component ? -1 : 1));
}

/** When an event begins and ends on a host, in milliseconds from the begin of the plan. */
function timesOf(event: Event, host: string, events: Events, { starts, ends, bodies }: Schedule): { start: number; end: number } {
  const { step, body, action } = event;
  const own = { start: starts[step] ?? 0, end: ends[step] ?? 0 };
  const inner = bodies.get(step);
  const roll = events.node(event)?.step?.roll;
  if (body === -1 || inner === undefined || roll === undefined || action.targets.batch !== true) return own;
  const begin = own.start + Math.max(0, events.batchOf(event, host)) * batchTimes(roll, inner).each;
  return { start: begin + (inner.starts[body] ?? 0), end: begin + (inner.ends[body] ?? 0) };
}

/** For how long so many are away together. */
function timeOfAll(changes: { at: number; by: number }[], all: number): number {
  let away = 0;
  let since = 0;
  let sum = 0;
  // At the same moment what comes back counts first: that one goes as another comes is no time.
  for (const { at, by } of changes.sort((a, b) => a.at - b.at || a.by - b.by)) {
    if (away >= all) sum += at - since;
    away += by;
    since = at;
  }
  return sum;
}
