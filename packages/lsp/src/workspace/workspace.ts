import { decodeLoosely, parseInventory, Source, type ReadResult, type WantedFile } from '@belay/compiler/analysis';
import type { TextDocumentContentChangeEvent } from 'vscode-languageserver-protocol';
import { isBelayFile, type WorkspaceHost } from './host.ts';
import { offsetAt, type PositionEncoding } from './positions.ts';
import { keyOf, Roots, uriOf, type Place, type Root } from './roots.ts';
import { RoomySource } from './roomy-source.ts';
import { DEFAULT_SETTINGS, type Settings } from './settings.ts';
import { Snapshot, type Checks, type OtherFile } from './snapshot.ts';
import { WorkspaceFile } from './workspace-file.ts';

/** More documents are not kept open. */
const MOST_OPEN = 1_000;

/** Files that name each other are read in so many rounds at most. */
const MOST_ROUNDS = 1_000;

/** Files are read so many at a time. */
const AT_ONCE = 16;

/** A text that is open in the editor. */
interface OpenDocument {
  readonly place: Place;
  readonly uri: string;
  readonly isBelay: boolean;
  source: RoomySource;
  version: number;
}

/**
 * The one place that changes: what is open, and what was read. Each change makes a new snapshot; whoever holds an old one can go on with it.
 */
export class Workspace {
  readonly #host: WorkspaceHost;
  readonly #encoding: PositionEncoding;
  readonly #checks: Checks;
  #roots = new Roots([]);
  #settings: Settings = DEFAULT_SETTINGS;
  #isTrusted = true;
  #files: ReadonlyMap<string, WorkspaceFile> = new Map();
  #inventories: ReadonlyMap<string, OtherFile> = new Map();
  #others: ReadonlyMap<string, OtherFile> = new Map();
  readonly #open = new Map<string, OpenDocument>();
  #snapshot: Snapshot | undefined;
  #count = 0;

  constructor(host: WorkspaceHost, encoding: PositionEncoding, checks: Checks) {
    this.#host = host;
    this.#checks = checks;
    this.#encoding = encoding;
  }

  get snapshot(): Snapshot {
    return (this.#snapshot ??= new Snapshot((this.#count += 1), {
      checks: this.#checks, roots: this.#roots, settings: this.#settings, encoding: this.#encoding, files: this.#files, inventories: this.#inventories, others: this.#others,
    }));
  }

  /** Whether a document is open, a file of the language or not. */
  isOpen(uri: string): boolean {
    return this.#open.has(keyOf(this.#roots.place(uri)));
  }

  /** The text of a file that is open in the editor. */
  openText(root: Root, path: string): string | undefined {
    return this.#open.get(keyOf({ root, path }))?.source.written();
  }

  /** What is set for the workspace can not make it trusted. */
  distrust(): void {
    this.#isTrusted = false;
    this.configure(this.#settings);
  }

  configure(settings: Settings): void {
    this.#settings = this.#isTrusted ? settings : { ...settings, isTrusted: false };
    this.#snapshot = undefined;
  }

  /** The folders of the workspace, before they are read: what is opened first has its place in them. */
  expectRoots(folders: readonly { readonly uri: string; readonly name: string }[]): void {
    this.#roots = new Roots(folders);
    this.#snapshot = undefined;
  }

  /** Takes other folders for the workspace, and reads the files of the language in them. Documents stay open. */
  async setRoots(folders: readonly { readonly uri: string; readonly name: string }[]): Promise<void> {
    this.#roots = new Roots(folders);
    const documents = [...this.#open.values()];
    this.#open.clear();
    this.#files = new Map();
    this.#inventories = new Map();
    this.#others = new Map();
    for (const { uri, source, version, isBelay } of documents) this.open(uri, source.written(), version, isBelay);
    for (const root of this.#roots.list) {
      const paths = await this.#host.list(root, this.#settings.maxFiles);
      await this.#readAll(paths.map((path) => ({ place: { root, path }, kind: 'import' as const })));
    }
  }

  /** @returns false where too many documents are open */
  open(uri: string, text: string, version: number, isBelay: boolean): boolean {
    const place = this.#roots.place(uri);
    const key = keyOf(place);
    if (!this.#open.has(key) && this.#open.size >= MOST_OPEN) return false;
    this.#open.set(key, { place, uri, source: RoomySource.of(place.path, withoutMark(text)), version, isBelay });
    this.#take(key);
    return true;
  }

  /** Applies edits in order; each is meant for the text that the one before left. A document that is not open is passed over. */
  change(uri: string, version: number, changes: readonly TextDocumentContentChangeEvent[]): void {
    const key = keyOf(this.#roots.place(uri));
    const document = this.#open.get(key);
    if (document === undefined) return;
    for (const change of changes) {
      if (!('range' in change)) {
        document.source = RoomySource.of(document.place.path, withoutMark(change.text));
        continue;
      }
      const { source } = document;
      const start = offsetAt(source, change.range.start, this.#encoding);
      document.source = source.edited(start, Math.max(start, offsetAt(source, change.range.end, this.#encoding)), change.text);
    }
    document.version = version;
    this.#take(key);
  }

  /** From here on the file on the disk counts. */
  async close(uri: string): Promise<void> {
    const place = this.#roots.place(uri);
    if (!this.#open.delete(keyOf(place))) return;
    this.#forget(keyOf(place));
    if (!place.root.isLoose && isBelayFile(place.path)) await this.#readAll([{ place, kind: 'import' }]);
  }

  /**
   * Files were created, changed or deleted outside of the editor.
   *
   * @returns whether any of them matters
   */
  async reload(uris: readonly string[]): Promise<boolean> {
    const wanted: { place: Place; kind: WantedFile['kind'] }[] = [];
    for (const uri of uris) {
      const place = this.#roots.place(uri);
      const key = keyOf(place);
      if (place.root.isLoose || this.#open.has(key)) continue;
      const isKnown = this.#files.has(key) || this.#inventories.has(key) || this.#others.has(key);
      if (!isKnown && !isBelayFile(place.path)) continue;
      this.#forget(key);
      if (isBelayFile(place.path)) wanted.push({ place, kind: 'import' });
      else wanted.push({ place, kind: 'put' });
    }
    if (wanted.length === 0) return false;
    await this.#readAll(wanted.filter(({ kind }) => kind === 'import'));
    return true;
  }

  /**
   * Files or folders got other names. Documents that are open move when the editor says so.
   *
   * @returns whether any of them matters
   */
  async renamed(files: readonly { readonly oldUri: string; readonly newUri: string }[]): Promise<boolean> {
    const known = [...this.#files.keys(), ...this.#inventories.keys(), ...this.#others.keys()];
    const uris = files.flatMap(({ oldUri, newUri }) => {
      const [from, to] = [oldUri, newUri].map((uri) => this.#roots.place(uri.replace(/\/+$/, ''))) as [Place, Place];
      const below = known.filter((key) => key.startsWith(`${keyOf(from)}/`)).map((key) => key.slice(keyOf(from).length));
      return ['', ...below].flatMap((rest) => [from, to].map(({ root, path }) => uriOf({ root, path: `${path}${rest}` })));
    });
    return this.reload(uris);
  }

  /**
   * Reads what a file names and nobody read before, until nothing is missing.
   *
   * @returns whether anything was read
   */
  async complete(uri: string): Promise<boolean> {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const file = this.snapshot.file(uri);
      if (file === undefined) return round > 0;
      const { wanted } = this.snapshot.project(file);
      if (wanted.length === 0) return round > 0;
      await this.#readAll(wanted.map(({ path, kind }) => ({ place: { root: file.root, path }, kind })));
    }
    return true;
  }

  /** Takes the text of an open document as that of its file. */
  #take(key: string): void {
    const document = this.#open.get(key);
    if (document === undefined) return;
    if (document.isBelay) this.#files = new Map(this.#files).set(key, new WorkspaceFile(document.place, document.uri, document.source, document.version, this.#encoding, this.#files.get(key)));
    if (this.#others.has(key)) this.#others = without(this.#others, key);
    // An inventory is read again, from the editor, when a project asks for it.
    if (this.#inventories.has(key)) this.#inventories = without(this.#inventories, key);
    this.#snapshot = undefined;
  }

  #forget(key: string): void {
    this.#files = without(this.#files, key);
    this.#inventories = without(this.#inventories, key);
    this.#others = without(this.#others, key);
    this.#snapshot = undefined;
  }

  async #readAll(wanted: readonly { readonly place: Place; readonly kind: WantedFile['kind'] }[]): Promise<void> {
    const files = new Map<string, WorkspaceFile>();
    const inventories = new Map<string, OtherFile>();
    const others = new Map<string, OtherFile>();
    for (let from = 0; from < wanted.length; from += AT_ONCE) {
      await Promise.all(wanted.slice(from, from + AT_ONCE).map(async ({ place, kind }) => {
        const key = keyOf(place);
        const open = this.#open.get(key);
        const read: ReadResult = open === undefined ? await this.#read(place.root, place.path) : { found: true, bytes: new TextEncoder().encode(open.source.written()) };
        if (!read.found) {
          (kind === 'inventory' ? inventories : others).set(key, { missing: read.reason, size: 0 });
          return;
        }
        const size = read.bytes.length;
        if (kind === 'put' || kind === 'script') others.set(key, { size });
        else {
          const text = withoutMark(decodeLoosely(read.bytes));
          if (kind === 'inventory') inventories.set(key, { source: new Source(place.path, text), inventory: await parseInventory(place.path, text), size });
          else files.set(key, new WorkspaceFile(place, open?.uri ?? uriOf(place), text, open?.version, this.#encoding));
        }
      }));
    }
    // What was opened while files were read counts more than what was read.
    this.#files = new Map([...this.#files, ...[...files].filter(([key]) => this.#open.get(key)?.isBelay !== true)]);
    this.#inventories = new Map([...this.#inventories, ...inventories]);
    this.#others = new Map([...this.#others, ...others]);
    this.#snapshot = undefined;
  }

  async #read(root: Root, path: string): Promise<ReadResult> {
    return root.isLoose ? { found: false, reason: 'unreadable' } : this.#host.read(root, path);
  }
}

/** A byte order mark is no part of the text, as editors see it. */
function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

function without<T>(map: ReadonlyMap<string, T>, key: string): ReadonlyMap<string, T> {
  if (!map.has(key)) return map;
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}
