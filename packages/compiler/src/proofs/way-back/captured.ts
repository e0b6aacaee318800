import type { Change } from '../../model/action.ts';
import type { CaptureModel } from '../../model/model.ts';
import type { ActionModel } from '../../model/plan-model.ts';
import { resourceOf } from '../../model/resources.ts';
import { around } from './tracks.ts';

export interface Lost {
  readonly name: string;
  /** Such as ` on \`cmp1\``; empty where nothing of it is captured. */
  readonly where: string;
  /** Whether Belay knows how to save such a thing. */
  readonly isCapturable: boolean;
  /** Where a file is to be saved. */
  readonly hosts?: readonly string[];
}

/** What rollback points have saved so far. */
export class Captured {
  /** Hosts by the name of a resource. */
  readonly #hosts = new Map<string, Set<string>>();
  readonly #databases = new Set<string>();

  add({ resource, kind, hosts }: CaptureModel): void {
    if (kind === 'database') this.#databases.add(resource);
    else {
      const known = this.#hosts.get(resource) ?? new Set<string>();
      for (const host of hosts) known.add(host);
      this.#hosts.set(resource, known);
    }
  }

  /** What an action changes that neither it nor a capture brings back; each thing once. */
  lostBy(action: ActionModel): Lost[] {
    if (action.inverse !== undefined) return [];
    const lost = new Map<string, Lost>();
    for (const change of action.changes) {
      const name = resourceOf(change);
      if (lost.has(name)) continue;
      const one = this.#lost(change, name, action.targets.hosts);
      if (one !== undefined) lost.set(name, one);
    }
    return [...lost.values()];
  }

  #lost(change: Change, name: string, hosts: readonly string[]): Lost | undefined {
    if (change.kind === 'database') return this.#databases.has(name) ? undefined : { name, where: '', isCapturable: true };
    const isCapturable = change.kind === 'file';
    const saved = this.#savedFor(name);
    if (saved.length === 0) return { name, where: '', isCapturable, hosts };
    const left = hosts.filter((host) => !saved.some((one) => one.has(host)));
    return left.length === 0 ? undefined : { name, where: ` on ${listOf(left.map((host) => `\`${host}\``))}`, isCapturable, hosts: left };
  }

  /** The hosts on which it was saved, by itself or with a folder around it. */
  #savedFor(name: string): readonly ReadonlySet<string>[] {
    return around(name).flatMap((one) => this.#hosts.get(one) ?? []);
  }
}

/** Quoted names for people: at most five. */
export function listOf(quoted: readonly string[]): string {
  const shown = quoted.length > 5 ? [...quoted.slice(0, 4), `${quoted.length - 4} more`] : quoted;
  return shown.length === 1 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
