import { expect, it } from 'vitest';
import type { Plan } from '../../packages/compiler/src/plan/plan.ts';
import { killedAt } from './killed-at.ts';
import { action, CHANGE, host, LOCAL, ofBatch, plan, step } from './plan-builder.ts';
import { enter, usePrograms } from './program.ts';

const made = usePrograms();

const hosts = ['h1', 'h2'].map((name) => host(name, enter(name)));

const rolling = (pause: number): Plan => plan([step('roll', [], {
  kind: 'roll',
  roll: {
    group: 'computes', batches: [['h1'], ['h2']], pause, maxFailures: 0,
    steps: [step('roll/work', [action('echo "$BELAY_HOST" >>"$HOME/done"', { changes: [CHANGE], targets: ofBatch('all', 'h1', 'h2') })])],
  },
})], { hosts });

it('a pause between batches goes on by the clock when the program was killed in it', async () => {
  const upgrade = made(rolling(3600));
  await killedAt(upgrade, 'batch-end', 3598);
  const { code, out } = upgrade.run('resume');
  expect([code, upgrade.lines('done')]).toEqual([0, ['h1', 'h2']]);
  expect(out).toMatch(/pause +roll batch 1 +[12]\.0s until the next batch\n/);
});

it('a pause that is over is not waited for', async () => {
  const upgrade = made(rolling(3600));
  await killedAt(upgrade, 'batch-end', 4000);
  const { code, out } = upgrade.run('resume');
  expect([code, out.includes('until the next batch')]).toEqual([0, false]);
});

it.each([['was killed in it', 3599], ['was away for longer', 9000]])('a wait goes on by the clock when the program %s', async (_, age) => {
  const upgrade = made(plan([step('settle', [action({ type: 'wait', seconds: 3600 }, { targets: LOCAL })])]));
  await killedAt(upgrade, 'action-begin', age);
  expect(upgrade.run('resume').code).toBe(0);
});
