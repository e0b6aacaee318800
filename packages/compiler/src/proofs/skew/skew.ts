import type { Finding } from '../../diagnostics/diagnostic.ts';
import type { Component } from '../../model/model.ts';
import type { PlanSubject } from '../../rules/rule.ts';
import { showSequence } from '../counterexample.ts';
import type { Event, Events } from '../events.ts';
import { eventsOf, proofRule, type Claim } from '../proof.ts';
import { componentLines } from '../releases/component-lines.ts';
import { mayMeet, representatives, type ComponentLine, type ComponentTime } from '../releases/timelines.ts';

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
  const rank = new Map(train.releases.map((release, index) => [release.name, index]));
  const events = eventsOf(subject.graph);
  const lines = componentLines(plan, events);
  for (const component of plan.cloud.components.values()) {
    for (const lag of component.lags) {
      const other = plan.cloud.components.get(lag.component);
      if (other === undefined) continue;
      const { worst, ahead } = extremes(lines(component.name), lines(other.name), rank, events);
      const tooFar = worst !== undefined && worst.behind > lag.releases ? worst : undefined;
      claims.push({
        about: `${component.name} behind ${other.name}`, holds: tooFar === undefined && ahead === undefined,
        closest: worst === undefined ? 'never up together' : `${Math.max(0, worst.behind)} behind at most, ${lag.releases} allowed`,
        ...(worst?.events.at(-1) === undefined ? {} : { step: worst.events.at(-1)?.step ?? 0 }),
      });
      for (const meeting of [tooFar, ahead]) if (meeting !== undefined) findings.push(toFinding(component.name, other.name, lag, meeting, subject));
    }
  }
  return { claims, findings };
});

function extremes(lines: readonly ComponentLine[], others: readonly ComponentLine[], rank: ReadonlyMap<string, number>, events: Events): { worst?: Meeting; ahead?: Meeting } {
  let worst: Meeting | undefined;
  let ahead: Meeting | undefined;
  for (const line of lines) {
    const hosts = representatives(line, events);
    for (const other of others) {
      const otherHosts = representatives(other, events);
      for (const time of running(line)) {
        for (const otherTime of running(other)) {
          const behind = (rank.get(otherTime.running) ?? 0) - (rank.get(time.running) ?? 0);
          if (behind <= (worst?.behind ?? Number.NEGATIVE_INFINITY) && (behind >= 0 || ahead !== undefined)) continue;
          const pair = hosts.flatMap((host) => otherHosts.filter((otherHost) => mayMeet(time, host, otherTime, otherHost, events)).slice(0, 1).map((otherHost) => [host, otherHost]))[0];
          if (pair === undefined) continue;
          const meeting: Meeting = {
            behind, host: pair[0] ?? '', running: time.running, otherHost: pair[1] ?? '', otherRunning: otherTime.running,
            events: [time.from, otherTime.from].flatMap((event) => event ?? []).sort((a, b) => a.step - b.step),
          };
          if (behind > (worst?.behind ?? Number.NEGATIVE_INFINITY)) worst = meeting;
          if (behind < 0 && ahead === undefined) ahead = meeting;
        }
      }
    }
  }
  return { ...(worst === undefined ? {} : { worst }), ...(ahead === undefined ? {} : { ahead }) };
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
    related: [{ location: lag.location, message: 'the limit' }, ...sequence.related],
    notes: [sequence.note],
  };
}
