import { execFile } from 'node:child_process';
import process from 'node:process';
import type * as vscode from 'vscode';

/** What a run of the command gave. */
export interface CommandResult {
  /** 0 fine, 1 findings, 2 wrong usage or failure. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Longer than any plan takes to compile, in milliseconds. */
const LONGEST_RUN = 120_000;

/** More output than the largest plan has, in bytes. */
const MOST_OUTPUT = 256 * 1024 * 1024;

/** The `belay` command that ships with the extension, run by the Node of VS Code itself. It reads files, and runs nothing of what they say. */
export class BelayCommand {
  readonly file: string;
  readonly #output: vscode.LogOutputChannel;

  /** @param file the path of its bundle */
  constructor(file: string, output: vscode.LogOutputChannel) {
    this.file = file;
    this.#output = output;
  }

  /** What makes the program of VS Code a plain Node. */
  static readonly environment = { ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '' } as const;

  /**
   * Runs the command.
   *
   * @throws Error if it does not start, is cancelled, or takes more than two minutes
   */
  async run(args: readonly string[], folder?: string, token?: vscode.CancellationToken): Promise<CommandResult> {
    this.#output.info(`belay ${args.join(' ')}`);
    const abort = new AbortController();
    const subscription = token?.onCancellationRequested(() => abort.abort());
    try {
      return await new Promise<CommandResult>((resolve, reject) => {
        const options = {
          ...(folder === undefined ? {} : { cwd: folder }),
          env: { ...process.env, ...BelayCommand.environment, NO_COLOR: '1' }, maxBuffer: MOST_OUTPUT, timeout: LONGEST_RUN, signal: abort.signal, windowsHide: true,
        };
        execFile(process.execPath, [this.file, ...args], options, (error, stdout, stderr) => {
          const exitCode = error === null ? 0 : error.code;
          if (typeof exitCode === 'number') resolve({ exitCode, stdout, stderr });
          else reject(error ?? new Error('belay did not end'));
        });
      });
    } finally {
      subscription?.dispose();
    }
  }
}
