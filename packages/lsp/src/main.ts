import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { createConnection, ProposedFeatures, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import { startServer } from './server/server.ts';
import { memoryKeeper } from './server/memory-keeper.ts';
import { NodeHost } from './workspace/node-host.ts';

const HELP = `belay-lsp ${BELAY_VERSION}: the language server for Belay

Usage: belay-lsp --stdio

Options:
  --stdio    talk to an editor over standard input and output
  --version  print the version
  --help     print this help

Editors start it themselves; docs/editors.md says how each is set up.
`;

/** Runs the command; returns the exit code, or undefined while the server serves. */
function main(args: readonly string[]): number | undefined {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(HELP);
    return 0;
  }
  if (args.includes('--version')) {
    process.stdout.write(`${BELAY_VERSION}\n`);
    return 0;
  }
  const unknown = args.find((arg) => arg !== '--stdio' && !arg.startsWith('--clientProcessId='));
  if (unknown !== undefined || !args.includes('--stdio')) {
    process.stderr.write(unknown === undefined ? HELP : `belay-lsp: there is no option ${JSON.stringify(unknown)}; see belay-lsp --help\n`);
    return 2;
  }
  const connection = createConnection(ProposedFeatures.all, new StreamMessageReader(process.stdin), new StreamMessageWriter(process.stdout));
  // With streams of our own the end of the input is ours to see: the editor is gone.
  process.stdin.on('end', () => process.exit(1));
  process.stdin.on('close', () => process.exit(1));
  process.stdout.on('error', () => process.exit(1));
  startServer(connection, new NodeHost(), { version: BELAY_VERSION, ...docsBeside(), onRest: memoryKeeper() });
  return undefined;
}

/** The pages of findings lie beside the program. */
function docsBeside(): { docs?: string } {
  const folder = path.dirname(path.resolve(process.argv[1] ?? ''));
  return existsSync(path.join(folder, 'diagnostics.md')) ? { docs: `${pathToFileURL(folder).href}/` } : {};
}

process.exitCode = main(process.argv.slice(2));
