import type { Finding } from '../../diagnostics/diagnostic.ts';
import type { Database } from '../../model/model.ts';
import type { PlanSubject } from '../../rules/rule.ts';
import { listHosts } from '../absence-finding.ts';
import { showSequence } from '../counterexample.ts';
import type { Event, Events } from '../events.ts';
import { eventsOf, proofRule, type Claim } from '../proof.ts';
import { componentLines } from '../releases/component-lines.ts';
import { firstIn, shortestWay, windowOf } from '../releases/meetings.ts';
import { releaseRanks } from '../releases/release-ranks.ts';
import { representatives, type ComponentLine } from '../releases/timelines.ts';
import { databaseTimes, type SchemaTime } from './database-times.ts';

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
  const rank = releaseRanks(train);
  const events = eventsOf(subject.graph);
  const lines = componentLines(plan, events);
  const timesOf = databaseTimes(subject, events);
  for (const database of plan.cloud.databases.values()) {
    const times = timesOf(database);
    const clashes = database.usedBy.flatMap((name) => nearestClash(lines(name), times, database, rank, events) ?? []);
    const used = database.usedBy.length > 0 && times.length > 1;
    if (used || clashes.length > 0) claims.push({ about: database.name, holds: clashes.length === 0, closest: closestOf(times, clashes[0]) });
    for (const alike of groupAlike(clashes.filter(({ time }) => !isRepeated(time.from) && !isRepeated(time.to)))) findings.push(toFinding(alike, database, subject));
  }
  return { claims, findings };
});

function closestOf(times: readonly SchemaTime[], clash: Clash | undefined): string {
  if (clash !== undefined) return `${clash.component} ${clash.running} meets ${schemaRange(clash.time)}`;
  const schemas = times.map(schemaRange);
  const shown = schemas.length > 6 ? [...schemas.slice(0, 3), '…', ...schemas.slice(-2)] : schemas;
  return `${shown.join(' → ')}, met only by code that fits`;
}

/** Of all times at which the code of a component does not fit the schema, that which is reached in the fewest steps. */
function nearestClash(lines: readonly ComponentLine[], times: readonly SchemaTime[], database: Database, rank: ReadonlyMap<string, number>, events: Events): Clash | undefined {
  const clashes: Clash[] = [];
  const unfit = new Map<string, Unfit>();
  for (const line of lines) {
    const hosts = representatives(line, events);
    // Of all times at which the same code does not fit in the same way the first is part of the way to any other.
    const known = new Set<string>();
    for (const own of line.times) {
      const release = own.running;
      const code = typeof release === 'string' ? rank.get(release) : undefined;
      if (code === undefined || typeof release !== 'string') continue;
      const { tooOld, tooNew } = unfit.get(release) ?? unfitFor(code, times, database, rank);
      unfit.set(release, { tooOld, tooNew });
      if (tooOld.length + tooNew.length === 0) continue;
      for (const host of hosts) {
        // Hosts decide the order inside one action only, and none changes both code and schema.
        const window = windowOf(own, host, times, '', events);
        for (const numbers of [tooOld, tooNew]) {
          const time = times[firstIn(numbers, window) ?? -1];
          const key = `${host} ${release} ${numbers === tooOld ? 'too old' : 'too new'}`;
          if (time === undefined || known.has(key)) continue;
          known.add(key);
          clashes.push({ component: line.component, host, running: release, time, tooOld: numbers === tooOld, events: [own.from, time.from].flatMap((event) => event ?? []).sort((a, b) => a.step - b.step) });
        }
      }
    }
  }
  return shortestWay(clashes, events);
}

/** The numbers of the times at which code is too old for the schema, or too new. */
interface Unfit {
  readonly tooOld: readonly number[];
  readonly tooNew: readonly number[];
}

function unfitFor(code: number, times: readonly SchemaTime[], { tolerates }: Database, rank: ReadonlyMap<string, number>): Unfit {
  const tooOld: number[] = [];
  const tooNew: number[] = [];
  for (const [number, { oldest, newest }] of times.entries()) {
    if (code < (rank.get(oldest ?? '') ?? Number.NEGATIVE_INFINITY) - tolerates) tooOld.push(number);
    else if (code > (rank.get(newest ?? '') ?? Number.POSITIVE_INFINITY)) tooNew.push(number);
  }
  return { tooOld, tooNew };
}

/** A change of the schema that a roll does again with every batch: `repeated-change` reports it, and what follows from it is no mistake of its own. */
function isRepeated(event: Event | undefined): boolean {
  return event !== undefined && event.body !== -1 && event.action.targets.batch !== true;
}

/** Components that come to the same in the same way stand together: one mistake is one finding. */
function groupAlike(clashes: readonly Clash[]): [Clash, ...Clash[]][] {
  const groups = new Map<string, [Clash, ...Clash[]]>();
  for (const clash of clashes) {
    const key = [clash.tooOld, clash.running, clash.time.by, ...clash.events.map(({ step }) => step)].join('\0');
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [clash]);
    else known.push(clash);
  }
  return [...groups.values()];
}

function toFinding(alike: readonly [Clash, ...Clash[]], database: Database, { graph, plan }: PlanSubject): Finding {
  const [clash] = alike;
  const { component, host, running, time, tooOld } = clash;
  const components = listHosts(alike.map((one) => `\`${one.component}\``), 'components');
  const sequence = showSequence(graph, eventsOf(graph).shortestWayTo(clash.events).steps, `\`${component}\` runs ${running} on ${host}; ${database.name} is for ${schemaRange(time)}`);
  const at = (tooOld ? time.from : clash.events.find((event) => event !== time.from))?.action.location ?? clash.events.at(-1)?.action.location ?? plan.location;
  return {
    message: tooOld
      ? `${components} may still run \`${running}\` when \`${time.by}\` has taken away what ${alike.length === 1 ? 'it needs' : 'they need'} from \`${database.name}\`. Stop or upgrade ${alike.length === 1 ? 'it' : 'them'} before.`
      : `${components} may run \`${running}\` on \`${database.name}\`, whose schema is still that of \`${time.newest ?? 'an unknown release'}\`. ${database.phased ? 'Expand' : 'Migrate'} it before that code runs.`,
    at, label: tooOld ? 'the old code no longer fits from here on' : `runs ${running} from here on`,
    related: [{ location: database.location, message: tooOld && database.tolerates === 0 ? 'if it serves older code, say so here: `serves code 1 release behind`' : 'declared here' }, ...sequence.related],
    notes: [sequence.note],
  };
}

function schemaRange(time: SchemaTime): string {
  return time.oldest === time.newest ? (time.newest ?? 'an unknown release') : `${time.oldest ?? '?'} to ${time.newest ?? '?'}`;
}
