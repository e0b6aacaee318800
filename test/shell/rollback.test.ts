import { cpSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Plan, Step } from '../../packages/compiler/src/plan/plan.ts';
import { action, backBy, chain, host, LOCAL, ofBatch, on, plan, shell, step } from './plan-builder.ts';
import { enter, type Program, usePrograms } from './program.ts';
import { change, failing, set } from './world.ts';

const made = usePrograms();

const world = (upgrade: Program): Record<string, string> =>
  Object.fromEntries(upgrade.list('state').map((name) => [name, upgrade.read(`state/${name}`).trim()]));

const hosts = ['h1', 'h2', 'h3'].map((name) => host(name, enter(name)));

const everywhere = on('all', 'h1', 'h2', 'h3');
const batch = ofBatch('all', 'h1', 'h2', 'h3');

const steps: Step[] = chain(
  step('one', [change('one', 'one', 'old', 'new')]),
  step('hosts', [
    change('hosts', 'code', 'juno', 'kilo', { targets: everywhere }),
    change('hosts-2', 'config', 'old', 'new', { targets: on('first', 'h2') }),
  ]),
  step('point', [action(failing('cp -r "$HOME/state" "$HOME/saved"', 'point'))], { kind: 'point' }),
  step(
    'schema',
    [
      action(failing(`${set('schema', '291')}; ${set('rows', 'moved')}`, 'schema'), {
        changes: [{ kind: 'database', name: 'nova.main', becomes: 'migrated', release: 'kilo' }],
        back: { by: 'restore' },
      }),
    ],
    { repeat: 'restore', restores: [{ point: 'point', resource: 'nova.main', to: ['point', 'start'] }] },
  ),
  step('whole', [change('whole', 'a', 'never', 'new'), change('whole-2', 'b', 'never', 'new')], {
    undo: [action(`${set('a', 'old')}; ${set('b', 'old')}`)],
  }),
  step('roll', [], {
    kind: 'roll',
    roll: {
      group: 'hosts',
      batches: [['h1'], ['h2', 'h3']],
      pause: 0,
      maxFailures: 0,
      lock: {
        driver: 'test',
        key: 'k',
        acquire: action(set('lock', 'held')),
        release: action(set('lock', 'free')),
      },
      steps: chain(
        step('roll/drain', [change('drain', 'drain', 'in', 'out', { targets: batch })]),
        step('roll/boot', [change('boot', 'kernel', '3.12', '4.4', { targets: batch })]),
      ),
    },
  }),
  step('last', [change('last', 'last', 'old', 'new')]),
);

const upgradePlan = (): Plan =>
  plan(steps, {
    hosts,
    points: [
      {
        id: 'point',
        captures: [
          {
            resource: 'nova.main',
            kind: 'database',
            targets: LOCAL,
            restore: shell(`${set('schema', '267')}; ${set('rows', 'unmoved')}`),
          },
        ],
      },
    ],
  });

const START = {
  a: 'old',
  b: 'old',
  one: 'old',
  schema: '267',
  rows: 'unmoved',
  last: 'old',
  lock: 'free',
  'h1.code': 'juno',
  'h2.code': 'juno',
  'h3.code': 'juno',
  'h2.config': 'old',
  'h1.drain': 'in',
  'h2.drain': 'in',
  'h3.drain': 'in',
  'h1.kernel': '3.12',
  'h2.kernel': '3.12',
  'h3.kernel': '3.12',
};
const POINT = {
  ...START,
  one: 'new',
  'h1.code': 'kilo',
  'h2.code': 'kilo',
  'h3.code': 'kilo',
  'h2.config': 'new',
};

function prepared(): Program {
  const upgrade = made(upgradePlan());
  for (const [name, value] of Object.entries(START)) upgrade.write(`state/${name}`, `${value}\n`);
  return upgrade;
}

describe('a failure in a step, and rollback', () => {
  it.each([
    ['one', START],
    ['hosts', START],
    ['hosts-2', START],
    ['point', START],
    ['schema', POINT],
    ['whole', POINT],
    ['whole-2', POINT],
    ['drain', POINT],
    ['boot', POINT],
    ['last', POINT],
  ] as const)(
    'at %s: the state is that of the rollback point, and the plan can be run to its end',
    (place, expected) => {
      const upgrade = prepared();
      upgrade.write(`fail-${place}`, '');
      expect(upgrade.run('run').code).toBe(1);
      const back = upgrade.run('rollback');
      expect(back.err).toBe('');
      expect(back.code).toBe(0);
      expect(world(upgrade)).toEqual(expected);
      expect(back.out).toContain(
        expected === START
          ? 'ROLLED BACK: 0 of 7 steps are done, 7 left.'
          : 'ROLLED BACK: 3 of 7 steps are done, 4 left.',
      );
      upgrade.remove(`fail-${place}`);
      expect(upgrade.run('run').code).toBe(0);
      expect(world(upgrade)).toEqual({
        a: 'new',
        b: 'new',
        one: 'new',
        schema: '291',
        rows: 'moved',
        last: 'new',
        lock: 'free',
        'h1.code': 'kilo',
        'h2.code': 'kilo',
        'h3.code': 'kilo',
        'h2.config': 'new',
        'h1.drain': 'out',
        'h2.drain': 'out',
        'h3.drain': 'out',
        'h1.kernel': '4.4',
        'h2.kernel': '4.4',
        'h3.kernel': '4.4',
      });
    },
  );

  it('goes back from the end to the start, the last step first', () => {
    const upgrade = prepared();
    upgrade.run('run');
    upgrade.remove('effects');
    expect(upgrade.run('rollback --to start').code).toBe(0);
    expect(world(upgrade)).toEqual(START);
    const sorted = (lines: string[]): string[] => lines.sort();
    const effects = upgrade.lines('effects');
    expect([
      effects.slice(0, 1),
      sorted(effects.slice(1, 3)),
      sorted(effects.slice(3, 5)),
      effects.slice(5, 7),
      effects.slice(7, 9),
      effects.slice(9, 11),
      effects.slice(11, 12),
      sorted(effects.slice(12, 15)),
      effects.slice(15),
    ]).toEqual([
      ['last=old'],
      ['h2.kernel=3.12', 'h3.kernel=3.12'],
      ['h2.drain=in', 'h3.drain=in'],
      ['h1.kernel=3.12', 'h1.drain=in'],
      ['a=old', 'b=old'],
      ['schema=267', 'rows=unmoved'],
      ['h2.config=old'],
      ['h1.code=juno', 'h2.code=juno', 'h3.code=juno'],
      ['one=old'],
    ]);
  });

  it('in two parts: first to the point, then to the start', () => {
    const upgrade = prepared();
    upgrade.run('run');
    expect(upgrade.run('rollback').code).toBe(0);
    expect(world(upgrade)).toEqual(POINT);
    expect(upgrade.run('rollback').out).toBe(
      'Nothing was begun since point.\nTo go further back: --to start, or another rollback point.\n',
    );
    expect(upgrade.run('rollback --to start').code).toBe(0);
    expect(world(upgrade)).toEqual(START);
  });

  it('--dry-run shows it and does nothing', () => {
    const upgrade = prepared();
    upgrade.write('fail-whole-2', '');
    upgrade.run('run');
    const before = world(upgrade);
    const { code, out } = upgrade.run('rollback --dry-run');
    expect(out.replace(/mkdir [^\n]*/g, '…')).toBe(`whole: run …
  $ …
whole counts as not done
point: restore nova.main on this machine
  $ …
schema counts as not done

Nothing was run.
`);
    expect(code).toBe(0);
    expect(world(upgrade)).toEqual(before);
  });

  it('undoes an action only on the hosts where it ran', () => {
    const upgrade = made(
      plan(
        [
          step('each', [
            change('x', 'code', 'juno', 'kilo', {
              targets: on('each', 'h1', 'h2', 'h3'),
              operation: shell(`[[ $BELAY_HOST == h2 ]] && exit 1; ${set('$BELAY_HOST.code', 'kilo')}`),
            }),
          ]),
        ],
        { hosts },
      ),
    );
    upgrade.run('run');
    upgrade.remove('effects');
    expect(upgrade.run('rollback').code).toBe(0);
    expect(upgrade.lines('effects').sort()).toEqual(['h1.code=juno', 'h2.code=juno']);
  });

  it('undoes nothing in a step that had nothing to do', () => {
    const upgrade = made(
      plan(
        chain(
          step('done', [change('d', 'd', 'old', 'new')], {
            unless: [{ targets: LOCAL, operation: shell('true') }],
          }),
          step('fails', ['false']),
        ),
      ),
    );
    upgrade.run('run');
    expect(upgrade.run('rollback').code).toBe(0);
    expect(upgrade.lines('effects')).toEqual([]);
    expect(upgrade.run('list').out).toContain('left     done');
  });

  it('does what the undo of the step says instead of the ways back of its actions; empty means nothing', () => {
    const upgrade = made(
      plan(
        chain(
          step('nothing', [change('n', 'n', 'old', 'new')], { undo: [] }),
          step('own', [change('o', 'o', 'old', 'new')], { undo: [action(set('o', 'undone'))] }),
          step('fails', ['false']),
        ),
      ),
    );
    upgrade.run('run');
    expect(upgrade.run('rollback').code).toBe(0);
    expect(upgrade.lines('effects')).toEqual(['n=new', 'o=new', 'o=undone']);
  });

  it('releases a lock that a failed batch kept', () => {
    const upgrade = prepared();
    upgrade.write('fail-boot', '');
    upgrade.run('run');
    expect(upgrade.read('state/lock')).toBe('held\n');
    expect(upgrade.run('status').out).toContain(
      'Locks held\n  roll                     test k, taken for batch 1\n',
    );
    upgrade.run('rollback');
    expect(upgrade.read('state/lock')).toBe('free\n');
    expect(upgrade.run('status').out).not.toContain('Locks held');
  });
});

describe('a rollback that does not come to its end', () => {
  it('stops at a way back that fails, says what to do, and goes on there', () => {
    const upgrade = made(
      plan(
        chain(
          step('a', [change('a', 'a', 'old', 'new')]),
          step('b', [action(set('b', 'new'), { back: backBy(failing(set('b', 'old'), 'back')) })]),
          step('c', [change('c', 'c', 'old', 'new')]),
          step('fails', ['false']),
        ),
      ),
    );
    upgrade.write('fail-back', '');
    upgrade.run('run');
    const { code, out } = upgrade.run('rollback');
    expect(code).toBe(1);
    expect(out.slice(out.indexOf('What to do'))).toBe(`What to do
  Repair what made the rollback stop, then let it go on to start:
      ./upgrade.sh rollback --state .belay/test_plan --to start
`);
    expect(out).toContain('ROLLBACK INCOMPLETE');
    expect(upgrade.run('run')).toMatchObject({
      code: 2,
      err: expect.stringContaining('A rollback to start is not complete.'),
    });
    expect(upgrade.run('resume').code).toBe(2);
    upgrade.remove('fail-back');
    expect(upgrade.run('rollback').code).toBe(0);
    expect(upgrade.lines('effects')).toEqual(['a=new', 'b=new', 'c=new', 'c=old', 'b=old', 'a=old']);
  });

  it('by a kill -9 after every line of its journal undoes nothing twice', () => {
    const upgrade = prepared();
    upgrade.write('fail-last', '');
    upgrade.run('run');
    upgrade.remove('effects');
    upgrade.write(
      'bin/sync',
      '#!/bin/bash\nif (( $(wc -l <"${!#}") >= KILL_AT )); then kill -KILL "$PPID"; fi\nexec /usr/bin/sync "$@"\n',
      0o755,
    );
    const saved = `${upgrade.folder}.saved`;
    cpSync(upgrade.folder, saved, { recursive: true });
    const first = upgrade.journal.length + 1;
    let line = first;
    try {
      for (; ; line += 1) {
        const environment = { PATH: `${upgrade.folder}/bin:${process.env['PATH']}`, KILL_AT: String(line) };
        if (upgrade.run('rollback', { environment }).code !== null) break;
        expect(upgrade.run('rollback').code, `line ${line}`).toBe(0);
        expect(world(upgrade), `line ${line}`).toEqual(POINT);
        expect(upgrade.lines('effects').sort(), `line ${line}`).toEqual([
          'a=old',
          'b=old',
          'h1.drain=in',
          'h1.kernel=3.12',
          'h2.drain=in',
          'h2.kernel=3.12',
          'h3.drain=in',
          'h3.kernel=3.12',
          'last=old',
          'rows=unmoved',
          'schema=267',
        ]);
        rmSync(upgrade.folder, { recursive: true });
        cpSync(saved, upgrade.folder, { recursive: true });
      }
    } finally {
      rmSync(saved, { recursive: true });
    }
    expect(line - first).toBeGreaterThan(25);
  }, 120_000);
});
