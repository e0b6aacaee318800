import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';

/** The language server that ships with the extension, as a process of its own. */
export class LanguageServer {
  readonly #module: string;
  readonly #output: vscode.LogOutputChannel;
  readonly #changed = new vscode.EventEmitter<void>();
  #client: LanguageClient | undefined;
  #isStopping = false;
  #state: 'starting' | 'running' | 'stopped' = 'starting';

  /** @param module the path of its bundle */
  constructor(module: string, output: vscode.LogOutputChannel) {
    this.#module = module;
    this.#output = output;
  }

  /** Fires when it starts, is ready, or ended. */
  get onDidChange(): vscode.Event<void> {
    return this.#changed.event;
  }

  get state(): 'starting' | 'running' | 'stopped' {
    return this.#state;
  }

  /** The version that it gave. */
  get version(): string | undefined {
    return this.#client?.initializeResult?.serverInfo?.version;
  }

  /** The client, while the server is ready. */
  get client(): LanguageClient | undefined {
    return this.#client?.isRunning() === true ? this.#client : undefined;
  }

  /** Starts it. If it does not start, or ends for good later, the user is told. */
  async start(): Promise<void> {
    this.#setState('starting');
    try {
      // The library takes longer to load than all else; opening a file does not wait for it.
      const { createClient } = await import('./language-client.ts');
      this.#client = createClient(this.#module, this.#output, (state) => this.#setState(state));
      await this.#client.start();
    } catch (error) {
      this.#output.error(`The language server did not start: ${String(error)}`);
      this.#setState('stopped');
    }
  }

  async stop(): Promise<void> {
    const old = this.#client;
    this.#client = undefined;
    this.#isStopping = true;
    await old?.dispose().catch((error: unknown) => this.#output.warn(`The language server did not end in time: ${String(error)}`));
    this.#isStopping = false;
  }

  /** Ends it, however it is, and starts it anew. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  #setState(state: 'starting' | 'running' | 'stopped'): void {
    const before = this.#state;
    this.#state = state;
    this.#changed.fire();
    if (state === 'stopped' && before !== 'stopped' && !this.#isStopping) void this.#tell();
  }

  async #tell(): Promise<void> {
    const choice = await vscode.window.showErrorMessage('Belay: the language server does not run, so nothing is checked.', 'Start It Again', 'Show the Output');
    if (choice === 'Start It Again') await this.restart();
    if (choice === 'Show the Output') this.#output.show();
  }
}
