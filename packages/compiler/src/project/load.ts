import type { Inventory } from '../model/inventory/inventory.ts';
import { parseInventory } from '../model/inventory/parse-inventory.ts';
import { parse, type SyntaxTree } from '../syntax/parse.ts';
import { decodeLoosely } from '../text/decode.ts';
import { Source } from '../text/source.ts';
import { namedFiles } from './named-files.ts';
import { resolvePath } from './paths.ts';
import type { FileHost, Project, ReadResult } from './project.ts';

/** More files than this are not read. */
export const MOST_FILES = 1_000;

/** Nor are more bytes than this in sum: 128 MiB. */
export const MOST_BYTES = 128 * 1024 * 1024;

/**
 * Reads a file and everything that it names, directly or through imports. What can't be read is noted in `files` and
 * reported when the project is bound; nothing throws.
 */
export async function loadProject(entry: string, host: FileHost): Promise<Project> {
  const trees = new Map<string, SyntaxTree>();
  const inventories = new Map<string, Inventory>();
  const files = new Map<string, ReadResult>();
  const sources = new Map<string, Source>();
  const queue: { path: string; kind: string }[] = [{ path: entry, kind: 'import' }];
  let bytes = 0;
  const read = async (path: string): Promise<ReadResult> => {
    let result = files.get(path);
    if (result === undefined) {
      result = files.size < MOST_FILES && bytes < MOST_BYTES ? await host.read(path) : { found: false, reason: 'too-large' };
      if (result.found) bytes += result.bytes.length;
      if (bytes > MOST_BYTES) result = { found: false, reason: 'too-large' };
      files.set(path, result);
    }
    return result;
  };
  for (const { path, kind } of queue) {
    if (kind === 'import' ? trees.has(path) : kind === 'inventory' && inventories.has(path)) continue;
    const result = await read(path);
    if (!result.found || (kind !== 'import' && kind !== 'inventory')) continue;
    const source = sources.get(path) ?? new Source(path, decodeLoosely(result.bytes));
    sources.set(path, source);
    if (kind === 'inventory') {
      inventories.set(path, await parseInventory(path, source.text));
      continue;
    }
    const tree = parse(source);
    trees.set(path, tree);
    for (const named of namedFiles(tree.statements)) {
      const target = resolvePath(path, named.path);
      if (target !== undefined) queue.push({ path: target, kind: named.kind });
    }
  }
  return { entry, trees, inventories, files, sources };
}
