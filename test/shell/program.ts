import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect } from 'vitest';
import { emitShell } from '../../packages/compiler/src/emit/shell/index.ts';
import type { Connection, Plan } from '../../packages/compiler/src/plan/plan.ts';
import { journalFaults, journalStory } from '../journal.test-helpers.ts';

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly cwd?: string;
  /** How the program is called from there; `./upgrade.sh`. */
  readonly program?: string;
  /** Milliseconds. */
  readonly timeout?: number;
}

/** A host that is a directory: `enter NAME WORD…` runs the words in `hosts/NAME`. */
export const enter = (name: string): Connection => ({ type: 'command', words: ['./enter', name] });

/** What ssh does to its words: it takes its options, joins the rest with blanks and has a login shell read it. */
export const FAKE_SSH = `#!/bin/bash
while (($#)); do
  case $1 in
    -o | -l | -p | -O) shift 2 ;;
    --) shift; break ;;
    *) shift ;;
  esac
done
printf '%s\\n' "$1" >>"$HOME/addresses"
shift
exec sh -c "$*"
`;

/** Makes the program use it. */
export const WITH_FAKE_SSH = { BELAY_SSH: './fake-ssh' };

/** An emitted program in a folder of its own, as an operator has it. */
export class Program {
  readonly folder: string;
  readonly text: string;
  /** What stands in its environment in every run. */
  readonly variables: Record<string, string> = {};
  private readonly running: ChildProcess[] = [];

  constructor(plan: Plan) {
    this.folder = mkdtempSync(join(tmpdir(), 'belay-shell-'));
    this.text = emitShell(plan);
    this.write('upgrade.sh', this.text, 0o755);
    this.write('enter', '#!/bin/bash\nmkdir -p "hosts/$1" && cd "hosts/$1" && shift && exec "$@"\n', 0o755);
  }

  /** Ends what still runs, and removes the folder. */
  dispose(): void {
    for (const child of this.running) if (child.exitCode === null) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  write(path: string, content: string, mode = 0o644): void {
    const whole = join(this.folder, path);
    mkdirSync(join(whole, '..'), { recursive: true });
    writeFileSync(whole, content);
    chmodSync(whole, mode);
  }

  read(path: string): string {
    const whole = join(this.folder, path);
    return existsSync(whole) ? readFileSync(whole, 'utf8') : '';
  }

  exists(path: string): boolean {
    return existsSync(join(this.folder, path));
  }

  remove(path: string): void {
    rmSync(join(this.folder, path), { recursive: true, force: true });
  }

  list(path: string): string[] {
    return this.exists(path) ? readdirSync(join(this.folder, path)).sort() : [];
  }

  /** The lines of a file to which commands append. */
  lines(path: string): string[] {
    return this.read(path)
      .split('\n')
      .filter((line) => line !== '');
  }

  get journal(): string[] {
    return this.lines('.belay/test_plan/journal');
  }

  /** The journal without its times and durations, from the first line after the heading. */
  get events(): string[] {
    return journalStory(this.read('.belay/test_plan/journal'));
  }

  /** Runs a command of the program to its end. */
  run(command: string, options: RunOptions = {}): Outcome {
    const result = spawnSync(options.program ?? './upgrade.sh', command === '' ? [] : command.split(' '), {
      cwd: options.cwd ?? this.folder,
      env: this.environment(options),
      encoding: 'utf8',
      timeout: options.timeout ?? 60_000,
      maxBuffer: 1 << 28,
      input: options.input ?? '',
      killSignal: 'SIGKILL',
    });
    return { code: result.status, out: result.stdout, err: result.stderr };
  }

  /** Starts a command of the program. */
  start(command: string, options: RunOptions = {}): Started {
    const child = spawn('./upgrade.sh', command.split(' '), {
      cwd: this.folder,
      env: this.environment(options),
    });
    this.running.push(child);
    return new Started(child);
  }

  /** Runs a command on a terminal, and types an answer at each question mark. */
  async onTerminal(command: string, answers: readonly string[]): Promise<Outcome> {
    const child = spawn('script', ['-qec', `./upgrade.sh ${command}`, '/dev/null'], {
      cwd: this.folder,
      env: this.environment({}),
    });
    this.running.push(child);
    let out = '';
    let asked = 0;
    child.stdout.on('data', (data: Buffer) => {
      out += data.toString();
      const questions = out.match(/\[y\/N\] |from here on: /g)?.length ?? 0;
      for (; asked < questions; asked += 1) child.stdin.write(`${answers[asked] ?? ''}\n`);
    });
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return { code, out: out.replaceAll('\r', ''), err: '' };
  }

  private environment(options: RunOptions): NodeJS.ProcessEnv {
    return {
      PATH: process.env['PATH'],
      HOME: this.folder,
      USER: 'operator',
      LC_ALL: 'C.UTF-8',
      TZ: 'UTC',
      ...this.variables,
      ...options.environment,
    };
  }
}

/**
 * Makes programs for the tests of a file, and removes each when the next is made or its test is over. Whatever a program has written into its
 * journal has to be as the schema says.
 */
export function usePrograms(): (plan: Plan) => Program {
  let program: Program | undefined;
  const end = (): void => {
    const faults = program?.list('.belay').flatMap((name) => journalFaults(program?.read(`.belay/${name}/journal`) ?? ''));
    program?.dispose();
    program = undefined;
    expect(faults ?? []).toEqual([]);
  };
  afterEach(end);
  return (plan) => {
    end();
    program = new Program(plan);
    return program;
  };
}

/** A command of the program that is running. */
export class Started {
  readonly ended: Promise<Outcome>;
  readonly child: ChildProcess;
  private out = '';
  private err = '';

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.on('data', (data: Buffer) => {
      this.out += data.toString();
    });
    child.stderr?.on('data', (data: Buffer) => {
      this.err += data.toString();
    });
    child.stdin?.end();
    this.ended = new Promise((resolve) => {
      child.on('close', (code) => resolve({ code, out: this.out, err: this.err }));
    });
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }
}

/** Waits until something holds; fails after ten seconds. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`It did not come to this: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Whether a process is alive and not a zombie. */
export function isAlive(pid: number): boolean {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && !/\) [ZX] /.test(readFileSync(stat, 'utf8'));
}

export function isInstalled(command: string): boolean {
  return spawnSync('bash', ['-c', `type -P ${command}`]).status === 0;
}
