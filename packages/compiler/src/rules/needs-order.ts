import { needsClosure } from '../graph/needs.ts';
import type { PlanGraph } from '../graph/plan-graph.ts';
import type { Verb } from '../model/action.ts';
import type { Service } from '../model/model.ts';
import type { ActionModel } from '../model/plan-model.ts';
import { actionsOf, jumpsOf, type Jump } from '../model/walk.ts';
import type { PlanRule } from './rule.ts';

const UPGRADES: ReadonlySet<string> = new Set<Verb>(['install', 'expand', 'migrate', 'contract']);

/** What a service needs is upgraded before it. */
export const needsOrder: PlanRule = {
  code: 'B0411', name: 'needs-order', level: 'warning', category: 'Order', since: '0.1', subject: 'plan',
  summary: 'A service is upgraded before one that it needs.',
  check({ plan, graph }, report) {
    const jumps = jumpsOf(plan);
    if (jumps.length < 2) return;
    const { services } = plan.cloud;
    const needs = needsClosure(services);
    const isBefore = orderOf(graph);
    const byService = new Map<string, Jump[]>();
    for (const jump of jumps) {
      const same = byService.get(jump.service);
      if (same === undefined) byService.set(jump.service, [jump]);
      else same.push(jump);
    }
    const reported = new Set<string>();
    for (const jump of jumps) {
      for (const needed of needs.get(jump.service) ?? []) {
        const others = byService.get(needed) ?? [];
        const first = others[0];
        const pair = `${jump.service} ${needed}`;
        // A service that goes in two jumps left something behind on purpose: one of them has to come first.
        if (first === undefined || needed === jump.service || reported.has(pair) || others.some((other) => isBefore(other, jump))) continue;
        reported.add(pair);
        const path = wayTo(needed, jump.service, services);
        report({
          message: `\`${jump.service}\` is upgraded before \`${needed}\`, which it needs. Move \`jump ${needed}\` up, or accept the order with \`allow needs-order "why"\`.`,
          at: jump.location,
          related: [
            { location: first.location, message: `\`${needed}\` is upgraded here` },
            ...(services.get(jump.service)?.needs ?? []).filter((one) => one.service === path[1]).map((one) => ({ location: one.location, message: 'needed here' })),
          ],
          notes: path.length <= 2 ? [] : [`${path.slice(0, -1).map((name, index) => `\`${name}\` needs \`${path[index + 1] ?? ''}\``).join(', and ')}.`],
        });
      }
    }
  },
};

/** Whether one jump ends before another one upgrades anything; what both hold, where one stands inside the other, belongs to the inner one. */
function orderOf(graph: PlanGraph): (first: Jump, second: Jump) => boolean {
  const indexOf = new Map(graph.steps.map((step, index) => [step.id, index]));
  const members = new Map<Jump, Set<string>>();
  const stepsIn = (jump: Jump): Set<string> => {
    let known = members.get(jump);
    if (known === undefined) members.set(jump, (known = new Set(jump.steps.map(({ id }) => id))));
    return known;
  };
  return (first, second) => {
    const inner = first.steps.length <= second.steps.length ? first : second;
    const shared = stepsIn(inner);
    const end = first.steps.findLast((step) => first === inner || !shared.has(step.id));
    const start = second.steps.find((step) => (second === inner || !shared.has(step.id)) && actionsOf([step]).some(isUpgrade));
    return end === undefined || start === undefined || graph.before(indexOf.get(end.id) ?? 0, indexOf.get(start.id) ?? 0);
  };
}

function isUpgrade({ verb, changes }: ActionModel): boolean {
  return UPGRADES.has(verb) || changes.some((change) => change.becomes === 'rewritten' && (change.kind === 'component' || change.kind === 'database'));
}

/** The shortest chain of needs from one service to another, both included. */
function wayTo(needed: string, service: string, services: ReadonlyMap<string, Service>): string[] {
  const from = new Map<string, string>([[service, '']]);
  const queue = [service];
  for (const one of queue) {
    if (one === needed) break;
    for (const need of services.get(one)?.needs ?? []) {
      if (from.has(need.service)) continue;
      from.set(need.service, one);
      queue.push(need.service);
    }
  }
  const path: string[] = [];
  for (let at = needed; at !== ''; at = from.get(at) ?? '') path.push(at);
  return path.reverse();
}
