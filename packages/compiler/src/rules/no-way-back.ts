import type { PlanGraph } from '../graph/plan-graph.ts';
import type { Change } from '../model/action.ts';
import type { CaptureModel } from '../model/model.ts';
import type { ActionModel, StepModel } from '../model/plan-model.ts';
import { resourceOf } from '../model/resources.ts';
import { stepsOf } from '../model/walk.ts';
import type { PlanRule } from './rule.ts';

/** What a plan does can be taken back, until it says that it can not. */
export const noWayBack: PlanRule = {
  code: 'B0502', name: 'no-way-back', level: 'error', category: 'The way back', since: '0.1', subject: 'plan',
  summary: 'A step can neither be undone nor be restored from a rollback point, and stands behind no point of no return.',
  check({ graph }, report) {
    const isBehind = behind(graph, 'no-return');
    const captured = new Captured();
    for (const [index, { step: outer }] of graph.steps.entries()) {
      if (outer === undefined) continue;
      for (const capture of outer.point?.captures ?? []) captured.add(capture);
      if (isBehind[index] === true) continue;
      for (const step of outer.roll === undefined ? [outer] : stepsOf(outer.roll.body)) {
        if (step.irreversible === undefined) reportActions(step);
        else {
          report({
            message: `This step is irreversible (${step.irreversible}), but no point of no return stands before it. Write \`point of no return "why"\` before it, and ask with \`approve\` before that.`,
            at: step.location,
          });
        }
      }
    }

    function reportActions(step: StepModel): void {
      if (step.undo !== undefined) return;
      for (const action of step.actions) {
        const lost = captured.lostBy(action);
        if (lost.length === 0) continue;
        report({
          message: `Nothing takes \`${action.title}\` back: no rollback point before it captures ${listOf(lost.map(({ name, where }) => `\`${name}\`${where}`))}.`,
          at: action.location,
          notes: [
            lost.every(({ isCapturable }) => isCapturable)
              ? `Write \`rollback point before_this { capture ${lost.map(({ name }) => (name.startsWith('/') ? `"${name}"` : name)).join(', ')} }\` before it, \`undo { … }\` in its block, or \`point of no return "why"\` before it.`
              : 'Write `undo { … }` in its block, or `point of no return "why"` before it.',
          ],
        });
      }
    }
  },
};

/** For each step whether a step of a kind comes before it in every order. */
export function behind(graph: PlanGraph, kind: StepModel['kind']): readonly boolean[] {
  const found: boolean[] = [];
  for (const { after } of graph.steps) found.push(after.some((earlier) => found[earlier] === true || graph.steps[earlier]?.step?.kind === kind));
  return found;
}

interface Lost {
  readonly name: string;
  /** Such as ` on \`cmp1\``; empty where nothing of it is captured. */
  readonly where: string;
  /** Whether Belay knows how to save such a thing. */
  readonly isCapturable: boolean;
}

/** What rollback points have saved so far. */
class Captured {
  /** Hosts by the name of a resource. */
  readonly #hosts = new Map<string, Set<string>>();
  readonly #databases = new Set<string>();

  add({ resource, kind, hosts }: CaptureModel): void {
    if (kind === 'database') this.#databases.add(resource);
    else {
      const known = this.#hosts.get(resource) ?? new Set<string>();
      for (const host of hosts) known.add(host);
      this.#hosts.set(resource, known);
    }
  }

  /** What an action changes that neither it nor a capture brings back; each thing once. */
  lostBy(action: ActionModel): Lost[] {
    if (action.inverse !== undefined) return [];
    const lost = new Map<string, Lost>();
    for (const change of action.changes) {
      const name = resourceOf(change);
      if (lost.has(name)) continue;
      const one = this.#lost(change, name, action.targets.hosts);
      if (one !== undefined) lost.set(name, one);
    }
    return [...lost.values()];
  }

  #lost(change: Change, name: string, hosts: readonly string[]): Lost | undefined {
    if (change.kind === 'database') return this.#databases.has(name) ? undefined : { name, where: '', isCapturable: true };
    const isCapturable = change.kind === 'file';
    const saved = this.#savedFor(name);
    if (saved.length === 0) return { name, where: '', isCapturable };
    const left = hosts.filter((host) => !saved.some((one) => one.has(host)));
    return left.length === 0 ? undefined : { name, where: ` on ${listOf(left.map((host) => `\`${host}\``))}`, isCapturable };
  }

  /** The hosts on which it was saved, by itself or with a folder around it. */
  #savedFor(name: string): readonly ReadonlySet<string>[] {
    const own = this.#hosts.get(name);
    const found = own === undefined ? [] : [own];
    if (!name.startsWith('/')) return found;
    for (let end = name.lastIndexOf('/'); end > 0; end = name.lastIndexOf('/', end - 1)) {
      const around = this.#hosts.get(name.slice(0, end));
      if (around !== undefined) found.push(around);
    }
    return found;
  }
}

function listOf(quoted: readonly string[]): string {
  const shown = quoted.length > 5 ? [...quoted.slice(0, 4), `${quoted.length - 4} more`] : quoted;
  return shown.length === 1 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
