import type { WorkspaceFile } from '../../workspace/workspace-file.ts';

/** A name that nothing in a file has. */
export function freeName(base: string, { text }: WorkspaceFile): string {
  const taken = new Set(text.match(/[A-Za-z_][\w-]*/g));
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? base : `${base}_${count}`;
    if (!taken.has(name)) return name;
  }
}
