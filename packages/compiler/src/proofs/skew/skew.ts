import type { Finding } from '../../diagnostics/diagnostic.ts';
import type { Component } from '../../model/model.ts';
import type { PlanSubject } from '../../rules/rule.ts';
import { showSequence } from '../counterexample.ts';
import type { Event, Events } from '../events.ts';
import { eventsOf, proofRule, type Claim } from '../proof.ts';
import { componentLines } from '../releases/component-lines.ts';
import { firstIn, shortestWay, windowOf } from '../releases/meetings.ts';
import { releaseRanks } from '../releases/release-ranks.ts';
import { hostPairs, type ComponentLine, type ComponentTime } from '../releases/timelines.ts';

/** Two times of two components that may hold together. */
interface Meeting {
  readonly behind: number;
  readonly host: string;
  readonly running: string;
  readonly otherHost: string;
  readonly otherRunning: string;
  readonly events: readonly Event[];
}

/**
 * `lags`: in every reachable pair of running releases the one component is at most so many releases behind the other, and never ahead.
 *
 * Each component on each host goes through a chain of times. Two times of two chains are reachable together unless the end of one always comes before the begin of
 * the other; so pairs of times decide, and no order is enumerated.
 */
export const skew = proofRule({
  code: 'B0611', name: 'skew', level: 'error', category: 'Releases',
  summary: 'A component may run further behind another than it may lag, or ahead of it.',
}, (subject) => {
  const claims: Claim[] = [];
  const findings: Finding[] = [];
  const { plan, train } = subject;
  if (plan.release === undefined || train === undefined) return { claims, findings };
  const rank = releaseRanks(train);
  const events = eventsOf(subject.graph);
  const lines = componentLines(plan, events);
  for (const component of plan.cloud.components.values()) {
    for (const lag of component.lags) {
      const other = plan.cloud.components.get(lag.component);
      if (other === undefined) continue;
      const { worst, tooFar, ahead } = meetingsOf(lines(component.name), lines(other.name), lag.releases, rank, events);
      const step = (tooFar ?? ahead ?? worst)?.events.at(-1)?.step;
      claims.push({
        about: `${component.name} behind ${other.name}`, holds: tooFar === undefined && ahead === undefined,
        closest: worst === undefined ? 'never up together'
          : tooFar === undefined && ahead !== undefined ? `${-ahead.behind} ahead, which is never allowed`
          : `${Math.max(0, worst.behind)} behind at most, ${lag.releases} allowed`,
        ...(step === undefined ? {} : { step }),
      });
      for (const meeting of [tooFar, ahead]) if (meeting !== undefined) findings.push(toFinding(component.name, other.name, lag, meeting, subject));
    }
  }
  return { claims, findings };
});

interface Meetings {
  /** The one that is furthest behind. */
  readonly worst?: Meeting;
  /** Of those that are too far behind, and of those that are ahead, the one that is reached in the fewest steps. */
  readonly tooFar?: Meeting;
  readonly ahead?: Meeting;
}

function meetingsOf(lines: readonly ComponentLine[], others: readonly ComponentLine[], allowed: number, rank: ReadonlyMap<string, number>, events: Events): Meetings {
  let worst: Meeting | undefined;
  const tooFar: Meeting[] = [];
  const ahead: Meeting[] = [];
  const sides = others.map((other) => ({ other, times: running(other) })).map((side) => ({ ...side, byRelease: numbersByRelease(side.times) }));
  for (const line of lines) {
    const times = running(line);
    for (const { other, times: otherTimes, byRelease } of sides) {
      for (const [host, otherHost] of hostPairs(line, other, events)) {
        const known = new Set<string>();
        for (const time of times) {
          const window = windowOf(time, host, otherTimes, otherHost, events);
          for (const [release, numbers] of byRelease) {
            // Of the times that run the same release the first is reached first.
            const first = firstIn(numbers, window);
            if (first === undefined) continue;
            const behind = (rank.get(release) ?? 0) - (rank.get(time.running) ?? 0);
            if (worst !== undefined && behind <= worst.behind && behind >= 0 && behind <= allowed) continue;
            const meeting: Meeting = {
              behind, host, running: time.running, otherHost, otherRunning: release,
              events: [time.from, otherTimes[first]?.from].flatMap((event) => event ?? []).sort((a, b) => a.step - b.step),
            };
            if (worst === undefined || behind > worst.behind) worst = meeting;
            // Of all meetings of two releases the first is part of the way to any other.
            const pair = `${time.running} ${release}`;
            if ((behind >= 0 && behind <= allowed) || known.has(pair)) continue;
            known.add(pair);
            (behind < 0 ? ahead : tooFar).push(meeting);
          }
        }
      }
    }
  }
  const [nearestTooFar, nearestAhead] = [shortestWay(tooFar, events), shortestWay(ahead, events)];
  return { ...(worst === undefined ? {} : { worst }), ...(nearestTooFar === undefined ? {} : { tooFar: nearestTooFar }), ...(nearestAhead === undefined ? {} : { ahead: nearestAhead }) };
}

/** For each release the numbers of the times that run it. */
function numbersByRelease(times: readonly { readonly running: string }[]): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const [number, { running: release }] of times.entries()) {
    const known = found.get(release);
    if (known === undefined) found.set(release, [number]);
    else known.push(number);
  }
  return found;
}

/** The times at which a known release runs; neighbors that run the same are one. */
function running(line: ComponentLine): (ComponentTime & { readonly running: string })[] {
  const merged: (ComponentTime & { readonly running: string })[] = [];
  let previous: ComponentTime | undefined;
  for (const time of line.times) {
    const last = merged.at(-1);
    if (typeof time.running === 'string') {
      if (last !== undefined && previous?.running === time.running) {
        const { to: _, ...open } = last;
        merged[merged.length - 1] = { ...open, ...(time.to === undefined ? {} : { to: time.to }) };
      } else merged.push({ ...time, running: time.running });
    }
    previous = time;
  }
  return merged;
}

function toFinding(name: string, other: string, lag: Component['lags'][number], meeting: Meeting, { graph, plan }: PlanSubject): Finding {
  const last = meeting.events.at(-1);
  const distance = Math.abs(meeting.behind);
  const releases = `${distance} release${distance === 1 ? '' : 's'}`;
  const sequence = showSequence(graph, eventsOf(graph).shortestWayTo(meeting.events).steps, `\`${name}\` runs ${meeting.running} on ${meeting.host}, \`${other}\` runs ${meeting.otherRunning} on ${meeting.otherHost}`);
  return {
    message: meeting.behind < 0
      ? `\`${name}\` may run \`${meeting.running}\` while \`${other}\` still runs \`${meeting.otherRunning}\`: ${releases} ahead, and it may never be ahead. Upgrade \`${other}\` first.`
      : `\`${name}\` may still run \`${meeting.running}\` while \`${other}\` runs \`${meeting.otherRunning}\`: ${releases} behind, and ${lag.releases} ${lag.releases === 1 ? 'is' : 'are'} allowed. Bring \`${name}\` nearer before \`${other}\` goes on, or stop it meanwhile.`,
    at: last?.action.location ?? plan.location,
    ...(last === undefined ? {} : { label: 'too far apart from here on' }),
    related: [{ location: lag.location, message: 'the limit' }, ...sequence.related],
    notes: [sequence.note],
  };
}
