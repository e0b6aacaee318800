import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Operation, Plan, PlanFile, Targets } from '../../packages/compiler/src/plan/plan.ts';
import { action, chain, host, LOCAL, on, plan, shell, step } from './plan-builder.ts';
import { enter, isInstalled, usePrograms, until } from './program.ts';

const made = usePrograms();

const hosts = ['h1', 'h2', 'h3'].map((name) =>
  host(name, enter(name), { variables: { rack: `rack of ${name}` } }),
);
const one = (
  operation: string | Operation,
  targets: Targets = LOCAL,
  files: readonly PlanFile[] = [],
): Plan => plan([step('a', [action(operation, { targets })])], { hosts, files });

const effect = (text: string): string => `echo "${text}" >>"$HOME/effects"`;

describe('targets', () => {
  it('all: every host, at the same time', () => {
    const upgrade = made(one(`${effect('in')}; sleep 0.3; ${effect('out')}`, on('all', 'h1', 'h2', 'h3')));
    expect(upgrade.run('run').code).toBe(0);
    expect(upgrade.lines('effects')).toEqual(['in', 'in', 'in', 'out', 'out', 'out']);
  });

  it('all: the others finish when one fails', () => {
    const upgrade = made(
      one(
        `[[ $BELAY_HOST == h1 ]] && exit 1; sleep 0.2; ${effect('$BELAY_HOST')}`,
        on('all', 'h1', 'h2', 'h3'),
      ),
    );
    expect(upgrade.run('run').code).toBe(1);
    expect(upgrade.lines('effects').sort()).toEqual(['h2', 'h3']);
  });

  it('each: one after the other, up to the first failure', () => {
    const upgrade = made(
      one(`${effect('$BELAY_HOST')}; [[ $BELAY_HOST != h2 ]]`, on('each', 'h1', 'h2', 'h3')),
    );
    expect(upgrade.run('run').code).toBe(1);
    expect(upgrade.lines('effects')).toEqual(['h1', 'h2']);
  });

  it('each: goes on with the host that failed', () => {
    const upgrade = made(
      one(
        `${effect('$BELAY_HOST')}; [[ $BELAY_HOST != h2 || -e $HOME/repaired ]]`,
        on('each', 'h1', 'h2', 'h3'),
      ),
    );
    upgrade.run('run');
    upgrade.write('repaired', '');
    expect(upgrade.run('resume').code).toBe(0);
    expect(upgrade.lines('effects')).toEqual(['h1', 'h2', 'h2', 'h3']);
  });

  it('first: the first and no other', () => {
    const upgrade = made(one(effect('$BELAY_HOST'), on('first', 'h2', 'h1')));
    expect(upgrade.run('run').code).toBe(0);
    expect(upgrade.lines('effects')).toEqual(['h2']);
  });

  it('any: the first that can be reached', () => {
    const upgrade = made(one(effect('$BELAY_HOST'), on('any', 'h1', 'h2', 'h3')));
    upgrade.write('enter', '#!/bin/bash\n[[ $1 == h1 ]] && exit 255\nshift; exec "$@"\n', 0o755);
    const { code, out } = upgrade.run('run');
    expect(code).toBe(0);
    expect(out).toContain('h1 cannot be reached; trying the next host');
    expect(upgrade.lines('effects')).toEqual(['h2']);
    expect(upgrade.events.filter((line) => line.startsWith('action-begin'))).toEqual([
      'action-begin a 0 1 h2 run echo "$BELAY_HOST" >>"$HOME/effects"',
    ]);
  });

  it('any: does not try another host after the command has begun', () => {
    const upgrade = made(one(`${effect('$BELAY_HOST')}; exit 255`, on('any', 'h1', 'h2')));
    const { code, out } = upgrade.run('run');
    expect(code).toBe(1);
    expect(out).toContain('exit 255 (the connection failed)');
    expect(upgrade.lines('effects')).toEqual(['h1']);
  });

  it('any: fails if no host can be reached', () => {
    const upgrade = made(one(effect('$BELAY_HOST'), on('any', 'h1', 'h2')));
    upgrade.write('enter', '#!/bin/bash\nexit 255\n', 0o755);
    expect(upgrade.run('run').code).toBe(1);
    expect(upgrade.lines('effects')).toEqual([]);
  });
});

describe('what a command sees', () => {
  it.each([
    ['local', LOCAL, 'local'],
    ['through a connection', on('first', 'h1'), 'h1'],
  ] as const)('%s: host, plan, run, variables, environment, directory, no input', (_, targets, name) => {
    const text =
      'printf "%s|" "$BELAY_HOST" "$BELAY_PLAN" "$BELAY_VAR_rack" "$GREETING" "$PWD" "$(cat)" >"$HOME/seen"; echo "$BELAY_RUN" >>"$HOME/runs"';
    const upgrade = made(
      plan(
        chain(
          step('a', [
            action(
              shell(text, {
                variables: ['rack'],
                environment: { GREETING: "it's\n$(id)" },
                directory: '/usr',
              }),
              { targets },
            ),
          ]),
          step('b', [`echo "$BELAY_RUN" >>"$HOME/runs"; test -e "$HOME/repaired"`]),
        ),
        { hosts },
      ),
    );
    upgrade.run('run');
    upgrade.write('repaired', '');
    expect(upgrade.run('resume').code).toBe(0);
    expect(upgrade.read('seen')).toBe(
      `${name}|test_plan|${name === 'local' ? '' : 'rack of h1'}|it's\n$(id)|/usr||`,
    );
    expect(new Set(upgrade.lines('runs')).size).toBe(1);
  });

  it('leaves the options of bash as an operator knows them', () => {
    const upgrade = made(one('false; false | true; echo "$- $SHELLOPTS" >"$HOME/seen"'));
    expect(upgrade.run('run').code).toBe(0);
    expect(upgrade.read('seen')).toBe('hBc braceexpand:hashall:interactive-comments\n');
  });

  it('does not inherit the descriptors of the program: neither its lock, its journal nor its screen', () => {
    const text = 'ls -l /proc/self/fd';
    const arrows = (lines: readonly string[]): string[] =>
      lines.flatMap((line) => /\d+ -> .*/.exec(line)?.[0] ?? []);
    const upgrade = made(
      plan([step('a', [action(text), action(text, { targets: on('first', 'h1') })])], { hosts }),
    );
    // What the test itself was given is passed on, as by any program.
    const given = arrows(spawnSync('bash', ['-c', text], { encoding: 'utf8' }).stdout.split('\n')).filter(
      (line) => Number.parseInt(line, 10) > 3,
    );
    upgrade.run('run');
    for (const log of ['01-run.local.log', '02-run.h1.log']) {
      const open = arrows(upgrade.lines(`.belay/test_plan/logs/a/${log}`)).filter(
        (line) => !given.includes(line),
      );
      expect(open.map((line) => line.replace(/^(\d+).*\/(.*)$/, '$1 $2'))).toEqual([
        '0 null',
        `1 ${log}`,
        `2 ${log}`,
        '3 fd',
      ]);
    }
  });
});

describe('options of a command', () => {
  it.each([
    ['accept', { accept: [0, 2] }, 'exit 2', 0],
    ['accept, without 0', { accept: [1] }, 'true', 1],
    ['a directory that is missing', { directory: '/nowhere' }, 'true', 1],
    ['timeout', { timeout: 1 }, 'sleep 20', 1],
    ['timeout that is enough', { timeout: 5 }, 'true', 0],
  ] as const)('%s', (_, options, text, code) => {
    for (const targets of [LOCAL, on('first', 'h1')]) {
      const begin = Date.now();
      expect(made(one(shell(text, options), targets)).run('run').code).toBe(code);
      expect(Date.now() - begin).toBeLessThan(8000);
    }
  });

  it('a timeout ends everything that the command started', async () => {
    for (const targets of [LOCAL, on('first', 'h1')]) {
      const upgrade = made(one(shell('sleep 31.5 & sleep 31.5; wait', { timeout: 1 }), targets));
      const { code, out } = upgrade.run('run');
      expect(code).toBe(1);
      expect(out).toContain('took too long and was ended');
      await until(() => spawnSync('pgrep', ['-f', 'sleep 31.5']).status === 1, 'no sleep is left');
    }
  });

  it('again: runs until there is nothing more to do', () => {
    const text =
      'n=$(cat "$HOME/n" 2>/dev/null); echo $((n + 1)) >"$HOME/n"; ((n + 1 < 4)) && exit 1; exit 0';
    const upgrade = made(one(shell(text, { again: { codes: [1], limit: 10 } })));
    expect(upgrade.run('run').code).toBe(0);
    expect(upgrade.read('n')).toBe('4\n');
  });

  it('again: gives up after the limit', () => {
    const upgrade = made(one(shell('echo x >>"$HOME/n"; exit 1', { again: { codes: [1], limit: 3 } })));
    const { code, out } = upgrade.run('run');
    expect(code).toBe(1);
    expect(upgrade.lines('n')).toHaveLength(3);
    expect(out).toContain('There is still more to do after 3 runs, the most that the plan allows.');
  });

  it('poll: asks until it succeeds', () => {
    const upgrade = made(
      one(shell('echo x >>"$HOME/n"; [[ $(wc -l <"$HOME/n") -ge 3 ]]', { poll: { every: 1, limit: 20 } })),
    );
    expect(upgrade.run('run').code).toBe(0);
    expect(upgrade.lines('n')).toHaveLength(3);
  });

  it('poll: gives up after the limit, and ends a question that hangs', () => {
    for (const text of ['exit 1', 'sleep 30']) {
      const upgrade = made(one(shell(text, { poll: { every: 1, limit: 2 } })));
      const begin = Date.now();
      const { code, out } = upgrade.run('run');
      expect(code).toBe(1);
      expect(out).toContain('It did not succeed within 2 seconds.');
      expect(Date.now() - begin).toBeLessThan(8000);
    }
  });

  it.skipIf(!isInstalled('sudo') || process.getuid?.() !== 0)(
    'as (skipped without sudo and root): another user, with secrets and files',
    () => {
      const upgrade = made(
        plan(
          [
            step('a', [
              action(
                shell('id -un; echo "$TOKEN"; echo "$BELAY_HOST"', {
                  as: 'nobody',
                  secrets: { TOKEN: 'token' },
                }),
              ),
              action(
                { type: 'script', file: 'f', arguments: '1 2', as: 'nobody' },
                { targets: on('first', 'h1') },
              ),
            ]),
          ],
          {
            hosts: [host('h1', { type: 'command', words: ['/usr/bin/env'] })],
            secrets: [{ name: 'token', from: 'env', source: 'THE_TOKEN' }],
            files: [{ id: 'f', path: 'f.sh', encoding: 'utf8', content: 'id -un; echo "$@"' }],
          },
        ),
      );
      expect(upgrade.run('run', { environment: { THE_TOKEN: 's3cret' } }).code).toBe(0);
      expect(upgrade.read('.belay/test_plan/logs/a/01-run.local.log').split('\n').slice(1)).toEqual([
        'nobody',
        '********',
        'local',
        '',
      ]);
      expect(upgrade.read('.belay/test_plan/logs/a/02-run.h1.log').split('\n').slice(1)).toEqual([
        'nobody',
        '1 2',
        '',
      ]);
    },
  );
});
