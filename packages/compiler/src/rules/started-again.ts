import { actionsOf, ofEachPart, stepsOf } from '../model/walk.ts';
import type { ActionModel } from '../model/plan-model.ts';
import { listHosts } from '../proofs/absence-finding.ts';
import type { PlanRule } from './rule.ts';

/** What was stopped for good stays so: a later start or restart that reaches it, often one of the whole group, takes it back. */
export const startedAgain: PlanRule = {
  code: 'B0416', name: 'started-again', level: 'warning', category: 'Order', since: '0.1', subject: 'plan',
  summary: 'A component is started where it was stopped for good.',
  check({ plan, graph }, report) {
    if (!plan.body.items.some(stopsForGood)) return;
    /** By component and host, the stop. */
    const stopped = new Map<string, Map<string, ActionModel>>();
    // Changes of one component have an order (`unordered-conflict`), and this is one that fits it.
    for (const action of actionsOf(graph.steps.flatMap(({ step }) => step ?? []))) {
      for (const change of action.changes) {
        if (change.kind !== 'component') continue;
        if (change.becomes === 'stopped' && action.forGood === true) {
          const known = stopped.get(change.name) ?? new Map<string, ActionModel>();
          for (const host of action.targets.hosts) known.set(host, action);
          stopped.set(change.name, known);
        } else if (change.becomes === 'started' || change.becomes === 'restarted') {
          const known = stopped.get(change.name);
          const hosts = known === undefined ? [] : action.targets.hosts.filter((host) => known.has(host));
          const [first] = hosts;
          if (known === undefined || first === undefined) continue;
          report({
            message: `\`${action.title}\` starts \`${change.name}\` on ${listHosts(hosts)}, where it was stopped for good. Leave ${hosts.length === 1 ? 'that host' : 'those hosts'} out with \`except\`, or stop it without \`for good\`.`,
            at: action.location,
            related: [{ location: known.get(first)?.location ?? action.location, message: 'stopped for good here' }],
          });
          for (const host of hosts) known.delete(host);
        }
      }
    }
  },
};

const stopsForGood = ofEachPart((part) => actionsOf(stepsOf(part)).some(({ forGood }) => forGood === true));
