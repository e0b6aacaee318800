import type { Targets } from '../model/action.ts';
import type { Cloud, Component, Database } from '../model/model.ts';
import type { ActionModel } from '../model/plan-model.ts';
import type { Jump } from '../model/walk.ts';

/** What is left to do for a component or a database at the end of a jump. */
export interface Lack {
  readonly name: string;
  /** Such as `is not installed`. */
  readonly what: string;
  /** Such as ` on \`cmp1\``; empty where it is so everywhere. */
  readonly where: string;
  /** The verb of the statement that mends it. */
  readonly mend: string;
  /** It is there, and only stopped. */
  readonly down?: true;
}

/** By host; a host that is not listed is as before the plan. */
interface ComponentLanding {
  readonly installed: Map<string, string>;
  /** What was installed when its process started. */
  readonly running: Map<string, string | undefined>;
  readonly stopped: Set<string>;
}

/** How far components and databases are, as the steps of a plan go by. */
export class Landing {
  readonly #cloud: Cloud;
  readonly #components = new Map<string, ComponentLanding>();
  readonly #databases = new Map<string, { release?: string; contracted?: string }>();
  /** What was found out and has not changed since. */
  readonly #known = new Map<string, Lack | undefined>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  apply(action: ActionModel): void {
    for (const change of action.changes) {
      if (change.kind === 'component') this.#component(change.name, change.becomes, 'release' in change ? change.release : '', reached(action.targets));
      else if (change.kind === 'host' && change.becomes === 'rebooted') this.#reboot(reached(action.targets));
      else if (change.kind === 'database') {
        const before = this.#databases.get(change.name) ?? {};
        if (change.becomes === 'migrated') this.#databases.set(change.name, { ...before, release: change.release });
        else if (change.becomes === 'contracted') this.#databases.set(change.name, { ...before, contracted: change.release });
        else if (change.becomes === 'restored') this.#databases.set(change.name, {});
      }
    }
  }

  #component(name: string, becomes: string, release: string, hosts: readonly string[]): void {
    this.#known.delete(name);
    let at = this.#components.get(name);
    if (at === undefined) this.#components.set(name, (at = { installed: new Map(), running: new Map(), stopped: new Set() }));
    for (const host of hosts) {
      if (becomes === 'installed') at.installed.set(host, release);
      else if (becomes === 'stopped') at.stopped.add(host);
      else if (becomes === 'started' || becomes === 'restarted') {
        at.stopped.delete(host);
        at.running.set(host, at.installed.get(host));
      }
    }
  }

  /** A reboot runs what is installed; what was stopped may be disabled too, and does not count as started. */
  #reboot(hosts: readonly string[]): void {
    this.#known.clear();
    for (const at of this.#components.values()) for (const host of hosts) if (!at.stopped.has(host)) at.running.set(host, at.installed.get(host));
  }

  /** The same for some service, to go on with for itself. */
  copyOf(service: string): Landing {
    const copy = new Landing(this.#cloud);
    const own = this.#cloud.services.get(service);
    for (const name of own?.components ?? []) {
      const at = this.#components.get(name);
      if (at !== undefined) copy.#components.set(name, { installed: new Map(at.installed), running: new Map(at.running), stopped: new Set(at.stopped) });
    }
    for (const name of own?.databases ?? []) {
      const at = this.#databases.get(name);
      if (at !== undefined) copy.#databases.set(name, at);
    }
    return copy;
  }

  /** What the service of a jump lacks now, but for what the jump leaves behind. */
  lacks(jump: Jump, target: string): Lack[] {
    const service = this.#cloud.services.get(jump.service);
    const left = new Set(jump.leaving);
    return [
      ...(service?.components ?? []).flatMap((name) => {
        const lack = left.has(name) && !jump.stopped ? undefined : this.#lackOf(name, target);
        return lack === undefined || (lack.down === true && left.has(name)) ? [] : [lack];
      }),
      ...(service?.databases ?? []).flatMap((name) => this.#databaseLack(this.#cloud.databases.get(name), target) ?? []),
    ];
  }

  #lackOf(name: string, target: string): Lack | undefined {
    const component = this.#cloud.components.get(name);
    if (!this.#known.has(name)) this.#known.set(name, component === undefined ? undefined : this.#componentLack(component, target));
    return this.#known.get(name);
  }

  #componentLack({ name, hosts }: Component, target: string): Lack | undefined {
    const at = this.#components.get(name);
    const behind = hosts.filter((host) => at?.installed.get(host) !== target);
    if (behind.length > 0) return { name, what: 'is not installed', where: on(behind, hosts), mend: 'install' };
    // What is stopped may be left so on purpose; that does not go for hosts on which the old code runs.
    const old = hosts.filter((host) => at?.running.get(host) !== target && !at?.stopped.has(host));
    if (old.length > 0) return { name, what: 'still runs the old code', where: on(old, hosts), mend: 'restart' };
    const down = hosts.filter((host) => at?.stopped.has(host));
    return down.length > 0 ? { name, what: 'is left stopped', where: on(down, hosts), mend: 'start', down: true } : undefined;
  }

  #databaseLack(database: Database | undefined, target: string): Lack | undefined {
    if (database === undefined) return undefined;
    const { name } = database;
    const at = this.#databases.get(name);
    if (at?.release !== target) {
      return { name, what: at?.release === undefined ? 'is not migrated' : `is at \`${at.release}\``, where: '', mend: 'migrate' };
    }
    return database.phased && at.contracted !== target ? { name, what: 'is not contracted', where: '', mend: 'contract' } : undefined;
  }
}

/** The hosts that an action is sure to run on. */
function reached({ mode, hosts }: Targets): readonly string[] {
  if (mode === 'first') return hosts.slice(0, 1);
  return mode === 'any' && hosts.length > 1 ? [] : hosts;
}

function on(hosts: readonly string[], all: readonly string[]): string {
  if (hosts.length === all.length) return '';
  return ` on ${hosts.slice(0, 3).map((host) => `\`${host}\``).join(', ')}${hosts.length > 3 ? ` and ${hosts.length - 3} more` : ''}`;
}
