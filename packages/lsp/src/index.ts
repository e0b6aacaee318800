/** The language server's interface for programs that host it: a command, a browser worker, an extension, tests. */
export { FEATURES } from './features/index.ts';
export type { Feature } from './features/feature.ts';
export { startServer, type ServerOptions } from './server/server.ts';
export { MemoryHost, type WorkspaceHost } from './workspace/host.ts';
export { DEFAULT_SETTINGS, type Settings } from './workspace/settings.ts';
