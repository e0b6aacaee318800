import type { Change } from './action.ts';

/**
 * An absolute path of something in particular on a host, written in the one way in which paths are compared: without `//`, and without `/` at its end.
 *
 * @returns undefined for anything else
 */
export function hostPath(path: string): string | undefined {
  // oxlint-disable-next-line no-control-regex
  if (!path.startsWith('/') || /[\u0000-\u001f\u007f]/.test(path)) return undefined;
  const segments = path.split('/').filter((segment) => segment !== '');
  return segments.length === 0 || segments.includes('..') || segments.includes('.') ? undefined : `/${segments.join('/')}`;
}

/** The name of what a change touches, as captures name it. */
export function resourceOf(change: Change): string {
  return change.kind === 'host' && change.becomes !== 'rewritten' ? 'hosts' : (change as { readonly name: string }).name;
}
