import type { Finding, RelatedPlace } from '../diagnostics/diagnostic.ts';
import type { PlanSubject } from '../rules/rule.ts';
import { showSequence } from './counterexample.ts';
import type { Event } from './events.ts';
import { absencesAt, type Absence, type PlanState } from './plan-state.ts';
import { presencesOf, type Presence } from './presence.ts';

/** More places than these are not shown. */
const MOST_SHOWN = 10;

/** A state in which too much is away: where it comes from, how it is reached, and what can be done. */
export interface Explained extends Pick<Finding, 'at' | 'label' | 'related' | 'notes'> {
  readonly at: Finding['at'];
  /** The hosts on which it is away, in the order of the cloud. */
  readonly hosts: readonly string[];
}

/** What is watched, in words. */
export interface Wording {
  /** What it is on hosts: `down`. */
  readonly away: string;
  /** What the sequence ends in. */
  readonly ending: (hosts: string) => string;
  /** What else can be done where one event takes all away at once. */
  readonly otherwise?: string;
  /** The place that says how much may be away. */
  readonly limit: RelatedPlace;
}

/** Explains the state of a plan in which most is away. */
export function explainHeaviest(subject: PlanSubject, presence: Presence, wording: Wording): Explained | undefined {
  const { events } = presencesOf(subject);
  const state = presence.heaviest.state();
  const absences = absencesAt(presence.watched, events, presence.touching, state);
  const bySince = groupBySince(absences, presence.touching);
  const last = [...bySince.keys()].at(-1);
  if (last === undefined) return undefined;
  const away = new Set(absences.map((one) => one.host));
  const hosts = presence.watched.hosts.filter((host) => away.has(host));
  const steps = events.shortestWayTo([...bySince.keys()]).steps;
  const isOpen = (step: number): boolean => (state.get(step)?.at ?? 'end') !== 'end';
  // What is under way comes last: nothing of the sequence waits for it.
  const ordered = [...steps.filter((step) => !isOpen(step)), ...steps.filter(isOpen)];
  const remarks = remarksOn(state, subject, bySince);
  const sequence = showSequence(subject.graph, ordered, wording.ending(listHosts(hosts)), remarks);
  const place = (event: Event): string => {
    const own = new Set(bySince.get(event)?.map((one) => one.host));
    return `${wording.away} from here on: ${listHosts(hosts.filter((host) => own.has(host)))}`;
  };
  const others = [...bySince.keys()].filter((event) => event !== last).slice(-MOST_SHOWN).map((event) => ({ location: event.action.location, message: place(event) }));
  return {
    at: last.action.location, label: place(last), hosts, related: distinct([wording.limit, ...others, ...sequence.related]),
    notes: [sequence.note, adviceOn(subject, bySince, wording)],
  };
}

/** Each place once, with what is said of it first; which step it is counts wherever that is said. */
export function distinct(places: readonly RelatedPlace[]): RelatedPlace[] {
  const found = new Map<string, RelatedPlace>();
  for (const one of places) {
    const key = `${one.location.file}:${one.location.start}-${one.location.end}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, one);
    else if (known.step === undefined && one.step !== undefined) found.set(key, { ...known, step: one.step });
  }
  return [...found.values()];
}

type BySince = ReadonlyMap<Event, readonly Absence[]>;

/** In the order of the events. */
function groupBySince(absences: readonly Absence[], touching: readonly Event[]): BySince {
  const found = new Map<Event, Absence[]>();
  for (const absence of absences) {
    const known = found.get(absence.since);
    if (known === undefined) found.set(absence.since, [absence]);
    else known.push(absence);
  }
  return new Map(touching.flatMap((event) => {
    const own = found.get(event);
    return own === undefined ? [] : [[event, own] as const];
  }));
}

/** How far steps are that are not over. */
function remarksOn(state: PlanState, { graph }: PlanSubject, bySince: BySince): Map<number, string> {
  const remarks = new Map<number, string>();
  for (const [event, absences] of bySince) {
    const progress = state.get(event.step);
    if (progress?.at === 'action' && event.action.verb !== 'stop' && event.action.verb !== 'drain') remarks.set(event.step, 'under way');
    if (progress?.at !== 'batch') continue;
    const failed = absences.flatMap((one) => (one.failed === true ? [one.host] : []));
    if (failed.length === 0 && remarks.has(event.step)) continue;
    remarks.set(event.step, `batch ${progress.batch + 1} of ${graph.steps[event.step]?.step?.roll?.batches.length ?? 0}${failed.length === 0 ? '' : `, after ${listHosts(failed)} failed`}`);
  }
  return remarks;
}

/** What is likely to help, by how it comes about. */
function adviceOn({ graph }: PlanSubject, bySince: BySince, { otherwise }: Wording): string {
  const all = [...bySince.values()].flat();
  if (all.some((one) => one.failed === true)) return 'The roll goes on although hosts failed. Take `max failures` out, or make room for them.';
  const [first, second] = [...bySince.keys()];
  if (first === undefined) return '';
  if (second === undefined) {
    if (first.body !== -1 && first.action.targets.batch === true && new Set(all.map((one) => one.batch)).size === 1) return 'Make the batches of the roll smaller.';
    if (first.body !== -1 && first.action.targets.batch === true) return 'Bring back in the same batch what the batch takes away.';
    if (otherwise !== undefined) return otherwise;
    const lasts = first.action.verb === 'stop' || first.action.verb === 'drain';
    return lasts ? 'Take fewer hosts at a time: in a `roll` that brings back what it takes away.' : 'Take the hosts one after the other: `on each GROUP`, or in a `roll`.';
  }
  const unordered = first.step !== second.step && !graph.before(first.step, second.step);
  return unordered ? 'Put one after the other: outside `parallel`, or with `after`.' : 'Bring back the one before the other is taken away.';
}

/** Hosts, or what `noun` says, for people: at most four by name. */
export function listHosts(hosts: readonly string[], noun = 'hosts'): string {
  if (hosts.length > 4) return `${hosts.slice(0, 3).join(', ')} and ${hosts.length - 3} more ${noun}`;
  return hosts.length < 2 ? (hosts[0] ?? 'no host') : `${hosts.slice(0, -1).join(', ')} and ${hosts.at(-1)}`;
}
