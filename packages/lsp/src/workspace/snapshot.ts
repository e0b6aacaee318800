import { assembleProject, distinctFiles, resolvePath, type Analysis, type Diagnostic, type Source, type Inventory, type KnownFile, type MissingReason, type Project, type WantedFile } from '@belay/compiler/analysis';
import type { PositionEncoding } from './positions.ts';
import { keyOf, uriOf, type Place, type Root, type Roots } from './roots.ts';
import type { Settings } from './settings.ts';
import type { WorkspaceFile } from './workspace-file.ts';

/** A file that is named by one of the language: an inventory, or one that only has to exist. */
export interface OtherFile {
  readonly source?: Source;
  readonly inventory?: Inventory;
  readonly missing?: MissingReason;
  /** In bytes. */
  readonly size: number;
}

/** What finds out what is wrong with files, and keeps it. */
export interface Checks {
  judge(file: WorkspaceFile, snapshot: Snapshot): Analysis | undefined;
  findings(path: string, entries: readonly WorkspaceFile[], snapshot: Snapshot): Diagnostic[];
}

/** A file with everything that it names, and what of that was not read yet. */
export interface Assembled {
  readonly project: Project;
  readonly wanted: readonly WantedFile[];
}

/** What a snapshot is made of. */
export interface SnapshotParts {
  readonly checks: Checks;
  readonly roots: Roots;
  readonly settings: Settings;
  readonly encoding: PositionEncoding;
  /** By key. */
  readonly files: ReadonlyMap<string, WorkspaceFile>;
  /** Inventories, and files of the language that can't be read, by key. */
  readonly inventories: ReadonlyMap<string, OtherFile>;
  /** Files that only have to exist, and files that were not found, by key. */
  readonly others: ReadonlyMap<string, OtherFile>;
}

/** A workspace at one moment. Every feature is a function of a snapshot and the parameters of a request. */
export class Snapshot {
  /** Counts up with each change. */
  readonly id: number;
  readonly parts: SnapshotParts;
  #importers: ReadonlyMap<string, readonly WorkspaceFile[]> | undefined;
  readonly #projects = new Map<string, Assembled | WeakRef<Assembled>>();

  constructor(id: number, parts: SnapshotParts) {
    this.id = id;
    this.parts = parts;
  }

  get settings(): Settings {
    return this.parts.settings;
  }

  get encoding(): PositionEncoding {
    return this.parts.encoding;
  }

  /** The file of the language at an address, if there is one. */
  file(uri: string): WorkspaceFile | undefined {
    return this.parts.files.get(keyOf(this.parts.roots.place(uri)));
  }

  /** The file of the language at a path of a root. */
  fileAt(root: Root, path: string): WorkspaceFile | undefined {
    return this.parts.files.get(keyOf({ root, path }));
  }

  /** All files of the language that are open or lie in the workspace. */
  files(): Iterable<WorkspaceFile> {
    return this.parts.files.values();
  }

  /** The address of a path of a root, as the client writes it where the file is open. */
  uri(root: Root, path: string): string {
    return this.fileAt(root, path)?.uri ?? uriOf({ root, path });
  }

  /** The text of any file that findings and symbols may point into. */
  source(root: Root, path: string): Source | undefined {
    return this.fileAt(root, path)?.source ?? this.parts.inventories.get(keyOf({ root, path }))?.source;
  }

  /** The inventory at a path of a root, if a cloud names it. */
  inventory(root: Root, path: string): OtherFile | undefined {
    return this.parts.inventories.get(keyOf({ root, path }));
  }

  /** A file and everything that it names, and what of that was not read yet. */
  project(entry: WorkspaceFile): Assembled {
    const kept = this.#projects.get(entry.key);
    const known = kept instanceof WeakRef ? kept.deref() : kept;
    if (known !== undefined) return known;
    const assembled = assembleProject(entry.path, (path, kind) => this.#known({ root: entry.root, path }, kind));
    // A project holds its trees; those of closed files are not kept.
    this.#projects.set(entry.key, entry.isOpen ? assembled : new WeakRef(assembled));
    return assembled;
  }

  /** The models of the plans and clouds of a file; undefined as long as files that it names were not read. */
  analysis(file: WorkspaceFile): Analysis | undefined {
    return this.parts.checks.judge(file, this);
  }

  /** What is known to be wrong with a file so far. */
  findings(file: WorkspaceFile): Diagnostic[] {
    return this.parts.checks.findings(file.path, [file, ...this.importers(file)], this);
  }

  /** A file and those that it imports, directly or through others; itself first. */
  visible(file: WorkspaceFile): WorkspaceFile[] {
    const found = [file];
    const seen = new Set([file.key]);
    for (const one of found) {
      for (const imported of importsOf(one)) {
        const next = this.fileAt(file.root, imported);
        if (next === undefined || seen.has(next.key)) continue;
        seen.add(next.key);
        found.push(next);
      }
    }
    return found;
  }

  /** The files that import a file, directly or through others. */
  importers(file: WorkspaceFile): WorkspaceFile[] {
    this.#importers ??= importersIn(this);
    const found: WorkspaceFile[] = [];
    const seen = new Set([file.key]);
    const queue = [file.key];
    for (const key of queue) {
      for (const importer of this.#importers.get(key) ?? []) {
        if (seen.has(importer.key)) continue;
        seen.add(importer.key);
        queue.push(importer.key);
        found.push(importer);
      }
    }
    return found;
  }

  /** The snapshot in which some files have other texts: for what an edit would lead to. What was checked of this one does not count there. */
  withFiles(files: readonly WorkspaceFile[]): Snapshot {
    return new Snapshot(this.id, { ...this.parts, files: new Map([...this.parts.files, ...files.map((file) => [file.key, file] as const)]) });
  }

  #known(place: Place, kind: WantedFile['kind']): KnownFile | undefined {
    const key = keyOf(place);
    const { files, inventories, others } = this.parts;
    if (kind === 'import') return files.get(key)?.known ?? missing(others.get(key));
    if (kind === 'inventory') return inventories.get(key);
    const file = files.get(key);
    if (file !== undefined) return { size: file.text.length };
    return others.get(key) ?? inventories.get(key);
  }
}

/** A file that exists but was not read as one of the language is not known as such. */
function missing(file: OtherFile | undefined): OtherFile | undefined {
  return file?.missing === undefined ? undefined : file;
}

function importersIn(snapshot: Snapshot): ReadonlyMap<string, readonly WorkspaceFile[]> {
  const importers = new Map<string, WorkspaceFile[]>();
  for (const file of snapshot.files()) {
    for (const path of importsOf(file)) {
      const key = keyOf({ root: file.root, path });
      const known = importers.get(key);
      if (known === undefined) importers.set(key, [file]);
      else known.push(file);
    }
  }
  return importers;
}

const imports = new WeakMap<WorkspaceFile, readonly string[]>();

/** The paths that a file imports, relative to its root. */
function importsOf(file: WorkspaceFile): readonly string[] {
  let paths = imports.get(file);
  if (paths === undefined) {
    paths = distinctFiles(file.tree.statements).flatMap((named) => (named.kind === 'import' ? (resolvePath(file.path, named.path) ?? []) : []));
    imports.set(file, paths);
  }
  return paths;
}
