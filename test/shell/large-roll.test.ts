import { describe, expect, it } from 'vitest';
import type { Plan } from '../../packages/compiler/src/plan/plan.ts';
import { action, CHANGE, host, ofBatch, plan, shell, step } from './plan-builder.ts';
import { enter, usePrograms } from './program.ts';

const made = usePrograms();

const NAMES = Array.from({ length: 1000 }, (_, index) => `node${index + 1}`);
const BATCHES = [NAMES.slice(0, 1), ...Array.from({ length: 10 }, (_, index) => NAMES.slice(1 + index * 100, 101 + index * 100))];

/**
 * Writes down when it is at work and when no longer. Fifty wait for each other; some hosts hang, lose their connection, or have no space left, and
 * the first may be broken.
 */
const WORK = `
echo "$BELAY_HOST" >>"$HOME/begun"
echo 1 >>"$HOME/works"
case $BELAY_HOST in
  node1) [[ ! -e $HOME/broken ]] ;;
  # Those are killed, and could not say that they are at work no longer.
  node7[0-5]) echo -1 >>"$HOME/works"; sleep 600 ;;
  node8[0-5]) (exit 255) ;;
  node9[0-5]) echo full >/dev/full ;;
  node10[2-9] | node1[1-4]? | node15[01])
    until [[ -e $HOME/met ]]; do
      (( $(grep -cx 1 "$HOME/works") - $(grep -cx -e -1 "$HOME/works") < 50 )) || : >"$HOME/met"
      sleep 0.1
    done ;;
esac
code=$?
echo -1 >>"$HOME/works"
exit "$code"`;

/** The most that were at work at the same time. */
function most(changes: readonly number[]): number {
  let now = 0;
  return changes.reduce((found, change) => Math.max(found, now += change), 0);
}

const rolling = (maxFailures: number): Plan => plan([step('roll', [], {
  kind: 'roll',
  roll: {
    group: 'computes', batches: BATCHES, pause: 0, maxFailures,
    steps: [step('roll/work', [action(shell(WORK, { timeout: 20 }), { title: 'work', changes: [CHANGE], targets: ofBatch('all', ...NAMES) })])],
  },
})], { hosts: NAMES.map((name) => host(name, enter(name))) });

describe('a roll over 1,000 hosts', () => {
  it('works on as many at the same time as --jobs says, and tells hosts that hang, are lost, or are full apart', { timeout: 300_000 }, () => {
    const upgrade = made(rolling(18));
    const { code, out } = upgrade.run('run --jobs 50', { timeout: 290_000 });
    expect(code).toBe(0);
    expect(most(upgrade.lines('works').map(Number))).toBe(50);
    expect(out.slice(out.indexOf('\nRolls'))).toBe(`
Rolls
  roll                     11 of 11 batches, 982 of 1000 hosts; failed on node70, node71, node72, node73, node74, node75 and 12 more
                             exit 1 (no space is left there): node90, node91, node92, node93, node94, node95
                             exit 255 (the connection failed): node80, node81, node82, node83, node84, node85
                             took too long and was ended: node70, node71, node72, node73, node74, node75
`);
  });

  it('goes no further than its canary if that fails', () => {
    const upgrade = made(rolling(0));
    upgrade.write('broken', '');
    const { code, out } = upgrade.run('run --jobs 50');
    expect([code, upgrade.lines('begun')]).toEqual([1, ['node1']]);
    expect(out).toContain('1 of its hosts failed, and the plan allows 0\n');
    expect(out).toContain('node1: work: exit 1\n');
  });

  it('goes no further than the batch in which one host too many fails, and says what failed on how many', { timeout: 120_000 }, () => {
    const upgrade = made(rolling(17));
    expect(upgrade.run('run --jobs 50', { timeout: 110_000 }).code).toBe(1);
    expect(upgrade.lines('begun')).toHaveLength(101);
    const { out } = upgrade.run('status');
    const rest = /^ +and 10 more: (.*)$/m.exec(out)?.[1]?.split('; ') ?? [];
    const [reasons, counts] = [rest.map((one) => one.replace(/ on \d+$/, '')), rest.map((one) => Number(/\d+$/.exec(one)?.[0]))];
    expect(['took too long and was ended', 'exit 255 (the connection failed)', 'exit 1 (no space is left there)']).toEqual(expect.arrayContaining(reasons));
    expect(counts.reduce((sum, count) => sum + count)).toBe(10);
  });
});
