import * as vscode from 'vscode';
import type { LanguageServer } from './language-server.ts';

/** The item in the status bar, while a file of the language is in the editor: how the server is, and how many findings there are. */
export class StatusItem implements vscode.Disposable {
  readonly #server: LanguageServer;
  readonly #item = vscode.window.createStatusBarItem('belay.status', vscode.StatusBarAlignment.Right, 100);
  readonly #subscriptions: readonly vscode.Disposable[];

  constructor(server: LanguageServer) {
    this.#server = server;
    this.#item.name = 'Belay';
    const update = (): void => this.#update();
    this.#subscriptions = [
      server.onDidChange(update), vscode.window.onDidChangeActiveTextEditor(update), vscode.languages.onDidChangeDiagnostics(update),
    ];
    update();
  }

  dispose(): void {
    this.#item.dispose();
    for (const one of this.#subscriptions) one.dispose();
  }

  #update(): void {
    const document = vscode.window.activeTextEditor?.document;
    if (document?.languageId !== 'belay') {
      this.#item.hide();
      return;
    }
    const { state, version } = this.#server;
    const found = vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === 'belay');
    const errors = found.filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error).length;
    const warnings = found.filter(({ severity }) => severity === vscode.DiagnosticSeverity.Warning).length;
    this.#item.text = `${ICONS[state](errors)} Belay`;
    this.#item.backgroundColor = state === 'stopped' ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
    this.#item.command = state === 'stopped' ? 'belay.restartServer' : 'belay.checkWorkspace';
    this.#item.tooltip = new vscode.MarkdownString(tooltip(state, version, errors, warnings));
    this.#item.tooltip.isTrusted = { enabledCommands: MENU.map(([command]) => command) };
    this.#item.show();
  }
}

const ICONS: Readonly<Record<LanguageServer['state'], (errors: number) => string>> = {
  starting: () => '$(sync~spin)',
  running: (errors) => (errors === 0 ? '$(check)' : '$(error)'),
  stopped: () => '$(warning)',
};

/** What the tooltip offers. */
const MENU = [
  ['belay.checkWorkspace', 'Check the workspace'], ['belay.compile', 'Compile…'], ['belay.explain', 'Explain a finding…'], ['belay.restartServer', 'Restart the server'],
  ['belay.showOutput', 'Show the output'],
] as const;

function tooltip(state: LanguageServer['state'], version: string | undefined, errors: number, warnings: number): string {
  const about = {
    starting: 'The language server starts.',
    running: `Language server ${version ?? ''}: ${errors === 0 ? 'no errors' : `${errors} error${errors === 1 ? '' : 's'}`}${warnings === 0 ? '' : `, ${warnings} warning${warnings === 1 ? '' : 's'}`} in this file.`,
    stopped: 'The language server does not run. Click to start it.',
  }[state];
  return `${about}\n\n${MENU.map(([command, title]) => `[${title}](command:${command})`).join('  \n')}`;
}
