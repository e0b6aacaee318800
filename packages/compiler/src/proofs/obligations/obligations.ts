import type { Finding } from '../../diagnostics/diagnostic.ts';
import type { PlanSubject } from '../../rules/rule.ts';
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
  const last = new Map<string, { event: Event; entered: boolean }>();
  for (const event of events.list) {
    for (const change of event.action.changes) if (change.kind === 'mode' && change.becomes !== 'rewritten') last.set(change.name, { event, entered: change.becomes === 'entered' });
  }
  for (const [name, { event, entered }] of last) {
    claims.push({ about: `mode ${name}`, holds: !entered, closest: entered ? 'entered, and never left' : 'left on every path', step: event.step });
    if (!entered) continue;
    findings.push({
      message: `Mode \`${name}\` is entered and never left.`, at: event.action.location, label: 'entered here',
      notes: [`Write \`leave ${name}\` where it is over, or \`holding ${name} { … }\` around what needs it: that leaves it by itself.`],
    });
  }
}

function drained({ plan, graph }: PlanSubject, events: Events, claims: Claim[], findings: Finding[]): void {
  const touching = events.list.filter((event) => event.action.changes.some((change) => change.kind === 'host'));
  if (touching.length === 0) return;
  const open = hostOutages([...plan.cloud.hosts.keys()], events, touching).filter((outage) => outage.to === undefined);
  claims.push({ about: 'drained hosts', holds: open.length === 0, closest: open.length === 0 ? 'all return' : `${open.reduce((sum, one) => sum + one.hosts.length, 0)} do not return` });
  for (const { from, hosts } of open) {
    findings.push({
      message: `${hostsText(hosts)} drained and never ${hosts.length === 1 ? 'returns' : 'return'} to service.`, at: from.action.location, label: 'drained here',
      notes: [`Write \`return\` ${graph.steps[from.step]?.step?.roll === undefined ? 'for them ' : ''}where they are ready again.`],
    });
  }
}

function stopped({ plan }: PlanSubject, events: Events, claims: Claim[], findings: Finding[]): void {
  for (const [name, touching] of touchingByComponent(events, plan.cloud)) {
    const component = plan.cloud.components.get(name);
    if (component === undefined) continue;
    const open = outagesOf(component, events, touching).filter((outage) => outage.to === undefined && outage.from.action.forGood !== true);
    if (touching.some((event) => event.action.verb === 'stop')) claims.push({ about: name, holds: open.length === 0, closest: open.length === 0 ? 'starts again' : 'stays stopped' });
    for (const { from, hosts } of open) {
      findings.push({
        message: `\`${name}\` is stopped${hosts.length === component.hosts.length ? '' : ` on ${hosts.slice(0, 3).join(', ')}${hosts.length > 3 ? ` and ${hosts.length - 3} more` : ''}`} and never started again.`,
        at: from.action.location, label: 'stopped here', related: [{ location: component.location, message: 'declared here' }],
        notes: [`Write \`start ${name}\` where it is to run again, or \`stop ${name} for good\` if it is not.`],
      });
    }
  }
}

function hostsText(hosts: readonly string[]): string {
  const names = hosts.slice(0, 3).map((host) => `\`${host}\``).join(', ');
  return `${names}${hosts.length > 3 ? ` and ${hosts.length - 3} more hosts` : ''} ${hosts.length === 1 ? 'is' : 'are'}`;
}
