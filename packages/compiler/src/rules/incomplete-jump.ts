import type { Cloud, Component } from '../model/model.ts';
import type { ActionModel, PlanModel } from '../model/plan-model.ts';
import { actionsOf, jumpsOf, type Jump } from '../model/walk.ts';
import type { PlanRule } from './rule.ts';

/** What is left to do for a component or a database at the end of a jump. */
interface Lack {
  readonly name: string;
  readonly what: string;
  readonly mend: string;
  /** It is there, and only stopped. */
  readonly down?: true;
}

/** At the end of a jump everything of the service runs the target release, its databases included. */
export const incompleteJump: PlanRule = {
  code: 'B0402', name: 'incomplete-jump', level: 'error', category: 'Releases', since: '0.1', subject: 'plan',
  summary: 'A jump ends before everything of its service is at the target release.',
  check({ plan, graph }, report) {
    const target = plan.release?.to;
    if (target === undefined) return;
    const endingAt = new Map<string, Jump[]>();
    for (const jump of jumpsOf(plan)) {
      const last = jump.steps.at(-1)?.id ?? '';
      endingAt.set(last, [...(endingAt.get(last) ?? []), jump]);
    }
    const state = new Landing(plan.cloud);
    for (const { id, step } of graph.steps) {
      if (step !== undefined) for (const action of actionsOf([step])) state.apply(action);
      for (const jump of endingAt.get(id) ?? []) judge(jump);
    }
    for (const jump of endingAt.get('') ?? []) judge(jump);

    function judge(jump: Jump): void {
      const lacks = state.lacks(jump, plan, target ?? '');
      if (lacks.length === 0) return;
      const components = [...new Set(lacks.map((lack) => lack.name).filter((name) => plan.cloud.components.has(name)))];
      const onlyDown = lacks.every((lack) => lack.down === true);
      report({
        message: `\`${jump.service}\` does not arrive at \`${target}\`: ${lacks.map((lack) => `\`${lack.name}\` ${lack.what}`).join('; ')}.`,
        at: jump.location,
        notes: [
          `Add ${lacks.map((lack) => `\`${lack.mend}\``).join(', ')} to the jump${components.length > 0 ? `, or say what it leaves${onlyDown ? ' to be started later' : ' behind'}: \`jump ${jump.service} leaving ${components.join(', ')}${onlyDown ? ' stopped' : ''}\`` : ''}.`,
        ],
      });
    }
  },
};

interface ComponentLanding {
  readonly installed: Map<string, string>;
  /** Hosts whose process still runs what was installed before. */
  readonly stale: Set<string>;
  readonly stopped: Set<string>;
}

/** How far components and databases are, as steps go by. */
class Landing {
  readonly #cloud: Cloud;
  readonly #components = new Map<string, ComponentLanding>();
  readonly #databases = new Map<string, { release: string | undefined; contracted: string | undefined }>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  apply(action: ActionModel): void {
    for (const change of action.changes) {
      if (change.kind === 'component') this.#component(change.name, change.becomes, 'release' in change ? change.release : '', action.targets.hosts);
      else if (change.kind === 'host' && change.becomes === 'rebooted') this.#reboot(action.targets.hosts);
      else if (change.kind === 'database' && change.becomes !== 'rewritten') {
        const before = this.#databases.get(change.name) ?? { release: undefined, contracted: undefined };
        if (change.becomes === 'migrated') this.#databases.set(change.name, { ...before, release: change.release });
        else if (change.becomes === 'contracted') this.#databases.set(change.name, { ...before, contracted: change.release });
        else if (change.becomes === 'restored') this.#databases.set(change.name, { release: undefined, contracted: undefined });
      }
    }
  }

  #component(name: string, becomes: string, release: string, hosts: readonly string[]): void {
    let at = this.#components.get(name);
    if (at === undefined) this.#components.set(name, (at = { installed: new Map(), stale: new Set(), stopped: new Set() }));
    for (const host of hosts) {
      if (becomes === 'installed') {
        at.installed.set(host, release);
        if (!at.stopped.has(host)) at.stale.add(host);
      } else if (becomes === 'stopped') {
        at.stopped.add(host);
        at.stale.delete(host);
      } else if (becomes === 'started' || becomes === 'restarted') {
        at.stopped.delete(host);
        at.stale.delete(host);
      }
    }
  }

  /** A reboot starts what is installed. */
  #reboot(hosts: readonly string[]): void {
    for (const at of this.#components.values()) for (const host of hosts) at.stale.delete(host);
  }

  lacks(jump: Jump, plan: PlanModel, target: string): Lack[] {
    const service = this.#cloud.services.get(jump.service);
    const components = (service?.components ?? []).flatMap((name) => this.#cloud.components.get(name) ?? []);
    const leftAt = new Set(jump.leaving);
    return [
      ...components.filter((one) => jump.stopped || !leftAt.has(one.name)).flatMap((one) => this.#lackOf(one, target) ?? []).filter((lack) => lack.down !== true || !leftAt.has(lack.name)),
      ...(service?.databases ?? []).flatMap((name) => this.#databaseLack(name, target, plan) ?? []),
    ];
  }

  #lackOf(component: Component, target: string): Lack | undefined {
    const { name, hosts } = component;
    if (hosts.length === 0) return undefined;
    const at = this.#components.get(name);
    const behind = hosts.filter((host) => at?.installed.get(host) !== target);
    if (behind.length > 0) return { name, what: `is not installed${on(behind, hosts)}`, mend: `install ${name}` };
    const down = hosts.filter((host) => at?.stopped.has(host));
    if (down.length > 0) return { name, what: `is left stopped${on(down, hosts)}`, mend: `start ${name}`, down: true };
    const old = hosts.filter((host) => at?.stale.has(host));
    return old.length > 0 ? { name, what: `still runs the old code${on(old, hosts)}`, mend: `restart ${name}` } : undefined;
  }

  #databaseLack(name: string, target: string, plan: PlanModel): Lack | undefined {
    const at = this.#databases.get(name);
    if (at?.release !== target) {
      return { name, what: at?.release === undefined ? 'is not migrated' : `is at \`${at.release}\``, mend: `migrate ${name}` };
    }
    const phased = plan.cloud.databases.get(name)?.phased === true;
    return phased && at.contracted !== target ? { name, what: 'is not contracted', mend: `contract ${name}` } : undefined;
  }
}

function on(hosts: readonly string[], all: readonly string[]): string {
  if (hosts.length === all.length) return '';
  return ` on ${hosts.slice(0, 3).map((host) => `\`${host}\``).join(', ')}${hosts.length > 3 ? ` and ${hosts.length - 3} more` : ''}`;
}
