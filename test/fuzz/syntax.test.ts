import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkProject } from '../../packages/compiler/src/check.ts';
import { loadProject } from '../../packages/compiler/src/project/load.ts';
import type { FileHost } from '../../packages/compiler/src/project/project.ts';
import { formatSource } from '../../packages/compiler/src/syntax/format.ts';
import { sources } from '../../packages/compiler/src/syntax/mangle.test-helpers.ts';
import { parse } from '../../packages/compiler/src/syntax/parse.ts';
import { placeStatements, printTree } from '../../packages/compiler/src/syntax/tree.test-helpers.ts';
import { Source } from '../../packages/compiler/src/text/source.ts';
import { mutations } from './mutate.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The example files: text by path. */
const EXAMPLES = new Map(globSync('examples/**/*.belay', { cwd: root, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => `${entry.parentPath}/${entry.name}`)
  .map((path): [string, string] => [path.slice(root.length), readFileSync(path, 'utf8')]));

/** Milliseconds that reading, formatting or checking a damaged file may take at most; it takes a few. */
const LONGEST = 3_000;

/** A whole file and a damaged version of it. */
interface Damage {
  readonly path: string;
  readonly whole: string;
  readonly damaged: string;
}

const wholeFiles = fc.oneof(
  fc.constantFrom(...EXAMPLES).map(([path, whole]) => ({ path, whole })),
  sources.map((whole) => ({ path: 'examples/made.belay', whole })),
);

const damages: fc.Arbitrary<Damage> = fc.tuple(wholeFiles, mutations).map(([file, mutate]) => ({ ...file, damaged: mutate(file.whole) }));

/** What is done to a file; each has to end in time, and throw nothing, whatever the file holds. */
const STAGES: Readonly<Record<string, (damage: Damage) => unknown>> = {
  parse: ({ path, damaged }) => parse(new Source(path, damaged)),
  format: ({ path, damaged }) => formatSource(new Source(path, damaged)),
  check: async ({ path, damaged }) => checkProject(await loadProject(path, hostWith(path, damaged))),
};

/** The workspace with one file replaced. */
function hostWith(path: string, text: string): FileHost {
  return {
    async read(asked) {
      if (asked === path) return { found: true, bytes: new TextEncoder().encode(text) };
      const example = EXAMPLES.get(asked);
      if (example !== undefined) return { found: true, bytes: new TextEncoder().encode(example) };
      try {
        return { found: true, bytes: readFileSync(root + asked) };
      } catch {
        return { found: false, reason: 'missing' };
      }
    },
  };
}

test('there are example files to damage', () => {
  expect([...EXAMPLES.keys()]).toContain('examples/suse-skip-kilo/skip-kilo.belay');
});

describe('a damaged file', () => {
  test.each(Object.keys(STAGES))('%s ends in time, and throws nothing', async (stage) => {
    await fc.assert(fc.asyncProperty(damages, async (damage) => {
      const start = performance.now();
      await STAGES[stage]?.(damage);
      expect(performance.now() - start).toBeLessThan(LONGEST);
    }), { numRuns: 300 });
  });

  test('has statements and diagnostics inside of the file, in their order', () => {
    fc.assert(fc.property(damages, ({ path, damaged }) => {
      const { statements, diagnostics } = parse(new Source(path, damaged));
      const spans = [...statements, ...diagnostics.map(({ primary }) => primary)];
      expect(spans.filter(({ start, end }) => start < 0 || end < start || end > damaged.length)).toEqual([]);
      const starts = statements.map(({ start }) => start);
      expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    }), { numRuns: 300 });
  });

  test('is formatted once and for all, or not at all', () => {
    fc.assert(fc.property(damages, ({ path, damaged }) => {
      const formatted = formatSource(new Source(path, damaged));
      if (formatted === undefined) return;
      expect(formatSource(new Source(path, formatted))).toBe(formatted);
      expect(printTree(parse(new Source(path, formatted)).statements)).toBe(printTree(parse(new Source(path, damaged)).statements));
    }), { numRuns: 500 });
  });

  test('keeps all statements that end before the damaged line', () => {
    fc.assert(fc.property(damages, ({ path, whole, damaged }) => {
      const lines = commonLines(whole, damaged);
      const before = placeStatements(parse(new Source(path, whole))).filter(({ headTo }) => headTo <= lines).map((one) => one.path);
      const found = new Set(placeStatements(parse(new Source(path, damaged))).map((one) => one.path));
      expect(before.filter((one) => !found.has(one))).toEqual([]);
    }), { numRuns: 500 });
  });
});

/** How many whole lines two texts have in common at their start. */
function commonLines(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return a.slice(0, at).split('\n').length - 1;
}
