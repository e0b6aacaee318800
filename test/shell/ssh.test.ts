import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { lockCommands } from '../../packages/compiler/src/model/lock-drivers.ts';
import type { Plan, PlanFile } from '../../packages/compiler/src/plan/plan.ts';
import { quoteShell } from '../../packages/compiler/src/text/shell-quote.ts';
import { action, chain, host, ofBatch, on, plan, shell, step } from './plan-builder.ts';
import { isAlive, Program, until } from './program.ts';

const SSHD = ['/usr/sbin/sshd', '/usr/bin/sshd'].find((path) => existsSync(path));

/** A real sshd on a loopback port, for this user, with keys of its own. */
describe.skipIf(SSHD === undefined)('ssh (skipped without sshd)', () => {
  let folder = '';
  let daemon: ChildProcess | undefined;
  let port = 0;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'belay-sshd-'));
    for (const key of ['host', 'user'])
      spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, key)]);
    port = await new Promise<number>((resolve) => {
      const server = createServer().listen(0, '127.0.0.1', () => {
        const address = server.address() as { port: number };
        server.close(() => resolve(address.port));
      });
    });
    writeFileSync(join(folder, 'keys'), readFileSync(join(folder, 'user.pub')));
    writeFileSync(
      join(folder, 'config'),
      [
        `Port ${port}`,
        'ListenAddress 127.0.0.1',
        `HostKey ${folder}/host`,
        `AuthorizedKeysFile ${folder}/keys`,
        'StrictModes no',
        'UsePAM no',
        `PidFile ${folder}/pid`,
        'PasswordAuthentication no',
        'PermitRootLogin yes',
        'MaxSessions 50',
        'MaxStartups 50',
        '',
      ].join('\n'),
    );
    spawnSync('mkdir', ['-p', '/run/sshd']);
    daemon = spawn(SSHD ?? '', ['-D', '-f', join(folder, 'config'), '-E', join(folder, 'log')]);
    await until(() => existsSync(join(folder, 'pid')), 'sshd runs');
    await new Promise<void>((resolve) =>
      connect(port, '127.0.0.1', function answered(this: { end(): void }) {
        this.end();
        resolve();
      }),
    );
  });

  afterAll(() => {
    daemon?.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  let program: Program | undefined;
  afterEach(() => program?.dispose());

  const sshHost = (name: string): Plan['hosts'][number] => host(name, {
    type: 'ssh',
    address: '127.0.0.1',
    user: userInfo().username,
    port,
    options: ['-F', 'none', '-i', join(folder, 'user'), '-o', 'StrictHostKeyChecking=no', '-o', `UserKnownHostsFile=${folder}/known`, '-o', 'LogLevel=ERROR'],
  });

  const over = (steps: Plan['steps'], options: Partial<Plan> = {}): Program => (program = new Program(plan(steps, { hosts: ['h1', 'h2'].map(sshHost), ...options })));

  const logins = (): number =>
    readFileSync(join(folder, 'log'), 'utf8')
      .split('\n')
      .filter((line) => line.includes('Accepted publickey')).length;

  it('runs commands, quoted for the login shell, by one connection a host, which it closes', () => {
    const hostile = `it's "$(id)" \\ \`x\` 'ü\n* ~`;
    const upgrade = over([
      step('a', [
        action(`printf '%s|' ${quoteShell(hostile)} "$BELAY_HOST"`, { targets: on('all', 'h1', 'h2') }),
      ]),
      ...['b', 'c', 'd'].map((id) =>
        step(id, [action('true', { targets: on('all', 'h1', 'h2') })], { after: ['a'] }),
      ),
    ]);
    const before = logins();
    const { code, err } = upgrade.run('run');
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(upgrade.read('.belay/test_plan/logs/a/01-run.h2.log')).toContain(`${hostile}|h2|`);
    expect(logins() - before).toBe(2);
    expect(spawnSync('pgrep', ['-f', `ssh.*belay.*-p ${port}`]).status).toBe(1);
  });

  it('holds a lock of flock on a named host for longer than it lives, and no longer than the roll', async () => {
    const key = join(folder, 'reboot.lock');
    const commands = lockCommands('flock', key, 12);
    const targets = on('all', 'h1');
    const locked = step('roll', [], {
      kind: 'roll',
      roll: {
        group: 'hosts', batches: [['h2']], pause: 0, maxFailures: 0,
        lock: {
          driver: 'flock', key, acquire: action(commands?.acquire ?? '', { targets }), release: action(commands?.release ?? '', { targets }),
          lease: { ttl: 12, renew: action(commands?.renew ?? '', { targets }), keep: action(commands?.keep ?? '', { targets }) },
        },
        steps: [step('roll/work', [action(`touch ${folder}/begun; for ((i = 0; i < 900; i++)); do [[ ! -e ${folder}/end ]] || break; sleep 0.1; done`, { targets: ofBatch('all', 'h2') })])],
      },
    });
    const upgrade = over([locked]);
    const run = upgrade.start('run');
    while (!existsSync(join(folder, 'begun')) && run.child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 100));
    const other = new Program(plan([locked], { hosts: ['h1', 'h2'].map(sshHost) }));
    await new Promise((resolve) => setTimeout(resolve, 15_000));
    const refused = await other.start('run').ended;
    other.dispose();
    writeFileSync(join(folder, 'end'), '');
    expect([refused.code, /it says: the lock is held by: \S+/.test(refused.out)]).toEqual([1, true]);
    expect((await run.ended).code).toBe(0);
    expect(upgrade.events.filter((line) => line.startsWith('lock'))).toEqual([`lock-taken roll 1 h1 flock ${key}`, 'lock-released roll 1']);
    expect(spawnSync('flock', ['-n', key, 'true']).status).toBe(0);
  }, 150_000);

  it('hands over secrets, scripts and files', () => {
    const content = `# ${'x'.repeat(200_000)}\nprintf '%s|' "$1" "$TOKEN" >${folder}/got\n`;
    const files: PlanFile[] = [{ id: 'f', path: 'f', encoding: 'utf8', content }];
    const upgrade = over(
      [
        step('a', [
          action(
            { type: 'script', file: 'f', arguments: `'a b'`, secrets: { TOKEN: 'token' } },
            { targets: on('first', 'h1') },
          ),
          action({ type: 'put', file: 'f', path: `${folder}/put` }, { targets: on('first', 'h2') }),
        ]),
      ],
      { files, secrets: [{ name: 'token', from: 'env', source: 'T' }] },
    );
    const { code, out } = upgrade.run('run', { environment: { T: "s3'cret" } });
    expect(`${code}${code === 0 ? '' : out}`).toBe('0');
    expect(readFileSync(join(folder, 'got'), 'utf8')).toBe("a b|s3'cret|");
    expect(readFileSync(join(folder, 'put'), 'utf8')).toBe(content);
  });

  it('ends the command on the host when it is stopped', async () => {
    const upgrade = over([
      step('a', [action(`echo $$ >${folder}/pid-of-command; sleep 60`, { targets: on('first', 'h1') })]),
    ]);
    const run = upgrade.start('run');
    const pid = (): number =>
      Number(
        existsSync(join(folder, 'pid-of-command')) ? readFileSync(join(folder, 'pid-of-command'), 'utf8') : 0,
      );
    await until(() => pid() > 0, 'the command runs');
    run.signal('SIGINT');
    expect((await run.ended).code).toBe(3);
    await until(() => !isAlive(pid()), 'the command is gone');
  });

  it('ends the command on the host after its timeout', async () => {
    const upgrade = over([
      step('a', [
        action(shell(`echo $$ >${folder}/pid-of-slow; sleep 60`, { timeout: 1 }), {
          targets: on('first', 'h1'),
        }),
      ]),
    ]);
    const { code, out } = upgrade.run('run');
    expect(code).toBe(1);
    expect(out).toContain('took too long and was ended');
    await until(
      () => !isAlive(Number(readFileSync(join(folder, 'pid-of-slow'), 'utf8'))),
      'the command is gone',
    );
  });

  it('takes the next host of `any` if one cannot be reached', () => {
    const upgrade = over(
      [step('a', [action(`echo "$BELAY_HOST" >${folder}/where`, { targets: on('any', 'gone', 'h2') })])],
      {
        hosts: [
          host('gone', { type: 'ssh', address: '127.0.0.1', port: 1, options: ['-F', 'none'] }),
          sshHost('h2'),
        ],
      },
    );
    const { code, out } = upgrade.run('run');
    expect(out).toContain('gone cannot be reached; trying the next host');
    expect(readFileSync(join(folder, 'where'), 'utf8')).toBe('h2\n');
    expect(code).toBe(0);
  });

  it('keeps no more connections open than it may use soon', { timeout: 240_000 }, () => {
    const names = Array.from({ length: 40 }, (_, index) => `node${index + 1}`);
    const count = action(`ls "${folder}"/sockets/belay.*/ | wc -l >>"${folder}/counts"`, { targets: on('all', ...names) });
    const upgrade = over(chain(step('a', [count]), step('b', [count])), { hosts: names.map(sshHost) });
    mkdirSync(join(folder, 'sockets'));
    const { code } = upgrade.run('run --jobs 4', { environment: { XDG_RUNTIME_DIR: join(folder, 'sockets') }, timeout: 230_000 });
    expect(code).toBe(0);
    const counts = readFileSync(join(folder, 'counts'), 'utf8').trim().split('\n').map(Number);
    expect(counts).toHaveLength(80);
    expect(Math.max(...counts)).toBeGreaterThan(25);
    // What is closed is closed beside the run.
    expect(Math.max(...counts)).toBeLessThan(38);
    expect(readdirSync(join(folder, 'sockets'))).toEqual([]);
  });
});
