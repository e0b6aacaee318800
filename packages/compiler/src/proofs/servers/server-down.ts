import type { Finding } from '../../diagnostics/diagnostic.ts';
import type { Component } from '../../model/model.ts';
import type { PlanSubject } from '../../rules/rule.ts';
import { listHosts } from '../absence-finding.ts';
import { showSequence } from '../counterexample.ts';
import type { Event, Events } from '../events.ts';
import { actualHosts } from '../outages.ts';
import { eventsOf, proofRule, type Claim } from '../proof.ts';

/**
 * What works on a database finds its server up.
 *
 * Steps that use a server and steps that stop or start it have an order (`unordered-conflict` sees to that), so the state of the server at each use is
 * the same in every order, and one pass over the events finds it. Where several instances serve, one that is up is enough.
 */
export const serverDown = proofRule({
  code: 'B0642', name: 'server-down', level: 'error', category: 'Order',
  summary: 'A step works on a database whose server is stopped.',
}, (subject) => {
  const servers = serversOf(subject);
  if (servers.size === 0) return { claims: [], findings: [] };
  return new Pass(subject, servers).run();
});

/** The components that serve databases, by name. */
function serversOf({ plan }: PlanSubject): Map<string, Component> {
  const servers = new Map<string, Component>();
  for (const { server } of plan.cloud.databases.values()) {
    const component = plan.cloud.components.get(server ?? '');
    if (component !== undefined && component.hosts.length > 0) servers.set(component.name, component);
  }
  return servers;
}

interface Use {
  readonly count: number;
  readonly failed: boolean;
  readonly last: number;
}

class Pass {
  readonly #subject: PlanSubject;
  readonly #events: Events;
  readonly #servers: ReadonlyMap<string, Component>;
  /** By server, the hosts on which it is stopped, and the event that did it. */
  readonly #down = new Map<string, Map<string, Event>>();
  readonly #uses = new Map<string, Use>();
  readonly #findings: Finding[] = [];
  readonly #reported = new Set<string>();

  constructor(subject: PlanSubject, servers: ReadonlyMap<string, Component>) {
    this.#subject = subject;
    this.#events = eventsOf(subject.graph);
    this.#servers = servers;
    for (const name of servers.keys()) this.#down.set(name, new Map());
  }

  run(): { readonly claims: readonly Claim[]; readonly findings: readonly Finding[] } {
    const { list } = this.#events;
    for (let at = 0; at < list.length;) {
      const first = list[at] as Event;
      let end = at + 1;
      while (end < list.length && list[end]?.step === first.step) end += 1;
      const events = list.slice(at, end);
      const batches = this.#isTouched(events) ? (this.#subject.graph.steps[first.step]?.step?.roll?.batches ?? [undefined]) : [undefined];
      for (const batch of batches) for (const event of events) this.#pass(event, batch);
      at = end;
    }
    const claims = [...this.#uses].map(([name, { count, failed, last }]): Claim => ({
      about: name, holds: !failed, closest: failed ? 'stopped when it is used' : `up for ${count} use${count === 1 ? '' : 's'}`, step: last,
    }));
    return { claims, findings: this.#findings };
  }

  /** Only what stops or starts a server makes a difference between batches. */
  #isTouched(events: readonly Event[]): boolean {
    return events.some(({ action }) => action.changes.some((change) => change.kind === 'component' && this.#servers.has(change.name)));
  }

  #pass(event: Event, batch: readonly string[] | undefined): void {
    const { action } = event;
    for (const name of action.uses) this.#use(name, event);
    const hosts = batch === undefined || action.targets.batch !== true ? actualHosts(action.targets) : batch.filter((host) => action.targets.hosts.includes(host));
    for (const change of action.changes) {
      const down = change.kind === 'component' ? this.#down.get(change.name) : undefined;
      if (change.kind !== 'component' || down === undefined) continue;
      for (const host of hosts) {
        if (change.becomes === 'stopped' && !down.has(host)) down.set(host, event);
        else if (change.becomes === 'started' || change.becomes === 'restarted') down.delete(host);
      }
    }
  }

  /** The event that stopped the last instance, while none is up. */
  #outage(name: string): Event | undefined {
    const down = this.#down.get(name);
    const hosts = this.#servers.get(name)?.hosts;
    if (down === undefined || hosts === undefined || !hosts.every((host) => down.has(host))) return undefined;
    return [...down.values()].at(-1);
  }

  #use(name: string, event: Event): void {
    if (!this.#servers.has(name)) return;
    const since = this.#outage(name);
    const known = this.#uses.get(name);
    this.#uses.set(name, { count: (known?.count ?? 0) + 1, failed: known?.failed === true || since !== undefined, last: event.step });
    if (since === undefined || !this.#isNew(name, since)) return;
    const { graph } = this.#subject;
    const sequence = showSequence(graph, this.#events.shortestWayTo([since, event]).steps, `\`${event.action.title}\` finds \`${name}\` stopped${this.#everywhere(name)}`);
    this.#findings.push({
      message: `\`${event.action.title}\` needs \`${name}\`, which is stopped${this.#everywhere(name)} at that time.`,
      at: event.action.location, label: 'runs while it is down',
      related: [{ location: since.action.location, message: 'stopped here' }, ...sequence.related],
      notes: [sequence.note, `Move this before the stop, or write \`start ${name}\` before it.`],
    });
  }

  /** One outage is one mistake, whatever runs in it. */
  #isNew(name: string, since: Event): boolean {
    const key = `${name} ${since.step} ${since.body} ${since.index}`;
    if (this.#reported.has(key)) return false;
    this.#reported.add(key);
    return true;
  }

  #everywhere(name: string): string {
    const hosts = this.#servers.get(name)?.hosts ?? [];
    return hosts.length === 1 ? ` on ${hosts[0] ?? ''}` : ` on all ${hosts.length} hosts (${listHosts(hosts)})`;
  }
}
