/** An hour of editing in miniature. `BELAY_SOAK=50000 pnpm vitest run test/lsp/soak.test.ts` makes so many edits; without it there are 2,000. */
import process from 'node:process';
import v8 from 'node:v8';
import vm from 'node:vm';
import { expect, test } from 'vitest';
import { FEATURES } from '../../packages/lsp/src/features/index.ts';
import { SoakClient } from './soak-client.test-helpers.ts';
import { Dice, soakFiles } from './soak-edits.test-helpers.ts';

const EDITS = Number(process.env['BELAY_SOAK'] ?? 2_000);
const ROUND = 1_000;

v8.setFlagsFromString('--expose-gc');
const collect = vm.runInNewContext('gc') as () => void;

/** Bytes on the heap that something still holds. */
async function heldBytes(): Promise<number> {
  // Answers that nobody waits for any more, and finalizers.
  for (let turn = 0; turn < 5; turn += 1) {
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
    collect();
  }
  return v8.getHeapStatistics().used_heap_size;
}

test(`after each 1,000 of ${EDITS} edits, with requests of every kind between them, the findings are those of a fresh server, and nothing is held`, { timeout: 120_000 + EDITS * 120 }, async () => {
  const dice = new Dice(4);
  const soaked = await SoakClient.start(await soakFiles());
  const heap: number[] = [];
  for (let edits = 0; edits < EDITS; edits += ROUND) {
    for (let edit = 0; edit < ROUND; edit += 1) await soaked.step(dice);
    const found = await soaked.findings();
    const fresh = await soaked.fresh();
    expect(found).toEqual(await fresh.findings());
    fresh.stop();
    expect(soaked.failures).toEqual([]);
    await soaked.reset();
    heap.push(await heldBytes());
  }
  const all = FEATURES.map(({ method }) => method);
  expect(all.filter((method) => (soaked.answered.get(method) ?? 0) === 0)).toEqual([]);
  // What is answered at once can not be cancelled any more.
  expect(all.filter((method) => (soaked.cancelled.get(method) ?? 0) > 0).length).toBeGreaterThan(all.length / 2);
  const [start = 0] = heap;
  expect((heap.at(-1) ?? 0) / start, `bytes held after each round: ${heap.join(' ')}`).toBeLessThan(1.2);
  soaked.stop();
});
