import type { Inventory } from '../model/inventory/inventory.ts';
import type { SyntaxTree } from '../syntax/parse.ts';
import type { Source } from '../text/source.ts';

/** What reads files for the compiler. The command line, the language server and tests each have their own. */
export interface FileHost {
  /**
   * Reads a file of the workspace.
   *
   * @param path relative to the workspace root, normalized, with `/`; never absolute, never with `..`.
   */
  read(path: string): Promise<ReadResult>;
}

export type ReadResult =
  | { readonly found: true; readonly bytes: Uint8Array }
  /** `outside`: a symbolic link leads out of the workspace. */
  | { readonly found: false; readonly reason: MissingReason };

export type MissingReason = 'missing' | 'outside' | 'directory' | 'too-large' | 'unreadable';

/** Everything that a file and what it names (imports, inventories, scripts, files to put) consist of. */
export interface Project {
  /** The file that was asked for. */
  readonly entry: string;
  /** Files of the language, the entry first, each after the first that imports it. */
  readonly trees: ReadonlyMap<string, SyntaxTree>;
  readonly inventories: ReadonlyMap<string, Inventory>;
  /** Whatever was asked of the host, with its answer. */
  readonly files: ReadonlyMap<string, ReadResult>;
  /** Texts by file, for quoting them. */
  readonly sources: ReadonlyMap<string, Source>;
}
