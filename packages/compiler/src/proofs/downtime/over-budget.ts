import type { Finding } from '../../diagnostics/diagnostic.ts';
import type { PlanSubject } from '../../rules/rule.ts';
import { distinct } from '../absence-finding.ts';
import { showSequence } from '../counterexample.ts';
import { durationText, estimateOf } from '../estimates.ts';
import { proofRule, type Claim } from '../proof.ts';
import { presencesOf } from '../presence.ts';
import { duringOf, returnsOf, stretchesOf, type During, type Stretch } from './stretches.ts';

/** More steps than these are not listed. */
const MOST_LISTED = 6;

/**
 * `keep … available except D`: in no order of the steps is every instance down for longer than D at a stretch.
 *
 * A stretch lasts from the begin of the event that takes the last instance down to the end of the first that brings one back, or to the end of the plan. It takes as long as
 * all steps together that run in it, wholly or in part, where each step that may run in it does: as if they ran one by one, as they may. The actions of a step share its
 * estimate; a roll takes its body for every batch, and its pauses.
 */
export const overBudget = proofRule({
  code: 'B0603', name: 'over-budget', level: 'error', category: 'Availability',
  summary: 'A component may be down for longer at a stretch than its `keep` allows.',
}, (subject) => {
  const stretches = stretchesOf(subject);
  return { claims: stretches.map(claimOf), findings: stretches.flatMap((stretch) => findingOf(subject, stretch)) };
});

function claimOf({ keep, component, presence, worst }: Stretch): Claim {
  const about = keep.component;
  const allowed = `${durationText(keep.budget)} allowed`;
  const { conflict } = presence;
  if (conflict !== undefined) {
    return { about, holds: false, closest: `not known: ${conflict.first.action.title} and ${conflict.second.action.title} have no order`, step: conflict.second.step };
  }
  if (worst === undefined) return { about, holds: true, closest: `${presence.heaviest.peak} of ${component.hosts.length} down at most, so never all, ${allowed}` };
  const step = worst.from.at(-1)?.step;
  const at = step === undefined ? {} : { step };
  if (worst.unknown.length > 0) return { about, holds: false, closest: `not known: ${worst.unknown.length} step${worst.unknown.length === 1 ? ' has' : 's have'} no estimate, ${allowed}`, ...at };
  return { about, holds: worst.seconds <= keep.budget, closest: `all down for ${durationText(worst.seconds)} at most, ${allowed}`, ...at };
}

function findingOf(subject: PlanSubject, { keep, component, presence, worst }: Stretch): Finding[] {
  const last = worst?.from.at(-1);
  if (worst === undefined || last === undefined || worst.seconds <= keep.budget) return [];
  const time = durationText(worst.seconds);
  const [back] = returnsOf(subject, presence, worst);
  const sequence = showSequence(subject.graph, presencesOf(subject).events.shortestWayTo(worst.from).steps, `no instance of \`${keep.component}\` is up`);
  const all = component.hosts.length === 1 ? `\`${keep.component}\`` : `Every instance of \`${keep.component}\``;
  return [{
    message: `${all} may be down for ${worst.unknown.length > 0 ? `${time} or more` : time} at a stretch. ${durationText(keep.budget)} is allowed.`,
    at: last.action.location, label: 'down from here on',
    related: distinct([
      { location: keep.location, message: 'this has to hold in every order' },
      ...(back === undefined ? [] : [{ location: back.action.location, message: 'back from here on' }]), ...sequence.related,
    ]),
    notes: [sequence.note, duringText(duringOf(subject, presence, worst)), `Do less while it is down, or allow more: \`keep ${keep.component} available except ${time.replaceAll(' ', '')}\`.`],
  }];
}

/** The steps that take longest while it is down. */
function duringText(during: readonly During[]): string {
  const timed = during.flatMap(({ step, repeats }) => {
    const seconds = (repeats === 'pause' ? step.roll?.pause : estimateOf(step)) ?? 0;
    return seconds > 0 ? [{ id: step.id, seconds, when: repeats === 'pause' ? ' between batches' : repeats === 'step' ? ' a batch' : '' }] : [];
  });
  const longest = timed.toSorted((a, b) => b.seconds - a.seconds).slice(0, MOST_LISTED);
  const width = Math.max(...longest.map(({ id }) => id.length));
  const lines = longest.map(({ id, seconds, when }) => `  ${id.padEnd(width)}  ${durationText(seconds)}${when}`);
  const rest = timed.length - longest.length;
  return `What may run meanwhile:\n${lines.join('\n')}${rest > 0 ? `\n  … and ${rest} shorter step${rest === 1 ? '' : 's'}` : ''}`;
}
