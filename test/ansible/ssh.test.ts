/** A project against a real sshd on a loopback port, with keys of its own. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from '../../packages/compiler/src/plan/plan.ts';
import { action, backBy, CHANGE, chain, host, on, plan, shell, step } from '../shell/plan-builder.ts';
import { until } from '../shell/program.ts';
import { canonicalJournal } from './canonical.ts';
import { HAS_ANSIBLE, playbook, Sandbox } from './project.ts';

const SSHD = ['/usr/sbin/sshd', '/usr/bin/sshd'].find((file) => existsSync(file));

describe.skipIf(!HAS_ANSIBLE || SSHD === undefined)('ssh (skipped without ansible-playbook or sshd)', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'belay-ansible-sshd-'));
  let daemon: ChildProcess | undefined;
  let port = 0;

  beforeAll(async () => {
    for (const key of ['host', 'user']) spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path.join(folder, key)]);
    copyFileSync(path.join(folder, 'user.pub'), path.join(folder, 'keys'));
    port = await new Promise<number>((resolve) => {
      const server = createServer().listen(0, '127.0.0.1', () => {
        const address = server.address() as { port: number };
        server.close(() => resolve(address.port));
      });
    });
    const settings = [
      `Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${folder}/host`, `AuthorizedKeysFile ${folder}/keys`, 'StrictModes no', 'UsePAM no', `PidFile ${folder}/pid`,
      'PasswordAuthentication no', 'PermitRootLogin yes', '',
    ];
    writeFileSync(path.join(folder, 'config'), settings.join('\n'));
    spawnSync('mkdir', ['-p', '/run/sshd']);
    daemon = spawn(SSHD ?? '', ['-D', '-f', path.join(folder, 'config'), '-E', path.join(folder, 'log')]);
    await until(() => existsSync(path.join(folder, 'pid')), 'sshd runs');
  });

  afterAll(() => {
    daemon?.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  it('runs on all, on any and on each host, with a secret and a script, ends what takes too long, and goes back', async () => {
    const ssh: Connection = {
      type: 'ssh', address: '127.0.0.1', user: userInfo().username, port,
      options: ['-i', `${folder}/user`, '-o', 'StrictHostKeyChecking=no', '-o', `UserKnownHostsFile=${folder}/known`, '-F', '/dev/null'],
    };
    const out = `${folder}/out`;
    const both = on('all', 'h1', 'h2');
    const box = new Sandbox(
      plan(
        chain(
          step('each', [action({ type: 'script', file: 'x', arguments: `"$BELAY_HOST" 'a b'` }, { targets: on('each', 'h1', 'h2'), changes: [CHANGE] })]),
          step('any', [action(shell(`echo "$PASS" >>${out}`, { secrets: { PASS: 's' } }), { title: 'log in', targets: on('any', 'h1', 'h2'), changes: [CHANGE] })]),
          step('all', [action(`: "$BELAY_HOST"`, { targets: both, changes: [CHANGE], back: backBy(`echo "back on $BELAY_HOST" >>${out}`, { title: 'back', targets: on('first', 'h1', 'h2') }) })]),
          step('slow', [action(shell('sleep 60', { timeout: 1, accept: [3] }), { targets: on('all', 'h1') })]),
        ),
        {
          hosts: [host('h1', ssh), host('h2', ssh)],
          secrets: [{ name: 's', from: 'command', source: "printf 'top {{ secret'" }],
          files: [{ id: 'x', path: 'x.py', encoding: 'utf8', content: `#!/usr/bin/python3\nimport sys\nopen('${out}', 'a').write(' '.join(sys.argv[1:]) + '\\n')\n` }],
        },
      ),
    );
    const options = { state: path.join(box.folder, 'state'), directory: box.folder, environment: { HOME: box.folder, ANSIBLE_REMOTE_TMP: `${folder}/remote` } };
    const run = await playbook(box.project, 'site.yml', options);
    expect(run.out).not.toContain('secret');
    expect(run.code).toBe(2);
    expect(readFileSync(out, 'utf8')).toBe('h1 a b\nh2 a b\ntop {{ secret\n');
    const journal = (): string[] => canonicalJournal(readFileSync(path.join(box.folder, 'state/journal'), 'utf8'));
    expect(journal()).toContain('action-end slow 0 1 h1 timeout 124');
    expect((await playbook(box.project, 'rollback.yml', options)).code).toBe(0);
    expect(readFileSync(out, 'utf8')).toBe('h1 a b\nh2 a b\ntop {{ secret\nback on h1\n');
    expect(journal().at(-1)).toBe('run-end 0 rolled-back');
    box.dispose();
  }, 240_000);
});
