import type { Finding } from '../../diagnostics/diagnostic.ts';
import type { Cloud } from '../../model/model.ts';
import { proofRule } from '../proof.ts';
import { captureStatements } from './capture-statements.ts';
import { placeRestores, type LostTarget } from './restores.ts';

/** What a rollback point is there for: whatever runs behind it, a rollback leads back to it, up to the next point of no return. */
export const lostPoint = proofRule({
  code: 'B0504', name: 'lost-point', level: 'warning', category: 'The way back',
  summary: 'A rollback point can not be reached any more once some step behind it has run.',
}, ({ plan, graph }) => {
  const { lost } = placeRestores(graph, plan.cloud);
  const findings: Finding[] = [];
  const walls = graph.steps.flatMap(({ step }, index) => (step?.kind === 'no-return' ? [index] : []));
  for (const [index, { step }] of graph.steps.entries()) {
    const why = step?.point === undefined ? undefined : lost.get(step.id);
    if (step === undefined || why === undefined) continue;
    // Behind a point of no return nobody counts on it.
    if (walls.some((wall) => wall > index && wall < why.index)) continue;
    findings.push(toFinding(step.id, step.location, why, plan.cloud));
  }
  return { claims: [], findings };
});

function toFinding(point: string, at: Finding['at'], { action, resource, unserved }: LostTarget, cloud: Cloud): Finding {
  const isFile = resource.startsWith('/');
  const captures = unserved ? undefined : captureStatements([{ name: resource, ...(isFile ? { hosts: action.targets.hosts } : {}) }], cloud);
  return {
    message: unserved
      ? `A rollback can not lead to \`${point}\` any more once \`${action.title}\` has run: the server of \`${resource}\` is down at the point, so its dump could not be loaded.`
      : `A rollback can not lead to \`${point}\` any more once \`${action.title}\` has run: \`${resource}\` is not saved as it was at the point.`,
    at, label: unserved ? 'its server is down here' : `forgets \`${resource}\``,
    related: [{ location: action.location, message: 'changed here' }],
    notes: [unserved
      ? 'Move the point to where the server is up, or remove it: a rollback would go further back.'
      : `Add \`${captures?.join('  ') ?? `capture "${resource}" on …`}\` to the point. Without it a rollback goes further back.`],
    ...(captures === undefined ? {} : { facts: { about: 'unsaved', captures } }),
  };
}
