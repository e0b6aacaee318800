import type { Location } from '../text/source.ts';
import { ComponentActions } from './component-actions.ts';
import type { Frame, PlanContext } from './plan-context.ts';
import type { ActionModel, Series } from './plan-model.ts';
import { actionsOf, stepsOf } from './walk.ts';

/**
 * Binds how each component is started anew on the hosts that a plan reboots. A rollback needs that where the plan itself does nothing but to reboot them: what runs
 * there came up with files that are then put back.
 *
 * @param body of the plan, bound
 * @returns by dotted name; without components for which there is no command
 */
export function bindRestarts(body: Series, context: PlanContext, frame: Frame, location: Location): ReadonlyMap<string, readonly ActionModel[]> {
  const rebooted = new Set<string>();
  let replaces = false;
  for (const { changes, targets } of actionsOf(stepsOf(body))) {
    for (const change of changes) {
      if (change.kind === 'host' && change.becomes === 'rebooted') for (const host of targets.hosts) rebooted.add(host);
      replaces ||= change.becomes === 'rewritten';
    }
  }
  const restarts = new Map<string, readonly ActionModel[]>();
  if (rebooted.size === 0 || !replaces) return restarts;
  const components = new ComponentActions(context);
  for (const component of context.cloud.components.values()) {
    const hosts = component.hosts.filter((host) => rebooted.has(host));
    const actions = hosts.length === 0 ? [] : components.anew(component, hosts, frame, location);
    if (actions.length > 0) restarts.set(component.name, actions);
  }
  return restarts;
}
