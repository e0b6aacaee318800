/** The way back of the Ansible project, where the shell program says what is right: what is asked behind it, and where a step is taken back. */
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Action, Plan, PlanComponent, Probe, Step } from '../../packages/compiler/src/plan/plan.ts';
import { act, asking, component, HOSTS, NAMES, point, start, stop } from '../shell/healthy-plan.ts';
import { action, chain, CHANGE, LOCAL, on, plan, shell, step } from '../shell/plan-builder.ts';
import { type Program, usePrograms } from '../shell/program.ts';
import { canonicalJournal } from './canonical.ts';
import { HAS_ANSIBLE, Sandbox } from './project.ts';

const program = usePrograms();
let sandbox: Sandbox | undefined;
afterEach(() => sandbox?.dispose());

interface Both {
  readonly shell: Program;
  readonly ansible: Sandbox;
}

/** A plan that was run by both and failed at its end. */
async function failed(components: readonly PlanComponent[], ...steps: Step[]): Promise<Both> {
  const value: Plan = plan(chain(...steps, step('fails', ['false'])), { hosts: HOSTS, components, points: [{ id: 'here', captures: [] }] });
  const both = { shell: program(value), ansible: (sandbox = new Sandbox(value)) };
  for (const name of NAMES) {
    both.shell.write(`hosts/${name}/.keep`, '');
    cpSync(path.join(both.shell.folder, 'hosts'), path.join(both.ansible.folder, 'hosts'), { recursive: true });
  }
  expect(both.shell.run('run --jobs 1').code).toBe(1);
  expect((await both.ansible.run('site.yml')).code).toBe(2);
  return both;
}

const linesOf = (folder: string, name: string): string[] => (existsSync(path.join(folder, name)) ? readFileSync(path.join(folder, name), 'utf8').split('\n').filter(Boolean).toSorted() : []);
const journals = ({ shell: first, ansible }: Both): string[][] => [first.folder, ansible.folder].map((folder) => canonicalJournal(readFileSync(path.join(folder, '.belay/test_plan/journal'), 'utf8')));

describe.skipIf(!HAS_ANSIBLE)('behind a rollback (skipped without ansible-playbook)', () => {
  it('asks what it has touched and left running, where it did, and nothing else', async () => {
    const one: Action = { ...stop('e'), targets: on('first', 'h2'), back: { by: 'inverse', actions: [{ ...act('start', 'e'), targets: on('all', 'h2') }] } };
    const both = await failed(
      [component('a', asking('a')), component('b', asking('b')), component('c', asking('c', on('each', ...NAMES))), component('d', asking('d')), component('e', asking('e'), asking('e any', on('any', ...NAMES)), asking('e here', LOCAL))],
      step('one', [stop('a'), stop('b')]), point, step('two', [start('b'), stop('c'), one]),
    );
    expect(both.shell.run('rollback').code).toBe(0);
    const { code, out } = await both.ansible.run('rollback.yml');
    expect(out).not.toContain('FAILED');
    expect(code).toBe(0);
    const asked = ['c h1', 'c h2', 'c h3', 'e any h1', 'e h2', 'e here local'];
    expect([linesOf(both.shell.folder, 'asked'), linesOf(both.ansible.folder, 'asked')]).toEqual([asked, asked]);
    const [ofShell, ofAnsible] = journals(both);
    expect(ofAnsible).toEqual(ofShell);
    // Further back, what is up now is asked.
    for (const folder of [both.shell.folder, both.ansible.folder]) rmSync(path.join(folder, 'asked'));
    expect(both.shell.run('rollback --to start').code).toBe(0);
    expect((await both.ansible.run('rollback.yml', '-e', 'belay_to=start')).code).toBe(0);
    expect(linesOf(both.ansible.folder, 'asked')).toEqual(linesOf(both.shell.folder, 'asked'));
    expect(linesOf(both.ansible.folder, 'asked')).toHaveLength(3 * 3 + 3);
  }, 400_000);

  it('says which component does not work, and asks again', async () => {
    const both = await failed([component('a', asking('a')), component('b', asking('b'))], step('one', [stop('a'), stop('b')]));
    for (const folder of [both.shell.folder, both.ansible.folder]) writeFileSync(path.join(folder, 'hosts/h2/sick'), '');
    expect(both.shell.run('rollback').code).toBe(1);
    const { code, out } = await both.ansible.run('rollback.yml');
    expect(code).toBe(2);
    expect(out).toContain('Everything is taken back, but a does not work now: see what it says on h2; b does not work now: see what it says on h2.');
    for (const folder of [both.shell.folder, both.ansible.folder]) rmSync(path.join(folder, 'hosts/h2/sick'));
    expect(both.shell.run('rollback').code).toBe(0);
    expect((await both.ansible.run('rollback.yml')).code).toBe(0);
    const [ofShell, ofAnsible] = journals(both);
    expect(ofShell?.filter((line) => line.startsWith('run-end'))).toEqual(['run-end 1 failed', 'run-end 1 unverified', 'run-end 0 rolled-back']);
    expect(ofAnsible).toEqual(ofShell);
  }, 400_000);

  it('gives what was just started a while', async () => {
    const slow: Probe = { targets: on('all', ...NAMES), operation: shell('echo asked >>asked; [[ $BELAY_HOST != h1 || $(wc -l <asked) -ge 2 ]]') };
    const both = await failed([component('a', slow)], step('one', [stop('a')]));
    expect((await both.ansible.run('rollback.yml')).code).toBe(0);
    expect(linesOf(both.ansible.folder, 'hosts/h1/asked')).toHaveLength(2);
    expect(linesOf(both.ansible.folder, 'hosts/h2/asked')).toHaveLength(1);
  }, 400_000);

  it('takes a step back where it ran', async () => {
    const [any, all] = [on('any', ...NAMES), on('all', ...NAMES)];
    const DO = 'echo "do $BELAY_HOST" >>"$HOME/done"; [[ ! -e fails ]]';
    const undo = (name: string): string => `echo "${name} $BELAY_HOST" >>"$HOME/done"`;
    const value = plan(
      chain(
        step('any', [action(DO, { targets: any, changes: [CHANGE] })], { undo: [action(undo('same'), { targets: any }), action(undo('own'), { targets: all }), action(undo('here'))] }),
        step('two', [action('false', { targets: on('all', 'h1') }), action('true', { targets: on('all', 'h2', 'h3') })], { undo: [action(undo('none'), { targets: on('all', 'h2', 'h3') }), action(undo('some'), { targets: on('all', 'h1') })] }),
      ),
      { hosts: HOSTS },
    );
    const both: Both = { shell: program(value), ansible: (sandbox = new Sandbox(value)) };
    expect(both.shell.run('run --jobs 1').code).toBe(1);
    expect((await both.ansible.run('site.yml')).code).toBe(2);
    expect(both.shell.run('rollback').code).toBe(0);
    expect((await both.ansible.run('rollback.yml')).code).toBe(0);
    expect(linesOf(both.shell.folder, 'done')).toEqual(['do h1', 'here local', 'own h1', 'own h2', 'own h3', 'same h1', 'some h1']);
    expect(linesOf(both.ansible.folder, 'done')).toEqual(linesOf(both.shell.folder, 'done'));
    const [ofShell, ofAnsible] = journals(both);
    expect(ofAnsible).toEqual(ofShell);
  }, 400_000);
});
