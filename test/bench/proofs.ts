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

/**
 * Measures the proofs on plans of 61 components, in several shapes and sizes: milliseconds of CPU time, of all threads, in a process of its own for each plan, so nothing is warm; and
 * the most memory of that process. The exponents say how the costs grow between 1,000 and 100,000 steps; what the start of a process costs hides in the smaller one.
 */
export async function measureAllProofs(): Promise<Row[]> {
  return SHAPES.flatMap((shape) => {
    const sizes = SIZES.map((size) => ({ size, proved: measure(shape, size) }));
    const exponent = (cost: (proved: Proved) => number): number => rounded(growthExponent(sizes.filter(({ size }) => size >= 1_000).map(({ size, proved }) => ({ size, cost: cost(proved) }))));
    return [
      ...sizes.map(({ proved }) => ({ name: `${shape}, ${proved.steps.toLocaleString('en-US')} steps`, figures: figuresOf((cost) => Math.round(cost(proved) * 10) / 10) })),
      { name: `${shape}, growth exponent`, figures: figuresOf(exponent) },
    ];
  });
}

/** Measures what each proof takes with 100,000 steps, and the exponent with which that grows from 10,000 steps on. */
export async function measureEachProof(): Promise<Row[]> {
  const names = Object.keys(measure('chain', 100_000).each);
  return names.map((name) => ({
    name,
    figures: Object.fromEntries(SHAPES.flatMap((shape) => {
      const [small, large] = [measure(shape, 10_000).each[name] ?? 0, measure(shape, 100_000).each[name] ?? 0];
      // Below ten milliseconds the clock says more than the proof.
      return [[`${shape}, CPU ms`, Math.round(large)], ...(large < 10 ? [] : [[`${shape}, exponent`, rounded(Math.log10(large / small))]])];
    })) as Record<string, number>,
  }));
}

function figuresOf(value: (cost: (proved: Proved) => number) => number): Record<string, number> {
  return {
    'read and bind, CPU ms': value(({ bind }) => bind), 'graph and rules, CPU ms': value(({ rules }) => rules), 'proofs, CPU ms': value(({ proofs }) => proofs),
    'all, CPU ms': value(({ bind, rules, proofs }) => bind + rules + proofs), 'memory, MiB': value(({ memory }) => memory),
  };
}

const measured = new Map<string, Proved>();

/** The run of several in which the proofs took least; what was measured once is known. */
function measure(shape: Shape, size: number): Proved {
  const key = `${shape} ${size}`;
  let proved = measured.get(key);
  if (proved === undefined) {
    const runs = Array.from({ length: size > 10_000 ? 1 : 3 }, () => run(shape, size));
    measured.set(key, (proved = runs.reduce((least, one) => (one.proofs < least.proofs ? one : least))));
  }
  return proved;
}

function run(shape: Shape, size: number): Proved {
  const script = path.join(import.meta.dirname, 'proofs', 'prove-once.ts');
  const args = [`--max-old-space-size=${HEAP}`, '--import', TEXT_MODULES, script, shape, String(size)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Proved;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
