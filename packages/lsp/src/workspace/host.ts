import type { ReadResult } from '@belay/compiler/analysis';
import type { Root } from './roots.ts';

/** What reads the files of a workspace. Editors on this machine, browsers and tests each have their own. */
export interface WorkspaceHost {
  /**
   * Reads a file below a root. Nothing outside of the root is read, by symbolic links neither. Never throws.
   *
   * @param path relative to the root, normalized, with `/`
   */
  read(root: Root, path: string): Promise<ReadResult>;

  /** The paths of the files of the language below a root, sorted; at most `limit`. Never throws. */
  list(root: Root, limit: number): Promise<readonly string[]>;

  /**
   * What lies in a folder below a root, sorted; hidden names and links that lead out of the root are left out. Never throws.
   *
   * @param folder relative to the root, normalized, with `/`; empty for the root itself
   */
  entries(root: Root, folder: string): Promise<readonly FolderEntry[]>;

  /**
   * Writes a file below a root, in one step, with the folders that it is in. Nothing outside of the root is written, by symbolic links neither.
   *
   * @param path relative to the root, normalized, with `/`
   * @param permissions bits, of which the user's mask takes some away
   * @throws Error that says why, if it can not be written
   */
  write(root: Root, path: string, content: Uint8Array, permissions: number): Promise<void>;
}

/** A file or a folder in a folder. */
export interface FolderEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** More entries are not listed of one folder. */
export const MOST_ENTRIES = 1_000;

/** Whether a file holds the language. */
export function isBelayFile(path: string): boolean {
  return path.endsWith('.belay');
}

/** A workspace in memory, by address of the root and path. */
export class MemoryHost implements WorkspaceHost {
  readonly files = new Map<string, string>();
  /** What was asked for, for tests. */
  readonly asked: string[] = [];

  /** @param files texts by `URI of the root + '/' + path` */
  constructor(files: Readonly<Record<string, string>> = {}) {
    for (const [name, text] of Object.entries(files)) this.files.set(name, text);
  }

  async read(root: Root, path: string): Promise<ReadResult> {
    this.asked.push(path);
    const text = this.files.get(`${root.uri}/${path}`);
    return text === undefined ? { found: false, reason: 'missing' } : { found: true, bytes: new TextEncoder().encode(text) };
  }

  async list(root: Root, limit: number): Promise<readonly string[]> {
    const prefix = `${root.uri}/`;
    return [...this.files.keys()].filter((name) => name.startsWith(prefix) && isBelayFile(name)).map((name) => name.slice(prefix.length)).sort().slice(0, limit);
  }

  async entries(root: Root, folder: string): Promise<readonly FolderEntry[]> {
    const prefix = `${root.uri}/${folder === '' ? '' : `${folder}/`}`;
    const found = new Map<string, boolean>();
    for (const file of this.files.keys()) {
      if (!file.startsWith(prefix)) continue;
      const [name = '', ...rest] = file.slice(prefix.length).split('/');
      if (name !== '' && !name.startsWith('.')) found.set(name, rest.length > 0);
    }
    return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, MOST_ENTRIES).map(([name, isFolder]) => ({ name, isFolder }));
  }

  async write(root: Root, path: string, content: Uint8Array): Promise<void> {
    this.files.set(`${root.uri}/${path}`, new TextDecoder().decode(content));
  }
}
