import type { Finding } from '../../diagnostics/diagnostic.ts';
import type { Database } from '../../model/model.ts';
import type { PlanSubject } from '../../rules/rule.ts';
import { showSequence } from '../counterexample.ts';
import type { Event, Events } from '../events.ts';
import { eventsOf, proofRule, type Claim } from '../proof.ts';
import { componentLines } from '../releases/component-lines.ts';
import { mayMeet, representatives, type ComponentLine } from '../releases/timelines.ts';
import { schemaTimes, type SchemaTime } from './database-times.ts';

interface Clash {
  readonly component: string;
  readonly host: string;
  readonly running: string;
  readonly time: SchemaTime;
  readonly tooOld: boolean;
  readonly events: readonly Event[];
}

/**
 * In every reachable pair of running code and schema the two fit: no code that is older than what the schema still serves, none newer than what
 * it was expanded for.
 */
export const schema = proofRule({
  code: 'B0621', name: 'schema-mismatch', level: 'error', category: 'Releases',
  summary: 'Code may run on a schema that it does not fit.',
}, (subject) => {
  const claims: Claim[] = [];
  const findings: Finding[] = [];
  const { plan, train } = subject;
  if (plan.release === undefined || train === undefined) return { claims, findings };
  const rank = new Map(train.releases.map((release, index) => [release.name, index]));
  const events = eventsOf(subject.graph);
  const lines = componentLines(plan, events);
  const changing = touchingByDatabase(events);
  for (const database of plan.cloud.databases.values()) {
    const times = schemaTimes(database, changing.get(database.name) ?? [], plan.release.from, pointStates(database, subject, changing.get(database.name) ?? []));
    const clashes = database.usedBy.flatMap((name) => firstClash(lines(name), times, database, rank, events) ?? []);
    const used = database.usedBy.length > 0 && times.length > 1;
    if (used) claims.push({ about: database.name, holds: clashes.length === 0, closest: `${times.length} schemas, ${database.usedBy.length} components` });
    for (const clash of clashes) findings.push(toFinding(clash, database, subject));
  }
  return { claims, findings };
});

function touchingByDatabase(events: Events): Map<string, Event[]> {
  const touching = new Map<string, Event[]>();
  for (const event of events.list) {
    for (const change of event.action.changes) {
      if (change.kind !== 'database') continue;
      const known = touching.get(change.name);
      if (known === undefined) touching.set(change.name, [event]);
      else if (known.at(-1) !== event) known.push(event);
    }
  }
  return touching;
}

/** The schema at each rollback point, for `restore`. */
function pointStates(database: Database, { plan, graph }: PlanSubject, touching: readonly Event[]): Map<string, Pick<SchemaTime, 'oldest' | 'newest'>> {
  const states = new Map<string, Pick<SchemaTime, 'oldest' | 'newest'>>();
  for (const [index, { step }] of graph.steps.entries()) {
    if (step?.point === undefined) continue;
    const before = touching.filter((event) => graph.before(event.step, index));
    const last = schemaTimes(database, before, plan.release?.from, states).at(-1);
    if (last !== undefined) states.set(step.id, last);
  }
  return states;
}

function firstClash(lines: readonly ComponentLine[], times: readonly SchemaTime[], database: Database, rank: ReadonlyMap<string, number>, events: Events): Clash | undefined {
  for (const line of lines) {
    const hosts = representatives(line, events);
    for (const own of line.times) {
      const code = typeof own.running === 'string' ? rank.get(own.running) : undefined;
      if (code === undefined || typeof own.running !== 'string') continue;
      for (const time of times) {
        const oldest = rank.get(time.oldest ?? '');
        const newest = rank.get(time.newest ?? '');
        const tooOld = oldest !== undefined && code < oldest - database.tolerates;
        const tooNew = newest !== undefined && code > newest;
        if (!tooOld && !tooNew) continue;
        const host = hosts.find((one) => mayMeet(own, one, time, schemaHost(time), events));
        if (host === undefined) continue;
        return {
          component: line.component, host, running: own.running, time, tooOld,
          events: [own.from, time.from].flatMap((event) => event ?? []).sort((a, b) => a.step - b.step),
        };
      }
    }
  }
  return undefined;
}

/** The host on which the schema is changed; it matters only for the order inside one action. */
function schemaHost(time: SchemaTime): string {
  return (time.from ?? time.to)?.action.targets.hosts[0] ?? '';
}

function toFinding(clash: Clash, database: Database, { graph, plan }: PlanSubject): Finding {
  const { component, host, running, time, tooOld } = clash;
  const sequence = showSequence(graph, eventsOf(graph).shortestWayTo(clash.events).steps, `\`${component}\` runs ${running} on ${host}; ${database.name} is for ${schemaRange(time)}`);
  const at = (tooOld ? time.from : clash.events.find((event) => event !== time.from))?.action.location ?? clash.events.at(-1)?.action.location ?? plan.location;
  return {
    message: tooOld
      ? `\`${component}\` may still run \`${running}\` when \`${time.by}\` has taken away what it needs from \`${database.name}\`. Stop or upgrade it before.`
      : `\`${component}\` may run \`${running}\` on \`${database.name}\`, whose schema is still that of \`${time.newest ?? 'an unknown release'}\`. ${database.phased ? 'Expand' : 'Migrate'} it before that code runs.`,
    at,
    related: [{ location: database.location, message: tooOld && database.tolerates === 0 ? 'if it serves older code, say so here: `serves code 1 release behind`' : 'declared here' }, ...sequence.related],
    notes: [sequence.note],
  };
}

function schemaRange(time: SchemaTime): string {
  return time.oldest === time.newest ? (time.newest ?? 'an unknown release') : `${time.oldest ?? '?'} to ${time.newest ?? '?'}`;
}
