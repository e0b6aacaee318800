import type { Finding } from '../../diagnostics/diagnostic.ts';
import type { Group, Pool, Room } from '../../model/model.ts';
import type { PlanSubject } from '../../rules/rule.ts';
import { explainHeaviest, listHosts } from '../absence-finding.ts';
import { presencesOf, type Presence } from '../presence.ts';
import { proofRule, type Claim } from '../proof.ts';

/**
 * `spare`: in no order more hosts are out of service at the same time than the others can stand in for. A host is out from the begin of its `drain` to the end
 * of its `return`, and while it reboots. A share of a group with zones counts in each zone; a number counts for the whole group.
 */
export const noRoom = proofRule({
  code: 'B0602', name: 'no-room', level: 'error', category: 'Availability',
  summary: 'More hosts of a group may be out of service at the same time than its `spare` has room for.',
}, (subject) => {
  const claims: Claim[] = [];
  const findings: Finding[] = [];
  for (const group of subject.plan.cloud.groups.values()) {
    for (const pool of group.room?.pools ?? []) {
      const presence = presencesOf(subject).hosts(pool.hosts);
      const claim = claimOf(group, pool, presence);
      claims.push(claim);
      if (!claim.holds && presence.conflict === undefined && group.room !== undefined) findings.push(...findingOf(subject, group, group.room, pool, presence));
    }
  }
  return { claims, findings };
});

function claimOf(group: Group, pool: Pool, presence: Presence): Claim {
  const about = pool.zone === undefined ? group.name : `${group.name}, zone ${pool.zone}`;
  const { conflict } = presence;
  if (conflict !== undefined) {
    return { about, holds: false, closest: `not known: ${conflict.first.action.title} and ${conflict.second.action.title} have no order`, step: conflict.second.step };
  }
  const { peak } = presence.heaviest;
  const step = presence.heaviest.lastStep();
  return { about, holds: peak <= pool.most, closest: `${peak} of ${pool.hosts.length} out of service at most, room for ${pool.most}`, ...(step === undefined ? {} : { step }) };
}

function findingOf(subject: PlanSubject, group: Group, room: Room, pool: Pool, presence: Presence): Finding[] {
  const where = pool.zone === undefined ? `\`${group.name}\`` : `zone \`${pool.zone}\` of \`${group.name}\``;
  const explained = explainHeaviest(subject, presence, {
    away: 'out of service', ending: (names) => `${names} out of service`, limit: { location: room.location, message: 'the room that there is' },
  });
  if (explained === undefined) return [];
  const { hosts, ...rest } = explained;
  return [{
    message: `${hosts.length} of ${pool.hosts.length} hosts of ${where} may be out of service${hosts.length === 1 ? '' : ' at the same time'}: ${listHosts(hosts)}. There is room for ${pool.most === 0 ? 'none' : pool.most}.`,
    ...rest,
  }];
}
