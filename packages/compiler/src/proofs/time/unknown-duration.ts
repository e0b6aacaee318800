import type { Finding } from '../../diagnostics/diagnostic.ts';
import type { StepModel } from '../../model/plan-model.ts';
import type { PlanSubject } from '../../rules/rule.ts';
import type { Location } from '../../text/source.ts';
import { stretchesOf } from '../downtime/stretches.ts';
import { proofRule } from '../proof.ts';
import { listSteps } from './list-steps.ts';
import { windowPartsOf } from './window-parts.ts';

/** More places than these are not shown. */
const MOST_SHOWN = 8;

/** Steps whose time counts have an estimate: those that may run while a component is down for a time that is limited, and those within a window. */
export const unknownDuration = proofRule({
  code: 'B0604', name: 'unknown-duration', level: 'error', category: 'Time',
  summary: 'A step has no estimate, and how long it takes decides whether a promise is kept.',
}, (subject) => ({ claims: [], findings: findingsOf(subject) }));

function findingsOf(subject: PlanSubject): Finding[] {
  const questions: { readonly question: string; readonly location: Location; readonly message: string; readonly unknown: readonly StepModel[]; readonly isOutage: boolean }[] = [
    ...stretchesOf(subject).map(({ keep, worst }) => ({
      question: `how long \`${keep.component}\` may be down`, location: keep.location, message: 'this has a limit', unknown: worst?.unknown ?? [], isOutage: true,
    })),
    ...windowPartsOf(subject).map(({ window, location, unknown }) => ({
      question: `whether \`within ${window.name}\` fits`, location, message: 'this has to fit', unknown, isOutage: false,
    })),
  ].filter(({ unknown }) => unknown.length > 0);
  const steps = [...new Set(questions.flatMap(({ unknown }) => unknown))];
  const [first, ...others] = steps;
  if (first === undefined) return [];
  const asked = [...new Set(questions.map(({ question }) => question))];
  const open = asked.length > 3 ? `${asked.slice(0, 3).join(', ')}, and ${asked.length - 3} more` : asked.join(' and ');
  return [{
    message: `${steps.length === 1 ? 'This step has no estimate' : `${steps.length} steps have no estimate`}, so nobody knows ${open}.`,
    at: first.location, label: 'no `takes`',
    related: [
      ...others.slice(0, MOST_SHOWN).map((step) => ({ location: step.location, message: 'no `takes`' })),
      ...questions.slice(0, MOST_SHOWN).map(({ location, message }) => ({ location, message })),
    ],
    notes: [
      steps.length === 1 ? `Give ${listSteps(steps)} an estimate, such as \`takes 10m\`.` : `Give each of them an estimate, such as \`takes 10m\`: ${listSteps(steps)}.`,
      ...(questions.some(({ isOutage, unknown }) => isOutage && unknown.some(({ kind }) => kind === 'approve')) ? ['People answer when they can: ask before the outage, not in it.'] : []),
    ],
  }];
}
