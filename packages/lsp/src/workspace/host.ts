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
}

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
}
