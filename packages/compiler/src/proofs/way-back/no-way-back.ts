import type { Finding } from '../../diagnostics/diagnostic.ts';
import type { PlanGraph } from '../../graph/plan-graph.ts';
import type { Cloud } from '../../model/model.ts';
import type { StepModel } from '../../model/plan-model.ts';
import { stepsOf } from '../../model/walk.ts';
import { proofRule, type Claim } from '../proof.ts';
import { captureStatements } from './capture-statements.ts';
import { Captured, listOf, type Lost } from './captured.ts';
import { reachOf, type Reach } from './reach.ts';
import { placeRestores } from './restores.ts';

/** What a plan does can be taken back, until it says that it can not. */
export const noWayBack = proofRule({
  code: 'B0502', name: 'no-way-back', level: 'error', category: 'The way back',
  summary: 'A step can neither be undone nor be restored from a rollback point, and stands behind no point of no return.',
  prepare: [({ graph, plan }) => placeRestores(graph, plan.cloud), ({ graph, plan }) => reachOf(graph, plan.cloud)],
}, ({ plan, graph }) => {
  const findings: Finding[] = [];
  const isBehind = behind(graph, 'no-return');
  const captured = new Captured();
  const points = graph.steps.flatMap(({ step }, index) => (step?.point === undefined ? [] : [{ index, step }]));
  for (const [index, { step: outer }] of graph.steps.entries()) {
    if (outer === undefined) continue;
    for (const capture of outer.point?.captures ?? []) captured.add(capture);
    if (isBehind[index] === true) continue;
    for (const step of outer.roll === undefined ? [outer] : stepsOf(outer.roll.body)) {
      if (step.irreversible === undefined) findings.push(...findingsOf(step, captured, plan.cloud, () => pointsAround(graph, points, index)));
      else {
        findings.push({
          message: `This step is irreversible (${step.irreversible}), but no point of no return stands before it. Write \`point of no return "why"\` before it, and ask with \`approve\` before that.`,
          at: step.location,
        });
      }
    }
  }
  return { claims: claimsOf(graph, plan.cloud, findings.length > 0), findings };
});

interface PointsAround {
  /** The last rollback point before a step. */
  readonly before?: StepModel;
  /** Those that are not before it. */
  readonly others: readonly StepModel[];
}

function pointsAround(graph: PlanGraph, points: readonly { readonly index: number; readonly step: StepModel }[], at: number): PointsAround {
  const before = points.findLast(({ index }) => graph.before(index, at))?.step;
  return { ...(before === undefined ? {} : { before }), others: points.filter(({ index }) => !graph.before(index, at)).map(({ step }) => step) };
}

function findingsOf(step: StepModel, captured: Captured, cloud: Cloud, points: () => PointsAround): Finding[] {
  if (step.undo !== undefined) return [];
  return step.actions.flatMap((action): Finding[] => {
    const lost = captured.lostBy(action);
    if (lost.length === 0) return [];
    return [{
      message: `Nothing takes \`${action.title}\` back: no rollback point before it captures ${listOf(lost.map(({ name, where }) => `\`${name}\`${where}`))}.`,
      at: action.location,
      ...mend(lost, cloud, points()),
    }];
  });
}

function mend(lost: readonly Lost[], cloud: Cloud, { before, others }: PointsAround): Pick<Finding, 'notes' | 'related' | 'facts'> {
  const otherwise = '`undo { … }` in its block, or `point of no return "why"` before it';
  if (!lost.every(({ isCapturable }) => isCapturable)) return { notes: [`Write ${otherwise}.`] };
  const captures = captureStatements(lost, cloud);
  const facts: Pick<Finding, 'facts'> = captures === undefined ? {} : { facts: { about: 'unsaved', captures } };
  const late = others.find(({ point }) => lost.every(({ name }) => point?.captures.some(({ resource }) => resource === name)));
  if (late !== undefined) {
    return {
      related: [{ location: late.location, message: 'captured here, too late', role: 'late-point' }],
      notes: [`Move the rollback point \`${late.id}\` up, so that it comes first. Or write ${otherwise}.`], ...facts,
    };
  }
  // Which of very many hosts are meant a person has to say.
  const written = captures?.join('  ') ?? `capture ${lost.map(({ name }) => (name.startsWith('/') ? `"${name}"` : name)).join(', ')} on …`;
  if (before === undefined) return { notes: [`Write \`rollback point before_this { ${written} }\` before it, ${otherwise}.`], ...facts };
  // A point captures a thing once, with all of its hosts.
  const narrow = lost.find(({ name }) => before.point?.captures.some(({ resource }) => resource === name));
  if (narrow !== undefined) {
    return {
      related: [{ location: before.location, message: 'the last rollback point before it' }],
      notes: [`Let the rollback point \`${before.id}\` capture \`${narrow.name}\`${narrow.where} too. Or write ${otherwise}.`], ...facts,
    };
  }
  return {
    related: [{ location: before.location, message: 'the last rollback point before it', role: 'last-point' }],
    notes: [`Add \`${written}\` to the rollback point \`${before.id}\`, if nothing has changed it since. Or write ${otherwise}.`], ...facts,
  };
}

/** How far a failure can go back, for each run of steps for which that is the same. */
function claimsOf(graph: PlanGraph, cloud: Cloud, failed: boolean): Claim[] {
  if (failed) return [{ about: 'every step', holds: false, closest: 'some can not be taken back' }];
  const reaches = reachOf(graph, cloud);
  const claims: { about: string; from: string; count: number; closest: string; step: number }[] = [];
  for (const [step, { id, step: model }] of graph.steps.entries()) {
    if (model === undefined) continue;
    const reach = reaches[step];
    const closest = reach === undefined ? 'forward only' : reachText(reach);
    const last = claims.at(-1);
    if (last?.closest === closest) last.count += 1;
    else claims.push({ about: '', from: id, count: 1, closest, step });
  }
  return claims.map(({ from, count, closest, step }) => ({ about: count === 1 ? from : `${count} steps from ${from} on`, holds: true, closest, step }));
}

/** For each step whether a step of a kind comes before it in every order. */
export function behind(graph: PlanGraph, kind: StepModel['kind']): readonly boolean[] {
  const found: boolean[] = [];
  for (const { after } of graph.steps) found.push(after.some((earlier) => found[earlier] === true || graph.steps[earlier]?.step?.kind === kind));
  return found;
}

function reachText({ nearest, farthest, except }: Reach): string {
  if (nearest === farthest) return `back to ${nearest}`;
  return `back to ${nearest}, as far as ${farthest}${except === undefined ? '' : `, not to ${except.join(', ')}`}`;
}
