import type { Finding } from '../../diagnostics/diagnostic.ts';
import type { PlanSubject } from '../../rules/rule.ts';
import { distinct, listHosts } from '../absence-finding.ts';
import { showSequence } from '../counterexample.ts';
import { proofRule, type Claim } from '../proof.ts';
import { openAtEnds, type Opened } from './open-at-end.ts';
import { windowPartsOf, type WindowPart } from './window-parts.ts';

/** More things than these are not named. */
const MOST_NAMED = 4;

/**
 * Each `within` ends where work may pause: whatever the order, nothing is stopped or drained then and no mode is entered. All is as it was before the
 * plan, so every `keep` holds.
 */
export const unsafeWindowEnd = proofRule({
  code: 'B0606', name: 'unsafe-window-end', level: 'error', category: 'Time',
  summary: 'A window may end with something stopped, drained, or in a mode.',
}, (subject) => {
  const parts = windowPartsOf(subject).filter(({ tree, part }) => tree.stepsOf(part).length > 0);
  const opened = openAtEnds(subject, parts);
  const claims: Claim[] = [];
  const findings: Finding[] = [];
  for (const [index, part] of parts.entries()) {
    const open = opened[index] ?? [];
    const step = part.roll === -1 ? part.tree.stepsOf(part.part).at(-1) : part.roll;
    const closest = open.length === 0 ? 'ends with nothing open' : `ends with ${open.length} thing${open.length === 1 ? '' : 's'} open`;
    claims.push({ about: `end of within ${part.window.name}`, holds: open.length === 0, closest, ...(step === undefined ? {} : { step }) });
    if (open.length > 0) findings.push(findingOf(subject, part, open));
  }
  return { claims, findings };
});

function findingOf(subject: PlanSubject, part: WindowPart, open: readonly Opened[]): Finding {
  const states = open.map(stateText);
  const left = states.length - MOST_NAMED;
  const named = left > 1 ? [...states.slice(0, MOST_NAMED), `${left} more things are open`] : states;
  const inside = part.roll === -1 ? part.tree.stepsOf(part.part) : [part.roll];
  const way = stepsUpTo(subject, [...inside, ...open.map(({ since }) => since.step)]);
  const sequence = showSequence(subject.graph, way, `\`within ${part.window.name}\` is over, and ${states[0] ?? ''}`, new Map([[inside.at(-1) ?? 0, 'the end of the window']]));
  const mend = [...new Set(open.map(mendText))];
  return {
    message: `\`within ${part.window.name}\` may end in the middle of something: ${named.join('; ')}.`,
    at: part.location,
    related: distinct([...open.slice(0, MOST_NAMED).map(({ since, closes }) => ({ location: since.action.location, message: closes })), ...sequence.related]),
    notes: [sequence.note, `Put ${joined(mend.slice(0, MOST_NAMED))} at the end of the window${open.every(({ kind }) => kind === 'mode') ? ', or `holding` inside `within` and not around it' : ''}: until the next window opens nobody works on it.`],
  };
}

/** Some steps, and all that come before them. */
function stepsUpTo({ graph }: PlanSubject, steps: readonly number[]): number[] {
  const found = new Set<number>();
  const left = [...steps];
  for (let step = left.pop(); step !== undefined; step = left.pop()) {
    if (found.has(step)) continue;
    found.add(step);
    left.push(...(graph.steps[step]?.after ?? []));
  }
  return [...found].sort((a, b) => a - b);
}

function stateText({ kind, name, hosts }: Opened): string {
  if (kind === 'mode') return `mode \`${name}\` is entered`;
  return kind === 'component' ? `\`${name}\` is stopped on ${listHosts(hosts)}` : `${listHosts(hosts)} ${hosts.length === 1 ? 'is' : 'are'} drained`;
}

function mendText({ kind, name }: Opened): string {
  return kind === 'mode' ? `\`leave ${name}\`` : kind === 'component' ? `\`start ${name}\`` : '`return`';
}

function joined(texts: readonly string[]): string {
  return texts.length < 2 ? (texts[0] ?? '') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;
}
