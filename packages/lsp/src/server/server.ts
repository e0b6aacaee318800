import {
  CodeLensRefreshRequest, DidChangeConfigurationNotification, DidChangeWatchedFilesNotification, TextDocumentSyncKind, type ClientCapabilities, type Connection,
  type InitializeParams, type InitializeResult,
} from 'vscode-languageserver';
import { capabilitiesOf, type Server } from '../features/feature.ts';
import { FEATURES } from '../features/index.ts';
import { Checker } from '../workspace/checker.ts';
import type { WorkspaceHost } from '../workspace/host.ts';
import { negotiateEncoding } from '../workspace/positions.ts';
import { readSettings } from '../workspace/settings.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import { Workspace } from '../workspace/workspace.ts';
import { DiagnosticService } from './diagnostic-service.ts';
import type { ProgressBar } from './long-work.ts';
import { HEARD, type Listening } from './notifications.ts';

export interface ServerOptions {
  readonly version: string;
  /** Where the pages of findings lie, as an address that ends with a slash; clients may name another one. */
  readonly docs?: string;
  /** Called when nobody has typed for a while, and nothing waits for what is done then; a short rest may be a pause between two words. */
  onRest?(isShort: boolean): void;
}

/** Serves one client over a connection, from its first message to the last. */
export function startServer(connection: Connection, host: WorkspaceHost, options: ServerOptions): void {
  let session: Session | undefined;
  connection.onInitialize((params) => {
    session = new Session(connection, host, options, params);
    return session.result;
  });
  connection.onInitialized(() => session?.begin());
  connection.onShutdown(() => session?.end());
  connection.listen();
}

/** What one client has said and was told. */
class Session {
  readonly #connection: Connection;
  readonly #client: ClientCapabilities;
  readonly #params: InitializeParams;
  readonly #docs: string | undefined;
  readonly #workspace: Workspace;
  readonly #checker = new Checker();
  readonly #diagnostics: DiagnosticService;
  readonly result: InitializeResult;
  /** Settles when the folders of the workspace were read. */
  #ready: Promise<void> = Promise.resolve();

  constructor(connection: Connection, host: WorkspaceHost, options: ServerOptions, params: InitializeParams) {
    const client = params.capabilities ?? {};
    const encoding = negotiateEncoding(client.general?.positionEncodings);
    const given = (params.initializationOptions ?? {}) as { readonly docs?: unknown; readonly settings?: unknown; readonly trusted?: unknown };
    this.#connection = connection;
    this.#client = client;
    this.#params = params;
    this.#docs = typeof given.docs === 'string' ? given.docs : options.docs;
    this.#workspace = new Workspace(host, encoding, this.#checker);
    this.#workspace.configure(readSettings(given.settings));
    if (given.trusted === false) this.#workspace.distrust();
    this.#workspace.expectRoots(foldersOf(params));
    this.#diagnostics = new DiagnosticService(this.#workspace, this.#checker, connection, {
      pulls: client.textDocument?.diagnostic !== undefined,
      canRefresh: client.workspace?.diagnostics?.refreshSupport === true,
      refreshers: [
        ...(client.workspace?.inlayHint?.refreshSupport === true ? [() => connection.languages.inlayHint.refresh()] : []),
        ...(client.workspace?.codeLens?.refreshSupport === true ? [() => connection.sendRequest(CodeLensRefreshRequest.type)] : []),
        ...(client.workspace?.semanticTokens?.refreshSupport === true ? [() => connection.languages.semanticTokens.refresh()] : []),
      ],
      docs: this.#docs,
      onRest: (isShort) => options.onRest?.(isShort),
      makeProgress: client.window?.workDoneProgress === true ? () => this.#makeProgress() : undefined,
    });
    this.result = {
      serverInfo: { name: 'belay-lsp', version: options.version },
      capabilities: {
        ...capabilitiesOf(FEATURES, client),
        positionEncoding: encoding,
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: { includeText: false } },
        ...workspaceCapabilities(capabilitiesOf(FEATURES, client)),
      },
    };
    this.#listen(host);
  }

  /** The client is ready: the folders are read, and what the client can tell is asked for. */
  begin(): void {
    this.#ready = this.#read(foldersOf(this.#params)).catch((error: unknown) => this.#connection.console.error(String(error)));
    void this.#subscribe();
  }

  end(): void {
    this.#diagnostics.dispose();
  }

  #listen(host: WorkspaceHost): void {
    const connection = this.#connection;
    const listening: Listening = {
      workspace: this.#workspace, diagnostics: this.#diagnostics, inTurn: (change) => this.#inTurn(change),
      settings: async (sent) => (this.#client.workspace?.configuration === true ? connection.workspace.getConfiguration('belay') : sent),
    };
    for (const one of HEARD) one.listen(connection, listening);
    const server: Server = {
      current: (params) => this.#current(params), diagnostics: this.#diagnostics, client: this.#client, ...(this.#docs === undefined ? {} : { docs: this.#docs }),
      workspace: this.#workspace, host, entries: (root, folder) => host.entries(root, folder),
    };
    for (const one of FEATURES) one.listen(connection, server);
  }

  /** Changes that have to wait for the disk happen one after the other. */
  #inTurn(change: () => Promise<void>): void {
    this.#ready = this.#ready.then(change).catch((error: unknown) => this.#connection.console.error(String(error)));
  }

  async #current(params: unknown): Promise<Snapshot> {
    const uri = documentOf(params);
    // A rename that does not know all files would forget some.
    await this.#ready;
    if (uri !== undefined) await this.#workspace.complete(uri);
    return this.#workspace.snapshot;
  }

  async #read(folders: readonly { readonly uri: string; readonly name: string }[]): Promise<void> {
    if (this.#client.workspace?.configuration === true) this.#workspace.configure(readSettings(await this.#connection.workspace.getConfiguration('belay')));
    const progress = this.#client.window?.workDoneProgress === true ? await this.#connection.window.createWorkDoneProgress() : undefined;
    progress?.begin('Belay: reading the workspace');
    await this.#workspace.setRoots(folders);
    progress?.done();
    this.#diagnostics.changed();
  }

  async #makeProgress(): Promise<ProgressBar> {
    const progress = await this.#connection.window.createWorkDoneProgress();
    return {
      begin: (title, percentage, message) => progress.begin(title, percentage, message),
      report: (percentage, message) => progress.report(percentage, message),
      done: () => progress.done(),
    };
  }

  /** Asks to be told of files, folders and settings that change. */
  async #subscribe(): Promise<void> {
    const { workspace } = this.#client;
    if (workspace?.didChangeWatchedFiles?.dynamicRegistration === true) {
      // Inventories, scripts and files to put may have any name.
      await this.#connection.client.register(DidChangeWatchedFilesNotification.type, { watchers: [{ globPattern: '**/*' }] });
    }
    if (workspace?.didChangeConfiguration?.dynamicRegistration === true) await this.#connection.client.register(DidChangeConfigurationNotification.type, { section: 'belay' });
    if (workspace?.workspaceFolders === true) {
      let folders = this.#params.workspaceFolders ?? [];
      this.#connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const gone = new Set(removed.map(({ uri }) => uri));
        folders = [...folders.filter(({ uri }) => !gone.has(uri)), ...added];
        this.#inTurn(() => this.#read(folders));
      });
    }
  }
}

function workspaceCapabilities(capabilities: InitializeResult['capabilities']): Pick<InitializeResult['capabilities'], 'workspace'> {
  return { workspace: { ...capabilities.workspace, workspaceFolders: { supported: true, changeNotifications: true } } };
}

function foldersOf({ workspaceFolders, rootUri }: InitializeParams): readonly { readonly uri: string; readonly name: string }[] {
  return workspaceFolders ?? (typeof rootUri === 'string' ? [{ uri: rootUri, name: 'workspace' }] : []);
}

/** The document that a request is about, if it is about one. What an answer left open names its document in its data. */
function documentOf(params: unknown): string | undefined {
  const given = params as { readonly textDocument?: { readonly uri: string } | null; readonly data?: { readonly uri?: unknown } | null } | null;
  const noted = given?.data?.uri;
  return given?.textDocument?.uri ?? (typeof noted === 'string' ? noted : undefined);
}
