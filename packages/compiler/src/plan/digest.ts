import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Action, Lock, Plan, Step } from './plan.ts';

/** What says something to people and changes nothing that is done. */
const UNEXECUTED: ReadonlySet<string> = new Set(['title', 'source', 'takes', 'waves', 'windows', 'window', 'safeStop', 'reach']);

/**
 * The digest over what is executed. Titles, places in the sources, estimates, the groups of hosts, windows, waves and proofs are left out, so
 * comments, formatting, the layout of files and the time of the run do not change it.
 *
 * @returns `sha256:` and 64 hex digits over the canonical JSON (keys sorted by code units, no white space)
 */
export function planDigest(plan: Omit<Plan, 'digest'>): string {
  return `sha256:${bytesToHex(sha256(utf8ToBytes(canonicalJson(executed(plan)))))}`;
}

function executed(plan: Omit<Plan, 'digest'>): unknown {
  return {
    ...plan,
    title: undefined,
    waves: undefined,
    windows: undefined,
    proofs: undefined,
    cloud: { name: plan.cloud.name },
    modes: plan.modes.map((mode) => mode.name),
    hosts: plan.hosts.map(({ groups: _, ...host }) => host),
    files: plan.files.map(({ path: _, ...file }) => file),
    steps: plan.steps.map(executedStep),
    points: plan.points.map(({ title: _, ...point }) => point),
    refreshes: plan.refreshes.map(({ actions, ...refresh }) => ({ ...refresh, actions: actions.map(executedAction) })),
  };
}

function executedStep(step: Step): unknown {
  const kept = Object.fromEntries(Object.entries(step).filter(([key]) => !UNEXECUTED.has(key)));
  const { roll } = step;
  return {
    ...kept,
    actions: step.actions.map(executedAction),
    undo: step.undo?.map(executedAction),
    roll: roll === undefined ? undefined : {
      ...roll,
      lock: roll.lock === undefined ? undefined : executedLock(roll.lock),
      steps: roll.steps.map(executedStep),
    },
  };
}

function executedLock({ lease, ...lock }: Lock): unknown {
  return {
    ...lock, acquire: executedAction(lock.acquire), release: executedAction(lock.release),
    ...(lease === undefined ? {} : { lease: { ttl: lease.ttl, renew: executedAction(lease.renew), keep: lease.keep === undefined ? undefined : executedAction(lease.keep) } }),
  };
}

/** An inverse has no inverse of its own that needs another: the nesting ends after two levels. */
function executedAction({ title: _, ...action }: Action): unknown {
  return { ...action, back: action.back.by === 'inverse' ? { by: 'inverse', actions: action.back.actions.map(executedAction) } : action.back };
}

/** JSON with sorted keys and without white space. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner !== 'object' || inner === null || Array.isArray(inner) ? inner : sorted(inner)));
}

/** The same with its keys in order, as far as the language keeps them: those that are whole numbers come first, whatever their order was. */
function sorted(value: object): object {
  const keys = Object.keys(value);
  if (keys.every((key, index) => index === 0 || (keys[index - 1] ?? '') < key)) return value;
  return Object.fromEntries(keys.sort().map((key) => [key, (value as Record<string, unknown>)[key]]));
}
