/** What plans may hold, each really run by ansible-playbook: waits, HTTP, `unless`, other users, rolls, and an inventory of one's own. */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Plan, Roll, Step } from '../../packages/compiler/src/plan/plan.ts';
import { action, backBy, CHANGE, chain, host, ofBatch, on, plan, probe, shell, step } from '../shell/plan-builder.ts';
import { enter, isInstalled, until, usePrograms } from '../shell/program.ts';
import { canonicalJournal } from './canonical.ts';
import { HAS_ANSIBLE, Sandbox } from './project.ts';

const program = usePrograms();
let sandbox: Sandbox | undefined;
afterEach(() => sandbox?.dispose());
const made = (thePlan: Plan): Sandbox => (sandbox = new Sandbox(thePlan));

const NAMES = ['h1', 'h2', 'h3', 'h4', 'h5'];
const HOSTS = NAMES.map((name) => host(name, enter(name)));
const effect = (text: string): string => `echo "${text}" >>"$HOME/effects"`;
const effects = (folder: string): string[] => (existsSync(path.join(folder, 'effects')) ? readFileSync(path.join(folder, 'effects'), 'utf8').split('\n').filter(Boolean).toSorted() : []);
const journal = (folder: string): string[] => canonicalJournal(readFileSync(path.join(folder, '.belay/test_plan/journal'), 'utf8'));

describe.skipIf(!HAS_ANSIBLE)('statements (skipped without ansible-playbook)', () => {
  it('waits, asks by HTTP until the answer is right, skips what is done, and ends where the answer stays wrong', async () => {
    const seen: string[] = [];
    const server = createServer((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      response.statusCode = request.url === '/slow' && seen.length < 3 ? 503 : request.url === '/never' ? 500 : 204;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const http = (name: string, options: object = {}): Step => step(name, [action({ type: 'http', method: 'GET', status: [200, 204], url: [`http://127.0.0.1:${port}/`, { variable: 'path' }], ...options }, { targets: on('all', 'h1') })]);
    const waits = step('wait', [action({ type: 'wait', seconds: 2 }), action(effect('waited'))]);
    const value = plan(
      chain(
        waits,
        http('slow', { poll: { every: 1, limit: 10 } }),
        step('done', [action(effect('done'), { changes: [CHANGE] })], { unless: [probe('true'), probe('true', on('all', 'h1', 'h2'))] }),
        step('left', [action(effect('left'), { changes: [CHANGE] })], { unless: [probe('true'), probe('[[ $BELAY_HOST == h1 ]]', on('all', 'h1', 'h2'))] }),
        step('quiet', [action('true', { changes: [{ kind: 'mode', name: 'noout', becomes: 'entered' }, { kind: 'component', name: 'a', becomes: 'stopped' }] })]),
        http('never', { url: [`http://127.0.0.1:${port}/never`] }),
      ),
      { hosts: [host('h1', enter('h1'), { variables: { path: 'slow' } }), host('h2', enter('h2'))], modes: [{ name: 'noout', title: 'no data moves' }] },
    );
    const shellProgram = program(value);
    const box = made(value);
    const began = Date.now();
    const { code, out } = await box.run('site.yml');
    expect(code).toBe(2);
    // A failure leaves no mode: it says which are entered.
    expect(out.split('\n').filter((line) => line.endsWith(' on this machine'))).toEqual(['down now: a, on this machine', 'mode still entered: noout (no data moves), on this machine']);
    expect(Date.now() - began).toBeGreaterThan(2000);
    expect(seen).toEqual(['GET /slow', 'GET /slow', 'GET /slow', 'GET /never']);
    expect(effects(box.folder)).toEqual(['left', 'waited']);
    // The shell program, against the server as it was.
    seen.splice(0);
    expect((await shellProgram.start('run --jobs 1').ended).code).toBe(1);
    expect(effects(shellProgram.folder)).toEqual(['left', 'waited']);
    expect(journal(box.folder)).toEqual(journal(shellProgram.folder));
    server.close();
  }, 400_000);

  it('knows after a kill that a reboot was done', async () => {
    const kill = 'echo 2 >boot_id; echo rebooted >>"$HOME/effects"; read -r _ pid _ <"$HOME/.belay/test_plan/lock"; kill -KILL "$pid"; sleep 0.5';
    const value = plan([step('reboot', [action({ type: 'reboot', shell: kill, bootId: 'cat boot_id', limit: 10 }, { title: 'reboot h1', targets: on('all', 'h1'), changes: [{ kind: 'host', becomes: 'rebooted' }] })])], { hosts: [host('h1', enter('h1'))] });
    const box = made(value);
    mkdirSync(path.join(box.folder, 'hosts/h1'), { recursive: true });
    writeFileSync(path.join(box.folder, 'hosts/h1/boot_id'), '1\n');
    expect((await box.run('site.yml')).code).toBe(null);
    await until(() => readFileSync(path.join(box.folder, 'hosts/h1/boot_id'), 'utf8') === '2\n', 'it has rebooted');
    expect((await box.run('site.yml')).code).toBe(0);
    expect(effects(box.folder)).toEqual(['rebooted']);
    expect(journal(box.folder)).toEqual([
      'run-begin run', 'step-begin reboot 0 1', 'action-begin reboot 0 1 h1 reboot h1', 'boot-id reboot 0 1 h1',
      'run-begin resume', 'step-begin reboot 0 1', 'action-end reboot 0 1 h1 ok 0', 'step-end reboot 0 ok', 'run-end 0 done',
    ]);
  }, 400_000);

  it.skipIf(!isInstalled('sudo') || process.getuid?.() !== 0)('runs as another user, with secrets and scripts (skipped without sudo and root)', async () => {
    const value = plan(
      chain(
        step('who', [action(shell('{ id -un; printf "%s" "$PASS"; } >/tmp/belay-as-$BELAY_PLAN.$PLACE', { as: 'nobody', secrets: { PASS: 's' }, environment: { PLACE: 'ansible' } }), { targets: on('all', 'h1') })]),
        step('script', [action({ type: 'script', file: 'x', arguments: "'a b'", as: 'nobody' }, { targets: on('all', 'h1') })]),
      ),
      { hosts: [host('h1')], secrets: [{ name: 's', from: 'env', source: 'SECRET' }], files: [{ id: 'x', path: 'x.sh', encoding: 'utf8', content: '#!/bin/bash\n{ echo; id -un; echo "$1"; } >>/tmp/belay-as-test_plan.ansible\n' }] },
    );
    const file = '/tmp/belay-as-test_plan.ansible';
    const box = made(value);
    chmodSync(box.folder, 0o755);
    process.env['SECRET'] = 'correct horse';
    const { code, out } = await box.run('site.yml', '-e', JSON.stringify({ belay_secret_1: 'correct horse' }));
    delete process.env['SECRET'];
    expect(out).not.toContain('fatal');
    expect(code).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe('nobody\ncorrect horse\nnobody\na b\n');
    rmSync(file);
  }, 400_000);
});

const body = (name: string): Step => step(`roll/${name}`, [action(`[[ ! -e $HOME/fail-${name}-$BELAY_HOST ]] || exit 1; ${effect(`${name} $BELAY_HOST`)}`, { changes: [CHANGE], targets: ofBatch('all', ...NAMES) })]);
const rolling = (options: Partial<Roll>): Plan => plan(
  chain(
    step('roll', [], { kind: 'roll', roll: { group: 'computes', batches: [['h1'], ['h2', 'h3'], ['h4', 'h5']], pause: 0, maxFailures: 0, steps: chain(body('drain'), body('boot'), body('return')), ...options } }),
    step('after', [effect('after')]),
  ),
  { hosts: HOSTS },
);

describe.skipIf(!HAS_ANSIBLE)('rolls (skipped without ansible-playbook)', () => {
  it.each([
    { name: 'a canary, then batches of two, with a pause', options: { pause: 1 }, fails: [], code: 0 },
    { name: 'hosts that do not need it', options: { needed: { targets: ofBatch('all', ...NAMES), operation: shell('[[ $BELAY_HOST != h[1345] ]]') } }, fails: [], code: 0 },
    { name: 'as many failures as it allows', options: { maxFailures: 1 }, fails: ['boot-h2'], code: 0 },
    { name: 'more failures than it allows, over several batches', options: { maxFailures: 1 }, fails: ['boot-h3', 'drain-h4'], code: 1 },
    { name: 'a canary that fails', options: {}, fails: ['drain-h1'], code: 1 },
    { name: 'a whole batch that fails, and is allowed to', options: { maxFailures: 2 }, fails: ['boot-h2', 'boot-h3'], code: 0 },
  ])('$name', async ({ options, fails, code }) => {
    const value = rolling(options);
    const [first, box] = [program(value), made(value)];
    for (const name of fails) for (const folder of [first.folder, box.folder]) writeFileSync(path.join(folder, `fail-${name}`), '');
    expect(first.run('run --jobs 1').code).toBe(code);
    expect((await box.run('site.yml')).code).toBe(code === 0 ? 0 : 2);
    expect(effects(box.folder)).toEqual(effects(first.folder));
    expect(journal(box.folder)).toEqual(journal(first.folder));
    // What failed is mended, and the roll goes through it again.
    for (const name of fails) for (const folder of [first.folder, box.folder]) rmSync(path.join(folder, `fail-${name}`));
    if (code === 0) return;
    expect(first.run('resume --jobs 1').code).toBe(0);
    expect((await box.run('site.yml')).code).toBe(0);
    expect(effects(box.folder)).toEqual(effects(first.folder));
    expect(journal(box.folder)).toEqual(journal(first.folder));
  }, 400_000);
});

describe.skipIf(!HAS_ANSIBLE)('one host of a batch after the other (skipped without ansible-playbook)', () => {
  const inTurns = (name: string): Step => step(`roll/${name}`, [action(`${effect(`begin ${name} $BELAY_HOST`)}; sleep 0.2; [[ ! -e $HOME/fail-${name}-$BELAY_HOST ]] || exit 1; ${effect(`end ${name} $BELAY_HOST`)}`, {
    changes: [CHANGE], targets: ofBatch('each', ...NAMES), back: backBy(effect(`back ${name} $BELAY_HOST`), { targets: ofBatch('each', ...NAMES) }),
  }), action(effect(`then ${name} $BELAY_HOST`), { changes: [CHANGE], targets: ofBatch('all', ...NAMES) })]);
  const ordered = (folder: string): string[] => readFileSync(path.join(folder, 'effects'), 'utf8').split('\n').filter((line) => /^(?:begin|end|back) /.test(line));

  it('never begins with one before the other has ended, and with none behind one that failed', async () => {
    const value = rolling({ batches: [['h1', 'h2'], ['h3', 'h4', 'h5']], maxFailures: 2, steps: chain(inTurns('one'), inTurns('two')) });
    const [first, box] = [program(value), made(value)];
    const folders = [first.folder, box.folder];
    for (const folder of folders) writeFileSync(path.join(folder, 'fail-one-h4'), '');
    expect([first.run('run').code, (await box.run('site.yml')).code]).toEqual([0, 0]);
    for (const folder of folders) {
      expect(ordered(folder)).toEqual([
        'begin one h1', 'end one h1', 'begin one h2', 'end one h2', 'begin two h1', 'end two h1', 'begin two h2', 'end two h2',
        'begin one h3', 'end one h3', 'begin one h4', 'begin two h3', 'end two h3',
      ]);
    }
    expect(effects(box.folder)).toEqual(effects(first.folder));
    expect(journal(box.folder)).toEqual(journal(first.folder));
    expect([first.run('rollback --to start').code, (await box.run('rollback.yml', '-e', 'belay_to=start')).code]).toEqual([0, 0]);
    expect(ordered(box.folder)).toEqual(ordered(first.folder));
    expect(journal(box.folder)).toEqual(journal(first.folder));
  }, 400_000);
});

describe.skipIf(!HAS_ANSIBLE)('an inventory of one\'s own (skipped without ansible-playbook)', () => {
  it('does as well, if it has the hosts under the same names', async () => {
    const box = made(plan([step('one', [action(shell('echo "$BELAY_HOST $BELAY_VAR_rack" >>"$HOME/where"', { variables: ['rack'] }), { targets: on('all', 'h1', 'h2'), changes: [CHANGE] })])], {
      hosts: [host('h1', { type: 'command', words: ['./gone'] }, { variables: { rack: 'r1' } }), host('h2', { type: 'command', words: ['./gone'] }, { variables: { rack: 'r2' } })],
    }));
    mkdirSync(path.join(box.folder, 'own/group_vars'), { recursive: true });
    writeFileSync(path.join(box.folder, 'own/hosts.ini'), '[computes]\nh1 rack=a\nh2\n[others]\nh3\n');
    writeFileSync(path.join(box.folder, 'own/group_vars/computes.yml'), 'ansible_connection: local\nrack: b\n');
    const { code, out } = await box.run('site.yml', '-i', path.join(box.folder, 'own/hosts.ini'));
    expect(out).not.toContain('fatal');
    expect(code).toBe(0);
    await until(() => existsSync(path.join(box.folder, 'where')), 'both have run');
    expect(readFileSync(path.join(box.folder, 'where'), 'utf8').split('\n').toSorted()).toEqual(['', 'h1 a', 'h2 b']);
  }, 400_000);
});
