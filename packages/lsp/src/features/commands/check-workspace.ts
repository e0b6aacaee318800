import { DiagnosticSeverity, LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import type { Command } from './command.ts';

/** How many findings a workspace has. */
export interface CheckedWorkspace {
  readonly files: number;
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
}

export const checkWorkspace: Command = {
  name: 'belay.checkWorkspace',
  signature: '',
  summary: 'Checks and proves every file; returns how many files there are, and how many errors, warnings and notes.',
  async run(_, { diagnostics, token, progress }): Promise<CheckedWorkspace> {
    progress.begin('Belay: checking', 0, undefined, true);
    const reports = await diagnostics.reports(token, (done, of) => progress.report(of === 0 ? 100 : Math.floor((done / of) * 100)));
    progress.done();
    if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'The check was cancelled.');
    const found = reports.flatMap(({ items }) => items);
    const count = (severity: DiagnosticSeverity): number => found.filter((one) => one.severity === severity).length;
    return { files: reports.length, errors: count(DiagnosticSeverity.Error), warnings: count(DiagnosticSeverity.Warning), notes: count(DiagnosticSeverity.Information) };
  },
};
