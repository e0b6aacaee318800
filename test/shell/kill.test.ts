import { describe, expect, it } from 'vitest';
import { action, backBy, CHANGE, chain, host, on, plan, probe, step } from './plan-builder.ts';
import { enter, usePrograms } from './program.ts';
import { effect, EFFECTS, whole } from './whole-plan.ts';

const made = usePrograms();

/**
 * A `sync` that kills the program that called it as soon as the journal has so many lines, after it has cut the rest
 * off: the disk had only these when the power went. `torn` leaves half of the next line.
 */
const killingSync = (torn: boolean): string => `#!/bin/bash
journal=\${!#}
if [[ -s $journal ]] && (( $(wc -l <"$journal") >= KILL_AT )); then
  kill -STOP "$PPID"
  cp "$journal" "$journal.whole"
  { head -n "$KILL_AT" "$journal.whole"; ${torn ? 'tail -n +"$((KILL_AT + 1))" "$journal.whole" | head -n 1 | head -c 30 | tr -d "\\n"' : ':'}; } >"$journal"
  kill -KILL "$PPID"
fi
exec /usr/bin/sync "$@"
`;

describe('a kill -9', () => {
  it('undisturbed, every effect happens once', () => {
    const upgrade = made(whole());
    expect(upgrade.run('run').code).toBe(0);
    expect(upgrade.lines('effects').sort()).toEqual(EFFECTS);
  });

  it.each([false, true])(
    'after every line of the journal (next line torn: %s) costs nothing: resume ends as if nothing had happened',
    (torn) => {
      const total = (() => {
        const upgrade = made(whole());
        upgrade.run('run');
        return upgrade.journal.length;
      })();
      expect(total).toBeGreaterThan(60);
      for (let line = 2; line < total; line += torn ? 7 : 1) {
        const upgrade = made(whole());
        upgrade.write('bin/sync', killingSync(torn), 0o755);
        const killed = upgrade.run('run', {
          environment: { PATH: `${upgrade.folder}/bin:${process.env['PATH']}`, KILL_AT: String(line) },
        });
        expect(killed.code, `line ${line}`).toBe(null);
        if (line % 10 === 0) expect(upgrade.run('status').out, `line ${line}`).toMatch(/KILLED: /);
        const resumed = upgrade.run('resume');
        expect(`${resumed.err}${resumed.code}`, `line ${line}`).toBe('0');
        // A lock may be taken again by the same holder, which costs nothing.
        const withoutLock = (names: readonly string[]): string[] =>
          names.filter((name) => !name.includes('lock'));
        expect(withoutLock(upgrade.lines('effects').sort()), `line ${line}`).toEqual(withoutLock(EFFECTS));
        expect(upgrade.events.at(-1)).toBe('run-end 0 done');
      }
    },
    300_000,
  );

  /** Kills the program from within an action; the command itself goes on. */
  const killProgram = 'read -r _ pid _ <"$HOME/.belay/test_plan/lock"; kill -KILL "$pid"; sleep 0.2';

  it('while a command runs: the command is waited for, and what it did counts', () => {
    const upgrade = made(
      plan(
        chain(
          step(
            'a',
            [action(`${effect('a-begin')}; ${killProgram}; ${effect('a-end')}`, { changes: [CHANGE] })],
            { repeat: 'restore' },
          ),
          step('b', [effect('b')]),
        ),
      ),
    );
    expect(upgrade.run('run').code).toBe(null);
    expect(upgrade.run('resume').code).toBe(0);
    expect(upgrade.lines('effects')).toEqual(['a-begin', 'a-end', 'b']);
  });

  it('while a command runs that then fails: the failure counts', () => {
    const upgrade = made(
      plan([step('a', [action(`${killProgram}; exit 7`, { changes: [CHANGE] })], { repeat: 'restore' })]),
    );
    upgrade.run('run');
    const { code, out } = upgrade.run('resume');
    expect(code).toBe(1);
    expect(out).toMatch(/FAILED: 0 of 1[^]*kill -KI: exit 7/);
  });

  /** Kills the program and the command's own process group: the machine went down. */
  const killAll = `read -r _ pid _ <"$HOME/.belay/test_plan/lock"; kill -KILL -- "$pid" "-$(ps -o pgid= -p $$ | tr -d ' ')"`;
  const killOnce = (when: 'before' | 'after', name: string): string =>
    when === 'before'
      ? `[[ -e $HOME/once ]] || { touch $HOME/once; ${killAll}; }; ${effect(name)}`
      : `${effect(name)}; [[ -e $HOME/once ]] || { touch $HOME/once; ${killAll}; }`;

  it.each([
    ['before', ['a']],
    ['after', ['a', 'a']],
  ] as const)('of program and command %s the effect: a safe step is repeated', (when, effects) => {
    const upgrade = made(plan([step('a', [action(killOnce(when, 'a'), { changes: [CHANGE] })])]));
    upgrade.run('run');
    expect(upgrade.run('resume').code).toBe(0);
    expect(upgrade.lines('effects')).toEqual(effects);
  });

  it('leaves a step that only a person may repeat to a person', async () => {
    const value = plan([
      step(
        'a',
        [
          action(effect('done')),
          action(killOnce('after', 'a'), { changes: [CHANGE], title: 'move the data' }),
        ],
        { repeat: 'ask' },
      ),
    ]);
    const upgrade = made(value);
    upgrade.run('run');
    const asked = upgrade.run('resume');
    expect(asked.code).toBe(1);
    expect(asked.out).toContain(
      'a  The step a was interrupted, and only a person can tell whether it may run again.',
    );
    expect(asked.out).toContain('local: move the data: did not end');
    expect(asked.out).toContain(
      'Look whether it is safe to run these again; if it is:\n      ./upgrade.sh resume --state .belay/test_plan --repeat a\n',
    );
    expect(upgrade.run('resume --yes').code).toBe(1);
    expect(upgrade.lines('effects')).toEqual(['done', 'a']);
    expect((await upgrade.onTerminal('resume', ['n'])).code).toBe(1);
    expect(upgrade.lines('effects')).toEqual(['done', 'a']);
    expect((await upgrade.onTerminal('resume', ['y'])).code).toBe(0);
    expect(upgrade.lines('effects')).toEqual(['done', 'a', 'a']);
  });

  it('--repeat is the yes for one step', () => {
    const upgrade = made(
      plan([step('a', [action(killOnce('after', 'a'), { changes: [CHANGE] })], { repeat: 'ask' })]),
    );
    upgrade.run('run');
    expect(upgrade.run('resume --repeat a').code).toBe(0);
    expect(upgrade.lines('effects')).toEqual(['a', 'a']);
    expect(upgrade.events).toContain('repeat a 0 operator');
  });

  it('repeats what changes nothing without asking', () => {
    const upgrade = made(plan([step('a', [action(killOnce('after', 'look'))], { repeat: 'ask' })]));
    upgrade.run('run');
    expect(upgrade.run('resume').code).toBe(0);
    expect(upgrade.lines('effects')).toEqual(['look', 'look']);
  });

  it('believes `unless`', () => {
    const upgrade = made(
      plan([
        step('a', [action(killOnce('after', 'a'), { changes: [CHANGE] })], {
          repeat: 'restore',
          unless: [probe('grep -qs a "$HOME/effects" || exit 1')],
        }),
      ]),
    );
    upgrade.run('run');
    const { code, out } = upgrade.run('resume');
    expect(out).toContain('a  is done already');
    expect(code).toBe(0);
    expect(upgrade.lines('effects')).toEqual(['a']);
  });

  it('in a schema change offers the way back, and nothing else', () => {
    const upgrade = made(
      plan(
        chain(
          step('point', [], { kind: 'point' }),
          step(
            'sync',
            [action(killOnce('after', 'sync'), { changes: [CHANGE], back: backBy(effect('back')) })],
            { repeat: 'restore' },
          ),
        ),
      ),
    );
    upgrade.run('run');
    const { code, out, err } = upgrade.run('resume');
    expect(code).toBe(1);
    expect(err).toContain(
      'sync was interrupted, and what it does to a schema can be half applied. It is not run on top of that.',
    );
    expect(out.slice(out.indexOf('What to do'))).toBe(`What to do
  sync changes a schema and may be half applied, so it is not run again on top.
  Go back to point, then run again:
      ./upgrade.sh rollback --state .belay/test_plan
`);
    expect(upgrade.run('rollback').code).toBe(0);
    expect(upgrade.run('run').code).toBe(0);
    expect(upgrade.lines('effects')).toEqual(['sync', 'back', 'sync']);
  });

  it('repeats only the hosts on which an action did not end', () => {
    const text = `[[ $BELAY_HOST == h1 || -e $HOME/once ]] || { sleep 0.3; touch $HOME/once; ${killAll}; }; ${effect('$BELAY_HOST')}`;
    const upgrade = made(
      plan(
        [
          step('a', [
            action(effect('first')),
            action(text, { changes: [CHANGE], targets: on('all', 'h1', 'h2') }),
          ]),
        ],
        { hosts: [host('h1', enter('h1')), host('h2', enter('h2'))] },
      ),
    );
    upgrade.run('run');
    expect(upgrade.run('resume').code).toBe(0);
    expect(upgrade.lines('effects')).toEqual(['first', 'h1', 'h2']);
  });
});
