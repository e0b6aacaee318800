import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { NODES } from '../nodes.ts';

/** One line of a benchmark's report: what was measured, and numbers by their name and unit. */
export interface StartRow {
  readonly name: string;
  readonly figures: Readonly<Record<string, number>>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const compiler = path.join(root, 'packages', 'compiler');
const bundle = path.join(compiler, 'dist', 'belay.cjs');

interface Command {
  readonly name: string;
  /** The arguments of node. */
  readonly args: readonly string[];
  /** Whether the command finds no folder for V8's code cache. */
  readonly withoutCache?: true;
}

const REBOOT = [bundle, 'check', 'examples/syseleven-reboot/reboot.belay'];
const SKIP_KILO = [bundle, 'check', 'examples/suse-skip-kilo/skip-kilo.belay'];

/** The first is what the others are compared with. */
const COMMANDS: readonly Command[] = [
  { name: 'node -e 0', args: ['-e', '0'] },
  { name: 'belay --version', args: [bundle, '--version'] },
  { name: 'belay --help', args: [bundle, '--help'] },
  { name: 'belay check examples/syseleven-reboot', args: REBOOT },
  { name: 'belay check examples/suse-skip-kilo', args: SKIP_KILO },
  { name: 'the same two without a code cache', args: REBOOT, withoutCache: true },
  { name: '', args: SKIP_KILO, withoutCache: true },
];

/** The first rounds fill the code cache, and the caches of the file system. */
const ROUNDS_TO_WARM_UP = 3;

/** Written by each process at its end: the CPU time of all its threads, in microseconds. */
const REPORTER = `process.on('exit', () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  require('node:fs').writeSync(3, String(userCPUTime + systemCPUTime));
});
`;

/**
 * Measures what it costs to start the bundled command: CPU time (user and system, all threads) and time on the clock, as medians
 * of `rounds` runs, under each Node that there is. The commands take turns, so that a busy moment of the machine hits all of them.
 */
export async function measureStart(rounds = 15): Promise<StartRow[]> {
  execFileSync(process.execPath, [path.join(compiler, 'build', 'bundle.mjs')]);
  const folder = mkdtempSync(path.join(tmpdir(), 'belay-bench-'));
  try {
    writeFileSync(path.join(folder, 'reporter.cjs'), REPORTER);
    mkdirSync(path.join(folder, 'cache'));
    const rows: StartRow[] = [];
    for (const node of NODES) rows.push(...await measureNode(node, rounds, folder));
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureNode(node: string, rounds: number, folder: string): Promise<StartRow[]> {
  const samples = COMMANDS.map(() => [] as Sample[]);
  for (let round = -ROUNDS_TO_WARM_UP; round < rounds; round += 1) {
    for (const [index, command] of COMMANDS.entries()) {
      const sample = await run(node, command, folder);
      if (round >= 0) samples[index]?.push(sample);
    }
  }
  const medians = samples.map((all) => ({
    cpu: median(all.map(({ cpu }) => cpu)),
    wall: median(all.map(({ wall }) => wall)),
  }));
  const empty = medians[0]?.cpu ?? 0;
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  return COMMANDS.map(({ name }, index) => {
    const { cpu, wall } = medians[index] ?? { cpu: 0, wall: 0 };
    return {
      name: index === 0 ? `${name} (${version})` : name,
      figures: { 'CPU ms': round1(cpu), 'CPU ms above empty node': round1(cpu - empty), 'clock ms': round1(wall) },
    };
  });
}

/** Milliseconds. */
interface Sample {
  readonly cpu: number;
  readonly wall: number;
}

function run(node: string, { args, withoutCache }: Command, folder: string): Promise<Sample> {
  const { HOME: _, ...env } = process.env;
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(node, ['--require', path.join(folder, 'reporter.cjs'), ...args], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
      env: { ...env, XDG_CACHE_HOME: withoutCache ? '' : path.join(folder, 'cache') },
    });
    let report = '';
    child.stdio[3]?.on('data', (data: Buffer) => {
      report += data.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => {
      const wall = performance.now() - start;
      // Findings are fine here; what counts is that the command did its work.
      if (code === 0 || code === 1) resolve({ cpu: Number(report) / 1000, wall });
      else reject(new Error(`node ${args.join(' ')} ended with ${code}`));
    });
  });
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

function round1(value: number): number {
  return Math.round(value * 10) / 10;
}
