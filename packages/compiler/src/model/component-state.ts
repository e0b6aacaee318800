/** What is known of components while a plan is bound in written order: which release is installed, and where it runs. */
export class ComponentState {
  readonly #initial: string | undefined;
  readonly #installed = new Map<string, string>();
  readonly #stopped = new Map<string, Set<string>>();

  /** @param initial the release that everything has before the plan. */
  constructor(initial: string | undefined) {
    this.#initial = initial;
  }

  installed(component: string): string | undefined {
    return this.#installed.get(component) ?? this.#initial;
  }

  install(component: string, release: string): void {
    this.#installed.set(component, release);
  }

  stop(component: string, hosts: readonly string[]): void {
    const stopped = this.#stopped.get(component) ?? new Set<string>();
    for (const host of hosts) stopped.add(host);
    this.#stopped.set(component, stopped);
  }

  start(component: string, hosts: readonly string[]): void {
    const stopped = this.#stopped.get(component);
    for (const host of stopped === undefined ? [] : hosts) stopped?.delete(host);
  }

  /** Those of the hosts on which the component runs. */
  running(component: string, hosts: readonly string[]): readonly string[] {
    const stopped = this.#stopped.get(component);
    return stopped === undefined || stopped.size === 0 ? hosts : hosts.filter((host) => !stopped.has(host));
  }
}
