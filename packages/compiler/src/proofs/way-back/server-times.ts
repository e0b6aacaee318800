import type { Cloud } from '../../model/model.ts';
import type { ActionModel } from '../../model/plan-model.ts';

/** Since when components are down, as the steps of a plan go by. */
export class ServerTimes {
  readonly #cloud: Cloud;
  /** By component and host, the step that stopped it. */
  readonly #stopped = new Map<string, Map<string, number>>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  note(action: ActionModel, index: number): void {
    for (const change of action.changes) {
      if (change.kind !== 'component') continue;
      const stopped = this.#stopped.get(change.name) ?? new Map<string, number>();
      this.#stopped.set(change.name, stopped);
      for (const host of action.targets.hosts) {
        if (change.becomes === 'stopped' && !stopped.has(host)) stopped.set(host, index);
        if (change.becomes === 'started' || change.becomes === 'restarted') stopped.delete(host);
      }
    }
  }

  /**
   * The step whose way back makes a server reachable again; undefined while it is.
   *
   * @param hosts where work on it is done: the server has to run there, or, where these are other hosts, somewhere
   * @param any one of the hosts is enough
   */
  stoppedAt(server: string, hosts: ReadonlySet<string>, any: boolean): number | undefined {
    const stopped = this.#stopped.get(server);
    const all = this.#cloud.components.get(server)?.hosts ?? [];
    if (stopped === undefined || stopped.size === 0) return undefined;
    const own = all.filter((host) => hosts.has(host));
    const needed = own.length > 0 ? own : all;
    const times = needed.flatMap((host) => stopped.get(host) ?? []);
    if (times.length === 0) return undefined;
    if (own.length > 0 && !any) return times.reduce((first, time) => Math.min(first, time));
    return times.length < needed.length ? undefined : times.reduce((last, time) => Math.max(last, time));
  }
}
