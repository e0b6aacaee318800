import { needsClosure } from '../../graph/needs.ts';
import type { PlanGraph } from '../../graph/plan-graph.ts';
import type { Verb } from '../../model/action.ts';
import type { Service } from '../../model/model.ts';
import type { ActionModel } from '../../model/plan-model.ts';
import { actionsOf, jumpsOf, type Jump } from '../../model/walk.ts';
import type { Finding } from '../../diagnostics/diagnostic.ts';
import { proofRule, type Claim } from '../proof.ts';

const UPGRADES: ReadonlySet<string> = new Set<Verb>(['install', 'expand', 'migrate', 'contract']);

/** What a service needs is upgraded before it. */
export const needsOrder = proofRule({
  code: 'B0411', name: 'needs-order', level: 'warning', category: 'Order',
  summary: 'A service is upgraded before one that it needs.',
}, ({ plan, graph }) => {
  const claims: Claim[] = [];
  const findings: Finding[] = [];
  const jumps = jumpsOf(plan);
  if (jumps.length < 2) return { claims, findings };
  const { services } = plan.cloud;
  const needs = needsClosure(services);
  const isBefore = orderOf(graph);
  const byService = new Map<string, Jump[]>();
  for (const jump of jumps) {
    const same = byService.get(jump.service);
    if (same === undefined) byService.set(jump.service, [jump]);
    else same.push(jump);
  }
  for (const [service, own] of byService) {
    // Of services in a circle none can be first, whatever the plan does: that is a finding of the cloud.
    const needed = [...needs.get(service) ?? []].filter((one) => byService.has(one) && needs.get(one)?.has(service) !== true);
    const early: string[] = [];
    for (const one of needed) {
      const others = byService.get(one) ?? [];
      // A service that goes in two jumps left something behind on purpose: one of them has to come first.
      const jump = own.find((mine) => !others.some((other) => isBefore(other, mine)));
      const first = others[0];
      if (jump === undefined || first === undefined) continue;
      early.push(one);
      findings.push(toFinding(jump, first, services));
    }
    if (needed.length === 0) continue;
    claims.push({ about: service, holds: early.length === 0, closest: early.length === 0 ? `after ${needed.join(', ')}` : `before ${early.join(', ')}` });
  }
  return { claims, findings };
});

function toFinding(jump: Jump, needed: Jump, services: ReadonlyMap<string, Service>): Finding {
  const path = wayTo(needed.service, jump.service, services);
  return {
    message: `\`${jump.service}\` is upgraded before \`${needed.service}\`, which it needs. Move \`jump ${needed.service}\` up, or accept the order with \`allow needs-order "why"\`.`,
    at: jump.location,
    related: [
      { location: needed.location, message: `\`${needed.service}\` is upgraded here`, role: 'needed-upgrade' },
      ...(services.get(jump.service)?.needs ?? []).filter((one) => one.service === path[1]).map((one) => ({ location: one.location, message: 'needed here' })),
    ],
    notes: path.length <= 2 ? [] : [`${path.slice(0, -1).map((name, index) => `\`${name}\` needs \`${path[index + 1] ?? ''}\``).join(', and ')}.`],
  };
}

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
