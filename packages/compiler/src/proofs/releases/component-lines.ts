import type { PlanModel } from '../../model/plan-model.ts';
import type { Events } from '../events.ts';
import { linesOf, type ComponentLine } from './timelines.ts';
import { touchingByComponent } from './touching.ts';

/** What each component of a plan's cloud goes through, by its dotted name; made when first asked for, and once. */
export function componentLines(plan: PlanModel, events: Events): (name: string) => readonly ComponentLine[] {
  const touching = touchingByComponent(events, plan.cloud);
  const made = new Map<string, readonly ComponentLine[]>();
  return (name) => {
    let lines = made.get(name);
    if (lines === undefined) {
      const component = plan.cloud.components.get(name);
      lines = component === undefined ? [] : linesOf(component, touching.get(name) ?? [], plan.release?.from, events);
      made.set(name, lines);
    }
    return lines;
  };
}
