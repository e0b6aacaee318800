import * as vscode from 'vscode';
import type { WorkspaceDiagnosticParams, WorkspaceDiagnosticReport } from 'vscode-languageclient/node';
import type { LanguageServer } from '../language-server.ts';

/** Checks and proves every file of the workspace, as they stand in the editor, and shows what was found. */
export async function checkWorkspace(server: LanguageServer): Promise<void> {
  const { client } = server;
  if (client === undefined) {
    void vscode.window.showWarningMessage('Belay: the language server does not run.', 'Restart').then((choice) => (choice === undefined ? undefined : server.restart()));
    return;
  }
  const counts = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: 'Belay: checking the workspace', cancellable: true }, async (_, token) => {
    const nothingKnown: WorkspaceDiagnosticParams = { previousResultIds: [] };
    const { items } = await client.sendRequest<WorkspaceDiagnosticReport>('workspace/diagnostic', nothingKnown, token);
    const found = items.flatMap((report) => (report.kind === 'full' ? report.items : []));
    const count = (severity: vscode.DiagnosticSeverity): number => found.filter((one) => one.severity === severity + 1).length;
    return { files: items.length, errors: count(vscode.DiagnosticSeverity.Error), warnings: count(vscode.DiagnosticSeverity.Warning), notes: count(vscode.DiagnosticSeverity.Information) };
  });
  const { files, errors, warnings, notes } = counts;
  const found = [numbered(errors, 'error'), numbered(warnings, 'warning'), numbered(notes, 'note')].filter((one) => one !== undefined);
  const message = `Belay: ${found.length === 0 ? 'nothing found' : found.join(', ')} in ${numbered(files, 'file') ?? 'no file'}.`;
  if (found.length > 0) await vscode.commands.executeCommand('workbench.actions.view.problems');
  void (errors > 0 ? vscode.window.showErrorMessage(message) : vscode.window.showInformationMessage(message));
}

function numbered(count: number, what: string): string | undefined {
  return count === 0 ? undefined : `${count} ${what}${count === 1 ? '' : 's'}`;
}
