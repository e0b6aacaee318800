import type { Location } from '../text/source.ts';
import { ComponentActions } from './component-actions.ts';
import type { Frame, PlanContext } from './plan-context.ts';
import type { ActionModel, Node, Series } from './plan-model.ts';
import { actionsOf, stepsOf } from './walk.ts';

/** What a part of a plan does to hosts and to what lies on them. */
interface Replaced {
  readonly rebooted: readonly string[];
  readonly rewrites: boolean;
}

const NOTHING: Replaced = { rebooted: [], rewrites: false };
const known = new WeakMap<Node, Replaced>();

function replacedIn(node: Node): Replaced {
  let found = known.get(node);
  if (found === undefined) known.set(node, (found = findReplaced(node)));
  return found;
}

function findReplaced(node: Node): Replaced {
  const rebooted = new Set<string>();
  let rewrites = false;
  for (const { changes, targets } of actionsOf(stepsOf(node))) {
    for (const change of changes) {
      if (change.kind === 'host' && change.becomes === 'rebooted') for (const host of targets.hosts) rebooted.add(host);
      rewrites ||= change.becomes === 'rewritten';
    }
  }
  return rebooted.size === 0 && !rewrites ? NOTHING : { rebooted: [...rebooted], rewrites };
}

/**
 * Binds how each component is started anew on the hosts that a plan reboots. A rollback needs that where the plan itself does nothing but to reboot them: what runs
 * there came up with files that are then put back.
 *
 * @param body of the plan, bound
 * @returns by dotted name; without components for which there is no command
 */
export function bindRestarts(body: Series, context: PlanContext, frame: Frame, location: Location): ReadonlyMap<string, readonly ActionModel[]> {
  const all = body.items.map(replacedIn);
  const rebooted = new Set(all.flatMap((one) => one.rebooted));
  const restarts = new Map<string, readonly ActionModel[]>();
  if (rebooted.size === 0 || !all.some((one) => one.rewrites)) return restarts;
  const components = new ComponentActions(context);
  for (const component of context.cloud.components.values()) {
    const hosts = component.hosts.filter((host) => rebooted.has(host));
    const actions = hosts.length === 0 ? [] : components.anew(component, hosts, frame, location);
    if (actions.length > 0) restarts.set(component.name, actions);
  }
  return restarts;
}
