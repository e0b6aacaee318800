import { Buffer } from 'node:buffer';
import { mkdir, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReadResult } from '@belay/compiler/analysis';
import { isBelow, WorkspaceFiles } from '@belay/compiler/workspace-files';
import { writeFileWhole } from '@belay/compiler/write-file';
import { isBelayFile, MOST_ENTRIES, type FolderEntry, type WorkspaceHost } from './host.ts';
import type { Root } from './roots.ts';

/** Folders that are looked into; a workspace that is larger is not one of plans. */
const MOST_FOLDERS = 50_000;

/** Reads workspaces on this machine's disks. */
export class NodeHost implements WorkspaceHost {
  readonly #folders = new Map<string, WorkspaceFiles | undefined>();

  async read(root: Root, file: string): Promise<ReadResult> {
    return (await this.#folder(root)?.read(file)) ?? { found: false, reason: 'unreadable' };
  }

  /** Hidden folders and `node_modules` are left out, links to folders are not followed. */
  async list(root: Root, limit: number): Promise<readonly string[]> {
    const top = this.#folder(root)?.root;
    if (top === undefined) return [];
    const files: string[] = [];
    const folders = [''];
    for (const folder of folders) {
      if (files.length >= limit) break;
      const entries = await readdir(path.join(top, folder), { withFileTypes: true }).catch(() => []);
      for (const entry of entries) {
        const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
        if (entry.isDirectory()) {
          if (!entry.name.startsWith('.') && entry.name !== 'node_modules' && folders.length < MOST_FOLDERS) folders.push(name);
        } else if (isBelayFile(entry.name) && entry.name !== '.belay') files.push(name);
      }
    }
    return files.sort().slice(0, limit);
  }

  async entries(root: Root, folder: string): Promise<readonly FolderEntry[]> {
    const top = this.#folder(root)?.root;
    if (top === undefined) return [];
    try {
      const real = await realpath(path.join(top, folder));
      if (!isBelow(top, real)) return [];
      const entries = (await readdir(real, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.') && name !== 'node_modules');
      const found = await Promise.all(entries.slice(0, MOST_ENTRIES).map(async (entry): Promise<FolderEntry[]> => {
        if (!entry.isSymbolicLink()) return entry.isFile() || entry.isDirectory() ? [{ name: entry.name, isFolder: entry.isDirectory() }] : [];
        const target = await realpath(path.join(real, entry.name)).catch(() => undefined);
        return target !== undefined && isBelow(top, target) ? [{ name: entry.name, isFolder: (await stat(target)).isDirectory() }] : [];
      }));
      return found.flat().sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch {
      // No such folder, or none that may be read.
      return [];
    }
  }

  async write(root: Root, file: string, content: Uint8Array, permissions: number): Promise<void> {
    const top = this.#folder(root)?.root;
    if (top === undefined) throw new Error('the folder of the workspace is not on a disk of this machine');
    let folder = top;
    for (const segment of file.split('/').slice(0, -1)) {
      // A link may lead anywhere: it is followed before anything is made below it.
      folder = path.join(folder, segment);
      await mkdir(folder).catch((error: unknown) => {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      });
      folder = await realpath(folder);
      if (!isBelow(top, folder)) throw new Error(`\`${segment}\` is a link that leads out of the workspace`);
    }
    writeFileWhole(path.join(folder, path.basename(file)), Buffer.from(content), permissions);
  }

  #folder(root: Root): WorkspaceFiles | undefined {
    const known = this.#folders.get(root.uri);
    if (known !== undefined || root.isLoose) return known;
    try {
      const files = new WorkspaceFiles(fileURLToPath(root.uri));
      this.#folders.set(root.uri, files);
      return files;
    } catch {
      // A folder that is gone, or one that is not on a disk of this machine.
      return undefined;
    }
  }
}
