import type { WorkspaceFile } from '../workspace/workspace-file.ts';

/**
 * How a file of the workspace names another one: the path from its folder, with `/`.
 *
 * @param from the file that names, relative to the root
 * @param to the file that is named, relative to the root
 */
export function relativePath(from: string, to: string): string {
  const folders = from.split('/').slice(0, -1);
  const segments = to.split('/');
  let shared = 0;
  while (shared < folders.length && shared < segments.length - 1 && folders[shared] === segments[shared]) shared += 1;
  return [...folders.slice(shared).map(() => '..'), ...segments.slice(shared)].join('/');
}

/** The part of a text between its quotes, while the closing ones may not be typed yet. */
export function insideQuotes({ text }: WorkspaceFile, { start, end }: { readonly start: number; readonly end: number }): { start: number; end: number } {
  return { start: start + 1, end: end - 1 > start && text[end - 1] === '"' ? end - 1 : end };
}
