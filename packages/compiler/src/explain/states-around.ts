import type { PlanGraph } from '../graph/plan-graph.ts';
import type { PlanModel } from '../model/plan-model.ts';
import { listHosts } from '../proofs/absence-finding.ts';
import type { Event, Events } from '../proofs/events.ts';
import { hostOutages, type Outage } from '../proofs/outages.ts';
import { eventsOf } from '../proofs/proof.ts';
import { linesOf, type Lasting } from '../proofs/releases/timelines.ts';
import { touchingByComponent } from '../proofs/releases/touching.ts';
import { databaseTimes } from '../proofs/schema/database-times.ts';

/** Something of the model, and all values that it may have around a step. */
export interface StateRow {
  readonly about: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Where a step is: its index in the graph and, in a roll, in that of the body (else -1). */
export interface StepPlace {
  readonly step: number;
  readonly body: number;
}

/** Something of the model, and the states that it goes through. */
interface Course {
  readonly about: string;
  readonly times: readonly (Lasting & { readonly text: string })[];
}

const courses = new WeakMap<PlanGraph, readonly Course[]>();

/**
 * The possible states of what the plan changes, right before a step begins and right after it has ended. Of a step in a roll, those of the hosts of
 * a batch.
 */
export function statesAround(plan: PlanModel, graph: PlanGraph, place: StepPlace): StateRow[] {
  let all = courses.get(graph);
  if (all === undefined) courses.set(graph, (all = coursesOf(plan, graph)));
  const seen = new Map<Event, ReturnType<typeof timeOf>>();
  const when = (event: Event): ReturnType<typeof timeOf> => {
    let time = seen.get(event);
    if (time === undefined) seen.set(event, (time = timeOf(event, place, graph)));
    return time;
  };
  const may = ({ from, to }: Lasting, side: 'before' | 'after'): boolean => {
    const fromIs = from === undefined ? 'earlier' : when(from);
    const toIs = to === undefined ? 'later' : when(to);
    return side === 'before' ? fromIs !== 'own' && fromIs !== 'later' && toIs !== 'earlier' : fromIs !== 'later' && toIs !== 'own' && toIs !== 'earlier';
  };
  return all.map(({ about, times }) => {
    const values = (side: 'before' | 'after'): string[] => [...new Set(times.filter((time) => may(time, side)).map((time) => time.text))];
    return { about, before: values('before'), after: values('after') };
  });
}

/** What the plan changes, and the states that it goes through; the same for all steps. */
function coursesOf(plan: PlanModel, graph: PlanGraph): Course[] {
  const events = eventsOf(graph);
  const initial = plan.release?.from;
  const found: Course[] = [];
  const add = (about: string, times: Course['times']): void => {
    found.push({ about, times });
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
  const schemasOf = databaseTimes({ plan, graph }, events);
  for (const database of plan.cloud.databases.values()) {
    const schemas = schemasOf(database);
    if (schemas.length === 1) continue;
    add(database.name, schemas.map((time) => ({
      ...time, text: time.oldest === time.newest ? `schema ${time.newest ?? 'unknown'}` : `schema ${time.oldest ?? '?'} to ${time.newest ?? '?'}`,
    })));
  }
  for (const name of plan.modes.keys()) {
    const touching = events.list.filter((event) => event.action.changes.some((change) => change.kind === 'mode' && change.name === name));
    const times: (Lasting & { text: string })[] = [{ text: 'left' }];
    for (const event of touching) {
      const entered = event.action.changes.some((change) => change.kind === 'mode' && change.name === name && change.becomes === 'entered');
      times[times.length - 1] = { ...times.at(-1), text: times.at(-1)?.text ?? '', to: event };
      times.push({ from: event, text: entered ? 'entered' : 'left' });
    }
    add(`mode ${name}`, times);
  }
  for (const [hosts, times] of hostTimes(plan, events)) add(hosts, times);
  return found;
}

/** When an event happens, seen from a step: before it in every order, as part of it, after it, or at any time. */
function timeOf(event: Event, { step, body }: StepPlace, graph: PlanGraph): 'earlier' | 'own' | 'later' | 'any' {
  if (event.step !== step) return graph.before(event.step, step) ? 'earlier' : graph.before(step, event.step) ? 'later' : 'any';
  if (body === -1 || event.body === body) return 'own';
  const inner = graph.steps[step]?.body;
  return inner?.before(event.body, body) === true ? 'earlier' : inner?.before(body, event.body) === true ? 'later' : 'any';
}

/** Hosts that the plan drains, those together that it treats alike. */
function* hostTimes(plan: PlanModel, events: Events): Generator<[string, (Lasting & { text: string })[]]> {
  const touching = events.list.filter(({ action }) => action.changes.some(({ kind }) => kind === 'host'));
  if (touching.length === 0) return;
  const alike = new Map<string, { readonly hosts: string[]; readonly outages: Outage[] }>();
  const byHost = new Map<string, Outage[]>();
  const numbers = new Map(touching.map((event, number) => [event, number]));
  for (const outage of hostOutages([...plan.cloud.hosts.keys()], events, touching)) {
    // A reboot is over when its step is.
    if (outage.to === outage.from) continue;
    for (const host of outage.hosts) byHost.set(host, [...(byHost.get(host) ?? []), outage]);
  }
  for (const [host, outages] of byHost) {
    const key = outages.map(({ from, to }) => `${numbers.get(from) ?? ''} ${to === undefined ? '' : (numbers.get(to) ?? '')}`).join();
    const known = alike.get(key);
    if (known === undefined) alike.set(key, { hosts: [host], outages });
    else known.hosts.push(host);
  }
  for (const { hosts, outages } of alike.values()) {
    const times: (Lasting & { text: string })[] = [{ text: 'in service' }];
    for (const { from, to } of outages) {
      times[times.length - 1] = { ...times.at(-1), text: times.at(-1)?.text ?? '', to: from };
      times.push({ from, text: 'drained', ...(to === undefined ? {} : { to }) });
      if (to !== undefined) times.push({ from: to, text: 'in service' });
    }
    yield [`host ${listHosts(hosts)}`, times];
  }
}

function componentText(installed: string | undefined, running: string | null | undefined): string {
  if (running === null) return `stopped, ${installed ?? 'unknown'} installed`;
  return running === installed ? `runs ${running ?? 'what is there'}` : `runs ${running ?? 'unknown'}, ${installed ?? 'unknown'} installed`;
}
