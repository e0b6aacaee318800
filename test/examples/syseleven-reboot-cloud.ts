import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { WorkspaceFiles } from '../../packages/compiler/src/cli/workspace-files.ts';
import { checkProject, compilePlan, emitShell, loadProject, type Diagnostic } from '../../packages/compiler/src/index.ts';

/** The example's folder in the checkout. */
export const example = fileURLToPath(new URL('../../examples/syseleven-reboot', import.meta.url));

/** What a command said, on standard output and standard error together, and its exit code; -1 if a signal ended it. */
export interface Answer {
  readonly code: number;
  readonly output: string;
}

const made: string[] = [];

afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A folder that goes away after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'belay-reboot-'));
  made.push(folder);
  return folder;
}

/**
 * Compiles the example. Returns what was found, and the path of the program if there are no errors.
 *
 * @param edit changes the text of the plan before
 */
export async function compileReboot(edit = (text: string) => text): Promise<{ diagnostics: readonly Diagnostic[]; program: string }> {
  const text = edit(readFileSync(path.join(example, 'reboot.belay'), 'utf8'));
  const project = await loadProject('reboot.belay', new WorkspaceFiles(example, new Map([['reboot.belay', Buffer.from(text)]])));
  const { diagnostics } = checkProject(project);
  const { plan } = compilePlan(project, { plan: 'reboot' });
  const program = path.join(temporaryFolder(), 'reboot.sh');
  if (plan !== undefined) writeFileSync(program, emitShell(plan), { mode: 0o755 });
  return { diagnostics, program };
}

/** A sandbox cloud of its own, and a state directory for runs on it. */
export class RebootCloud {
  readonly folder: string;
  readonly stateFolder: string;
  readonly #env: Readonly<Record<string, string | undefined>>;

  /** @param needing the hosts that ask for a reboot, separated by blanks; without any, those that `sandbox/reset` chooses */
  constructor(needing = '', bootMilliseconds = 20) {
    const base = temporaryFolder();
    this.folder = path.join(base, 'cloud');
    this.stateFolder = path.join(base, 'state');
    this.#env = { ...process.env, SANDBOX_CLOUD: this.folder };
    this.#must('reset', needing.split(' ').filter(Boolean), { BOOT_MILLISECONDS: String(bootMilliseconds) });
  }

  /** Runs a command on a host. */
  on(host: string, ...command: string[]): Answer {
    return this.#sandbox('enter', [host, ...command]);
  }

  /** Runs bash text on the machine that the plan runs on, in the example's folder. */
  bash(text: string): Answer {
    return answerOf(spawnSync('bash', ['-c', text], { cwd: example, env: this.#env, encoding: 'utf8' }));
  }

  /** `sandbox/fault`. */
  fault(...words: string[]): void {
    this.#must('fault', words);
  }

  /** The whole state, a line each: hosts, keys of Consul, damage. */
  state(): string[] {
    return this.#must('state', []).split('\n');
  }

  /** The line of a host in the state, without its name. */
  host(name: string): string | undefined {
    return this.state().find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  }

  /** What happened so far, a line each. */
  events(): string[] {
    return readFileSync(path.join(this.folder, 'cluster/events'), 'utf8').split('\n').slice(0, -1);
  }

  /** The hosts that were rebooted, in order. */
  rebooted(): string[] {
    return this.events().flatMap((event) => (event.startsWith('reboot ') ? [event.slice(7)] : []));
  }

  /**
   * Calls the compiled program with this cloud's state directory, or another that `args` name.
   *
   * @param args the command first
   * @param env more variables for the program
   * @param folder the working directory: it holds `sandbox/enter`
   */
  call(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}, folder = example): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const child = spawn(program, [...args.slice(0, 1), '--state', this.stateFolder, ...args.slice(1)], { cwd: folder, env: { ...this.#env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8');
        stream.on('data', (text: string) => (output += text));
      }
      child.on('error', reject);
      child.on('close', (code) => resolve({ code: code ?? -1, output: output.trimEnd() }));
    });
  }

  #sandbox(tool: string, words: readonly string[], env: Record<string, string> = {}): Answer {
    return answerOf(spawnSync(path.join(example, 'sandbox', tool), words, { env: { ...this.#env, ...env }, encoding: 'utf8' }));
  }

  #must(tool: string, words: readonly string[], env: Record<string, string> = {}): string {
    const { code, output } = this.#sandbox(tool, words, env);
    if (code !== 0) throw new Error(`sandbox/${tool} ${words.join(' ')}: exit ${code}: ${output}`);
    return output;
  }
}

function answerOf({ status, stdout, stderr }: { status: number | null; stdout: string; stderr: string }): Answer {
  return { code: status ?? -1, output: `${stdout}${stderr}`.trimEnd() };
}
