import type { Finding } from '../../diagnostics/diagnostic.ts';
import type { PlanSubject } from '../../rules/rule.ts';
import { distinct, listHosts } from '../absence-finding.ts';
import { showSequence } from '../counterexample.ts';
import type { Event, Events } from '../events.ts';
import { hostOutages, outagesOf } from '../outages.ts';
import { eventsOf, proofRule, type Claim } from '../proof.ts';
import { touchingByComponent } from '../releases/touching.ts';

/**
 * What was opened gets closed: each mode that is entered is left, drained hosts return, stopped components start again or are stopped for good.
 *
 * All changes of one thing are ordered, so the last of them decides how every run that ends well leaves it. A run that fails ends with a rollback, and
 * every way back closes what its step opened; that each step has one is what `no-way-back` proves.
 */
export const obligations = proofRule({
  code: 'B0641', name: 'open-obligation', level: 'error', category: 'Order',
  summary: 'The plan ends with a mode entered, a host drained, or a component stopped.',
}, (subject) => {
  const events = eventsOf(subject.graph);
  const claims: Claim[] = [];
  const findings: Finding[] = [];
  modes(events, claims, findings);
  drained(subject, events, claims, findings);
  stopped(subject, events, claims, findings);
  return { claims, findings };
});

function modes(events: Events, claims: Claim[], findings: Finding[]): void {
  const last = new Map<string, { event: Event; /** The event from which on it is entered. */ since: Event | undefined }>();
  for (const event of events.list) {
    for (const change of event.action.changes) {
      if (change.kind === 'mode' && change.becomes !== 'rewritten') last.set(change.name, { event, since: change.becomes === 'entered' ? (last.get(change.name)?.since ?? event) : undefined });
    }
  }
  for (const [name, { event, since }] of last) {
    claims.push({ about: `mode ${name}`, holds: since === undefined, closest: since === undefined ? 'left on every path' : 'entered, and never left', step: event.step });
    if (since === undefined) continue;
    const { note, related } = wayTo(since, events, `mode \`${name}\` is entered, and no order leaves it`);
    findings.push({
      message: `Mode \`${name}\` is entered and never left.`, at: since.action.location, label: 'entered here', related, facts: { about: 'open', kind: 'mode', names: [name] },
      notes: [note, `Write \`leave ${name}\` where it is over, or \`holding ${name} { … }\` around what needs it: that leaves it by itself.`],
    });
  }
}

/** How what stays open comes to be open. */
function wayTo(since: Event, events: Events, ending: string): ReturnType<typeof showSequence> {
  const { note, related } = showSequence(events.graph, events.shortestWayTo([since]).steps, ending);
  return { note, related: distinct(related) };
}

function drained({ plan, graph }: PlanSubject, events: Events, claims: Claim[], findings: Finding[]): void {
  const touching = events.list.filter((event) => event.action.changes.some((change) => change.kind === 'host'));
  if (touching.length === 0) return;
  const open = hostOutages([...plan.cloud.hosts.keys()], events, touching).filter((outage) => outage.to === undefined);
  claims.push({ about: 'drained hosts', holds: open.length === 0, closest: open.length === 0 ? 'all return' : `${open.reduce((sum, one) => sum + one.hosts.length, 0)} do not return` });
  for (const { from, hosts } of open) {
    const { note, related } = wayTo(from, events, `${listHosts(hosts)} ${hosts.length === 1 ? 'is' : 'are'} drained, and no order returns ${hosts.length === 1 ? 'it' : 'them'}`);
    findings.push({
      message: `${listHosts(hosts)} ${hosts.length === 1 ? 'is' : 'are'} drained and never ${hosts.length === 1 ? 'returns' : 'return'} to service.`, at: from.action.location, label: 'drained here', related, facts: { about: 'open', kind: 'hosts', names: hosts },
      notes: [note, `Write \`return\` ${graph.steps[from.step]?.step?.roll === undefined ? 'for them ' : ''}where they are ready again.`],
    });
  }
}

function stopped({ plan }: PlanSubject, events: Events, claims: Claim[], findings: Finding[]): void {
  for (const [name, touching] of touchingByComponent(events, plan.cloud)) {
    const component = plan.cloud.components.get(name);
    if (component === undefined) continue;
    const lasting = outagesOf(component, events, touching).filter(({ to }) => to === undefined);
    const open = lasting.filter(({ from }) => from.action.forGood !== true);
    const closest = open.length > 0 ? 'stays stopped' : lasting.length > 0 ? 'starts again, but for what is stopped for good' : 'starts again';
    if (touching.some((event) => event.action.verb === 'stop')) claims.push({ about: name, holds: open.length === 0, closest });
    for (const { from, hosts } of open) {
      const { note, related } = wayTo(from, events, `\`${name}\` is stopped on ${listHosts(hosts)}, and no order starts it`);
      findings.push({
        message: `\`${name}\` is stopped${hosts.length === component.hosts.length ? '' : ` on ${listHosts(hosts)},`} and never started again.`,
        at: from.action.location, label: 'stopped here', related: [{ location: component.location, message: 'declared here' }, ...related],
        facts: { about: 'open', kind: 'component', names: [name] },
        notes: [note, `Write \`start ${name}\` where it is to run again, or \`stop ${name} for good\` if it is not.`],
      });
    }
  }
}
