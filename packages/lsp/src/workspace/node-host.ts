import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReadResult } from '@belay/compiler/analysis';
import { WorkspaceFiles } from '@belay/compiler/workspace-files';
import { isBelayFile, type WorkspaceHost } from './host.ts';
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
