import { CancellationTokenSource, ResponseError, type MessageConnection, type WorkspaceDiagnosticReport } from 'vscode-languageserver-protocol/node';
import { FEATURES } from '../../packages/lsp/src/features/index.ts';
import { startLocally, type LocalServer } from '../../packages/lsp/src/testing/local-server.test-helpers.ts';
import { MemoryHost } from '../../packages/lsp/src/workspace/host.ts';
import { anyEdit, type Dice, type Edit } from './soak-edits.test-helpers.ts';

const ROOT = 'file:///w';

/** Answers that say why there is none: cancelled, changed meanwhile, failed for a reason, nothing to ask here, not these parameters. Anything else is a fault. */
const REFUSALS: ReadonlySet<number> = new Set([-32800, -32801, -32802, -32803, -32600, -32602]);

/** A document is set back to its first text when it has become so much longer, and each time the dice say so. */
const MOST_GROWN = 1.5;

/** An editor in which somebody does anything, and looks at nothing. */
export class SoakClient {
  readonly failures: string[] = [];
  /** How often a request was answered, and cancelled, by method. */
  readonly answered = new Map<string, number>();
  readonly cancelled = new Map<string, number>();
  readonly #host: MemoryHost;
  readonly #server: LocalServer;
  readonly #first: Readonly<Record<string, string>>;
  /** The texts of documents that are open, by name. */
  readonly #open = new Map<string, string>();
  readonly #given = new Map<string, unknown>();
  #waiting: Promise<unknown>[] = [];
  #version = 0;

  private constructor(first: Readonly<Record<string, string>>, files: Readonly<Record<string, string>>) {
    this.#first = first;
    this.#host = new MemoryHost(files);
    this.#server = startLocally(this.#host);
  }

  /** @param files by name */
  static async start(files: Readonly<Record<string, string>>, onDisk: Readonly<Record<string, string>> = addressed(files), open: ReadonlyMap<string, string> = new Map(Object.entries(files))): Promise<SoakClient> {
    const client = new SoakClient(files, onDisk);
    await client.#connection.sendRequest('initialize', { processId: null, rootUri: ROOT, capabilities: {}, workspaceFolders: [{ uri: ROOT, name: 'w' }] });
    await client.#connection.sendNotification('initialized', {});
    for (const [name, text] of open) client.#didOpen(name, text);
    return client;
  }

  /** A server that was started just now, for the same texts. */
  fresh(): Promise<SoakClient> {
    return SoakClient.start(this.#first, Object.fromEntries(this.#host.files), this.#open);
  }

  /** Does one thing, mostly an edit, and may ask for something. */
  async step(dice: Dice): Promise<void> {
    const name = dice.one(Object.keys(this.#first));
    const action = dice.below(100);
    if (action < 2) this.#close(name);
    else if (action < 4) this.#saved(name, dice.one([this.#first[name] ?? '', this.#open.get(name) ?? '', undefined]));
    else this.#edit(name, dice);
    if (dice.below(2) === 0) this.#ask(dice.one(Object.keys(this.#first)), dice);
    if (dice.below(20) === 0) await this.#answers();
  }

  /** The findings of every file when everything is checked, by address. */
  async findings(): Promise<object> {
    await this.#answers();
    for (const name of this.#open.keys()) this.#tell('textDocument/didSave', { textDocument: { uri: uriOf(name) } });
    const { items }: WorkspaceDiagnosticReport = await this.#connection.sendRequest('workspace/diagnostic', { previousResultIds: [] });
    return Object.fromEntries(items.map((one) => [one.uri, one.kind === 'full' ? one.items : []] as const).filter(([, found]) => found.length > 0).sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Sets all files back to their first texts. */
  async reset(): Promise<void> {
    for (const [name, text] of Object.entries(this.#first)) {
      this.#saved(name, text);
      if (!this.#open.has(name)) this.#didOpen(name, text);
      else this.#didChange(name, text, [{ text }]);
    }
    this.#given.clear();
    this.#host.asked.length = 0;
    await this.findings();
  }

  stop(): void {
    this.#server.dispose();
  }

  get #connection(): MessageConnection {
    return this.#server.client;
  }

  async #answers(): Promise<void> {
    await Promise.all(this.#waiting);
    this.#waiting = [];
  }

  #tell(method: string, params: object): void {
    this.#waiting.push(this.#connection.sendNotification(method, params));
  }

  #didOpen(name: string, text: string): void {
    this.#open.set(name, text);
    this.#tell('textDocument/didOpen', { textDocument: { uri: uriOf(name), languageId: name.endsWith('.belay') ? 'belay' : 'ini', version: (this.#version += 1), text } });
  }

  #didChange(name: string, text: string, contentChanges: readonly object[]): void {
    this.#open.set(name, text);
    this.#tell('textDocument/didChange', { textDocument: { uri: uriOf(name), version: (this.#version += 1) }, contentChanges });
  }

  #edit(name: string, dice: Dice): void {
    const first = this.#first[name] ?? '';
    let text = this.#open.get(name);
    if (text === undefined) this.#didOpen(name, this.#host.files.get(uriOf(name)) ?? first);
    else if (text.length > MOST_GROWN * first.length + 200 || dice.below(40) === 0) this.#didChange(name, first, [{ text: first }]);
    else {
      const changes: object[] = [];
      for (let count = dice.below(8) === 0 ? 3 : 1; count > 0; count -= 1) {
        const edit = anyEdit(text, dice);
        changes.push(changeOf(text, edit));
        text = text.slice(0, edit.at) + edit.text + text.slice(edit.at + edit.length);
      }
      this.#didChange(name, text, changes);
    }
  }

  /** Sometimes a document is opened again before the server has read the file. */
  #close(name: string): void {
    const text = this.#open.get(name);
    if (text === undefined) return;
    this.#open.delete(name);
    this.#tell('textDocument/didClose', { textDocument: { uri: uriOf(name) } });
    if (text.length % 2 === 0) this.#didOpen(name, text);
  }

  /** Another program saves or deletes a file. */
  #saved(name: string, text: string | undefined): void {
    const existed = this.#host.files.has(uriOf(name));
    if (text === undefined) this.#host.files.delete(uriOf(name));
    else this.#host.files.set(uriOf(name), text);
    this.#tell('workspace/didChangeWatchedFiles', { changes: [{ uri: uriOf(name), type: text === undefined ? 3 : existed ? 2 : 1 }] });
  }

  #ask(name: string, dice: Dice): void {
    const { method } = dice.one(FEATURES);
    const source = new CancellationTokenSource();
    const isCancelled = method === 'workspace/diagnostic' || dice.below(3) === 0;
    const count = (counts: Map<string, number>): unknown => counts.set(method, (counts.get(method) ?? 0) + 1);
    this.#waiting.push(this.#connection.sendRequest(method, this.#paramsOf(method, name, dice), source.token).then(
      (result) => {
        count(this.answered);
        if (Array.isArray(result) && result.length > 0) this.#given.set(method, dice.one(result));
        else if (method === 'textDocument/completion') this.#given.set(method, dice.one((result as { items?: unknown[] } | null)?.items ?? []));
        else if (method === 'textDocument/semanticTokens/full') this.#given.set(method, (result as { resultId?: string } | null)?.resultId);
      },
      (error: unknown) => {
        if (error instanceof ResponseError && error.code === -32800) count(this.cancelled);
        else count(this.answered);
        if (!(error instanceof ResponseError) || !REFUSALS.has(error.code)) this.failures.push(`${method}: ${String(error)}`);
      },
    ));
    if (isCancelled) {
      if (dice.below(2) === 0) source.cancel();
      else setTimeout(() => source.cancel(), dice.below(4));
    }
  }

  /** Parameters that are right for the request; their places are any. */
  #paramsOf(method: string, name: string, dice: Dice): object {
    const text = this.#open.get(name) ?? this.#first[name] ?? '';
    const [from, to] = [dice.below(text.length + 1), dice.below(text.length + 1)].sort((a, b) => a - b) as [number, number];
    const position = positionOf(text, to);
    const range = { start: positionOf(text, from), end: position };
    const [item, action, lens, call] = ['textDocument/completion', 'textDocument/codeAction', 'textDocument/codeLens', 'textDocument/prepareCallHierarchy'].map((one) => this.#given.get(one));
    switch (method) {
      case 'completionItem/resolve': return (item as object | undefined) ?? { label: 'step' };
      case 'codeAction/resolve': return (action as object | undefined) ?? { title: 'nothing' };
      case 'codeLens/resolve': return (lens as object | undefined) ?? { range };
      case 'callHierarchy/incomingCalls': case 'callHierarchy/outgoingCalls':
        return { item: call ?? { uri: uriOf(name), name: 'x', kind: 12, range, selectionRange: range } };
      case 'workspace/symbol': return { query: dice.one(['', 'nova', 'p1', 'flavors']) };
      case 'workspace/diagnostic': return { previousResultIds: [] };
      case 'workspace/willRenameFiles': return { files: [{ oldUri: uriOf(name), newUri: uriOf(`moved/${name}`) }] };
      case 'workspace/executeCommand': return dice.one([{ command: 'belay.explainCode', arguments: ['B0601'] }, { command: 'belay.explainCode', arguments: ['nothing'] }]);
      default: return {
        textDocument: { uri: uriOf(name) }, position, positions: [position], range, ch: '}', newName: 'other', options: { tabSize: 2, insertSpaces: true },
        previousResultId: this.#given.get('textDocument/semanticTokens/full') ?? 'none',
        context: { diagnostics: [], includeDeclaration: true, triggerKind: 1, isRetrigger: false },
      };
    }
  }
}

function uriOf(name: string): string {
  return `${ROOT}/${name}`;
}

function addressed(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [uriOf(name), text]));
}

/** Lines end in `\n`, `\r\n`, or `\r` alone. */
function positionOf(text: string, offset: number): { line: number; character: number } {
  const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}

function changeOf(text: string, { at, length, text: put }: Edit): object {
  return { range: { start: positionOf(text, at), end: positionOf(text, at + length) }, text: put };
}
