import type { Change } from './action.ts';

/** Does a change of one thing change another: the same, or a file inside a folder, or a folder around a file? */
export function touches(changed: string, resource: string): boolean {
  if (changed === resource) return true;
  if (!changed.startsWith('/') || !resource.startsWith('/')) return false;
  return changed.startsWith(`${resource}/`) || resource.startsWith(`${changed}/`);
}

/** The name of what a change touches, as captures name it. */
export function resourceOf(change: Change): string {
  return change.kind === 'host' && change.becomes !== 'rewritten' ? 'hosts' : (change as { readonly name: string }).name;
}
