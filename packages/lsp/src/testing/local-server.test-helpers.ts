import { PassThrough } from 'node:stream';
import { createConnection, createMessageConnection, ProposedFeatures, StreamMessageReader, StreamMessageWriter, type MessageConnection } from 'vscode-languageserver/node';
import { startServer } from '../server/server.ts';
import type { WorkspaceHost } from '../workspace/host.ts';

/** A client of a server that runs in this process, so that its memory can be looked at; messages go through streams as they do between processes. */
export interface LocalServer {
  readonly client: MessageConnection;
  dispose(): void;
}

/** Starts a server for the files of a host. */
export function startLocally(host: WorkspaceHost): LocalServer {
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  const connection = createConnection(ProposedFeatures.all, new StreamMessageReader(toServer), new StreamMessageWriter(toClient));
  startServer(connection, host, { version: 'test' });
  const client = createMessageConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
  client.listen();
  return {
    client,
    dispose() {
      client.dispose();
      connection.dispose();
      toServer.destroy();
      toClient.destroy();
    },
  };
}
