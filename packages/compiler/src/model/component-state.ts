/**
 * What is known while a plan is bound in written order: of components, on each host, which release is installed, and whether it runs; which hosts are
 * drained; which modes are entered.
 */
export class ComponentState {
  readonly #initial: string | undefined;
  /** By component, then by host. */
  readonly #installed = new Map<string, Map<string, string>>();
  readonly #stopped = new Map<string, Set<string>>();
  readonly #drained = new Set<string>();
  readonly #entered = new Set<string>();
  #paused = 0;

  /** @param initial the release that everything has before the plan. */
  constructor(initial: string | undefined) {
    this.#initial = initial;
  }

  installed(component: string, host: string): string | undefined {
    return this.#installed.get(component)?.get(host) ?? this.#initial;
  }

  /** The release that a component has on all of the hosts; undefined where they differ, or nothing is known. */
  installedOn(component: string, hosts: readonly string[]): string | undefined {
    const first = this.installed(component, hosts[0] ?? '');
    return hosts.every((host) => this.installed(component, host) === first) ? first : undefined;
  }

  install(component: string, release: string, hosts: readonly string[]): void {
    if (this.#paused > 0) return;
    const installed = this.#installed.get(component) ?? new Map<string, string>();
    for (const host of hosts) installed.set(host, release);
    this.#installed.set(component, installed);
  }

  stop(component: string, hosts: readonly string[]): void {
    if (this.#paused > 0) return;
    const stopped = this.#stopped.get(component) ?? new Set<string>();
    for (const host of hosts) stopped.add(host);
    this.#stopped.set(component, stopped);
  }

  start(component: string, hosts: readonly string[]): void {
    if (this.#paused > 0) return;
    const stopped = this.#stopped.get(component);
    for (const host of stopped === undefined ? [] : hosts) stopped?.delete(host);
  }

  /** Those of the hosts on which the component runs. */
  running(component: string, hosts: readonly string[]): readonly string[] {
    const stopped = this.#stopped.get(component);
    return stopped === undefined || stopped.size === 0 ? hosts : hosts.filter((host) => !stopped.has(host));
  }

  /** Hosts are drained, or return. */
  drain(hosts: readonly string[], isDrained: boolean): void {
    if (this.#paused > 0) return;
    for (const host of hosts) {
      if (isDrained) this.#drained.add(host);
      else this.#drained.delete(host);
    }
  }

  isDrained(host: string): boolean {
    return this.#drained.has(host);
  }

  enter(mode: string, isEntered: boolean): void {
    if (this.#paused > 0) return;
    if (isEntered) this.#entered.add(mode);
    else this.#entered.delete(mode);
  }

  isEntered(mode: string): boolean {
    return this.#entered.has(mode);
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
