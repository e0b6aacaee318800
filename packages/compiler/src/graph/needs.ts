import type { Service } from '../model/model.ts';

/** For each service all services that it needs, directly or through others. Cycles do no harm here; a rule reports them. */
export function needsClosure(services: ReadonlyMap<string, Service>): Map<string, Set<string>> {
  const closure = new Map<string, Set<string>>();
  for (const service of services.keys()) {
    const all = new Set<string>();
    const queue = [service];
    for (const one of queue) {
      for (const { service: needed } of services.get(one)?.needs ?? []) {
        if (all.has(needed)) continue;
        all.add(needed);
        queue.push(needed);
      }
    }
    closure.set(service, all);
  }
  return closure;
}
