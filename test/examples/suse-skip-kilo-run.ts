import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { WorkspaceFiles } from '../../packages/compiler/src/cli/workspace-files.ts';
import { compilePlan, emitShell, loadProject, type Diagnostic, type Plan } from '../../packages/compiler/src/index.ts';
import { KILL_CALLERS } from './kill-callers.ts';
import { cloudIn, copyFolder, example, freshCloud, temporaryFolder, type Outcome, type SandboxCloud } from './suse-skip-kilo-cloud.ts';

/** The example, compiled: without errors there is a plan. */
export interface Compiled {
  readonly diagnostics: readonly Diagnostic[];
  readonly plan?: Plan;
  /** The shell program's path. */
  readonly program?: string;
}

/** Reads a file of the example. */
export function sourceOf(file: string): string {
  return readFileSync(path.join(example, file), 'utf8');
}

/**
 * Compiles the example.
 *
 * @param source the text of the plan, if it is not the example's own
 */
export async function compileSkipKilo(source = sourceOf('skip-kilo.belay')): Promise<Compiled> {
  const files = new WorkspaceFiles(example, new Map([['skip-kilo.belay', new TextEncoder().encode(source)]]));
  const { plan, diagnostics } = compilePlan(await loadProject('skip-kilo.belay', files), { plan: 'skip_kilo' });
  if (plan === undefined) return { diagnostics };
  const program = path.join(temporaryFolder(), 'skip_kilo.sh');
  writeFileSync(program, emitShell(plan), { mode: 0o755 });
  return { diagnostics, plan, program };
}

/** A sandbox cloud, and a state directory for the program's runs on it. */
export class Rehearsal {
  readonly cloud: SandboxCloud;
  readonly #program: string;
  readonly #folder: string;

  private constructor(program: string, folder: string, cloud: SandboxCloud) {
    this.#program = program;
    this.#folder = folder;
    this.cloud = cloud;
  }

  /** On a fresh cloud, before the first run. */
  static start(program: string): Rehearsal {
    const folder = temporaryFolder();
    return new Rehearsal(program, folder, freshCloud(path.join(folder, 'cloud')));
  }

  /** The same cloud and the same journal once more, without the logs. */
  copy(): Rehearsal {
    const folder = temporaryFolder();
    copyFolder(path.join(this.#folder, 'cloud'), path.join(folder, 'cloud'));
    mkdirSync(path.join(folder, 'state'));
    for (const part of ['journal', 'running']) {
      if (existsSync(path.join(this.#folder, 'state', part))) copyFolder(path.join(this.#folder, 'state', part), path.join(folder, 'state', part));
    }
    return new Rehearsal(this.#program, folder, cloudIn(path.join(folder, 'cloud')));
  }

  /** Removes it before all the others of the file go. */
  discard(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Calls the program in the example's folder, where it finds `sandbox/enter`. An exit code of -1 is a kill. */
  async call(words: readonly string[], environment: Readonly<Record<string, string>> = {}, directory = example): Promise<Outcome> {
    const env = { ...process.env, SANDBOX_CLOUD: this.cloud.folder, ...environment };
    const child = spawn(this.#program, [...words, '--state', path.join(this.#folder, 'state'), '-C', directory], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const output: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
    // Workers of a killed program keep its outputs open for a while, so its exit is waited for, not the outputs' end.
    const status = await new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code) => resolve(code ?? -1));
    });
    if (status !== -1 && !child.stdout.readableEnded) await new Promise((resolve) => child.on('close', resolve));
    return { status, output: Buffer.concat(output).toString() };
  }

  get journalFile(): string {
    return path.join(this.#folder, 'state', 'journal');
  }
}

/** Stands in for `sync`, which the program calls after each write to its journal: kills the program after write number $KILL_AFTER_WRITE. */
const KILLING_SYNC = `#!/usr/bin/env bash
PATH=\${PATH#*:} sync "$@" || exit
[[ \${!#} == */journal ]] || exit 0
printf x >>"$COUNTS/writes"
read -r counted <"$COUNTS/writes"
((\${#counted} == KILL_AFTER_WRITE)) && kill -9 "$PPID"
exit 0
`;

/**
 * Stands in for the connection to a host. After command number $KILL_AFTER_COMMAND has done its work it kills the program and whatever runs
 * between it and the command, so that nobody is left who knows that the command is done.
 */
const KILLING_ENTER = `#!/usr/bin/env bash
"${example}/sandbox/enter" "$@"
code=$?
exec 5>>"$COUNTS/commands"
flock 5
printf x >&5
read -r counted <"$COUNTS/commands"
((\${#counted} == KILL_AFTER_COMMAND)) || exit "$code"
${KILL_CALLERS}`;

/** Kills a run of the program, and counts what a kill can follow. */
export class Killer {
  readonly #folder = temporaryFolder();

  constructor() {
    mkdirSync(path.join(this.#folder, 'bin'));
    mkdirSync(path.join(this.#folder, 'sandbox'));
    writeFileSync(path.join(this.#folder, 'bin/sync'), KILLING_SYNC, { mode: 0o755 });
    writeFileSync(path.join(this.#folder, 'sandbox/enter'), KILLING_ENTER, { mode: 0o755 });
  }

  /**
   * Calls the program until it has written so often to its journal, or has done so many commands.
   *
   * @returns the exit code, -1 for the kill, and how many of both there were.
   */
  async call(
    rehearsal: Rehearsal, words: readonly string[], after: 'write' | 'command' | 'never', count = 0,
  ): Promise<Outcome & { counted: { writes: number; commands: number } }> {
    const counts = temporaryFolder();
    const outcome = await rehearsal.call(words, {
      COUNTS: counts,
      KILL_AFTER_WRITE: after === 'write' ? String(count) : '0',
      KILL_AFTER_COMMAND: after === 'command' ? String(count) : '0',
      JOURNAL: rehearsal.journalFile,
      PATH: `${path.join(this.#folder, 'bin')}:${process.env['PATH'] ?? ''}`,
    }, after === 'write' ? example : this.#folder);
    const counted = (what: string): number => (existsSync(path.join(counts, what)) ? readFileSync(path.join(counts, what), 'utf8').length : 0);
    return { ...outcome, counted: { writes: counted('writes'), commands: counted('commands') } };
  }
}
