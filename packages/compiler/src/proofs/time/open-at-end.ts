import type { PlanGraph } from '../../graph/plan-graph.ts';
import type { PlanSubject } from '../../rules/rule.ts';
import type { Event, Events } from '../events.ts';
import type { OrderTree } from '../order-tree.ts';
import { hostsOf } from '../outages.ts';
import { presencesOf } from '../presence.ts';
import type { WindowPart } from './window-parts.ts';

/** Something that a plan has opened and not closed again. */
export interface Opened {
  readonly kind: 'component' | 'host' | 'mode';
  /** Of a component or a mode. */
  readonly name: string;
  readonly hosts: readonly string[];
  /** The event that opened it. */
  readonly since: Event;
  /** What it did: `stopped here`. */
  readonly closes: string;
}

/**
 * What may be open when each `within` is over. On each host, and for each mode, the events have an order: first those that have to be over by then, then those
 * that may be, then those that have to wait. So something may be open where the first leave it open, or one of the second opens it.
 */
export function openAtEnds(subject: PlanSubject, parts: readonly WindowPart[]): Opened[][] {
  if (parts.length === 0) return [];
  const { events, tree } = presencesOf(subject);
  const ledger = new Ledger(events);
  const found = new Map<WindowPart, Opened[]>();
  const trunk = parts.filter((one) => one.roll === -1 && !isBeside(one.tree, one.part));
  const ends = new Map<number, WindowPart[]>();
  for (const part of trunk) {
    const last = tree.stepsOf(part.part).at(-1) ?? 0;
    ends.set(last, [...(ends.get(last) ?? []), part]);
  }
  // Where nothing runs beside it, one pass over the events is enough for all.
  for (const [index, event] of events.list.entries()) {
    ledger.apply(event);
    if (events.list[index + 1]?.step === event.step) continue;
    for (const part of ends.get(event.step) ?? []) found.set(part, ledger.open());
  }
  for (const part of parts) {
    if (found.has(part)) continue;
    if (part.roll === -1) found.set(part, openBeside(events, tree, part));
    else found.set(part, openInRoll(events, part));
  }
  return parts.map((part) => found.get(part) ?? []);
}

/** May something run at the same time? */
function isBeside(tree: OrderTree, part: number): boolean {
  for (let index = tree.parts[part]?.parent ?? -1; index !== -1; index = tree.parts[index]?.parent ?? -1) if (tree.parts[index]?.kind === 'parallel') return true;
  return false;
}

type When = 'before' | 'beside' | 'after';

/** When steps run, seen from the end of a part. */
function whenFrom(graph: PlanGraph, steps: readonly number[]): (step: number) => When {
  const first = steps[0] ?? 0;
  const last = steps.at(-1) ?? 0;
  // The steps of a part stand together, and outside it one of them is as good as another.
  return (step) => ((step >= first && step <= last) || graph.before(step, first) ? 'before' : graph.before(first, step) ? 'after' : 'beside');
}

function openBeside(events: Events, tree: OrderTree, { part }: WindowPart): Opened[] {
  const when = whenFrom(events.graph, tree.stepsOf(part));
  const ledger = new Ledger(events);
  for (const event of events.list) if (when(event.step) === 'before') ledger.apply(event);
  for (const event of events.list) if (when(event.step) === 'beside') ledger.mayApply(event);
  return ledger.open();
}

/**
 * In the body of a roll: at the end of the part in some batch. Hosts of the batches before have gone through all of the body, those of the batches after through none of it.
 */
function openInRoll(events: Events, { roll, tree, part }: WindowPart): Opened[] {
  const outer = whenFrom(events.graph, [roll]);
  const inner = whenFrom(tree.graph, tree.stepsOf(part));
  const batches = events.graph.steps[roll]?.step?.roll?.batches ?? [];
  const before = events.list.filter((event) => event.step !== roll && outer(event.step) === 'before');
  const beside = events.list.filter((event) => event.step !== roll && outer(event.step) === 'beside');
  const body = events.list.filter((event) => event.step === roll);
  const reached = body.filter((event) => inner(event.body) === 'before');
  const besideInBody = body.filter((event) => inner(event.body) === 'beside');
  const inRoll = new Set(batches.flat());
  const early = new Set(batches.slice(0, -1).flat());
  const late = new Set(batches.slice(1).flat());
  const passes: { readonly events: readonly Event[]; readonly counts: Counts }[] = [
    { events: reached, counts: () => true },
    ...(batches.length < 2 ? [] : [
      { events: body, counts: (host?: string) => host !== undefined && early.has(host) },
      { events: [], counts: (host?: string) => host !== undefined && late.has(host) },
      // Elsewhere the batches before have left what they left.
      { events: [...body, ...reached], counts: (host?: string) => host === undefined || !inRoll.has(host) },
    ]),
  ];
  const all = passes.map((pass) => {
    const ledger = new Ledger(events, pass.counts);
    for (const event of [...before, ...pass.events]) ledger.apply(event);
    for (const event of [...beside, ...besideInBody]) ledger.mayApply(event);
    return ledger;
  });
  return all.reduce((sum, one) => sum.join(one)).open();
}

/** Whether something counts that is open on a host, or, without one, anywhere. */
type Counts = (host?: string) => boolean;

interface Entry {
  readonly kind: Opened['kind'];
  readonly name: string;
  readonly host: string;
  readonly since: Event;
}

/** What is open, thing by thing and host by host. */
class Ledger {
  readonly #entries = new Map<string, Entry>();
  readonly #events: Events;
  readonly #counts: Counts;

  constructor(events: Events, counts: Counts = () => true) {
    this.#events = events;
    this.#counts = counts;
  }

  apply(event: Event): void {
    for (const { kind, name, opens } of effectsOf(event)) {
      for (const host of this.#hostsOf(kind, event)) {
        const key = `${kind}\0${name}\0${host}`;
        if (!opens) this.#entries.delete(key);
        else if (!this.#entries.has(key)) this.#entries.set(key, { kind, name, host, since: event });
      }
    }
  }

  /** An event that may or may not be over: what it opens may be open, what it closes may be so still. */
  mayApply(event: Event): void {
    for (const { kind, name, opens } of effectsOf(event)) {
      for (const host of opens ? this.#hostsOf(kind, event) : []) {
        const key = `${kind}\0${name}\0${host}`;
        if (!this.#entries.has(key)) this.#entries.set(key, { kind, name, host, since: event });
      }
    }
  }

  #hostsOf(kind: Opened['kind'], event: Event): readonly string[] {
    if (kind === 'mode') return this.#counts() ? [''] : [];
    return hostsOf(event, this.#events).filter((host) => this.#counts(host));
  }

  join(other: Ledger): this {
    for (const [key, entry] of other.#entries) if (!this.#entries.has(key)) this.#entries.set(key, entry);
    return this;
  }

  /** What one event opened stands together. */
  open(): Opened[] {
    const groups = new Map<Event, Map<string, { entry: Entry; hosts: string[] }>>();
    for (const entry of this.#entries.values()) {
      const own = groups.get(entry.since) ?? new Map<string, { entry: Entry; hosts: string[] }>();
      const known = own.get(`${entry.kind}\0${entry.name}`);
      if (known === undefined) own.set(`${entry.kind}\0${entry.name}`, { entry, hosts: [entry.host] });
      else known.hosts.push(entry.host);
      groups.set(entry.since, own);
    }
    const words = { component: 'stopped here', host: 'drained here', mode: 'entered here' } as const;
    return [...groups.values()].flatMap((own) => [...own.values()].map(({ entry: { kind, name, since }, hosts }) => ({ kind, name, hosts, since, closes: words[kind] })));
  }
}

interface OpeningEffect extends Pick<Opened, 'kind' | 'name'> {
  readonly opens: boolean;
}

function effectsOf({ action }: Event): OpeningEffect[] {
  return action.changes.flatMap((change): OpeningEffect[] => {
    switch (change.becomes) {
      case 'stopped': return [{ kind: 'component', name: change.name, opens: action.forGood !== true }];
      case 'started': case 'restarted': return [{ kind: 'component', name: change.name, opens: false }];
      case 'drained': return [{ kind: 'host', name: '', opens: true }];
      case 'returned': return [{ kind: 'host', name: '', opens: false }];
      case 'entered': return [{ kind: 'mode', name: change.name, opens: true }];
      case 'left': return [{ kind: 'mode', name: change.name, opens: false }];
      case 'reloaded': case 'installed': case 'expanded': case 'migrated': case 'contracted': case 'restored': case 'rebooted': case 'rewritten': return [];
    }
  });
}
