import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** One line of a benchmark's report: what was measured, and numbers by their name and unit. */
export interface StartRow {
  readonly name: string;
  readonly figures: Readonly<Record<string, number>>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const bundle = path.join(root, 'packages', 'compiler', 'dist', 'belay.cjs');

/** Commands, each with the arguments of node; the first is what the others are compared with. */
const COMMANDS: readonly { readonly name: string; readonly args: readonly string[] }[] = [
  { name: 'node -e 0', args: ['-e', '0'] },
  { name: 'belay --version', args: [bundle, '--version'] },
  { name: 'belay --help', args: [bundle, '--help'] },
  { name: 'belay check examples/syseleven-reboot', args: [bundle, 'check', 'examples/syseleven-reboot/reboot.belay'] },
  { name: 'belay check examples/suse-skip-kilo', args: [bundle, 'check', 'examples/suse-skip-kilo/skip-kilo.belay'] },
];

/** Written by each process at its end: the CPU time of all its threads, in microseconds. */
const REPORTER = `process.on('exit', () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  require('node:fs').writeSync(3, String(userCPUTime + systemCPUTime));
});
`;

/**
 * Measures what it costs to start the bundled command: CPU time (user and system, all threads) and time on the clock, as medians
 * of `rounds` runs. The commands take turns, so that a busy moment of the machine hits all of them.
 */
export async function measureStart(rounds = 15): Promise<StartRow[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'belay-bench-'));
  try {
    const reporter = path.join(folder, 'reporter.cjs');
    writeFileSync(reporter, REPORTER);
    const samples = COMMANDS.map(() => [] as Sample[]);
    for (let round = 0; round <= rounds; round += 1) {
      for (const [index, { args }] of COMMANDS.entries()) {
        const sample = await run(['--require', reporter, ...args]);
        // The first round only fills the caches of the file system.
        if (round > 0) samples[index]?.push(sample);
      }
    }
    const medians = samples.map((all) => ({
      cpu: median(all.map(({ cpu }) => cpu)),
      wall: median(all.map(({ wall }) => wall)),
    }));
    const empty = medians[0]?.cpu ?? 0;
    return COMMANDS.map(({ name }, index) => {
      const { cpu, wall } = medians[index] ?? { cpu: 0, wall: 0 };
      return {
        name,
        figures: { 'CPU ms': round1(cpu), 'CPU ms above empty node': round1(cpu - empty), 'clock ms': round1(wall) },
      };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds. */
interface Sample {
  readonly cpu: number;
  readonly wall: number;
}

function run(args: readonly string[]): Promise<Sample> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit', 'pipe'] });
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
