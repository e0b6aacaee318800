import type { Database } from '../../model/model.ts';
import type { PlanSubject } from '../../rules/rule.ts';
import type { Event, Events } from '../events.ts';

/** What the schema of a database is for some time: the oldest and the newest release whose code it is made for. */
export interface SchemaTime {
  /** Code older than this finds things missing: the release of the last contract, or of the last plain migration. */
  readonly oldest: string | undefined;
  /** Code newer than this finds things missing: the release of the last expand or migration. */
  readonly newest: string | undefined;
  /** How it came to be, for messages. */
  readonly by: string;
  readonly from?: Event;
  readonly to?: Event;
}

/** What each database of a plan's cloud goes through, what is restored from rollback points included. */
export function databaseTimes(subject: Pick<PlanSubject, 'plan' | 'graph'>, events: Events): (database: Database) => SchemaTime[] {
  const changing = touchingByDatabase(events);
  return (database) => {
    const touching = changing.get(database.name) ?? [];
    return schemaTimes(database, touching, subject.plan.release?.from, pointStates(database, subject, touching));
  };
}

/**
 * What a database goes through. `expand` adds what a release needs and takes nothing away; `contract` takes away what older code needs. `migrate` does both at
 * once, unless an `expand` to the same release came before: then it only moves data.
 *
 * @param touching the events that change the database, in order
 */
function schemaTimes(database: Database, touching: readonly Event[], initial: string | undefined, atPoint: ReadonlyMap<string, Pick<SchemaTime, 'oldest' | 'newest'>>): SchemaTime[] {
  const times: SchemaTime[] = [{ oldest: initial, newest: initial, by: 'before the plan' }];
  for (const event of touching) {
    for (const change of event.action.changes) {
      if (change.kind !== 'database' || change.name !== database.name) continue;
      const last = times.at(-1) as SchemaTime;
      let { oldest, newest } = last;
      if (change.becomes === 'expanded') newest = change.release;
      else if (change.becomes === 'contracted') oldest = newest = change.release;
      else if (change.becomes === 'migrated') {
        if (newest !== change.release) oldest = newest = change.release;
        else if (!database.phased) oldest = change.release;
      } else if (change.becomes === 'restored') ({ oldest, newest } = atPoint.get(change.point) ?? { oldest: initial, newest: initial });
      if (oldest === last.oldest && newest === last.newest) continue;
      times[times.length - 1] = { ...last, to: event };
      times.push({ oldest, newest, by: event.action.title, from: event });
    }
  }
  return times;
}

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
function pointStates(database: Database, { plan, graph }: Pick<PlanSubject, 'plan' | 'graph'>, touching: readonly Event[]): Map<string, Pick<SchemaTime, 'oldest' | 'newest'>> {
  const states = new Map<string, Pick<SchemaTime, 'oldest' | 'newest'>>();
  for (const [index, { step }] of graph.steps.entries()) {
    if (step?.point === undefined) continue;
    const before = touching.filter((event) => graph.before(event.step, index));
    const last = schemaTimes(database, before, plan.release?.from, states).at(-1);
    if (last !== undefined) states.set(step.id, last);
  }
  return states;
}
