import type { Finding } from '../../diagnostics/diagnostic.ts';
import type { ActionModel } from '../../model/plan-model.ts';
import type { PlanSubject } from '../../rules/rule.ts';
import { eventsOf, proofRule, type Claim } from '../proof.ts';
import type { Event, Events } from '../events.ts';
import { componentLines } from '../releases/component-lines.ts';
import { mayMeet, type ComponentLine } from '../releases/timelines.ts';

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
  const linesFor = componentLines(plan, events);
  for (const event of wanting) {
    const release = event.action.under ?? '';
    const names = candidates(event.action, subject);
    const lacking = possibleHosts(event.action).filter((host) => !names.some((name) => certainly(release, name, host, event, events, linesFor)));
    claims.push({ about: `${event.action.title} under ${release}`, holds: lacking.length === 0, closest: lacking.length === 0 ? `installed on all ${possibleHosts(event.action).length} hosts` : `not certain on ${lacking.length}`, step: event.step });
    const host = lacking[0];
    if (host !== undefined) findings.push(toFinding(event, release, host, lacking.length, names, linesFor, events));
  }
  return { claims, findings };
});

/** Where a command may run: `any` may be any of its hosts. */
function possibleHosts({ targets }: ActionModel): readonly string[] {
  return targets.mode === 'first' ? targets.hosts.slice(0, 1) : targets.hosts;
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

/** Is the release installed on the host in every time that the event may meet? */
function certainly(release: string, name: string, host: string, event: Event, events: Events, linesFor: (name: string) => readonly ComponentLine[]): boolean {
  const line = linesFor(name).find((one) => one.hosts.includes(host));
  return line !== undefined && timesAt(line, host, event, events).every((time) => time.installed === release);
}

function timesAt(line: ComponentLine, host: string, event: Event, events: Events): ComponentLine['times'] {
  const during = { from: event, to: event };
  return line.times.filter((time) => mayMeet(time, host, during, host, events));
}

function toFinding(event: Event, release: string, host: string, count: number, names: readonly string[], linesFor: (name: string) => readonly ComponentLine[], events: Events): Finding {
  const there = names.flatMap((name) => {
    const line = linesFor(name).find((one) => one.hosts.includes(host));
    if (line === undefined) return [];
    return [`${name} ${[...new Set(timesAt(line, host, event, events).map((time) => time.installed ?? 'unknown'))].join(' or ')}`];
  });
  return {
    message: `\`${event.action.title}\` needs the code of \`${release}\`, which is not installed on \`${host}\`${count > 1 ? ` and ${count - 1} more` : ''} when it runs.`,
    at: event.action.location,
    label: `exists in ${release} only`,
    notes: [
      there.length === 0 ? `Nothing of the service is on \`${host}\`.` : `Installed there at that time: ${there.join(', ')}.`,
      `Write \`install ${names[0] ?? 'COMPONENT'} to ${release}\` before it; installed is not running: what is stopped stays stopped.`,
    ],
  };
}
