import { BrowserMessageReader, BrowserMessageWriter, createConnection } from 'vscode-languageserver/browser';
import { startServer } from './server/server.ts';
import { MemoryHost } from './workspace/host.ts';

/** The server as a worker of a browser: it knows what is open in the editor, and nothing else. */
declare const self: ConstructorParameters<typeof BrowserMessageReader>[0];

startServer(createConnection(new BrowserMessageReader(self), new BrowserMessageWriter(self)), new MemoryHost(), { version: BELAY_VERSION });
