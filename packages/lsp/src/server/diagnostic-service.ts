import type { Diagnostic, Source } from '@belay/compiler/analysis';
import type { CancellationToken, Connection, Diagnostic as LspDiagnostic } from 'vscode-languageserver';
import { entriesForInventory, type Checker } from '../workspace/checker.ts';
import { movedDiagnostic } from '../workspace/moved-diagnostic.ts';
import { keyOf, type Root } from '../workspace/roots.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { WorkspaceFile } from '../workspace/workspace-file.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { toLspDiagnostics } from './lsp-diagnostic.ts';
import { judgeMildly } from './mild-judgement.ts';
import { Background } from './background.ts';
import { LongWork, type ProgressBar } from './long-work.ts';

/** A file whose last check took longer, in milliseconds, is answered with what is known at once, and checked after that. */
const SLOW_CHECK = 30;

/** What is shown of an open document. */
interface Shown {
  /** All that is known. */
  readonly fresh: readonly Diagnostic[];
  /** What is shown of it. */
  readonly shown: readonly Diagnostic[];
  readonly source: Source;
  /** What was shown before the last edit, while somebody types. */
  readonly typing?: { readonly line: number; readonly before: readonly Diagnostic[]; readonly beforeSource: Source };
}

/** What the client wants to hear of findings. */
export interface DiagnosticClient {
  /** It asks for findings; else they are sent to it. */
  readonly pulls: boolean;
  /** It can be told to ask again. */
  readonly canRefresh: boolean;
  /** Have it ask again for what it shows beside findings: hints, lenses, tokens. */
  readonly refreshers: readonly (() => Promise<void>)[];
  /** Where the pages of findings lie. */
  readonly docs: string | undefined;
  /** Called when nobody has typed for a while; a short rest may be a pause between two words. */
  readonly onRest: (isShort: boolean) => void;
  /** Makes a bar that shows how far the proofs are; absent where the client shows none. */
  readonly makeProgress: (() => Promise<ProgressBar>) | undefined;
}

/** Findings of one file with an id that changes when they do. */
export interface Report {
  readonly uri: string;
  readonly version: number | null;
  readonly resultId: string;
  readonly items: readonly LspDiagnostic[];
}

/** Sees to it that the client knows what is wrong with its files: the edited document at once, what depends on it and the proofs after that. */
export class DiagnosticService {
  readonly #workspace: Workspace;
  readonly #checker: Checker;
  readonly #connection: Connection;
  readonly #client: DiagnosticClient;
  readonly #background: Background;
  readonly #shown = new Map<string, Shown>();
  readonly #settling = new Map<string, ReturnType<typeof setTimeout>>();
  /** What was sent last, by address. */
  readonly #sent = new Map<string, string>();
  #refresh: ReturnType<typeof setTimeout> | undefined;
  #refreshOthers: ReturnType<typeof setTimeout> | undefined;
  /** The key of the document that was edited or opened last: the client asks anew for it by itself. */
  #latest = '';

  constructor(workspace: Workspace, checker: Checker, connection: Connection, client: DiagnosticClient) {
    this.#workspace = workspace;
    this.#checker = checker;
    this.#connection = connection;
    this.#client = client;
    this.#background = new Background(workspace, checker, (file, paths) => this.#checked(file, paths), client.onRest, new LongWork(client.makeProgress));
  }

  /** A document was opened, or changed as a whole. */
  opened(uri: string): void {
    const file = this.#workspace.snapshot.file(uri);
    if (file === undefined) return this.#background.restart();
    this.#latest = file.key;
    this.#stopTyping(file.key);
    this.#answer(file);
  }

  /**
   * A document was edited.
   *
   * @param line the line that is being typed, from 0; undefined for edits that nobody types
   */
  edited(uri: string, line: number | undefined): void {
    const file = this.#workspace.snapshot.file(uri);
    if (file === undefined) return this.#background.restart();
    this.#latest = file.key;
    const state = this.#shown.get(file.key);
    const { typingDelay } = this.#workspace.snapshot.settings;
    this.#stopTyping(file.key);
    if (state !== undefined && line !== undefined && typingDelay > 0) {
      // Who types in another line has left the last one: it is judged in full.
      const before = state.typing?.line === line ? state.shown : state.fresh;
      this.#shown.set(file.key, { ...state, typing: { line, before, beforeSource: state.source } });
      this.#settling.set(file.key, setTimeout(() => this.settle(uri), typingDelay));
    }
    this.#answer(file, line);
  }

  /** The line that was typed is taken for finished. */
  settle(uri: string): void {
    const file = this.#workspace.snapshot.file(uri);
    if (file === undefined) return;
    const wasTyping = this.#shown.get(file.key)?.typing !== undefined;
    this.#stopTyping(file.key);
    if (!wasTyping) return;
    this.#send(file.root, file.path);
    this.#askToRefresh();
  }

  closed(uri: string): void {
    const key = keyOf(this.#workspace.snapshot.parts.roots.place(uri));
    this.#stopTyping(key);
    this.#shown.delete(key);
    this.#sent.delete(uri);
    const file = this.#workspace.snapshot.file(uri);
    if (file === undefined) this.#clear(uri);
    else this.#send(file.root, file.path);
    this.changed();
  }

  /** Something else than a document changed: folders, files on the disk, settings. */
  changed(): void {
    const { snapshot } = this.#workspace;
    this.#checker.retain(snapshot);
    // What is not there any more is not wrong any more.
    for (const uri of this.#sent.keys()) {
      const { root, path } = snapshot.parts.roots.place(uri);
      if (snapshot.source(root, path) === undefined) this.#clear(uri);
    }
    for (const file of snapshot.files()) if (file.isOpen) this.#send(file.root, file.path);
    this.#background.restart();
    this.#askToRefresh();
    this.#askToRefreshOthers();
  }

  /** The findings of a file, as they are shown. */
  async report(uri: string): Promise<Report | undefined> {
    await this.#workspace.complete(uri);
    const { snapshot } = this.#workspace;
    const file = snapshot.file(uri);
    if (file === undefined) {
      const { root, path } = snapshot.parts.roots.place(uri);
      // An inventory: it was judged with the clouds that name it.
      return snapshot.inventory(root, path) === undefined ? undefined : this.#reportOf(root, path, snapshot);
    }
    this.#checker.judge(file, snapshot);
    this.#background.restart();
    return this.#reportOf(file.root, file.path, snapshot);
  }

  /** The findings of every file, when all of them are checked. */
  async reports(token: CancellationToken, progress: (done: number, of: number) => void): Promise<Report[]> {
    await this.#background.finished(token, progress);
    const { snapshot } = this.#workspace;
    const inventories = [...snapshot.files()].flatMap((file) => [...snapshot.project(file).project.inventories.keys()].map((path) => ({ root: file.root, path })));
    const places = new Map([...snapshot.files(), ...inventories].map((place) => [keyOf(place), place]));
    return [...places.values()].map(({ root, path }) => this.#reportOf(root, path, snapshot));
  }

  dispose(): void {
    this.#background.dispose();
    for (const timer of this.#settling.values()) clearTimeout(timer);
    clearTimeout(this.#refresh);
    clearTimeout(this.#refreshOthers);
  }

  /** Judges an edited document and says so; of a large one at first only the plan in which somebody types. */
  #answer(file: WorkspaceFile, line?: number): void {
    const { snapshot } = this.#workspace;
    if (this.#checker.duration(file) <= SLOW_CHECK) this.#checker.judge(file, snapshot);
    else if (line !== undefined) this.#checker.glance(file, snapshot, file.source.lineStart(line + 1));
    this.#send(file.root, file.path);
    this.#background.restart(file.key);
  }

  /** A check of a file found something in others, or does not any more. */
  #checked(file: WorkspaceFile, paths: readonly string[]): void {
    for (const path of paths) this.#send(file.root, path);
    this.#askToRefresh();
    // What an open file shows beside its findings comes from files that it imports too.
    if (file.isOpen && file.key !== this.#latest) this.#askToRefreshOthers();
  }

  #send(root: Root, path: string): void {
    const { snapshot } = this.#workspace;
    if (this.#client.pulls) return;
    const { uri, version, resultId, items } = this.#reportOf(root, path, snapshot);
    const stamp = `${version ?? ''} ${resultId}`;
    if (this.#sent.get(uri) === stamp || (items.length === 0 && version === null && !this.#sent.has(uri))) return;
    this.#sent.set(uri, stamp);
    void this.#connection.sendDiagnostics({ uri, ...(version === null ? {} : { version }), diagnostics: [...items] });
  }

  #clear(uri: string): void {
    this.#sent.delete(uri);
    if (!this.#client.pulls) void this.#connection.sendDiagnostics({ uri, diagnostics: [] });
  }

  #reportOf(root: Root, path: string, snapshot: Snapshot): Report {
    const file = snapshot.fileAt(root, path);
    const found = file === undefined ? this.#checker.findings(path, entriesForInventory(keyOf({ root, path }), snapshot), snapshot) : this.#show(file, snapshot);
    const items = toLspDiagnostics(found, { root, snapshot, docs: this.#client.docs });
    return { uri: snapshot.uri(root, path), version: file?.version ?? null, resultId: hashOf(JSON.stringify(items)), items };
  }

  #show(file: WorkspaceFile, snapshot: Snapshot): readonly Diagnostic[] {
    const fresh = snapshot.findings(file);
    if (!file.isOpen) return fresh;
    const typing = this.#shown.get(file.key)?.typing;
    const shown = typing === undefined ? fresh : judgeMildly(movedTo(file, typing.before, typing.beforeSource, snapshot), fresh, lineOf(file, typing.line));
    this.#shown.set(file.key, { fresh, shown, source: file.source, ...(typing === undefined ? {} : { typing }) });
    return shown;
  }

  #stopTyping(key: string): void {
    clearTimeout(this.#settling.get(key));
    this.#settling.delete(key);
    const state = this.#shown.get(key);
    if (state?.typing !== undefined) this.#shown.set(key, { fresh: state.fresh, shown: state.shown, source: state.source });
  }

  #askToRefresh(): void {
    if (!this.#client.pulls || !this.#client.canRefresh) return;
    this.#refresh ??= setTimeout(() => {
      this.#refresh = undefined;
      void this.#connection.languages.diagnostics.refresh();
    }, 100);
  }

  #askToRefreshOthers(): void {
    if (this.#client.refreshers.length === 0) return;
    this.#refreshOthers ??= setTimeout(() => {
      this.#refreshOthers = undefined;
      for (const refresh of this.#client.refreshers) void refresh().catch(() => undefined);
    }, 300);
  }
}

function movedTo(file: WorkspaceFile, diagnostics: readonly Diagnostic[], source: Source, snapshot: Snapshot): Diagnostic[] {
  const before = new Map([[file.path, source]]);
  return diagnostics.flatMap((one) => movedDiagnostic(one, before, (path) => (path === file.path ? file.source : before.get(path) ?? undefined)) ?? []).filter((one) => snapshot.source(file.root, one.primary.file) !== undefined);
}

function lineOf({ source }: WorkspaceFile, line: number): { start: number; end: number } {
  const start = source.lineStart(line + 1);
  return { start, end: start + source.line(line + 1).length };
}

/** A short name for a text: FNV-1a, of 53 bits in two halves. */
function hashOf(text: string): string {
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x85ebca6b);
  }
  return `${(low >>> 0).toString(36)}${(high >>> 0).toString(36)}`;
}
