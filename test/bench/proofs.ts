import { execFileSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { growthExponent } from './growth.ts';
import { SHAPES, type Shape } from './proofs/made-plan.ts';
import type { Proved } from './proofs/prove-once.ts';
import type { Row } from './table.ts';

const SIZES = [100, 1_000, 10_000, 100_000] as const;

/** The processes get no more heap than a machine with a gibibyte of memory has room for; one that needs more ends with an error. */
const HEAP = 900;

const TEXT_MODULES = pathToFileURL(path.resolve(import.meta.dirname, '../../packages/compiler/build/text-modules.mjs')).href;

/** What a size cost, the least of some runs. */
interface Measured {
  readonly size: number;
  readonly proved: Proved;
}

/**
 * Measures the proofs on plans of 61 components, in several shapes and sizes: milliseconds of CPU time, of all threads, in a process of its own for each plan, so nothing is warm; and
 * the most memory of that process. The exponents say how the costs grow between 1,000 and 100,000 steps; what the start of a process costs hides in the smaller one.
 */
export async function measureProofs(): Promise<Row[]> {
  return SHAPES.flatMap((shape) => {
    const measured = SIZES.map((size): Measured => ({ size, proved: measure(shape, size) }));
    const exponent = (cost: (proved: Proved) => number): number => rounded(growthExponent(measured.filter(({ size }) => size >= 1_000).map(({ size, proved }) => ({ size, cost: cost(proved) }))));
    return [
      ...measured.map(({ proved }) => ({ name: `${shape}, ${proved.steps.toLocaleString('en-US')} steps`, figures: figuresOf((cost) => Math.round(cost(proved) * 10) / 10) })),
      { name: `${shape}, growth exponent`, figures: figuresOf(exponent) },
    ];
  });
}

/** Measures what each proof takes, at the largest size, and how it grows. */
export async function measureEachProof(): Promise<Row[]> {
  const proved = SHAPES.map((shape) => ({ shape, small: measure(shape, 10_000), large: measure(shape, 100_000) }));
  const names = Object.keys(proved[0]?.large.each ?? {});
  return names.map((name) => ({
    name,
    figures: Object.fromEntries(proved.flatMap(({ shape, small, large }) => [
      [`${shape}, CPU ms`, Math.round(large.each[name] ?? 0)],
      [`grows by 10 to the`, rounded(Math.log10(Math.max(1, large.each[name] ?? 1) / Math.max(1, small.each[name] ?? 1)))],
    ])) as Record<string, number>,
  }));
}

function figuresOf(value: (cost: (proved: Proved) => number) => number): Record<string, number> {
  return {
    'read and bind, CPU ms': value(({ bind }) => bind), 'graph and rules, CPU ms': value(({ rules }) => rules), 'proofs, CPU ms': value(({ proofs }) => proofs),
    'all, CPU ms': value(({ bind, rules, proofs }) => bind + rules + proofs), 'memory, MiB': value(({ memory }) => memory),
  };
}

/** The run of several in which the proofs took least. */
function measure(shape: Shape, size: number): Proved {
  const runs = Array.from({ length: size > 10_000 ? 1 : 3 }, () => run(shape, size));
  return runs.reduce((least, one) => (one.proofs < least.proofs ? one : least));
}

function run(shape: Shape, size: number): Proved {
  const script = path.join(import.meta.dirname, 'proofs', 'prove-once.ts');
  const args = [`--max-old-space-size=${HEAP}`, '--import', TEXT_MODULES, script, shape, String(size)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Proved;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
