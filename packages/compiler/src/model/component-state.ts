import type { PlanNotes } from './plan-notes.ts';

/** The name under which all drained hosts are noted. */
const HOSTS = '';

/**
 * What is known while a plan is bound in written order: of components, on each host, which release is installed, and whether it runs; which hosts are
 * drained; which modes are entered.
 */
export class ComponentState {
  readonly #initial: string | undefined;
  readonly #notes: PlanNotes;
  #paused = 0;

  /** @param initial the release that everything has before the plan. */
  constructor(initial: string | undefined, notes: PlanNotes) {
    this.#initial = initial;
    this.#notes = notes;
  }

  installed(component: string, host: string): string | undefined {
    return this.#notes.get('installed', component)?.get(host) ?? this.#initial;
  }

  /** The release that a component has on all of the hosts; undefined where they differ, or nothing is known. */
  installedOn(component: string, hosts: readonly string[]): string | undefined {
    const installed = this.#notes.get('installed', component);
    const first = installed?.get(hosts[0] ?? '') ?? this.#initial;
    return installed === undefined || hosts.every((host) => (installed.get(host) ?? this.#initial) === first) ? first : undefined;
  }

  install(component: string, release: string, hosts: readonly string[]): void {
    if (this.#paused > 0) return;
    const installed = this.#notes.change('installed', component);
    for (const host of hosts) installed.set(host, release);
  }

  stop(component: string, hosts: readonly string[]): void {
    if (this.#paused > 0) return;
    const stopped = this.#notes.change('stopped', component);
    for (const host of hosts) stopped.set(host, component);
  }

  start(component: string, hosts: readonly string[]): void {
    if (this.#paused > 0) return;
    if (this.#notes.get('stopped', component) === undefined) return;
    const stopped = this.#notes.change('stopped', component);
    for (const host of hosts) stopped.delete(host);
  }

  /** Those of the hosts on which the component runs. */
  running(component: string, hosts: readonly string[]): readonly string[] {
    const stopped = this.#notes.get('stopped', component);
    return stopped === undefined || stopped.size === 0 ? hosts : hosts.filter((host) => !stopped.has(host));
  }

  /** Hosts are drained, or return. */
  drain(hosts: readonly string[], isDrained: boolean): void {
    if (this.#paused > 0) return;
    const drained = this.#notes.change('drained', HOSTS);
    for (const host of hosts) {
      if (isDrained) drained.set(host, host);
      else drained.delete(host);
    }
  }

  isDrained(host: string): boolean {
    return this.#notes.get('drained', HOSTS)?.has(host) === true;
  }

  enter(mode: string, isEntered: boolean): void {
    if (this.#paused > 0) return;
    this.#notes.set('entered', mode, isEntered);
  }

  isEntered(mode: string): boolean {
    return this.#notes.get('entered', mode) === true;
  }

  /** Whether what is bound is not part of the way forward. */
  get isAside(): boolean {
    return this.#paused > 0;
  }

  /** Binds what is not part of the way forward, such as an `undo`: what it does is not noted. */
  aside<T>(bind: () => T): T {
    this.#paused += 1;
    try {
      return bind();
    } finally {
      this.#paused -= 1;
    }
  }
}
