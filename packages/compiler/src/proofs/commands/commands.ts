import type { Finding } from '../../diagnostics/diagnostic.ts';
import type { ActionModel } from '../../model/plan-model.ts';
import type { PlanSubject } from '../../rules/rule.ts';
import { listHosts } from '../absence-finding.ts';
import { eventsOf, proofRule, type Claim } from '../proof.ts';
import { showSequence } from '../counterexample.ts';
import type { Event, Events } from '../events.ts';
import { hostsOf } from '../outages.ts';
import { componentLines } from '../releases/component-lines.ts';
import { leastMeeting, shortestWay, windowAtBegin, type Way } from '../releases/meetings.ts';
import type { ComponentLine } from '../releases/timelines.ts';

/**
 * `under R`: on every host where the command may run, and in every order, the code of release R is installed when it runs.
 */
export const commands = proofRule({
  code: 'B0631', name: 'missing-code', level: 'error', category: 'Releases',
  summary: 'A command may run where the code of the release that has it is not installed.',
}, (subject) => {
  const claims: Claim[] = [];
  const findings: Finding[] = [];
  const { plan } = subject;
  const events = eventsOf(subject.graph);
  const wanting = events.list.filter((event) => event.action.under !== undefined);
  if (wanting.length === 0) return { claims, findings };
  const installed = new Installed(componentLines(plan, events), events);
  for (const event of wanting) {
    const release = event.action.under ?? '';
    const names = candidates(event.action, subject);
    const hosts = possibleHosts(event, events);
    const lacks = hosts.flatMap((host) => installed.lackOf(release, names, host, event) ?? []);
    claims.push({ about: `${event.action.title} under ${release}`, holds: lacks.length === 0, closest: lacks.length === 0 ? (hosts.length === 1 ? `installed on ${hosts[0] ?? ''}` : `installed on all ${hosts.length} hosts`) : `not certain on ${lacks.length}`, step: event.step });
    const lack = shortestWay(lacks, events);
    if (lack !== undefined) findings.push(toFinding(event, release, lack, lacks.map(({ host }) => host), names, installed, subject, events));
  }
  return { claims, findings };
});

/** Where a command may run: `any` may be any of its hosts. */
function possibleHosts(event: Event, events: Events): readonly string[] {
  return event.action.targets.mode === 'any' ? event.action.targets.hosts : hostsOf(event, events);
}

/** The components whose code may bring the command: those of the service that is jumped, or of the databases that it changes; else any. */
function candidates(action: ActionModel, { plan }: PlanSubject): readonly string[] {
  const services = new Set<string>(action.service === undefined ? [] : [action.service]);
  for (const change of action.changes) {
    if (change.kind === 'database') services.add(plan.cloud.databases.get(change.name)?.service ?? '');
    if (change.kind === 'component') services.add(plan.cloud.components.get(change.name)?.service ?? '');
  }
  const named = [...services].flatMap((name) => plan.cloud.services.get(name)?.components ?? []);
  return named.length > 0 ? named : [...plan.cloud.components.keys()];
}

/** A state in which a command may begin on a host and no component there has the code that it needs. */
interface Lack extends Way {
  readonly host: string;
  /** What is installed then, by component. */
  readonly there: readonly { readonly name: string; readonly release: string | undefined }[];
}

/** What is installed where, and when. */
class Installed {
  readonly #linesFor: (name: string) => readonly ComponentLine[];
  readonly #events: Events;
  readonly #byHost = new Map<string, ReadonlyMap<string, ComponentLine>>();
  readonly #without = new Map<ComponentLine, Map<string, readonly number[]>>();

  constructor(linesFor: (name: string) => readonly ComponentLine[], events: Events) {
    this.#linesFor = linesFor;
    this.#events = events;
  }

  /** How a command may begin without its code; undefined where it never can. */
  lackOf(release: string, names: readonly string[], host: string, event: Event): Lack | undefined {
    const lines = names.flatMap((name) => this.lineOf(name, host) ?? []);
    const sought = lines.map((line) => ({ chain: line.times, host, numbers: this.#timesWithout(release, line), window: windowAtBegin(event, host, line.times, this.#events) }));
    const found = leastMeeting(sought, this.#events);
    if (found === undefined) return undefined;
    const times = lines.flatMap(({ component, times: all }, index) => {
      const time = all[found[index] ?? 0];
      return time === undefined ? [] : [{ name: component, release: time.installed, from: time.from }];
    });
    // The command itself comes last.
    const before = times.flatMap(({ from }) => from ?? []).sort((a, b) => a.step - b.step);
    return { host, there: times.map(({ name, release: there }) => ({ name, release: there })), events: [...before, event] };
  }

  lineOf(name: string, host: string): ComponentLine | undefined {
    let lines = this.#byHost.get(name);
    if (lines === undefined) this.#byHost.set(name, (lines = new Map(this.#linesFor(name).flatMap((line) => line.hosts.map((one) => [one, line] as const)))));
    return lines.get(host);
  }

  /** The event that replaces the code of a release on a host, if it was there before. */
  replacementOf(release: string, names: readonly string[], host: string): Event | undefined {
    for (const name of names) {
      const times = this.lineOf(name, host)?.times ?? [];
      const index = times.findLastIndex((time) => time.installed === release);
      const next = index === -1 ? undefined : times[index + 1];
      if (next?.from !== undefined) return next.from;
    }
    return undefined;
  }

  /** The numbers of the times at which something else is installed. */
  #timesWithout(release: string, line: ComponentLine): readonly number[] {
    let known = this.#without.get(line);
    if (known === undefined) this.#without.set(line, (known = new Map()));
    let numbers = known.get(release);
    if (numbers === undefined) known.set(release, (numbers = line.times.flatMap((time, number) => (time.installed === release ? [] : [number]))));
    return numbers;
  }
}

function toFinding(event: Event, release: string, lack: Lack, lacking: readonly string[], names: readonly string[], installed: Installed, { graph }: PlanSubject, events: Events): Finding {
  const there = lack.there.map((one) => `${one.name} ${one.release ?? 'of an unknown release'}`);
  const { steps } = events.shortestWayTo(lack.events);
  const sequence = showSequence(graph, [...steps.filter((step) => step !== event.step), event.step], `it runs on ${lack.host}, where ${there.length === 0 ? 'nothing of the service' : listHosts(there, 'components')} is installed`);
  const gone = installed.replacementOf(release, names, lack.host);
  const having = possibleHosts(event, events).filter((one) => !lacking.includes(one));
  // A command of no known service may be that of anything on the host.
  const [carrier] = event.action.service === undefined && lack.there.length > 1 ? [] : [...lack.there.map(({ name }) => name), ...names];
  const advice = having.length > 0 ? `Run it on ${listHosts(having)} only, where that code is, or install it everywhere before.`
    : gone === undefined ? `Write \`install ${carrier ?? 'COMPONENT'} to ${release}\` before it. That starts nothing: what is stopped stays stopped.`
    : `Put it before \`${gone.action.title}\`.`;
  return {
    message: `\`${event.action.title}\` needs the code of \`${release}\`, which may not be installed on ${listHosts(lacking)} when it runs.`,
    at: event.action.location,
    label: `needs the code of ${release}`,
    related: [...(gone === undefined ? [] : [{ location: gone.action.location, message: `the code of ${release} goes here` }]), ...sequence.related],
    notes: [sequence.note, advice],
  };
}
