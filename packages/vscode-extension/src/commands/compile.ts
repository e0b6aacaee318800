import path from 'node:path';
import * as vscode from 'vscode';
import type { BelayCommand } from '../belay-command.ts';
import { TARGETS, type Target } from './targets.ts';

/** Asks what to write; nothing if the question is dismissed. */
export async function chooseTargets(): Promise<Target[]> {
  const items = (Object.keys(TARGETS) as Target[]).map((target) => ({ ...TARGETS[target], target, picked: target === 'shell' }));
  const chosen = await vscode.window.showQuickPick(items, { canPickMany: true, title: 'Compile the plans of this file to', placeHolder: 'What is to be written' });
  return chosen?.map(({ target }) => target) ?? [];
}

export interface CompileRequest {
  readonly belay: BelayCommand;
  readonly output: vscode.LogOutputChannel;
  /** What menus and code lenses hand over. */
  readonly subject: CompileSubject;
  readonly targets: readonly Target[];
}

/** A file that declares plans, or one plan of a file; without either the file in the editor is meant. */
export type CompileSubject = vscode.Uri | { readonly uri: string; readonly plan: string } | undefined;

function chosen(subject: CompileSubject): { readonly file?: vscode.Uri; readonly plan?: string } {
  if (subject instanceof vscode.Uri) return { file: subject };
  if (subject !== undefined) return { file: vscode.Uri.parse(subject.uri), plan: subject.plan };
  const open = vscode.window.activeTextEditor?.document.uri;
  return open === undefined ? {} : { file: open };
}

/** Saves what is open, and writes what runs the plans of a file. */
export async function compile(request: CompileRequest): Promise<void> {
  const problem = await tryCompile(request);
  if (problem === undefined) return;
  const { message, action } = problem;
  const choice = await vscode.window.showErrorMessage(`Belay: ${message}`, action === 'problems' ? 'Show the Problems' : 'Show the Output');
  if (choice === undefined) return;
  if (action === 'problems') await vscode.commands.executeCommand('workbench.actions.view.problems');
  else request.output.show();
}

interface Problem {
  readonly message: string;
  /** What helps. */
  readonly action: 'problems' | 'output';
}

async function tryCompile({ belay, output, subject, targets }: CompileRequest): Promise<Problem | undefined> {
  const fail = (message: string): Problem => ({ message, action: 'output' });
  if (!vscode.workspace.isTrusted) return fail('what is compiled is made to be run, so compiling waits until you trust this workspace.');
  const { file, plan } = chosen(subject);
  if (file?.scheme !== 'file') return fail('open a plan first.');
  const folder = vscode.workspace.getWorkspaceFolder(file)?.uri.fsPath;
  if (folder === undefined) return fail('the plan lies outside of the workspace. Open the folder that holds it.');
  const setting = vscode.workspace.getConfiguration('belay', file).get<string>('compile.outputFolder') ?? 'build';
  const out = path.resolve(folder, setting);
  if (!isInside(folder, out)) return fail(`\`belay.compile.outputFolder\` leads out of the workspace: ${setting}`);

  const open = vscode.workspace.textDocuments.filter((one) => one.isDirty && one.languageId === 'belay' && !one.isUntitled);
  await Promise.all(open.map((document) => document.save()));
  const args = ['compile', file.fsPath, '--to', targets.join(','), '--out', out, '--root', folder, '--format', 'json', ...(plan === undefined ? [] : ['--plan', plan])];
  let result;
  try {
    result = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: `Belay: compiling ${path.basename(file.fsPath)}`, cancellable: true },
      (_, token) => belay.run(args, folder, token),
    );
  } catch (error) {
    output.error(String(error));
    return fail(`nothing was written: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (result.stderr !== '') output.error(result.stderr.trimEnd());
  if (result.exitCode > 1) return fail(`nothing was written: ${result.stderr.split('\n', 1)[0]?.replace(/^belay: /, '') ?? ''}`);
  const { diagnostics, written } = JSON.parse(result.stdout) as Report;
  if (result.exitCode === 1) {
    const errors = diagnostics.filter(({ level }) => level === 'error').length;
    return { message: `nothing was written: ${path.basename(file.fsPath)} has ${errors} error${errors === 1 ? '' : 's'}.`, action: 'problems' };
  }
  for (const one of written) output.info(`wrote ${one.file}`);
  void tell(written.map((one) => path.resolve(folder, one.file)), folder);
  return undefined;
}

/** What `belay compile --format json` prints. */
interface Report {
  readonly diagnostics: readonly { readonly level: string }[];
  readonly written: readonly { readonly file: string }[];
}

async function tell(files: readonly string[], folder: string): Promise<void> {
  const [first, ...more] = files;
  if (first === undefined) return;
  const others = more.length === 0 ? '' : ` and ${more.length} more`;
  const choice = await vscode.window.showInformationMessage(`Belay wrote ${path.relative(folder, first)}${others}.`, 'Open');
  if (choice === 'Open') await vscode.window.showTextDocument(vscode.Uri.file(first));
}

function isInside(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return !path.isAbsolute(relative) && relative.split(path.sep)[0] !== '..';
}
