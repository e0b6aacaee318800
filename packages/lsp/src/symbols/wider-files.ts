import { later } from '../server/later.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { WorkspaceFile } from '../workspace/workspace-file.ts';

const wider = new WeakMap<Snapshot, Map<string, readonly WorkspaceFile[]>>();

/** The files that may be part of a project together with a file, but for those that it imports itself. */
export function widerFiles(file: WorkspaceFile, snapshot: Snapshot): readonly WorkspaceFile[] {
  let byKey = wider.get(snapshot);
  if (byKey === undefined) wider.set(snapshot, (byKey = new Map()));
  let files = byKey.get(file.key);
  if (files === undefined) {
    const own = new Set(snapshot.visible(file));
    files = [...new Set(snapshot.importers(file).flatMap((importer) => snapshot.visible(importer)))].filter((one) => !own.has(one));
    byKey.set(file.key, files);
  }
  return files;
}

/** More files than these are not read while somebody types. */
const MOST_WIDER = 20;

/** So many characters of files are read at once where there are more files than that. */
const READ_AT_ONCE = 65_536;

/** Which files are looked at beside those that a file imports. */
export type WiderFiles = (file: WorkspaceFile, snapshot: Snapshot) => readonly WorkspaceFile[];

/** As {@link widerFiles}; none where there are many: what is known of those stands in {@link WiderFacts}. */
export const fewWiderFiles: WiderFiles = (file, snapshot) => {
  const files = widerFiles(file, snapshot);
  return files.length > MOST_WIDER ? [] : files;
};

/** Facts that are being read, by file. */
const reading = new Set<object>();

/** Whether facts of files are still being read: who asks again will be told more. */
export function isReadingFacts(): boolean {
  return reading.size > 0;
}

/**
 * What is to be known of files where many are part of projects with the edited one. It is read once of each file, and kept without the file's tree. Of those
 * that nobody read yet only a few are read at once; the others between messages, until all are known.
 */
export class WiderFacts<T> {
  readonly #read: (file: WorkspaceFile) => T;
  readonly #known = new WeakMap<WorkspaceFile, T>();
  readonly #waiting = new Set<WorkspaceFile>();
  /** How many characters may still be read for a snapshot. */
  readonly #left = new WeakMap<Snapshot, number>();

  constructor(read: (file: WorkspaceFile) => T) {
    this.#read = read;
  }

  /** What is known so far of the files around one, if they are many. */
  around(file: WorkspaceFile, snapshot: Snapshot): T[] {
    const files = widerFiles(file, snapshot);
    if (files.length <= MOST_WIDER) return [];
    let left = this.#left.get(snapshot) ?? READ_AT_ONCE;
    // Of a document that is edited there is another one at each key.
    this.#waiting.clear();
    const facts = files.flatMap((one): T[] => {
      if (!this.#known.has(one)) {
        if (one.text.length > left) {
          this.#waiting.add(one);
          return [];
        }
        left -= one.text.length;
      }
      return [this.of(one)];
    });
    this.#left.set(snapshot, left);
    this.#readOn();
    return facts;
  }

  /** What is known of one file. */
  of(file: WorkspaceFile): T {
    let facts = this.#known.get(file);
    if (facts === undefined) this.#known.set(file, (facts = this.#read(file)));
    return facts;
  }

  #readOn(): void {
    if (this.#waiting.size === 0) reading.delete(this);
    else if (!reading.has(this)) {
      reading.add(this);
      later(() => this.#readNext());
    }
  }

  #readNext(): void {
    const [next] = this.#waiting;
    if (next !== undefined) {
      this.#waiting.delete(next);
      this.of(next);
    }
    reading.delete(this);
    this.#readOn();
  }
}
