import {
  DidChangeConfigurationNotification, DidChangeTextDocumentNotification, DidChangeWatchedFilesNotification, DidCloseTextDocumentNotification, DidOpenTextDocumentNotification, DidRenameFilesNotification,
  DidSaveTextDocumentNotification, type Connection, type NotificationHandler, type ProtocolNotificationType,
} from 'vscode-languageserver';
import { readSettings } from '../workspace/settings.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { DiagnosticService } from './diagnostic-service.ts';
import { typedLine } from './typed-line.ts';

/** Longer texts are not taken; the parser refuses them with a finding long before. */
const LONGEST_DOCUMENT = 32 * 1024 * 1024;

/** What a client tells, and what follows from it. From the table of these come the listeners and the page of methods. */
export interface Heard {
  /** The method of the protocol. */
  readonly method: string;
  /** One sentence: what follows. */
  readonly summary: string;
  listen(connection: Connection, session: Listening): void;
}

/** What those who listen need of the session. */
export interface Listening {
  readonly workspace: Workspace;
  readonly diagnostics: DiagnosticService;
  /** Changes that have to wait for the disk happen one after the other. */
  readonly inTurn: (change: () => Promise<void>) => void;
  /** What the client has for the settings, if it can be asked; else what it sent. */
  readonly settings: (sent: unknown) => Promise<unknown>;
}

function heard<Params, Options>(type: ProtocolNotificationType<Params, Options>, summary: string, handle: (params: Params, session: Listening) => void): Heard {
  return {
    method: type.method, summary,
    listen(connection, session) {
      const handler = (params: Params): void => handle(params, session);
      connection.onNotification(type, handler as NotificationHandler<Params>);
    },
  };
}

/** Everything that a client may tell at any time, in the order of the protocol's specification. */
export const HEARD: readonly Heard[] = Object.freeze([
  heard(DidOpenTextDocumentNotification.type, 'From here on the text of the editor counts.', ({ textDocument: { uri, text, version, languageId } }, { workspace, diagnostics }) => {
    if (text.length > LONGEST_DOCUMENT) return;
    if (workspace.open(uri, text, version, languageId === 'belay' || uri.endsWith('.belay'))) diagnostics.opened(uri);
  }),
  heard(DidChangeTextDocumentNotification.type, 'Edits, incremental or of the whole text; findings follow.', ({ textDocument, contentChanges }, { workspace, diagnostics }) => {
    workspace.change(textDocument.uri, textDocument.version, contentChanges);
    diagnostics.edited(textDocument.uri, typedLine(contentChanges));
  }),
  heard(DidSaveTextDocumentNotification.type, 'The line that is being typed is judged in full.', ({ textDocument }, { diagnostics }) => diagnostics.settle(textDocument.uri)),
  heard(DidCloseTextDocumentNotification.type, 'From here on the file on the disk counts.', ({ textDocument }, { workspace, diagnostics, inTurn }) => {
    // At once: the document may be opened again before the disk has answered.
    const reading = workspace.close(textDocument.uri);
    inTurn(async () => {
      await reading;
      diagnostics.closed(textDocument.uri);
    });
  }),
  heard(DidRenameFilesNotification.type, 'Files are looked for at their new places.', ({ files }, { workspace, diagnostics, inTurn }) => inTurn(async () => {
    if (await workspace.renamed(files)) diagnostics.changed();
  })),
  heard(DidChangeConfigurationNotification.type, 'Settings are read again, and what they concern is judged again.', ({ settings: sent }, { workspace, diagnostics, inTurn, settings }) => inTurn(async () => {
    workspace.configure(readSettings(await settings((sent as { readonly belay?: unknown } | null)?.belay)));
    diagnostics.changed();
  })),
  heard(DidChangeWatchedFilesNotification.type, 'Files that others changed are read again: plans, inventories, scripts.', ({ changes }, { workspace, diagnostics, inTurn }) => inTurn(async () => {
    if (await workspace.reload(changes.map(({ uri }) => uri))) diagnostics.changed();
  })),
]);
