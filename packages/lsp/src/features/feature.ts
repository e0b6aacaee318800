import {
  LSPErrorCodes, ResponseError, type CancellationToken, type ClientCapabilities, type Connection, type ProtocolRequestType, type RequestHandler, type ServerCapabilities,
} from 'vscode-languageserver';
import type { DiagnosticService } from '../server/diagnostic-service.ts';
import type { FolderEntry, WorkspaceHost } from '../workspace/host.ts';
import type { Root } from '../workspace/roots.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { checkParameters } from './parameters.ts';

/** A request that the server answers. From the table of these come the capabilities and the page of methods. */
export interface Feature {
  /** The method of the protocol. */
  readonly method: string;
  /** One sentence: how it is answered. */
  readonly summary: string;
  /** What is announced to a client. */
  capabilities(client: ClientCapabilities): ServerCapabilities;
  /** Answers the request. */
  listen(connection: Connection, server: Server): void;
}

/** What features need of the server. */
export interface Server {
  /** The snapshot in which a request is answered: the files that its document names were read. */
  current(params: unknown): Promise<Snapshot>;
  /** What is shown of findings. Everything else is a function of the snapshot. */
  readonly diagnostics: DiagnosticService;
  /** What the client can do. */
  readonly client: ClientCapabilities;
  /** Where the pages of findings lie, as an address that ends with a slash. */
  readonly docs?: string;
  /** For commands, which may take long and write files; requests are answered from a snapshot. */
  readonly workspace: Workspace;
  readonly host: WorkspaceHost;
  /** What lies in a folder of a root, for paths that somebody types. */
  entries(root: Root, folder: string): Promise<readonly FolderEntry[]>;
}

/** A function that answers one request from a snapshot; it changes nothing. */
export type Answer<Params, Result> = (snapshot: Snapshot, params: Params, token: CancellationToken, server: Pick<Server, 'client' | 'docs' | 'entries'>) => Result | Promise<Result>;

/**
 * Makes the feature that answers a request.
 *
 * @param type the request, such as `HoverRequest.type`
 */
export function feature<Params, Result, Partial, Failure, Options>(type: ProtocolRequestType<Params, Result, Partial, Failure, Options>, spec: {
  readonly summary: string;
  readonly capabilities: ServerCapabilities | ((client: ClientCapabilities) => ServerCapabilities);
  readonly answer: Answer<Params, Result>;
}): Feature {
  const { summary, capabilities, answer } = spec;
  return {
    method: type.method,
    summary,
    capabilities: (client) => (typeof capabilities === 'function' ? capabilities(client) : capabilities),
    listen(connection, server) {
      const handler = async (params: Params, token: CancellationToken): Promise<Result> => {
        checkParameters(type.method, params);
        const snapshot = await server.current(params);
        refuseCancelled(token);
        return answer(snapshot, params, token, server);
      };
      connection.onRequest(type, handler as RequestHandler<Params, Result, Failure>);
    },
  };
}

/** Ends an answer that nobody waits for any more. */
export function refuseCancelled(token: CancellationToken): void {
  if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'The request was cancelled.');
}

/** The capabilities of several features together. */
export function capabilitiesOf(features: readonly Feature[], client: ClientCapabilities): ServerCapabilities {
  return features.map((one) => one.capabilities(client)).reduce<Record<string, unknown>>((all, one) => merged(all, one as Record<string, unknown>), {});
}

function merged(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const out: Record<string, unknown> = { ...a };
  for (const [key, value] of Object.entries(b)) out[key] = isPlain(out[key]) && isPlain(value) ? merged(out[key], value) : value;
  return out;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
