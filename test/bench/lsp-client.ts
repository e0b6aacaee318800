import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter, type Diagnostic, type MessageConnection, type PublishDiagnosticsParams } from 'vscode-languageserver-protocol/node';

/** A document that is open, and how far it was edited. */
interface OpenDocument {
  readonly languageId: string;
  version: number;
}

/** An editor that measures: a language server in a process of its own, talked to over standard input and output. */
export class TimedClient {
  readonly #process: ChildProcess;
  readonly #connection: MessageConnection;
  readonly #open = new Map<string, OpenDocument>();
  #heard: (params: PublishDiagnosticsParams) => void = () => undefined;

  /** @param args what Node runs */
  constructor(args: readonly string[], settings: object = {}) {
    this.#process = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    const { stdin, stdout } = this.#process;
    if (stdin === null || stdout === null) throw new Error('the server has no standard input and output');
    this.#connection = createMessageConnection(new StreamMessageReader(stdout), new StreamMessageWriter(stdin));
    this.#connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => this.#heard(params));
    this.#connection.onRequest('client/registerCapability', () => null);
    this.#connection.onRequest('window/workDoneProgress/create', () => null);
    this.#connection.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) => items.map(() => settings));
    this.#connection.onRequest('workspace/workspaceFolders', () => null);
    // Some servers ask and tell what no protocol knows.
    this.#connection.onRequest(() => null);
    this.#connection.listen();
  }

  async initialize(folder: string, settings: object = {}): Promise<void> {
    await this.request('initialize', {
      processId: process.pid, rootUri: folder, workspaceFolders: [{ uri: folder, name: 'bench' }], initializationOptions: { settings },
      capabilities: { workspace: { configuration: true, workspaceFolders: true }, textDocument: { publishDiagnostics: { versionSupport: true }, completion: {}, hover: {} } },
    });
    await this.#connection.sendNotification('initialized', {});
  }

  async open(uri: string, languageId: string, text: string): Promise<void> {
    this.#open.set(uri, { languageId, version: 1 });
    await this.#connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId, version: 1, text } });
  }

  /** Puts text in the place of so many characters; returns the version of the document then. */
  async type(uri: string, line: number, character: number, length: number, text: string): Promise<number> {
    const document = this.#open.get(uri);
    if (document === undefined) throw new Error(`${uri} is not open`);
    document.version += 1;
    await this.#connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version: document.version }, contentChanges: [{ range: { start: { line, character }, end: { line, character: character + length } }, text }],
    });
    return document.version;
  }

  request<T>(method: string, params: object): Promise<T> {
    return this.#connection.sendRequest(method, params);
  }

  /**
   * Does something, and waits for findings of a file.
   *
   * @returns how long the first ones took that came after, and how long those that are right, in milliseconds
   */
  async findings(uri: string, act: () => Promise<unknown>, isRight: (found: readonly Diagnostic[]) => boolean): Promise<{ readonly first: number; readonly right: number }> {
    const start = performance.now();
    return new Promise((resolve, reject) => {
      let first: number | undefined;
      const limit = setTimeout(() => reject(new Error(`no findings of ${uri} after a minute`)), 60_000);
      this.#heard = (params) => {
        const version = this.#open.get(uri)?.version;
        if (params.uri !== uri || (params.version !== undefined && params.version !== version)) return;
        first ??= performance.now() - start;
        if (!isRight(params.diagnostics)) return;
        clearTimeout(limit);
        this.#heard = () => undefined;
        resolve({ first, right: performance.now() - start });
      };
      void act();
    });
  }

  /** What the process holds in memory, in MB of 10⁶ bytes. */
  memory(): number {
    const { stdout } = spawnSync('ps', ['-o', 'rss=', '-p', String(this.#process.pid)], { encoding: 'utf8' });
    return Math.round(Number(stdout) * 1024 / 1e6);
  }

  stop(): void {
    this.#connection.dispose();
    this.#process.kill('SIGKILL');
  }
}

/** Waits, in milliseconds. */
export async function pause(time: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, time);
  });
}

/** The value below which so many of a hundred lie, to a tenth. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0) * 10) / 10;
}
