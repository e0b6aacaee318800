/**
 * The golden files of the examples: their tokens, trees, JSON plans and shell programs, for people to review. Where they differ on purpose, write them
 * again with `pnpm golden`, and look at what changed.
 */
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { firstDifference, readGolden, stagesOf, updateGolden } from './golden.test-helpers.ts';

const EXAMPLES = [
  { example: 'suse-skip-kilo', entry: 'skip-kilo.belay', plan: 'skip_kilo' },
  { example: 'syseleven-reboot', entry: 'reboot.belay', plan: 'reboot' },
] as const;

describe.each(EXAMPLES)('$example', ({ example, entry, plan }) => {
  const folder = fileURLToPath(new URL(example, import.meta.url));
  let stages: ReadonlyMap<string, string>;

  beforeAll(async () => {
    stages = await stagesOf(fileURLToPath(new URL(`../../examples/${example}`, import.meta.url)), entry, plan);
    updateGolden(folder, stages);
  });

  test('every stage is as it was', () => {
    const golden = readGolden(folder);
    const differing = [...new Set([...golden.keys(), ...stages.keys()])].flatMap((name) => {
      const difference = firstDifference(golden.get(name), stages.get(name));
      return difference === undefined ? [] : [`${name}: ${difference}`];
    });
    expect(differing.join('\n\n'), 'Review what changed. If it is meant to, run `pnpm golden`.').toBe('');
  });

  test('the same source gives the same bytes', async () => {
    expect(await stagesOf(fileURLToPath(new URL(`../../examples/${example}`, import.meta.url)), entry, plan)).toEqual(stages);
  });
});
