import {
  DidChangeConfigurationNotification, DidChangeWatchedFilesNotification, ErrorCodes, ResponseError, TextDocumentSyncKind, type ClientCapabilities, type Connection,
  type InitializeParams, type InitializeResult,
} from 'vscode-languageserver';
import { capabilitiesOf } from '../features/feature.ts';
import { FEATURES } from '../features/index.ts';
import { Checker } from '../workspace/checker.ts';
import type { WorkspaceHost } from '../workspace/host.ts';
import { negotiateEncoding } from '../workspace/positions.ts';
import { readSettings } from '../workspace/settings.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import { Workspace } from '../workspace/workspace.ts';
import { DiagnosticService } from './diagnostic-service.ts';
import { typedLine } from './typed-line.ts';

/** Longer texts are not taken; the parser refuses them with a finding long before. */
const LONGEST_DOCUMENT = 32 * 1024 * 1024;

export interface ServerOptions {
  readonly version: string;
  /** Where the pages of findings lie, as an address that ends with a slash; clients may name another one. */
  readonly docs?: string;
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
  readonly #workspace: Workspace;
  readonly #checker = new Checker();
  readonly #diagnostics: DiagnosticService;
  readonly result: InitializeResult;
  /** Settles when the folders of the workspace were read. */
  #ready: Promise<void> = Promise.resolve();

  constructor(connection: Connection, host: WorkspaceHost, options: ServerOptions, params: InitializeParams) {
    const client = params.capabilities ?? {};
    const encoding = negotiateEncoding(client.general?.positionEncodings);
    const given = (params.initializationOptions ?? {}) as { readonly docs?: unknown; readonly settings?: unknown };
    this.#connection = connection;
    this.#client = client;
    this.#params = params;
    this.#workspace = new Workspace(host, encoding, this.#checker);
    this.#workspace.configure(readSettings(given.settings));
    this.#diagnostics = new DiagnosticService(this.#workspace, this.#checker, connection, {
      pulls: client.textDocument?.diagnostic !== undefined,
      canRefresh: client.workspace?.diagnostics?.refreshSupport === true,
      docs: typeof given.docs === 'string' ? given.docs : options.docs,
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
    this.#listen();
  }

  /** The client is ready: the folders are read, and what the client can tell is asked for. */
  begin(): void {
    const { workspaceFolders, rootUri } = this.#params;
    const folders = workspaceFolders ?? (typeof rootUri === 'string' ? [{ uri: rootUri, name: 'workspace' }] : []);
    this.#ready = this.#read(folders).catch((error: unknown) => this.#connection.console.error(String(error)));
    void this.#subscribe();
  }

  end(): void {
    this.#diagnostics.dispose();
  }

  #listen(): void {
    const connection = this.#connection;
    connection.onDidOpenTextDocument(({ textDocument: { uri, text, version, languageId } }) => {
      if (text.length > LONGEST_DOCUMENT) return;
      if (this.#workspace.open(uri, text, version, languageId === 'belay' || uri.endsWith('.belay'))) this.#diagnostics.opened(uri);
    });
    connection.onDidChangeTextDocument(({ textDocument, contentChanges }) => {
      this.#workspace.change(textDocument.uri, textDocument.version, contentChanges);
      this.#diagnostics.edited(textDocument.uri, typedLine(contentChanges));
    });
    connection.onDidSaveTextDocument(({ textDocument }) => this.#diagnostics.settle(textDocument.uri));
    connection.onDidCloseTextDocument(({ textDocument }) => this.#inTurn(async () => {
      await this.#workspace.close(textDocument.uri);
      this.#diagnostics.closed(textDocument.uri);
    }));
    connection.onDidChangeWatchedFiles(({ changes }) => this.#inTurn(async () => {
      if (await this.#workspace.reload(changes.map(({ uri }) => uri))) this.#diagnostics.changed();
    }));
    connection.onDidChangeConfiguration(({ settings }) => this.#inTurn(async () => {
      const given: unknown = this.#client.workspace?.configuration === true ? await connection.workspace.getConfiguration('belay') : (settings as { belay?: unknown } | null)?.belay;
      this.#workspace.configure(readSettings(given));
      this.#diagnostics.changed();
    }));
    for (const one of FEATURES) one.listen(connection, { current: (params) => this.#current(params), diagnostics: this.#diagnostics });
  }

  /** Changes that have to wait for the disk happen one after the other. */
  #inTurn(change: () => Promise<void>): void {
    this.#ready = this.#ready.then(change).catch((error: unknown) => this.#connection.console.error(String(error)));
  }

  async #current(params: unknown): Promise<Snapshot> {
    const uri = documentOf(params);
    if (uri !== undefined) await this.#workspace.complete(uri);
    else await this.#ready;
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

/**
 * The document that a request is about.
 *
 * @throws ResponseError if the parameters are not those of a request about a document
 */
function documentOf(params: unknown): string | undefined {
  if (typeof params !== 'object' || params === null) throw new ResponseError(ErrorCodes.InvalidParams, 'The parameters of the request are missing.');
  if (!('textDocument' in params)) return undefined;
  const { textDocument } = params;
  if (typeof textDocument === 'object' && textDocument !== null && 'uri' in textDocument && typeof textDocument.uri === 'string') return textDocument.uri;
  throw new ResponseError(ErrorCodes.InvalidParams, 'The request names no document: `textDocument.uri` has to be a text.');
}
