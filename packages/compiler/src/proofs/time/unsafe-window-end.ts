import type { Finding } from '../../diagnostics/diagnostic.ts';
import type { PlanGraph } from '../../graph/plan-graph.ts';
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
    const [first, ...others] = open;
    if (first !== undefined) findings.push(findingOf(subject, part, [first, ...others]));
  }
  return { claims, findings };
});

function findingOf(subject: PlanSubject, part: WindowPart, open: readonly [Opened, ...Opened[]]): Finding {
  const states = open.map(stateText);
  const left = states.length - MOST_NAMED;
  const named = left > 1 ? [...states.slice(0, MOST_NAMED), `${left} more things are open`] : states;
  const inside = part.roll === -1 ? part.tree.stepsOf(part.part) : [part.roll];
  const [nearest, way] = nearestOf(subject, inside, open);
  const sequence = showSequence(subject.graph, way, `\`within ${part.window.name}\` is over, and ${stateText(nearest)}`, new Map([[inside.at(-1) ?? 0, 'the end of the window']]));
  const mend = [...new Set(open.map(mendText))];
  return {
    message: `\`within ${part.window.name}\` may end in the middle of something: ${named.join('; ')}.`,
    at: part.location,
    related: distinct([...open.slice(0, MOST_NAMED).map(({ since, closes }) => ({ location: since.action.location, message: closes })), ...sequence.related]),
    notes: [sequence.note, `Put ${joined(mend.slice(0, MOST_NAMED))} at the end of the window${open.every(({ kind }) => kind === 'mode') ? ', or `holding` inside `within` and not around it' : ''}: until the next window opens nobody works on it.`],
  };
}

/** Of all that may be open behind some steps what is open after the fewest, and those. */
function nearestOf({ graph }: PlanSubject, inside: readonly number[], open: readonly [Opened, ...Opened[]]): readonly [Opened, readonly number[]] {
  const base = new Set<number>();
  addUpTo(graph, inside, base, base);
  let nearest: readonly [Opened, ReadonlySet<number>] | undefined;
  const known = new Set<number>();
  for (const one of open) {
    if (known.has(one.since.step)) continue;
    known.add(one.since.step);
    const more = new Set<number>();
    addUpTo(graph, [one.since.step], more, base);
    if (nearest === undefined || more.size < nearest[1].size) nearest = [one, more];
  }
  const [found, more] = nearest ?? [open[0], base];
  return [found, [...new Set([...base, ...more])].sort((a, b) => a - b)];
}

/** Adds some steps and all that come before them, but for what is there already. */
function addUpTo(graph: PlanGraph, steps: readonly number[], to: Set<number>, known: ReadonlySet<number>): void {
  const left = [...steps];
  for (let step = left.pop(); step !== undefined; step = left.pop()) {
    if (to.has(step) || known.has(step)) continue;
    to.add(step);
    left.push(...(graph.steps[step]?.after ?? []));
  }
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
