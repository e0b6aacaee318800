import * as vscode from 'vscode';
import { BelayCommand } from './belay-command.ts';
import { checkWorkspace } from './commands/check-workspace.ts';
import { chooseTargets, compile, type CompileSubject } from './commands/compile.ts';
import { explainFinding } from './commands/explain.ts';
import type { Target } from './commands/targets.ts';
import { LanguageServer } from './language-server.ts';
import { PageProvider } from './page-provider.ts';
import { StatusItem } from './status-item.ts';
import { BelayTasks } from './tasks.ts';

let server: LanguageServer | undefined;

/** Called by VS Code when the first file of the language is opened. Does not wait for the language server. */
export function activate(context: vscode.ExtensionContext): void {
  const output = vscode.window.createOutputChannel('Belay', { log: true });
  const belay = new BelayCommand(context.asAbsolutePath('dist/belay.cjs'), output);
  const running = new LanguageServer(context.asAbsolutePath('dist/belay-lsp.cjs'), output);
  server = running;
  const compileTo = (...targets: readonly Target[]) => (subject: CompileSubject) => compile({ belay, output, subject, targets });
  const commands = {
    'belay.checkWorkspace': () => checkWorkspace(running),
    'belay.compile': async (subject: CompileSubject) => {
      const targets = await chooseTargets();
      if (targets.length > 0) await compile({ belay, output, subject, targets });
    },
    'belay.compileToShell': compileTo('shell'),
    'belay.compileToAnsible': compileTo('ansible'),
    'belay.compileToJson': compileTo('json'),
    'belay.explain': () => explainFinding(belay),
    'belay.restartServer': () => running.restart(),
    'belay.showOutput': () => output.show(),
  };
  context.subscriptions.push(
    output,
    ...Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(name, run)),
    new StatusItem(running),
    vscode.workspace.registerTextDocumentContentProvider(PageProvider.scheme, new PageProvider(belay)),
    vscode.tasks.registerTaskProvider('belay', new BelayTasks(belay)),
  );
  void vscode.commands.executeCommand('setContext', 'belay.isActive', true);
  void running.start();
}

/** Called by VS Code when it ends, or the extension is turned off. */
export async function deactivate(): Promise<void> {
  await server?.stop();
}
