import { formatSource } from '../../packages/compiler/src/syntax/format.ts';
import { parse } from '../../packages/compiler/src/syntax/parse.ts';
import { tokenize } from '../../packages/compiler/src/syntax/tokens.ts';
import { Source } from '../../packages/compiler/src/text/source.ts';
import { growthExponent, leastTime } from './growth.ts';
import { madeSource } from './made-source.ts';

/** One line of a benchmark's report: what was measured, and numbers by their name and unit. */
export interface SyntaxRow {
  readonly name: string;
  readonly figures: Readonly<Record<string, number>>;
}

const SIZES = [500, 2_000, 26_000, 100_000] as const;

/** What is measured: milliseconds of CPU time of the stages, and of JSON.parse on the same lines as an array of strings, as a measure of the machine. */
const STAGES: readonly { readonly name: string; readonly prepare: (text: string) => () => unknown }[] = [
  { name: 'lex', prepare: (text) => () => tokenize(text) },
  { name: 'lex and parse', prepare: (text) => () => parse(new Source('bench.belay', text)) },
  { name: 'format', prepare: (text) => () => formatSource(new Source('bench.belay', text)) },
  { name: 'JSON.parse', prepare: (text) => {
    const json = JSON.stringify(text.split('\n'));
    return () => JSON.parse(json) as unknown;
  } },
];

/** Measures reading and formatting at several sizes, warm, and how the times grow with the size. */
export async function measureSyntax(): Promise<SyntaxRow[]> {
  const warmUp = madeSource(2_000);
  for (const { prepare } of STAGES) leastTime(10, prepare(warmUp));
  const times = SIZES.map((size) => {
    const text = madeSource(size);
    return STAGES.map(({ prepare }) => leastTime(size > 10_000 ? 5 : 20, prepare(text)));
  });
  const rows = SIZES.map((size, row) => ({
    name: `${size.toLocaleString('en-US')} lines`,
    figures: Object.fromEntries(STAGES.map(({ name }, stage) => [`${name}, CPU ms`, rounded(times[row]?.[stage] ?? 0, 2)])),
  }));
  const exponents = STAGES.map(({ name }, stage) => [
    `${name}, CPU ms`, rounded(growthExponent(SIZES.map((size, row) => ({ size, cost: times[row]?.[stage] ?? 0 }))), 2),
  ]);
  return [...rows, { name: 'growth exponent', figures: Object.fromEntries(exponents) as Record<string, number> }];
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
