import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Connection, Plan } from '../../packages/compiler/src/plan/plan.ts';
import { action, host, on, plan, shell, step } from './plan-builder.ts';
import { FAKE_SSH, WITH_FAKE_SSH, enter, usePrograms, until } from './program.ts';

const made = usePrograms();

describe('secrets', () => {
  const SECRET = 'S3cr3t va!ue';
  const secretive = (text: string, connection: Connection): Plan =>
    plan(
      [step('a', [action(shell(text, { secrets: { TOKEN: 'token' } }), { targets: on('first', 'h1') })])],
      {
        hosts: [host('h1', connection)],
        secrets: [{ name: 'token', from: 'env', source: 'THE_TOKEN' }],
      },
    );

  it.each([
    ['local', { type: 'local' }],
    ['command', enter('h1')],
    ['ssh', { type: 'ssh' }],
  ] as const)('%s: are in the environment of the command and nowhere else', async (_, connection) => {
    const upgrade = made(
      secretive(
        'echo "got $TOKEN"; echo "$TOKEN" >&2; printf "%s" "$TOKEN" >"$HOME/got"; touch "$HOME/ready"; sleep 0.7',
        connection,
      ),
    );
    upgrade.write('fake-ssh', FAKE_SSH, 0o755);
    const run = upgrade.start('run', { environment: { ...WITH_FAKE_SSH, THE_TOKEN: SECRET } });
    await until(() => upgrade.exists('ready'), 'the command runs');
    const processes = spawnSync('bash', ['-c', 'cat /proc/[0-9]*/cmdline | tr "\\0" " "'], {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    }).stdout;
    const { code, out, err } = await run.ended;
    expect(code).toBe(0);
    expect(upgrade.read('got')).toBe(SECRET);
    expect(processes).not.toContain(SECRET);
    expect(upgrade.read('.belay/test_plan/logs/a/01-run.h1.log').split('\n').slice(1)).toEqual([
      'got ********',
      '********',
      '',
    ]);
    upgrade.remove('got');
    expect(spawnSync('grep', ['-rl', SECRET, '.'], { cwd: upgrade.folder, encoding: 'utf8' }).stdout).toBe(
      '',
    );
    expect(out + err).not.toContain(SECRET);
  });

  it('do not reach commands that do not ask for them', () => {
    const upgrade = made(
      plan([step('a', ['env >"$HOME/env"'])], {
        secrets: [{ name: 'token', from: 'env', source: 'THE_TOKEN' }],
      }),
    );
    upgrade.run('run', { environment: { THE_TOKEN: SECRET } });
    expect(upgrade.read('env')).not.toContain(SECRET);
  });

  it('of many lines, and long ones, arrive and are masked line by line', () => {
    const key = `-----BEGIN KEY-----\n${'abcdefgh'.repeat(8)}\n-----END KEY-----`;
    const upgrade = made(
      plan(
        [
          step('a', [
            action(
              shell('printf "%s" "$KEY" >"$HOME/got"; printf "%s\\nend" "$KEY"', {
                secrets: { KEY: 'key', LONG: 'long' },
              }),
              { targets: on('first', 'h1') },
            ),
          ]),
        ],
        {
          hosts: [host('h1', enter('h1'))],
          secrets: [
            { name: 'key', from: 'file', source: 'key.pem' },
            { name: 'long', from: 'command', source: 'head -c 40000 /dev/zero | tr "\\0" x' },
          ],
        },
      ),
    );
    upgrade.write('key.pem', `${key}\n`);
    expect(upgrade.run('run').code).toBe(0);
    expect(upgrade.read('got')).toBe(key);
    expect(upgrade.read('.belay/test_plan/logs/a/01-run.h1.log').split('\n').slice(1)).toEqual([
      '********',
      '********',
      '********',
      'end',
      '',
    ]);
  });

  it('that are missing stop the program before it acts', () => {
    for (const secret of [
      { from: 'env', source: 'NOWHERE' },
      { from: 'file', source: 'nowhere' },
      { from: 'command', source: 'exit 1' },
    ] as const) {
      const upgrade = made(
        plan([step('a', ['echo x >>"$HOME/effects"'])], { secrets: [{ name: 'token', ...secret }] }),
      );
      const { code, err } = upgrade.run('run');
      expect(code).toBe(2);
      expect(err).toContain('secret token');
      expect(upgrade.lines('effects')).toEqual([]);
    }
  });

  it('are masked though a process that the command left behind keeps its output open', () => {
    const upgrade = made(secretive('sleep 8 & echo "$TOKEN"', { type: 'local' }));
    const begin = Date.now();
    expect(upgrade.run('run', { environment: { THE_TOKEN: SECRET } }).code).toBe(0);
    expect(Date.now() - begin).toBeLessThan(6000);
  });
});
