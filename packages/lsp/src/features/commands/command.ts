import type { CancellationToken, WorkDoneProgressReporter } from 'vscode-languageserver';
import type { WorkspaceHost } from '../../workspace/host.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import type { DiagnosticService } from '../../server/diagnostic-service.ts';

/** What a command works with. */
export interface CommandContext {
  readonly workspace: Workspace;
  readonly host: Pick<WorkspaceHost, 'read' | 'write'>;
  readonly diagnostics: Pick<DiagnosticService, 'reports'>;
  readonly token: CancellationToken;
  readonly progress: Pick<WorkDoneProgressReporter, 'begin' | 'report' | 'done'>;
}

/** A command that a client can have the server run. */
export interface Command {
  /** As clients name it: `belay.compile`. */
  readonly name: string;
  /** For people, such as `uri, target, plan?`. */
  readonly signature: string;
  /** One sentence: what it does, and what it returns. */
  readonly summary: string;
  /** @throws ResponseError if it can not be done, saying why */
  readonly run: (args: readonly unknown[], context: CommandContext) => Promise<unknown>;
}
