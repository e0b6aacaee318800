/**
 * `pnpm bench [NAME…]`: runs the benchmarks of this folder, or those that are named (`syntax`, `start`, …), and prints what they measure.
 *
 * A benchmark is a function whose name starts with `measure` and that a module of this folder exports. It returns rows of figures;
 * among them is a figure of something well known, measured in the same run, to compare the others with.
 */
import { readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import process from 'node:process';
import { printTable, type Row } from './table.ts';

const wanted = process.argv.slice(2);
const modules = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'run.ts')
  .map((file) => file.slice(0, -'.ts'.length))
  .filter((name) => wanted.length === 0 || wanted.includes(name))
  .sort();

process.stdout.write(`Node ${process.version}, ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} processors\n`);
for (const name of modules) {
  const module = await import(new URL(`${name}.ts`, import.meta.url).href) as Readonly<Record<string, unknown>>;
  const measures = Object.entries(module).filter((entry): entry is [string, () => Promise<Row[]>] => entry[0].startsWith('measure') && typeof entry[1] === 'function');
  for (const [, measure] of measures) process.stdout.write(`\n${name}\n${printTable(await measure())}`);
}
