import type { Finding } from '../../diagnostics/diagnostic.ts';
import type { Keep } from '../../model/model.ts';
import type { PlanSubject } from '../../rules/rule.ts';
import { explainHeaviest, listHosts } from '../absence-finding.ts';
import { presencesOf, type Presence } from '../presence.ts';
import { proofRule, type Claim } from '../proof.ts';

/**
 * `keep`: in no order more instances are down at the same time than may be. A component is down on a host from the begin of the action that stops or
 * restarts it or reboots the host, to the end of the action that brings it back.
 */
export const tooManyDown = proofRule({
  code: 'B0601', name: 'too-many-down', level: 'error', category: 'Availability',
  summary: 'More instances of a component may be down at the same time than its `keep` allows.',
}, (subject) => {
  const claims: Claim[] = [];
  const findings: Finding[] = [];
  for (const keep of subject.plan.cloud.keeps) {
    const component = subject.plan.cloud.components.get(keep.component);
    const allowed = component === undefined ? -1 : component.hosts.length - leastOf(keep);
    if (component === undefined || allowed < 0 || (keep.kind === 'available' && keep.budget > 0)) continue;
    const presence = presencesOf(subject).component(component);
    const claim = claimOf(keep, presence, component.hosts.length, allowed);
    claims.push(claim);
    if (!claim.holds && presence.conflict === undefined) findings.push(...findingOf(subject, keep, presence, allowed));
  }
  return { claims, findings };
});

/** How many instances have to be up. */
function leastOf(keep: Keep): number {
  return keep.kind === 'instances' ? keep.count : 1;
}

function claimOf(keep: Keep, presence: Presence, hosts: number, allowed: number): Claim {
  const { conflict } = presence;
  if (conflict !== undefined) {
    return { about: keep.component, holds: false, closest: `not known: ${conflict.first.action.title} and ${conflict.second.action.title} have no order`, step: conflict.second.step };
  }
  const { peak } = presence.heaviest;
  const step = presence.heaviest.lastStep();
  return { about: keep.component, holds: peak <= allowed, closest: `${peak} of ${hosts} down at most, ${allowed} allowed`, ...(step === undefined ? {} : { step }) };
}

function findingOf(subject: PlanSubject, keep: Keep, presence: Presence, allowed: number): Finding[] {
  const all = presence.watched.hosts.length;
  const explained = explainHeaviest(subject, presence, {
    away: 'down', ending: (hosts) => `\`${keep.component}\` is down on ${hosts}`, limit: { location: keep.location, message: 'this has to hold in every order' },
    ...(all === 1 ? { otherwise: `Allow a pause: \`keep ${keep.component} available except 10m\`, or run it on more hosts.` } : {}),
  });
  if (explained === undefined) return [];
  const { hosts, ...where } = explained;
  return [{ message: `${countText(hosts, all, keep.component, allowed)} ${allowed === 0 ? 'None' : `Only ${allowed}`} may be.`, ...where }];
}

function countText(hosts: readonly string[], all: number, component: string, allowed: number): string {
  if (all === 1) return `The only instance of \`${component}\` may be down.`;
  if (hosts.length === all) return `${all === 2 ? 'Both' : `All ${all}`} instances of \`${component}\` may be down at the same time.`;
  return `${hosts.length} of ${all} instances of \`${component}\` may be down${allowed === 0 && hosts.length === 1 ? '' : ' at the same time'}, on ${listHosts(hosts)}.`;
}
