import type { Inventory } from '../model/inventory/inventory.ts';
import type { SyntaxTree } from '../syntax/parse.ts';
import type { Source } from '../text/source.ts';
import { MOST_BYTES, MOST_FILES } from './load.ts';
import { distinctFiles, type NamedFile } from './named-files.ts';
import { resolvePath } from './paths.ts';
import type { MissingReason, Project, ReadResult } from './project.ts';

/** A file that was read before, in the form in which it was named. */
export interface KnownFile {
  /** In bytes. */
  readonly size: number;
  /** Why it can not be read, if it can not. */
  readonly missing?: MissingReason;
  /** Of a file of the language, and of an inventory. */
  readonly source?: Source;
  readonly tree?: SyntaxTree;
  readonly inventory?: Inventory;
}

/** A file that has to be read before a project is complete. */
export interface WantedFile {
  /** Relative to the workspace root. */
  readonly path: string;
  readonly kind: NamedFile['kind'];
}

/**
 * Puts a project together from files that are known already, as `loadProject` would read it. Bytes of files that only have to exist are left
 * out: such a project can be checked, not compiled.
 *
 * @param find the file, if it is known; asked once for each way in which a file is named
 * @returns the project, and what is missing to it; as long as something is, its findings say nothing
 */
export function assembleProject(entry: string, find: (path: string, kind: NamedFile['kind']) => KnownFile | undefined): { readonly project: Project; readonly wanted: readonly WantedFile[] } {
  const trees = new Map<string, SyntaxTree>();
  const inventories = new Map<string, Inventory>();
  const files = new Map<string, ReadResult>();
  const sources = new Map<string, Source>();
  const wanted = new Map<string, WantedFile>();
  const queue: WantedFile[] = [{ path: entry, kind: 'import' }];
  let bytes = 0;
  for (const { path, kind } of queue) {
    if (kind === 'import' ? trees.has(path) : kind === 'inventory' ? inventories.has(path) : files.has(path)) continue;
    let result = files.get(path);
    if (result === undefined && (files.size >= MOST_FILES || bytes >= MOST_BYTES)) files.set(path, (result = TOO_LARGE));
    if (result?.found === false) continue;
    const known = find(path, kind);
    if (known === undefined) {
      wanted.set(`${kind} ${path}`, { path, kind });
      continue;
    }
    if (result === undefined) {
      bytes += known.size;
      result = known.missing !== undefined ? { found: false, reason: known.missing } : bytes > MOST_BYTES ? TOO_LARGE : FOUND;
      files.set(path, result);
    }
    if (!result.found) continue;
    if (known.source !== undefined) sources.set(path, known.source);
    if (kind === 'inventory' && known.inventory !== undefined) inventories.set(path, known.inventory);
    if (kind !== 'import' || known.tree === undefined) continue;
    trees.set(path, known.tree);
    for (const named of distinctFiles(known.tree.statements)) {
      const target = resolvePath(path, named.path);
      if (target !== undefined) queue.push({ path: target, kind: named.kind });
    }
  }
  return { project: { entry, trees, inventories, files, sources }, wanted: [...wanted.values()] };
}

const FOUND: ReadResult = { found: true, bytes: new Uint8Array() };
const TOO_LARGE: ReadResult = { found: false, reason: 'too-large' };
