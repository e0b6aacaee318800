import type { PlanGraph } from '../../graph/plan-graph.ts';
import type { Component, Keep } from '../../model/model.ts';
import type { StepModel } from '../../model/plan-model.ts';
import type { PlanSubject } from '../../rules/rule.ts';
import { estimateOf } from '../estimates.ts';
import type { Event } from '../events.ts';
import { LongestAbsence } from '../longest-absence.ts';
import { PartWeights } from '../part-weights.ts';
import { listOutages } from '../outages.ts';
import { absencesAt, type Absence } from '../plan-state.ts';
import { presencesOf, type Presence } from '../presence.ts';

/** How long a component that may pause is down at a stretch, in the worst order. */
export interface Stretch {
  readonly keep: Keep & { readonly kind: 'available' };
  readonly component: Component;
  readonly presence: Presence;
  /** Absent where some instance is always up, or nothing can be said. */
  readonly worst?: Downtime;
}

/** How a stretch begins. */
export interface Ends {
  readonly absences: readonly Absence[];
  /** The events that take the instances down, in a topological order. */
  readonly from: readonly Event[];
}

export interface Downtime extends Ends {
  /** By the estimates that there are. */
  readonly seconds: number;
  /** Steps that may run meanwhile and have no estimate, in the order in which most of them do. */
  readonly unknown: readonly StepModel[];
}

export interface During {
  readonly step: StepModel;
  /** Set in a roll: the step is run for each batch, or the roll itself pauses between batches. */
  readonly repeats?: 'step' | 'pause';
}

const cache = new WeakMap<PlanGraph, readonly Stretch[]>();

/** The stretches of all components that may pause. */
export function stretchesOf(subject: PlanSubject): readonly Stretch[] {
  let stretches = cache.get(subject.graph);
  if (stretches === undefined) cache.set(subject.graph, (stretches = subject.plan.cloud.keeps.flatMap((keep) => stretchOf(subject, keep))));
  return stretches;
}

function stretchOf(subject: PlanSubject, keep: Keep): Stretch[] {
  const component = subject.plan.cloud.components.get(keep.component);
  if (component === undefined || component.hosts.length === 0 || keep.kind !== 'available' || keep.budget === 0) return [];
  const presence = presencesOf(subject).component(component);
  const stretch = { keep, component, presence };
  if (presence.conflict !== undefined || presence.heaviest.peak < component.hosts.length) return [stretch];
  const { estimated, missing } = weightsOf(subject);
  const { tree } = presencesOf(subject);
  const longest = new LongestAbsence(tree, presence.courses, component.hosts.length, estimated);
  if (longest.weight === undefined) return [stretch];
  const unknown = missing.all === 0 ? undefined : new LongestAbsence(tree, presence.courses, component.hosts.length, missing);
  return [{
    ...stretch,
    worst: {
      ...endsOf(subject, presence, longest), seconds: longest.weight / 1000,
      unknown: unknown === undefined || unknown.weight === 0 ? [] : duringOf(subject, presence, endsOf(subject, presence, unknown)).flatMap(({ step }) => (estimateOf(step) === undefined ? [step] : [])),
    },
  }];
}

/** Weights in milliseconds by the estimates, and such that count the steps without one. */
interface Weights {
  readonly estimated: PartWeights;
  readonly missing: PartWeights;
}

const weightsCache = new WeakMap<PlanGraph, Weights>();

function weightsOf(subject: PlanSubject): Weights {
  let weights = weightsCache.get(subject.graph);
  if (weights === undefined) {
    const { tree } = presencesOf(subject);
    weights = {
      estimated: new PartWeights(tree, (step) => Math.round((step.roll?.pause ?? estimateOf(step) ?? 0) * 1000)),
      missing: new PartWeights(tree, (step) => (step.roll === undefined && estimateOf(step) === undefined ? 1 : 0)),
    };
    weightsCache.set(subject.graph, weights);
  }
  return weights;
}

/** What is away in the worst stretch, and the events that take it away. */
function endsOf(subject: PlanSubject, presence: Presence, longest: LongestAbsence): Ends {
  const absences = absencesAt(presence.watched, presencesOf(subject).events, presence.touching, longest.state());
  const since = new Set(absences.map((one) => one.since));
  return { absences, from: presence.touching.filter((event) => since.has(event)) };
}

/** The events that bring something back of what is away, in a topological order. */
export function returnsOf(subject: PlanSubject, presence: Presence, { absences }: Ends): Event[] {
  const away = new Map(absences.map((one) => [one.host, one.since]));
  const ending = new Set<Event>();
  for (const { from, to, hosts } of listOutages(presence.watched, presencesOf(subject).events, presence.touching)) {
    if (to !== undefined && hosts.some((host) => away.get(host) === from)) ending.add(to);
  }
  return presence.touching.filter((event) => ending.has(event));
}

/** The steps that may run in a stretch, in a topological order. */
export function duringOf(subject: PlanSubject, presence: Presence, ends: Ends): During[] {
  return stepsBetween(subject.graph, ends.from, returnsOf(subject, presence, ends), ends.absences);
}

/** The steps that may run between the begin of some events and the end of any of others; of rolls, the steps of the body. */
function stepsBetween(graph: PlanGraph, from: readonly Event[], to: readonly Event[], absences: readonly Absence[]): During[] {
  const done = spread(graph.steps.map(({ after }) => after), from);
  const after: number[][] = graph.steps.map(() => []);
  for (const [index, step] of graph.steps.entries()) for (const before of step.after) after[before]?.push(index);
  const later = spread(after, to);
  return graph.steps.flatMap(({ step, body }, index): During[] => {
    if (step === undefined || done.has(index) || later.has(index)) return [];
    if (body === undefined) return [{ step }];
    const begins = from.filter((event) => event.step === index);
    const ends = to.filter((event) => event.step === index);
    const batches = new Set(absences.flatMap(({ since, batch }) => (since.step === index ? [batch] : [])));
    const goesRound = ends.some((end) => begins.some((begin) => body.before(end.body, begin.body) || (end.body === begin.body && end.index < begin.index)));
    // Only where it begins and ends in one batch some of the body is left out.
    const inOne = batches.size === 1 && ends.length > 0 && !goesRound;
    const inBody = body.steps.flatMap(({ step: inner }, at): During[] => {
      const outside = inOne && (begins.some((event) => body.before(at, event.body)) || ends.some((event) => body.before(event.body, at)));
      return inner === undefined || outside ? [] : [{ step: inner, repeats: 'step' }];
    });
    const pauses = !inOne && step.roll !== undefined && step.roll.pause > 0 && step.roll.batches.length > 1;
    return pauses ? [...inBody, { step, repeats: 'pause' }] : inBody;
  });
}

/** What edges lead to from the steps of some events, these left out. */
function spread(edges: readonly (readonly number[])[], events: readonly Event[]): Set<number> {
  const found = new Set<number>();
  const open = events.flatMap((event) => edges[event.step] ?? []);
  for (let step = open.pop(); step !== undefined; step = open.pop()) {
    if (found.has(step)) continue;
    found.add(step);
    open.push(...(edges[step] ?? []));
  }
  return found;
}
