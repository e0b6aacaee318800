import type { ActionModel, StepModel } from '../model/plan-model.ts';
import { resourceOf, touches } from '../model/resources.ts';
import { stepsOf } from '../model/walk.ts';
import type { PlanRule } from './rule.ts';

/** What a plan does can be taken back, until it says that it can not. */
export const noWayBack: PlanRule = {
  code: 'B0502', name: 'no-way-back', level: 'error', category: 'The way back', since: '0.1', subject: 'plan',
  summary: 'A step can neither be undone nor be restored from a rollback point, and stands behind no point of no return.',
  check({ graph }, report) {
    const forwardOnly = graph.steps.flatMap(({ step }, index) => (step?.kind === 'no-return' ? [index] : []));
    const captured = new Set<string>();
    for (const [index, { step: outer }] of graph.steps.entries()) {
      if (outer === undefined) continue;
      for (const capture of outer.point?.captures ?? []) captured.add(capture.resource);
      if (forwardOnly.some((one) => graph.before(one, index))) continue;
      for (const step of outer.roll === undefined ? [outer] : stepsOf(outer.roll.body)) {
        if (step.irreversible !== undefined) {
          report({
            message: `This step is irreversible (${step.irreversible}), but stands before any point of no return. Write \`point of no return "why"\` before it.`,
            at: step.location,
          });
        } else reportActions(step, captured);
      }
    }

    function reportActions(step: StepModel, saved: ReadonlySet<string>): void {
      if (step.undo !== undefined) return;
      for (const action of step.actions) {
        const lost = lostBy(action, saved);
        if (lost.length === 0) continue;
        const names = lost.map((name) => `\`${name}\``).join(' and ');
        const capturable = lost.every((name) => name.includes('.') || name.startsWith('/'));
        report({
          message: `Nothing takes \`${action.title}\` back: no rollback point before it captures ${names}.`,
          at: action.location,
          notes: [
            capturable
              ? `Write \`rollback point before_this { capture ${lost.map((name) => (name.startsWith('/') ? `"${name}"` : name)).join(', ')} }\` before it, \`undo { … }\` in its block, or \`point of no return "why"\` before it.`
              : 'Write `undo { … }` in its block, or `point of no return "why"` before it.',
          ],
        });
      }
    }
  },
};

/** What an action changes that neither it nor a capture brings back. */
function lostBy(action: ActionModel, captured: ReadonlySet<string>): string[] {
  if (action.inverse !== undefined) return [];
  return [...new Set(action.changes.map(resourceOf))].filter((name) => !isCaptured(name, captured));
}

function isCaptured(name: string, captured: ReadonlySet<string>): boolean {
  if (captured.has(name)) return true;
  return name.startsWith('/') && [...captured].some((resource) => resource.startsWith('/') && name.startsWith(`${resource}/`) && touches(name, resource));
}
