import type { Finding } from '../../diagnostics/diagnostic.ts';
import type { Database } from '../../model/model.ts';
import type { PlanSubject } from '../../rules/rule.ts';
import { showSequence } from '../counterexample.ts';
import type { Event, Events } from '../events.ts';
import { eventsOf, proofRule, type Claim } from '../proof.ts';
import { releaseRanks } from '../releases/release-ranks.ts';
import { databaseTimes, type SchemaTime } from '../schema/database-times.ts';

/**
 * `floor`: whatever a database is migrated to, its schema is then no older than what the code that migrates it can read. Changes of a database have an
 * order, so its schema before each of them is the same in every order of the plan.
 */
export const schemaFloor = proofRule({
  code: 'B0403', name: 'schema-floor', level: 'error', category: 'Releases',
  summary: 'A migration may meet a schema that is older than its code can migrate.',
}, (subject) => {
  const claims: Claim[] = [];
  const findings: Finding[] = [];
  const { plan, train } = subject;
  if (train === undefined) return { claims, findings };
  const floored = [...plan.cloud.databases.values()].filter(({ floors }) => floors.length > 0);
  if (floored.length === 0) return { claims, findings };
  const rank = releaseRanks(train);
  const events = eventsOf(subject.graph);
  const timesOf = databaseTimes(subject, events);
  for (const database of floored) {
    for (const { event, to, before } of migrationsOf(database, events, timesOf(database))) {
      const floor = floorFor(database, to, rank);
      if (floor === undefined) continue;
      const holds = (rank.get(before.newest ?? '') ?? Number.POSITIVE_INFINITY) >= (rank.get(floor.schema) ?? 0);
      claims.push({ about: `${database.name} to ${to}`, holds, closest: `from ${before.newest ?? 'an unknown schema'}, ${floor.schema} is the oldest`, step: event.step });
      if (!holds) findings.push(toFinding(database, event, to, before.newest ?? '', floor, subject, rank));
    }
  }
  return { claims, findings };
});

/** The migrations of a database, each with the schema that it meets. */
function* migrationsOf(database: Database, events: Events, times: readonly SchemaTime[]): Generator<{ event: Event; to: string; before: SchemaTime }> {
  let at = 0;
  for (const event of events.list) {
    for (const change of event.action.changes) {
      if (change.kind !== 'database' || change.name !== database.name || !('release' in change)) continue;
      const before = times[at];
      if (before !== undefined) yield { event, to: change.release, before };
    }
    while (times[at]?.to === event) at += 1;
  }
}

/** The last floor that the code of a release stands on. */
function floorFor({ floors }: Database, release: string, rank: ReadonlyMap<string, number>): Database['floors'][number] | undefined {
  const code = rank.get(release) ?? -1;
  return floors.filter((one) => (rank.get(one.code) ?? Number.POSITIVE_INFINITY) <= code)
    .reduce<Database['floors'][number] | undefined>((last, one) => (last === undefined || (rank.get(one.code) ?? 0) >= (rank.get(last.code) ?? 0) ? one : last), undefined);
}

function toFinding(database: Database, event: Event, to: string, schema: string, floor: Database['floors'][number], { graph }: PlanSubject, rank: ReadonlyMap<string, number>): Finding {
  const sequence = showSequence(graph, eventsOf(graph).shortestWayTo([event]).steps, `the code of ${to} finds \`${database.name}\` with the schema of ${schema}`);
  const rankOf = (name: string): number => rank.get(name) ?? 0;
  // The code of such a release can read what is there, and what it leaves is new enough.
  const between = [...rank.keys()].filter((name) => (
    rankOf(name) >= rankOf(floor.schema) && rankOf(name) < rankOf(to) && rankOf(floorFor(database, name, rank)?.schema ?? schema) <= rankOf(schema)
  ));
  return {
    message: `\`${event.action.title}\` meets the schema of \`${schema}\`, and the code of \`${to}\` migrates none that is older than that of \`${floor.schema}\`.`,
    at: event.action.location, label: 'finds a schema that is too old',
    related: [{ location: floor.location, message: 'the floor' }, ...sequence.related],
    notes: [
      sequence.note,
      between.length === 0
        ? 'No single release between can read it: go there in several steps, each with the code of its own release.'
        : `Before it, install the code of ${between.length === 1 ? '' : 'one of '}${between.map((name) => `\`${name}\``).join(', ')}, and migrate \`${database.name}\` with that.`,
    ],
  };
}
