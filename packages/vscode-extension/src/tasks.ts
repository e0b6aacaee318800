import process from 'node:process';
import * as vscode from 'vscode';
import { BelayCommand } from './belay-command.ts';

/** A task as it stands in `tasks.json`. */
interface BelayTask extends vscode.TaskDefinition {
  readonly command: 'check' | 'prove';
  /** Files and folders, relative to the folder of the workspace. */
  readonly paths?: readonly string[];
}

/** Offers `belay check` for each folder of the workspace as a task. */
export class BelayTasks implements vscode.TaskProvider {
  readonly #belay: BelayCommand;

  constructor(belay: BelayCommand) {
    this.#belay = belay;
  }

  provideTasks(): vscode.Task[] {
    return (vscode.workspace.workspaceFolders ?? []).map((folder) => this.#task({ type: 'belay', command: 'check' }, folder));
  }

  resolveTask({ definition, scope }: vscode.Task): vscode.Task | undefined {
    const folder = typeof scope === 'object' ? scope : vscode.workspace.workspaceFolders?.[0];
    return isBelayTask(definition) && folder !== undefined ? this.#task(definition, folder) : undefined;
  }

  #task(definition: BelayTask, folder: vscode.WorkspaceFolder): vscode.Task {
    const { command, paths = [] } = definition;
    // `--` keeps a path that starts with a dash from being an option.
    const format = command === 'check' ? ['--format', 'gnu'] : ['--color', 'always'];
    const args = [this.#belay.file, command, ...format, '--root', folder.uri.fsPath, '--', ...(paths.length === 0 ? ['.'] : paths)];
    const execution = new vscode.ProcessExecution(process.execPath, args, { cwd: folder.uri.fsPath, env: { ...BelayCommand.environment } });
    const name = [command, ...paths].join(' ');
    const task = new vscode.Task(definition, folder, name, 'belay', execution, command === 'check' ? '$belay' : []);
    task.group = vscode.TaskGroup.Test;
    task.presentationOptions = { clear: true, reveal: vscode.TaskRevealKind.Silent };
    return task;
  }
}

function isBelayTask(definition: vscode.TaskDefinition): definition is BelayTask {
  const { command, paths } = definition as Partial<Record<string, unknown>>;
  return (command === 'check' || command === 'prove') && (paths === undefined || (Array.isArray(paths) && paths.every((one) => typeof one === 'string')));
}
