import type { PlanGraph } from '../graph/plan-graph.ts';
import type { Change } from '../model/action.ts';
import type { Cloud } from '../model/model.ts';
import type { ActionModel } from '../model/plan-model.ts';
import type { Location } from '../text/source.ts';
import { actionsOf } from '../model/walk.ts';
import type { PlanRule } from './rule.ts';

interface Touch {
  readonly step: number;
  readonly writes: boolean;
  readonly title: string;
  readonly location: Location;
}

/** Two steps that change the same thing, or of which one changes what the other uses, have an order. */
export const unorderedConflict: PlanRule = {
  code: 'B0414', name: 'unordered-conflict', level: 'error', category: 'Order', since: '0.1', subject: 'plan',
  summary: 'Two steps without an order touch the same thing, and one of them changes it.',
  check({ plan, graph }, report) {
    for (const one of [graph, ...graph.steps.flatMap((step) => step.body ?? [])]) {
      for (const { resource, first, second } of conflicts(one, plan.cloud)) {
        report({
          message: `\`${first.title}\` and \`${second.title}\` have no order, and both touch ${resource}. Put one before the other: outside \`parallel\`, or with \`after\`.`,
          at: second.location,
          related: [{ location: first.location, message: `${first.writes ? 'changed' : 'used'} here, at any time` }],
        });
      }
    }
  },
};

/**
 * Steps stand in a topological order. Where all changes of a resource are ordered, each change is ordered with the one before it, and each use with the
 * changes right before and after it; so looking at neighbors is enough.
 */
function* conflicts(graph: PlanGraph, cloud: Cloud): Generator<{ resource: string; first: Touch; second: Touch }> {
  const seen = new Set<string>();
  for (const [resource, touches] of touchesByResource(graph, cloud)) {
    let lastWrite: Touch | undefined;
    let reads: Touch[] = [];
    for (const touch of touches) {
      const against = touch.writes ? [...reads, ...(lastWrite === undefined ? [] : [lastWrite])] : lastWrite === undefined ? [] : [lastWrite];
      for (const earlier of against) {
        if (earlier.step === touch.step || graph.before(earlier.step, touch.step)) continue;
        const key = `${earlier.step} ${touch.step}`;
        if (seen.has(key)) continue;
        seen.add(key);
        yield { resource: describe(resource), first: earlier, second: touch };
      }
      if (touch.writes) {
        lastWrite = touch;
        reads = [];
      } else reads.push(touch);
    }
  }
}

/** Touches by what is touched, each list in the order of the steps. */
function touchesByResource(graph: PlanGraph, cloud: Cloud): Map<string, Touch[]> {
  const bases = new Map<string, { hosts: string; touch: Touch }[]>();
  for (const [index, { step }] of graph.steps.entries()) {
    if (step === undefined) continue;
    for (const action of actionsOf([step])) {
      const touch = (writes: boolean): Touch => ({ step: index, writes, title: action.title, location: action.location });
      for (const change of action.changes) {
        const { resource, hosts } = placeOf(change, action);
        push(bases, resource, { hosts: hosts.join(' '), touch: touch(true) });
      }
      for (const name of action.uses) {
        push(bases, `component ${name}`, { hosts: (cloud.components.get(name)?.hosts ?? []).join(' '), touch: touch(false) });
      }
    }
  }
  const out = new Map<string, Touch[]>();
  for (const [base, touched] of bases) {
    // Split by host only where the sets of hosts differ: most plans touch a component on all its hosts.
    const same = touched.every((one) => one.hosts === touched[0]?.hosts);
    if (same) out.set(base, touched.map((one) => one.touch));
    else for (const { hosts, touch } of touched) for (const host of hosts.split(' ')) push(out, `${base} on ${host}`, touch);
  }
  return out;
}

/** What a change touches, and on which hosts; the same component on another host is another thing. */
function placeOf(change: Change, action: ActionModel): { resource: string; hosts: readonly string[] } {
  if (change.kind === 'database' || change.kind === 'mode') return { resource: `${change.kind} ${change.name}`, hosts: [] };
  if (change.kind === 'host') return { resource: 'host', hosts: change.becomes === 'rewritten' ? [change.name] : action.targets.hosts };
  return { resource: `${change.kind} ${change.name}`, hosts: action.targets.hosts };
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

function describe(resource: string): string {
  const [kind = '', name = '', ...rest] = resource.split(' ');
  if (kind === 'host') return name === 'on' ? `the host \`${rest[0] ?? ''}\`` : 'the same hosts';
  return `\`${name}\`${rest.length > 0 ? ` ${rest.join(' ')}` : ''}`;
}
