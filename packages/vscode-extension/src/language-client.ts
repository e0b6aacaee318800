import * as vscode from 'vscode';
import {
  CloseAction, ErrorAction, LanguageClient, RevealOutputChannelOn, State, TransportKind, type CloseHandlerResult, type LanguageClientOptions, type StaticFeature,
} from 'vscode-languageclient/node';
import { PageProvider } from './page-provider.ts';

/** A server that ended by itself more often than this within a minute is not started again. */
const MOST_ENDS = 4;

/** What the server puts before the names of pages. */
const PAGES = `${PageProvider.scheme}:/`;

const STATES = { [State.Starting]: 'starting', [State.StartFailed]: 'stopped', [State.Running]: 'running', [State.Stopped]: 'stopped' } as const;

let trace: vscode.LogOutputChannel | undefined;

/**
 * Makes the client of the language server, which is not started yet.
 *
 * @param module the path of the server's bundle
 * @param onState is told how the server is
 */
export function createClient(module: string, output: vscode.LogOutputChannel, onState: (state: 'starting' | 'running' | 'stopped') => void): LanguageClient {
  trace ??= vscode.window.createOutputChannel('Belay Trace', { log: true });
  const run = { module, transport: TransportKind.stdio };
  const options: LanguageClientOptions = {
    documentSelector: [{ scheme: 'file', language: 'belay' }, { scheme: 'untitled', language: 'belay' }],
    outputChannel: output,
    traceOutputChannel: trace,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: { docs: PAGES, settings: vscode.workspace.getConfiguration('belay'), trusted: vscode.workspace.isTrusted },
    diagnosticPullOptions: { onChange: true, onSave: true },
    uriConverters: { code2Protocol: (uri) => uri.toString(), protocol2Code: toEditorUri },
    initializationFailedHandler: () => false,
    errorHandler: { error: () => ({ action: ErrorAction.Continue }), closed: closedHandler(() => client.initializeResult !== undefined) },
  };
  const client: LanguageClient = new QuietClient('belay', 'Belay', { run, debug: run }, options);
  client.registerFeature(ownCommands);
  client.registerFeature(ownCommands);
  client.onDidChangeState(({ newState }) => onState(STATES[newState]));
  return client;
}

/** Tells the server that the commands of its names are the extension's; else both would register them. */
const ownCommands: StaticFeature = {
  fillClientCapabilities: (capabilities) => {
    capabilities.experimental = { ...(capabilities.experimental as object | undefined), belayCommands: true };
  },
  initialize: () => undefined,
  getState: () => ({ kind: 'static' }),
  clear: () => undefined,
};

/** Leaves it to the extension to tell the user of what goes wrong: once, and with what helps. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

/** A server that ends is started again, unless it never was ready, or ends again and again. */
function closedHandler(wasReady: () => boolean): () => CloseHandlerResult {
  let ends: number[] = [];
  return () => {
    const now = Date.now();
    ends = [...ends.filter((time) => now - time < 60_000), now];
    if (wasReady() && ends.length <= MOST_ENDS) return { action: CloseAction.Restart, message: 'The language server ended, and is started again.', handled: true };
    return { action: CloseAction.DoNotRestart, message: `The language server ended${ends.length > 1 ? ` ${ends.length} times within a minute` : ''}, and is not started again.`, handled: true };
  };
}

/** Addresses as the server writes them; those of pages are sections of one page there. */
function toEditorUri(address: string): vscode.Uri {
  const name = address.startsWith(PAGES) ? /#([\w-]+)$/.exec(address)?.[1] : undefined;
  return name === undefined ? vscode.Uri.parse(address) : PageProvider.uri(name);
}
