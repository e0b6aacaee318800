import { describe, expect, it } from 'vitest';
import type { Plan, Roll, Step } from '../../packages/compiler/src/plan/plan.ts';
import { action, CHANGE, chain, host, LOCAL, ofBatch, plan, probe, shell, step } from './plan-builder.ts';
import { enter, type Program, usePrograms } from './program.ts';

const made = usePrograms();

const NAMES = ['h1', 'h2', 'h3', 'h4', 'h5'];
const each = ofBatch('all', ...NAMES);
const effect = (text: string): string => `echo "${text}" >>"$HOME/effects"`;
const body = (name: string): Step =>
  step(`roll/${name}`, [
    action(`[[ -e $HOME/fail-${name}-$BELAY_HOST ]] && exit 1; ${effect(`${name} $BELAY_HOST`)}`, {
      changes: [CHANGE],
      targets: each,
    }),
  ]);

const lock: Roll['lock'] = {
  driver: 'test',
  key: 'reboot',
  acquire: action(effect('lock on $BELAY_HOST for $BELAY_RUN'), {
    targets: ofBatch('first', ...NAMES),
    title: 'take the lock',
  }),
  release: action(effect('release on $BELAY_HOST'), {
    targets: ofBatch('first', ...NAMES),
    title: 'release the lock',
  }),
};

const rolling = (options: Partial<Roll> = {}): Plan =>
  plan(
    chain(
      step('before', [effect('before')]),
      step('roll', [], {
        kind: 'roll',
        roll: {
          group: 'computes',
          batches: [['h1'], ['h2', 'h3'], ['h4', 'h5']],
          pause: 0,
          maxFailures: 0,
          steps: chain(body('drain'), body('boot'), body('return')),
          ...options,
        },
      }),
      step('after', [effect('after')]),
    ),
    { hosts: NAMES.map((name) => host(name, enter(name))) },
  );

/** The effects, with what hosts of a batch do at the same time in the order of the hosts. */
const effects = (upgrade: Program): string[] => {
  const lines = upgrade.lines('effects').map((line) => line.replace(/ for .*/, ''));
  const groups: string[][] = [];
  for (const line of lines) {
    const last = groups[groups.length - 1];
    if (last !== undefined && last[0]?.split(' ')[0] === line.split(' ')[0]) last.push(line);
    else groups.push([line]);
  }
  return groups.flatMap((group) => group.sort());
};

describe('a roll', () => {
  it('runs its body batch by batch', () => {
    const upgrade = made(rolling());
    const { code, out } = upgrade.run('run');
    expect(code).toBe(0);
    expect(effects(upgrade)).toEqual([
      'before',
      'drain h1',
      'boot h1',
      'return h1',
      'drain h2',
      'drain h3',
      'boot h2',
      'boot h3',
      'return h2',
      'return h3',
      'drain h4',
      'drain h5',
      'boot h4',
      'boot h5',
      'return h4',
      'return h5',
      'after',
    ]);
    expect(out).toMatch(/batch {2}roll batch 2 {2}of 3: h2, h3\n/);
  });

  it('pauses between batches', () => {
    const upgrade = made(rolling({ pause: 1, batches: [['h1'], ['h2']] }));
    const begin = Date.now();
    expect(upgrade.run('run').code).toBe(0);
    expect(Date.now() - begin).toBeGreaterThan(950);
    expect(Date.now() - begin).toBeLessThan(4000);
  });

  it('asks each host whether it needs the body, and leaves the others out', () => {
    const upgrade = made(rolling({ needed: probe('[[ $BELAY_HOST != h2 && $BELAY_HOST != h1 ]]', each) }));
    expect(upgrade.run('run').code).toBe(0);
    expect(effects(upgrade).filter((line) => line.startsWith('boot'))).toEqual([
      'boot h3',
      'boot h4',
      'boot h5',
    ]);
    expect(upgrade.events.filter((line) => /^(host-skipped|batch)/.test(line))).toEqual([
      'host-skipped roll 1 h1',
      'batch-end roll 1 ok',
      'host-skipped roll 2 h2',
      'batch-begin roll 2 h3',
      'batch-end roll 2 ok',
      'batch-begin roll 3 h4 h5',
      'batch-end roll 3 ok',
    ]);
  });

  it('takes the lock for a batch with hosts in need, asks again, and releases it', () => {
    const upgrade = made(
      rolling({
        lock,
        needed: probe(
          '[[ $BELAY_HOST == h[35] ]] || { [[ $BELAY_HOST == h2 ]] && [[ ! -e $HOME/asked ]] && touch $HOME/asked; }',
          each,
        ),
      }),
    );
    expect(upgrade.run('run').code).toBe(0);
    expect(effects(upgrade)).toEqual([
      'before',
      'lock on h2',
      'drain h3',
      'boot h3',
      'return h3',
      'release on h2',
      'lock on h5',
      'drain h5',
      'boot h5',
      'return h5',
      'release on h5',
      'after',
    ]);
  });

  it('releases the lock at once if nobody needs the body any more', () => {
    const upgrade = made(
      rolling({
        lock,
        batches: [['h1']],
        needed: probe('[[ ! -e $HOME/asked ]] && touch $HOME/asked', each),
      }),
    );
    expect(upgrade.run('run').code).toBe(0);
    expect(effects(upgrade)).toEqual(['before', 'lock on h1', 'release on h1', 'after']);
  });

  it('stops at the first host that fails, keeps the lock, and starts no other batch', () => {
    const upgrade = made(rolling({ lock }));
    upgrade.write('fail-boot-h2', '');
    const { code, out } = upgrade.run('run');
    expect(code).toBe(1);
    expect(effects(upgrade).slice(5)).toEqual(
      ['release on h1', 'lock on h2', 'drain h2', 'drain h3', 'boot h3'].slice(0),
    );
    expect(out).toContain('1 of its hosts failed, and the plan allows 0');
    expect(out).toContain('Locks held\n  roll                     test reboot, taken for batch 2\n');
    expect(out).toContain(`Failed
  roll                     The step roll (plans/test.belay:1)
                             h2: run [[ -e $HOME/fail-boot-$BELAY_HOST ]] && exit 1; echo "bo: exit 1
                             log .belay/test_plan/logs/roll.boot/01-run.h2.log

Rolls
  roll                     1 of 3 batches, 1 of 5 hosts; failed on h2
`);
  });

  it('goes on at the batch and the host where it stopped, under the lock that it holds', () => {
    const upgrade = made(rolling({ lock }));
    upgrade.write('fail-boot-h2', '');
    upgrade.run('run');
    upgrade.remove('fail-boot-h2');
    upgrade.remove('effects');
    const { code, err } = upgrade.run('resume');
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(effects(upgrade)).toEqual([
      'boot h2',
      'return h2',
      'return h3',
      'release on h2',
      'lock on h4',
      'drain h4',
      'drain h5',
      'boot h4',
      'boot h5',
      'return h4',
      'return h5',
      'release on h4',
      'after',
    ]);
  });

  it('says no more of a host that failed, once it has gone through', () => {
    const upgrade = made(rolling({ lock }));
    upgrade.write('fail-boot-h2', '');
    upgrade.run('run');
    upgrade.remove('fail-boot-h2');
    expect(upgrade.run('resume').code).toBe(0);
    expect(upgrade.run('status').out).toContain('Rolls\n  roll                     3 of 3 batches, 5 of 5 hosts\n');
  });

  it('lets as many hosts fail as the plan allows; the others of the batch go on', () => {
    const upgrade = made(rolling({ maxFailures: 1 }));
    upgrade.write('fail-boot-h2', '');
    const { code, out } = upgrade.run('run');
    expect(code).toBe(0);
    expect(out).toContain('Rolls\n  roll                     3 of 3 batches, 4 of 5 hosts; failed on h2\n                             exit 1: h2\n');
    expect(upgrade.run('status').out).toContain('\nWhat to do\n  Nothing is left to do but on the hosts that failed: mend them, and go through them again:\n      ./upgrade.sh resume --state .belay/test_plan --retry roll\n');
    expect(effects(upgrade)).toEqual([
      'before',
      'drain h1',
      'boot h1',
      'return h1',
      'drain h2',
      'drain h3',
      'boot h3',
      'return h3',
      'drain h4',
      'drain h5',
      'boot h4',
      'boot h5',
      'return h4',
      'return h5',
      'after',
    ]);
    expect(upgrade.events).toContain('host-failed roll 2 h2 roll/boot');
    expect(upgrade.events).toContain('batch-end roll 2 failed');
  });

  it('counts failures over all batches', () => {
    const upgrade = made(rolling({ maxFailures: 1 }));
    upgrade.write('fail-boot-h2', '');
    upgrade.write('fail-drain-h4', '');
    const { code, out } = upgrade.run('run');
    expect(code).toBe(1);
    expect(out).toContain('Rolls\n  roll                     2 of 3 batches, 2 of 5 hosts; failed on h2, h4\n');
    expect(effects(upgrade).slice(-2)).toEqual(['return h3', 'drain h5']);
    upgrade.remove('fail-boot-h2');
    upgrade.remove('fail-drain-h4');
    upgrade.remove('effects');
    expect(upgrade.run('resume').code).toBe(0);
    expect(effects(upgrade)).toEqual([
      'boot h2',
      'return h2',
      'drain h4',
      'boot h4',
      'boot h5',
      'return h4',
      'return h5',
      'after',
    ]);
  });

  it('counts a host that cannot be asked as failed', () => {
    const upgrade = made(
      rolling({
        batches: [['h1'], ['h2']],
        needed: probe('[[ $BELAY_HOST == h1 ]] && exit 255; true', each),
      }),
    );
    expect(upgrade.run('run').code).toBe(1);
    expect(effects(upgrade)).toEqual(['before']);
  });

  it('retries a step of the body for the hosts that failed, and no others', () => {
    const flaky = step(
      'roll/flaky',
      [
        action(
          `${effect('try $BELAY_HOST')}; [[ $BELAY_HOST == h2 || -e $HOME/second ]] || { touch $HOME/second; exit 1; }`,
          { targets: each },
        ),
      ],
      { retry: { count: 1, every: 0 } },
    );
    const upgrade = made(rolling({ batches: [['h1', 'h2']], steps: [flaky] }));
    expect(upgrade.run('run').code).toBe(0);
    expect(upgrade.lines('effects').slice(1, -1).sort()).toEqual(['try h1', 'try h1', 'try h2']);
  });

  it('runs a step of the body that is not for the hosts once for each batch, and fails with it', () => {
    const local = step('roll/announce', [
      action(`${effect('announce')}; [[ $(grep -c announce $HOME/effects) -lt 2 ]]`),
    ]);
    const upgrade = made(rolling({ batches: [['h1'], ['h2'], ['h3']], steps: chain(local, body('boot')) }));
    const { code, out } = upgrade.run('run');
    expect(code).toBe(1);
    expect(out).toContain('roll/announce failed');
    expect(effects(upgrade)).toEqual(['before', 'announce', 'boot h1', 'announce']);
  });

  it('runs independent steps of the body at the same time', () => {
    const slow = (name: string): Step =>
      step(`roll/${name}`, [action(`${effect(`begin ${name}`)}; sleep 0.3; ${effect(`end ${name}`)}`)]);
    const upgrade = made(
      rolling({
        batches: [['h1']],
        steps: [slow('x'), slow('y'), { ...body('z'), after: ['roll/x', 'roll/y'] }],
      }),
    );
    expect(upgrade.run('run').code).toBe(0);
    expect(upgrade.lines('effects').slice(1, 3).sort()).toEqual(['begin x', 'begin y']);
  });

  it('completes its batch when a step beside it fails, and no other', () => {
    const upgrade = made(
      plan(
        [
          step('bad', ['sleep 0.3; exit 1']),
          step('roll', [], {
            kind: 'roll',
            roll: {
              group: 'computes',
              batches: [['h1'], ['h2']],
              pause: 0,
              maxFailures: 0,
              steps: [
                step('roll/a', [action(`sleep 0.6; ${effect('a $BELAY_HOST')}`, { targets: each })]),
                { ...body('b'), after: ['roll/a'] },
              ],
            },
          }),
        ],
        { hosts: NAMES.map((name) => host(name, enter(name))) },
      ),
    );
    expect(upgrade.run('run').code).toBe(1);
    expect(upgrade.lines('effects')).toEqual(['a h1', 'b h1']);
    expect(upgrade.events).toContain('step-end roll 0 stopped');
  });

  it('has its lock action fail the roll', () => {
    const upgrade = made(
      rolling({ lock: { ...lock, acquire: { ...lock.acquire, operation: shell('echo "the lock is held by: another" >&2; exit 1') } } }),
    );
    const { code, out } = upgrade.run('run');
    expect(code).toBe(1);
    expect(out).toContain('the lock could not be taken');
    expect(out).toMatch(/it says: the lock is held by: another\n/);
    expect(effects(upgrade)).toEqual(['before']);
  });

  it('takes a lock on this machine too', () => {
    const local = {
      ...lock,
      acquire: { ...lock.acquire, targets: LOCAL },
      release: { ...lock.release, targets: LOCAL },
    };
    const upgrade = made(rolling({ lock: local, batches: [['h1']] }));
    expect(upgrade.run('run').code).toBe(0);
    expect(effects(upgrade)).toEqual([
      'before',
      'lock on local',
      'drain h1',
      'boot h1',
      'return h1',
      'release on local',
      'after',
    ]);
  });
});
