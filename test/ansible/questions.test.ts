/** `needed` and `unless` where they are answered by yes, by no, and not at all: the shell program and the Ansible project do the same. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Plan, Probe, Roll, Step } from '../../packages/compiler/src/plan/plan.ts';
import { action, CHANGE, chain, host, LOCAL, ofBatch, on, plan, probe, shell, step } from '../shell/plan-builder.ts';
import { enter, usePrograms } from '../shell/program.ts';
import { canonicalJournal } from './canonical.ts';
import { HAS_ANSIBLE, Sandbox } from './project.ts';

const program = usePrograms();
let sandbox: Sandbox | undefined;
afterEach(() => sandbox?.dispose());

const NAMES = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'h7'];
/** No connection leads to h4. */
const HOSTS = NAMES.map((name) => host(name, name === 'h4' ? { type: 'command', words: ['bash', '-c', 'exit 255', name] } : enter(name)));
const each = ofBatch('all', ...NAMES);
const work = (name: string, options: Partial<Step> = {}): Step => step(name, [action(`echo "${name} $BELAY_HOST" >>"$HOME/effects"`, { changes: [CHANGE], targets: each })], options);
const rolling = (options: Partial<Roll>, more: Partial<Plan> = {}): Plan => plan([
  step('roll', [], { kind: 'roll', roll: { group: 'computes', batches: [['h1', 'h2', 'h3', 'h4'], ['h5', 'h6', 'h7']], pause: 0, maxFailures: 9, steps: [work('roll/work')], ...options } }),
], { hosts: HOSTS, ...more });

interface Seen {
  readonly codes: readonly (number | null)[];
  readonly out: readonly string[];
  readonly effects: readonly string[];
  readonly journal: readonly string[];
}

/** What both executors do with a plan, which has to be the same. */
async function both(value: Plan, sudo?: string): Promise<Seen> {
  const [first, box] = [program(value), (sandbox = new Sandbox(value))];
  if (sudo !== undefined) first.write('bin/sudo', sudo, 0o755);
  const ran = await first.start('run', { environment: { PATH: `${first.folder}/bin:${process.env['PATH'] ?? ''}` } }).ended;
  const played = await box.run('site.yml', ...(sudo === undefined ? [] : ['-e', `ansible_become_exe=${first.folder}/bin/sudo`]));
  const seen = [first.folder, box.folder].map((folder) => {
    const lines = (name: string): string[] => {
      try {
        return readFileSync(path.join(folder, name), 'utf8').split('\n').filter(Boolean).toSorted();
      } catch {
        return [];
      }
    };
    return { effects: lines('effects'), journal: canonicalJournal(readFileSync(path.join(folder, '.belay/test_plan/journal'), 'utf8')) };
  });
  expect(seen[1]).toEqual(seen[0]);
  return { codes: [ran.code, played.code], out: [ran.out, played.out], effects: seen[0]?.effects ?? [], journal: seen[0]?.journal ?? [] };
}

const about = (journal: readonly string[]): string[] => journal.filter((line) => /^(?:host-|batch-)/.test(line));

describe.skipIf(!HAS_ANSIBLE)('questions (skipped without ansible-playbook)', () => {
  it('are no reason to leave a host out of a roll where they could not be asked', async () => {
    const needed: Probe = { targets: each, operation: shell('case $BELAY_HOST in h1) no-such-command ;; h2) exit 0 ;; h3 | h7) exit 1 ;; h5) exit 2 ;; h6) sleep 60 ;; esac', { timeout: 3 }) };
    const { codes, out, effects, journal } = await both(rolling({ needed }));
    expect(codes).toEqual([0, 0]);
    expect(effects).toEqual(['roll/work h2']);
    expect(about(journal).toSorted()).toEqual([
      'batch-begin roll 1 h2', 'batch-end roll 1 failed', 'batch-end roll 2 failed',
      'host-failed roll 1 h1 roll', 'host-failed roll 1 h4 roll', 'host-failed roll 2 h5 roll', 'host-failed roll 2 h6 roll', 'host-skipped roll 1 h3', 'host-skipped roll 2 h7',
    ]);
    for (const text of out) {
      for (const [name, found] of [['h1', 'exit 127 (a command was not found)'], ['h4', 'exit 255 (the connection failed)'], ['h5', 'exit 2'], ['h6', 'took too long and was ended']]) {
        expect(text).toContain(` on ${name}: could not be asked: ${found}, where 0 is yes and 1 is no; nobody knows whether it is needed, so this counts as a failure. Mend the host, or the question, and `);
      }
      expect(text).not.toMatch(/on h[237]: could not/);
    }
    expect(out[0]).toContain('2 of 2 batches, 3 of 7 hosts; failed on h1, h4, h5, h6\n                             could not be asked whether it needs this: h1, h4, h5, h6\n');
  }, 400_000);

  it('that are asked once for a batch end the roll where they could not be asked', async () => {
    const { codes, out, effects, journal } = await both(rolling({ needed: probe('exit 3', LOCAL) }));
    expect(codes).toEqual([1, 2]);
    expect(effects).toEqual([]);
    expect(about(journal)).toEqual(['batch-end roll 1 failed']);
    for (const text of out) expect(text).toContain('nobody knows which hosts need it');
  }, 400_000);

  it('by HTTP, and those that poll, tell no answer from a wrong one', async () => {
    const server = createServer((request, response) => {
      response.statusCode = request.url === '/h2' ? 200 : 404;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const hosts = HOSTS.map((one) => ({ ...one, variables: { port: one.name === 'h1' ? '1' : String(port) } }));
    const needed: Probe = { targets: each, operation: { type: 'http', method: 'GET', status: [200], url: ['http://127.0.0.1:', { variable: 'port' }, '/', { variable: 'host' }] } };
    const first = await both(rolling({ needed, batches: [['h1', 'h2', 'h3']] }, { hosts }));
    expect([first.codes, first.effects]).toEqual([[0, 0], ['roll/work h2']]);
    expect(about(first.journal)).toEqual(['host-failed roll 1 h1 roll', 'host-skipped roll 1 h3', 'batch-begin roll 1 h2', 'batch-end roll 1 failed']);
    const polled: Probe = { ...needed, operation: { ...needed.operation, poll: { every: 1, limit: 2 } } as Probe['operation'] };
    const second = await both(rolling({ needed: polled, batches: [['h1', 'h2', 'h3']] }, { hosts }));
    expect(second.journal).toEqual(first.journal);
    server.close();
  }, 400_000);

  it('as another user are not answered by sudo', async () => {
    const needed: Probe = { targets: each, operation: shell('true', { as: 'root' }) };
    const { codes, out, journal } = await both(rolling({ needed, batches: [['h1']], maxFailures: 0 }), '#!/bin/bash\necho "sudo: a password is required" >&2\nexit 1\n');
    expect(codes).toEqual([1, 2]);
    expect(about(journal)).toEqual(['host-failed roll 1 h1 roll', 'batch-end roll 1 failed']);
    expect(out[0]).toContain('could not be asked: exit 1 (it was not allowed to run as root), where 0 is yes and 1 is no;');
    expect(out[1]).toContain('could not be asked: exit 125 (it could not be started), where 0 is yes and 1 is no;');
  }, 400_000);

  it('do not have a step run again where nobody knows whether it is done', async () => {
    const ask = (text: string): Probe => probe(text, on('all', 'h1', 'h2'));
    const steps = chain(
      step('no', [action('echo no >>"$HOME/effects"', { changes: [CHANGE] })], { unless: [ask('exit 1')] }),
      step('yes', [action('echo yes >>"$HOME/effects"', { changes: [CHANGE] })], { unless: [ask('true'), { targets: LOCAL, operation: shell('exit 7', { accept: [7] }) }] }),
      // One host says no, so the step is not done, whatever the other would say.
      step('either', [action('echo either >>"$HOME/effects"', { changes: [CHANGE] })], { unless: [ask('[[ $BELAY_HOST == h1 ]] && exit 1; exit 4')] }),
      step('polled', [action('echo polled >>"$HOME/effects"', { changes: [CHANGE] })], { unless: [{ targets: LOCAL, operation: shell('exit 1', { poll: { every: 1, limit: 2 } }) }] }),
      step('unknown', [action('echo unknown >>"$HOME/effects"', { changes: [CHANGE] })], { unless: [ask('[[ $BELAY_HOST == h1 ]] || no-such-command')], retry: { count: 1, every: 0 } }),
    );
    const { codes, out, effects, journal } = await both(plan(steps, { hosts: HOSTS }));
    expect(codes).toEqual([1, 2]);
    expect(effects).toEqual(['either', 'no', 'polled']);
    expect(journal.filter((line) => line.startsWith('step-'))).toEqual([
      'step-begin either 0 1', 'step-end either 0 ok', 'step-begin no 0 1', 'step-end no 0 ok', 'step-begin polled 0 1', 'step-end polled 0 ok',
      'step-begin unknown 0 1', 'step-begin unknown 0 2', 'step-end unknown 0 failed', 'step-begin yes 0 1', 'step-end yes 0 skipped',
    ]);
    for (const text of out) {
      expect(text).toContain(' on h2: could not be asked: exit 127 (a command was not found), where 0 is yes and 1 is no; nobody knows whether the step is done there, so it fails unless another host says that it is not. Mend the host, or the question, and ');
    }
  }, 400_000);

  it('of a step in a roll lose the hosts that could not be asked, unless another says no', async () => {
    const body = chain(
      work('roll/one', { unless: [probe('[[ $BELAY_HOST != h2 ]] || exit 5', each), probe('[[ $BELAY_HOST != h3 ]] || exit 6', each)] }),
      work('roll/two', { unless: [probe('[[ $BELAY_HOST == h1 ]] && exit 1; exit 8', each)] }),
      work('roll/elsewhere', { unless: [probe('exit 1', ofBatch('all', 'h6'))] }),
      work('roll/three', { unless: [probe('exit 127', { mode: 'local', hosts: [] })] }),
    );
    const { codes, effects, journal } = await both(rolling({ steps: body, batches: [['h1', 'h2', 'h3', 'h5']] }));
    expect(codes).toEqual([1, 2]);
    expect(effects).toEqual(['roll/two h1', 'roll/two h5']);
    expect(journal.filter((line) => /^(?:step-end|host-failed)/.test(line)).toSorted()).toEqual([
      'host-failed roll 1 h1 roll/three', 'host-failed roll 1 h2 roll/one', 'host-failed roll 1 h3 roll/one', 'host-failed roll 1 h5 roll/three',
      'step-end roll 0 failed', 'step-end roll/elsewhere 1 skipped', 'step-end roll/one 1 ok', 'step-end roll/three 1 failed', 'step-end roll/two 1 ok',
    ]);
  }, 400_000);
});
