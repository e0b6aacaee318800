import { closeSync, constants, existsSync, fstatSync, lstatSync, openSync, readSync, realpathSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type { FileHost, MissingReason, ReadResult } from '../project/project.ts';

/** 16 MiB: a plan of 100,000 lines has five. */
const LARGEST_FILE = 16 * 1024 * 1024;

/**
 * Reads the files of a workspace. Nothing outside of its root is read, by symbolic links neither; nothing but regular files is opened,
 * so that a pipe or a device can't hang the command.
 */
export class WorkspaceFiles implements FileHost {
  /** The root, absolute, symbolic links resolved. */
  readonly root: string;
  readonly #overlay: ReadonlyMap<string, Uint8Array>;

  /**
   * @param root an existing folder.
   * @param overlay contents that take the place of files, by path relative to the root.
   */
  constructor(root: string, overlay: ReadonlyMap<string, Uint8Array> = new Map()) {
    this.root = realpathSync.native(root);
    this.#overlay = overlay;
  }

  // Synchronous calls: the command has nothing else to do, and they cost less than a thread pool.
  async read(file: string): Promise<ReadResult> {
    const bytes = this.#overlay.get(file);
    return bytes === undefined ? this.#readFile(path.join(this.root, file)) : { found: true, bytes };
  }

  #readFile(file: string): ReadResult {
    try {
      const real = realpathSync.native(file);
      if (!isBelow(this.root, real)) return missing('outside');
      // Opening a device may have effects, so its kind is asked first.
      const kind = lstatSync(real);
      if (kind.isDirectory()) return missing('directory');
      if (!kind.isFile()) return missing('unreadable');
      return readRegularFile(real, LARGEST_FILE);
    } catch (error) {
      return missing(reasonOf(error));
    }
  }
}

/** Reads a file that is known to be a regular one; it is asked again, since it may have been exchanged meanwhile. */
function readRegularFile(file: string, limit: number): ReadResult {
  const handle = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  try {
    const { size } = fstatSync(handle);
    if (!fstatSync(handle).isFile()) return missing('unreadable');
    if (size > limit) return missing('too-large');
    // Files of /proc have no size, and others may grow.
    const chunks: Uint8Array[] = [];
    let total = 0;
    for (;;) {
      const chunk = new Uint8Array(Math.max(4096, size - total + 1));
      const count = readSync(handle, chunk, 0, chunk.length, null);
      if (count === 0) break;
      total += count;
      if (total > limit) return missing('too-large');
      chunks.push(chunk.subarray(0, count));
    }
    return { found: true, bytes: chunks.length === 1 ? (chunks[0] ?? new Uint8Array()) : Buffer.concat(chunks) };
  } finally {
    closeSync(handle);
  }
}

function missing(reason: MissingReason): ReadResult {
  return { found: false, reason };
}

function reasonOf(error: unknown): MissingReason {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG' || code === 'ERR_INVALID_ARG_VALUE'
    ? 'missing'
    : 'unreadable';
}

/** Whether a path is that of a folder or lies below it. Both are absolute and normalized. */
export function isBelow(folder: string, file: string): boolean {
  return file === folder || file.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);
}

/**
 * The workspace root of a file or folder: the nearest folder above that holds `.git`, else the working directory if it lies there, else
 * the folder of the file.
 */
export function findRoot(folder: string): string {
  for (let above = folder; ; above = path.dirname(above)) {
    if (existsSync(path.join(above, '.git'))) return above;
    if (above === path.dirname(above)) break;
  }
  const here = process.cwd();
  return isBelow(here, folder) ? here : folder;
}

/** A path in a workspace, as diagnostics and imports write it. */
export function workspacePath(root: string, file: string): string {
  return path.relative(root, file).split(path.sep).join('/');
}
