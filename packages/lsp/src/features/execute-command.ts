import { ErrorCodes, ExecuteCommandRequest, ResponseError, type CancellationToken, type ClientCapabilities } from 'vscode-languageserver';
import { checkWorkspace } from './commands/check-workspace.ts';
import type { Command } from './commands/command.ts';
import { compile } from './commands/compile.ts';
import { explainCode } from './commands/explain-code.ts';
import type { Feature } from './feature.ts';
import { checkParameters } from './parameters.ts';

/** Every command that the server runs. */
export const COMMANDS: readonly Command[] = Object.freeze([checkWorkspace, compile, explainCode]);

/** A client that has commands of these names itself says so; else editors would have them twice. */
function hasOwnCommands({ experimental }: ClientCapabilities): boolean {
  return typeof experimental === 'object' && experimental !== null && 'belayCommands' in experimental && experimental.belayCommands === true;
}

/** Cancelled as soon as one of two is. */
function either(first: CancellationToken, second: CancellationToken): CancellationToken {
  return {
    get isCancellationRequested() {
      return first.isCancellationRequested || second.isCancellationRequested;
    },
    onCancellationRequested: first.onCancellationRequested,
  };
}

export const executeCommandFeature: Feature = {
  method: ExecuteCommandRequest.method,
  summary: `Runs ${COMMANDS.map(({ name, signature }) => `\`${name}(${signature})\``).join(', ')}; shows progress.`,
  capabilities: (client) => (hasOwnCommands(client) ? {} : { executeCommandProvider: { commands: COMMANDS.map(({ name }) => name), workDoneProgress: true } }),
  listen(connection, server) {
    connection.onExecuteCommand(async (params, token, given) => {
      checkParameters(ExecuteCommandRequest.method, params);
      const command = COMMANDS.find(({ name }) => name === params.command);
      if (command === undefined) throw new ResponseError(ErrorCodes.InvalidParams, `There is no command \`${params.command}\`. There are ${COMMANDS.map(({ name }) => `\`${name}\``).join(', ')}.`);
      await server.current({});
      // A client that gives no token for progress may let the server ask for one.
      const asks = params.workDoneToken === undefined && server.client.window?.workDoneProgress === true;
      const own = asks ? await connection.window.createWorkDoneProgress() : undefined;
      return command.run(params.arguments ?? [], {
        workspace: server.workspace, host: server.host, diagnostics: server.diagnostics, token: own === undefined ? token : either(token, own.token), progress: own ?? given,
      });
    });
  },
};
