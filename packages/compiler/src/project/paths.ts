/**
 * Resolves a path that a file of the workspace names, against that file.
 *
 * @returns the normalized path relative to the workspace root, or undefined if it is absolute, leaves the workspace, or holds
 *   characters that no path of a workspace should hold.
 */
export function resolvePath(file: string, path: string): string | undefined {
  // oxlint-disable-next-line no-control-regex
  if (path === '' || path.startsWith('/') || /^[A-Za-z]:|\\|[\u0000-\u001f]/.test(path)) return undefined;
  const segments = file.split('/').slice(0, -1);
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') {
      if (segments.pop() === undefined) return undefined;
    } else segments.push(segment);
  }
  return segments.length === 0 ? undefined : segments.join('/');
}
