import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach } from 'vitest';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter, type MessageConnection } from 'vscode-languageserver-protocol/node';
import type { ClientCapabilities, Diagnostic, InitializeResult, PublishDiagnosticsParams } from 'vscode-languageserver-protocol';

export const SERVER = fileURLToPath(new URL('../../packages/lsp/dist/belay-lsp.cjs', import.meta.url));

/** A workspace on the disk. */
export class Folder {
  readonly path = mkdtempSync(path.join(tmpdir(), 'belay-lsp-'));

  constructor(files: Readonly<Record<string, string>>) {
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  write(name: string, text: string): void {
    mkdirSync(path.dirname(path.join(this.path, name)), { recursive: true });
    writeFileSync(path.join(this.path, name), text);
  }

  delete(name: string): void {
    rmSync(path.join(this.path, name));
  }

  uri(name: string): string {
    return pathToFileURL(path.join(this.path, name)).href;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** An editor, as far as a server can tell: a process of the server, and a connection to it. */
export class Client {
  readonly process: ChildProcess;
  readonly connection: MessageConnection;
  readonly folder: Folder;
  readonly published: PublishDiagnosticsParams[] = [];
  readonly #heard = new Set<() => void>();

  constructor(folder: Folder) {
    this.folder = folder;
    this.process = spawn(process.execPath, [SERVER, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const { stdin, stdout } = this.process;
    if (stdin === null || stdout === null) throw new Error('the server has no standard input and output');
    this.connection = createMessageConnection(new StreamMessageReader(stdout), new StreamMessageWriter(stdin));
    this.connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
      this.published.push(params);
      for (const heard of this.#heard) heard();
    });
    this.connection.onRequest('client/registerCapability', () => null);
    this.connection.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) => items.map(() => this.settings));
    this.connection.onRequest('window/workDoneProgress/create', () => null);
    this.connection.listen();
  }

  /** What the server is told when it asks for settings. */
  settings: unknown = {};

  async initialize(capabilities: ClientCapabilities = {}, options: object = {}): Promise<InitializeResult> {
    const result: InitializeResult = await this.connection.sendRequest('initialize', {
      processId: process.pid, rootUri: this.folder.uri(''), capabilities, workspaceFolders: [{ uri: this.folder.uri(''), name: 'test' }], ...options,
    });
    await this.connection.sendNotification('initialized', {});
    return result;
  }

  async open(name: string, text: string, version = 1): Promise<void> {
    await this.connection.sendNotification('textDocument/didOpen', { textDocument: { uri: this.folder.uri(name), languageId: 'belay', version, text } });
  }

  /** Puts text in at a place. */
  async insert(name: string, version: number, line: number, character: number, text: string): Promise<void> {
    await this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: this.folder.uri(name), version }, contentChanges: [{ range: { start: { line, character }, end: { line, character } }, text }],
    });
  }

  request<T>(method: string, params: object): Promise<T> {
    return this.connection.sendRequest(method, params);
  }

  /** Waits until what was published last of a file is as wanted. */
  async findings(name: string, isWanted: (diagnostics: readonly Diagnostic[], version: number | undefined) => boolean): Promise<readonly Diagnostic[]> {
    const uri = this.folder.uri(name);
    for (;;) {
      const last = this.published.findLast((one) => one.uri === uri);
      if (last !== undefined && isWanted(last.diagnostics, last.version)) return last.diagnostics;
      await new Promise<void>((resolve) => {
        this.#heard.add(resolve);
      });
    }
  }

  /** Ends the server as an editor does; returns its exit code. */
  async stop(): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => {
      this.process.once('exit', resolve);
    });
    await this.connection.sendRequest('shutdown');
    await this.connection.sendNotification('exit');
    const code = await ended;
    this.connection.dispose();
    this.folder.remove();
    return code;
  }
}

/** Makes clients, each with a folder of its own, for the tests of a file; each server is ended and each folder removed when its test is over. */
export function useClients(): (files: Readonly<Record<string, string>>) => Client {
  const clients: Client[] = [];
  afterEach(() => {
    for (const { process: server, folder } of clients.splice(0)) {
      server.kill();
      folder.remove();
    }
  });
  return (files) => {
    const client = new Client(new Folder(files));
    clients.push(client);
    return client;
  };
}
