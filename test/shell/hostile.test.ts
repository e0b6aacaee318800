import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Connection, Plan } from '../../packages/compiler/src/plan/plan.ts';
import { interpolateShell, quoteShell } from '../../packages/compiler/src/text/shell-quote.ts';
import { action, backBy, chain, host, on, ofBatch, plan, probe, shell, step } from './plan-builder.ts';
import { FAKE_SSH, WITH_FAKE_SSH, usePrograms } from './program.ts';

const made = usePrograms();

const HOSTILE = [
  ' ',
  "it's",
  '"',
  '\\',
  '\\\\',
  '`touch CANARY`',
  '$(touch CANARY)',
  '${HOME}',
  '!',
  '# x',
  '*',
  '~',
  '-n',
  '--',
  'a b',
  'a\nb',
  '\n',
  '\t',
  '\r',
  "'\n'",
  "'; touch CANARY; '",
  '"; touch CANARY; "',
  ') touch CANARY (',
  '}\ntouch CANARY\n{',
  'EOF\ntouch CANARY\n',
  "\\'",
  'ünïcödé ☁ \u{1F680}',
  '[x]',
  '{a,b}',
  'a[$(touch CANARY)]',
  '@',
  '=',
  '%s%n%%',
  '\u001b[31mred',
  '\u202egnp',
  '0',
  'x\u0000y',
  "$'\\x41'",
  '../../x',
  'a/b',
  '.',
  '..',
  'local\tlocal',
  '-',
  '\\x2d',
];

/** What means something to a shell; enough where the value takes the same way through the program. */
const SHELL_WORDS = HOSTILE.filter((value) => /touch|^['"\\ *~-]|\n|@|ü/.test(value));

const print = (value: string): string => `printf '[%s]' ${quoteShell(value)}`;

describe.each(['local', 'command', 'ssh'] as const)('hostile values, %s', (type) => {
  const connection = (value: string): Connection =>
    type === 'local'
      ? { type }
      : type === 'command'
        ? { type, words: ['./wrap', value, '--'] }
        : { type, address: value, user: value, options: ['-o', `ProxyCommand=${value}`] };

  /** A plan in which the value stands wherever a value can stand. */
  const hostilePlan = (value: string): Plan =>
    plan(
      chain(
        step(
          `step ${value}`,
          [
            action(
              shell(
                `${print(value)}; printf '[%s]' "$BELAY_HOST" "$BELAY_VAR_rack" "$GREETING" "$TOKEN" "$BELAY_PLAN"`,
                {
                  variables: ['rack'],
                  environment: { GREETING: value },
                  secrets: { TOKEN: `secret ${value}` },
                },
              ),
              {
                title: value,
                targets: on('all', `host ${value}`),
                changes: [
                  { kind: 'component', name: value, becomes: 'stopped' },
                  { kind: 'mode', name: value, becomes: 'entered' },
                ],
                back: backBy(shell(`${print(value)} >"$HOME/undone"`), {
                  title: value,
                  targets: on('all', `host ${value}`),
                }),
              },
            ),
            action(
              { type: 'script', file: `file ${value}`, arguments: quoteShell(value) },
              { title: value, targets: on('first', `host ${value}`) },
            ),
          ],
          {
            title: value,
            source: { file: value, line: 1, column: 1 },
            unless: [probe(`false ${quoteShell(value)}`, on('all', `host ${value}`))],
            window: value,
          },
        ),
        step(`roll ${value}`, [], {
          kind: 'roll',
          roll: {
            group: value,
            batches: [[`host ${value}`]],
            pause: 0,
            maxFailures: 0,
            lock: {
              driver: value,
              key: value,
              acquire: action('true', { title: value, targets: ofBatch('first', `host ${value}`) }),
              release: action('true', { title: value }),
            },
            steps: [
              step(`body ${value}`, [
                action(`${print(value)} >"$HOME/rolled"`, { targets: ofBatch('all', `host ${value}`) }),
              ]),
            ],
          },
        }),
        step(`approve ${value}`, [], { kind: 'approve', text: value }),
        step(`fails ${value}`, [action('exit 1', { title: value, back: { by: 'nothing' } })]),
      ),
      {
        name: 'test_plan',
        title: value,
        cloud: { name: value, title: value },
        hosts: [host(`host ${value}`, connection(value), { groups: [value], variables: { rack: value } })],
        secrets: [
          {
            name: `secret ${value}`,
            from: 'command',
            source: `printf '%s' ${quoteShell(`the secret ${value.replaceAll('\n', ' ')}`)}`,
          },
        ],
        files: [
          {
            id: `file ${value}`,
            path: value,
            encoding: 'utf8',
            content: `printf '[%s]' "$1" ${quoteShell(value)} >"$HOME/script"`,
          },
        ],
        modes: [{ name: value, title: value }],
        windows: [{ name: value, title: value, days: [value], at: value, length: 60, zone: value }],
      },
    );

  it.each((type === 'local' ? HOSTILE : SHELL_WORDS).map((value) => [value]))('%j stays a value', (value) => {
    const shown = value.replaceAll('\0', '');
    const upgrade = made(hostilePlan(value));
    upgrade.write('fake-ssh', FAKE_SSH, 0o755);
    upgrade.write('wrap', '#!/bin/bash\nprintf "%s" "$1" >"$HOME/word"; shift 2; exec "$@"\n', 0o755);
    const environment = WITH_FAKE_SSH;
    const run = upgrade.run('run --yes', { environment });
    expect(run.err).toBe('');
    expect(run.code).toBe(1);
    const [log] = upgrade.list('.belay/test_plan/logs').filter((name) => name.startsWith('step'));
    const [output] = upgrade.list(`.belay/test_plan/logs/${log}`).filter((name) => name.startsWith('01-run'));
    const printed = upgrade.read(`.belay/test_plan/logs/${log}/${output}`);
    expect(printed.slice(printed.indexOf(`[${shown}]`))).toBe(
      `[${shown}][host ${shown}][${shown}][${shown}][********][test_plan]\n`,
    );
    expect(upgrade.read('script')).toBe(`[${shown}][${shown}]`);
    expect(upgrade.read('rolled')).toBe(`[${shown}]`);
    if (type === 'command') expect(upgrade.read('word')).toBe(shown);
    if (type === 'ssh') expect(upgrade.read('addresses').startsWith(`${shown}\n`)).toBe(true);
    for (const command of type === 'local' ? ['status', 'list', 'run --dry-run', 'rollback --dry-run'] : []) {
      const { code, out, err } = upgrade.run(command, { environment });
      expect(`${err}${code}`).toBe('0');
      expect(out.replaceAll('\n', '')).not.toMatch(/\p{Control}/u);
    }
    const back = upgrade.run('rollback --to start', { environment });
    expect(`${back.err}${back.code}`).toBe('0');
    expect(upgrade.read('undone')).toBe(`[${shown}]`);
    expect(
      spawnSync('find', ['.', '-name', 'CANARY'], { cwd: upgrade.folder, encoding: 'utf8' }).stdout,
    ).toBe('');
  });
});

it('any text, interpolated and sent through two shells, comes out as it went in', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.string({ unit: 'binary' }).filter((value) => !/\0|[\ud800-\udfff]/.test(value)),
        { minLength: 1, maxLength: 8 },
      ),
      (values) => {
        const parts = values.flatMap((value) => [' ', { value }]);
        const command = interpolateShell(['printf "%s\\0"', ...parts, ' >"$HOME/out"']);
        if ('error' in command) throw new Error(command.error.reason);
        const upgrade = made(
          plan([step('a', [action(command.text, { targets: on('all', 'h') })])], {
            hosts: [host('h', { type: 'ssh' })],
          }),
        );
        upgrade.write('fake-ssh', FAKE_SSH, 0o755);
        upgrade.run('run', { environment: WITH_FAKE_SSH });
        expect(upgrade.read('out').split('\0').slice(0, -1)).toEqual(values);
      },
    ),
    { numRuns: 15, seed: 7 },
  );
});
