/**
 * The same plan, run by the shell program and by Ansible: the same effects and the same journal. CI runs a sample; BELAY_PARITY=all runs every failure and every kill.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Plan } from '../../packages/compiler/src/plan/plan.ts';
import { usePrograms } from '../shell/program.ts';
import { EFFECTS, whole } from '../shell/whole-plan.ts';
import { canonicalJournal } from './canonical.ts';
import { HAS_ANSIBLE, Sandbox } from './project.ts';

const ALL = process.env['BELAY_PARITY'] === 'all';

const made = usePrograms();
let sandbox: Sandbox | undefined;
afterEach(() => sandbox?.dispose());

/** A plan in which the commands that begin with a word fail while a file is there. */
const failingAt = (word: string): Plan => JSON.parse(JSON.stringify(whole()).replaceAll(`"shell":"echo ${word}`, `"shell":"[[ ! -e $HOME/broken ]] || exit 9; echo ${word}`)) as Plan;

const effectsOf = (folder: string): string[] => readFileSync(path.join(folder, 'effects'), 'utf8').split('\n').filter(Boolean).toSorted();
const journalOf = (folder: string): string[] => canonicalJournal(readFileSync(path.join(folder, '.belay/test_plan/journal'), 'utf8'));
const breakIn = (folder: string): void => writeFileSync(path.join(folder, 'broken'), '');
const mendIn = (folder: string): void => rmSync(path.join(folder, 'broken'));

const FAILURES = ['enter', 'two-2-', 'save', 'left', 'right-', 'lock', 'drain-', 'return-', 'unlock', 'last'];
const SAMPLE = ALL ? FAILURES : ['left'];

describe.skipIf(!HAS_ANSIBLE)('parity (skipped without ansible-playbook)', () => {
  it('runs a plan that has everything', async () => {
    const program = made(whole());
    expect(program.run('run --jobs 1').code).toBe(0);
    sandbox = new Sandbox(whole());
    expect((await sandbox.run('site.yml')).code).toBe(0);
    expect(effectsOf(sandbox.folder)).toEqual(EFFECTS);
    expect(journalOf(sandbox.folder)).toEqual(journalOf(program.folder));
  }, 400_000);

  it.each(SAMPLE)('fails at %s and goes back', async (word) => {
    const plan = failingAt(word);
    const program = made(plan);
    breakIn(program.folder);
    expect(program.run('run --jobs 1').code).toBe(1);
    program.run('rollback --to start');
    sandbox = new Sandbox(plan);
    breakIn(sandbox.folder);
    expect((await sandbox.run('site.yml')).code).toBe(2);
    await sandbox.run('rollback.yml', '-e', 'belay_to=start');
    expect(journalOf(sandbox.folder)).toEqual(journalOf(program.folder));
  }, 400_000);

  it.each(ALL ? FAILURES : ['drain-'])('fails at %s in one executor and goes on in the other', async (word) => {
    const plan = failingAt(word);
    const program = made(plan);
    breakIn(program.folder);
    expect(program.run('run --jobs 1').code).toBe(1);
    sandbox = new Sandbox(plan);
    breakIn(sandbox.folder);
    expect((await sandbox.run('site.yml')).code).toBe(2);
    // Each goes on with what the other left.
    for (const folder of [program.folder, sandbox.folder]) mendIn(folder);
    const [ofShell, ofAnsible] = [path.join(program.folder, '.belay'), path.join(sandbox.folder, '.belay')];
    for (const [from, to] of [[ofShell, `${ofShell}.kept`], [ofAnsible, ofShell], [`${ofShell}.kept`, ofAnsible]] as const) {
      rmSync(to, { recursive: true, force: true });
      cpSync(from, to, { recursive: true });
    }
    // The hosts' locks and effects lie in the folder, not in the state.
    expect(program.run(`resume --jobs 1 -C ${program.folder}`).code).toBe(0);
    expect((await sandbox.run('site.yml')).code).toBe(0);
    expect(journalOf(sandbox.folder)).toEqual(journalOf(program.folder));
    expect(effectsOf(sandbox.folder)).toEqual(effectsOf(program.folder));
  }, 400_000);

  it('is rolled back by the shell program', async () => {
    const plan = failingAt('drain-');
    sandbox = new Sandbox(plan);
    breakIn(sandbox.folder);
    expect((await sandbox.run('site.yml')).code).toBe(2);
    const program = made(plan);
    cpSync(path.join(sandbox.folder, '.belay'), path.join(program.folder, '.belay'), { recursive: true });
    expect(program.run(`rollback --to start -C ${program.folder}`).code).toBe(0);
    expect((await sandbox.run('rollback.yml', '-e', 'belay_to=start')).code).toBe(0);
    expect(journalOf(sandbox.folder)).toEqual(journalOf(program.folder));
  }, 400_000);

  // A kill leaves some line of the journal as the last: both go on from each of them, to the same end.
  it('goes on after a kill at a line of the journal as the shell program does', async () => {
    const program = made(whole());
    expect(program.run('run --jobs 1').code).toBe(0);
    const lines = program.journal;
    const cuts = ALL ? lines.map((_, index) => index + 1).slice(1, -1) : [Math.floor(lines.length / 2)];
    for (const cut of cuts) {
      const left = `${lines.slice(0, cut).join('\n')}\n`;
      const [shell, ansible] = [made(whole()), new Sandbox(whole())];
      sandbox = ansible;
      for (const folder of [shell.folder, ansible.folder]) {
        mkdirSync(path.join(folder, '.belay/test_plan'), { recursive: true });
        writeFileSync(path.join(folder, '.belay/test_plan/journal'), left);
      }
      expect(shell.run(`resume --jobs 1 -C ${shell.folder}`).code, `the shell program after line ${cut}`).toBe(0);
      expect((await ansible.run('site.yml')).code, `Ansible after line ${cut}`).toBe(0);
      expect(journalOf(ansible.folder), `after line ${cut}`).toEqual(journalOf(shell.folder));
      expect(effectsOf(ansible.folder), `after line ${cut}`).toEqual(effectsOf(shell.folder));
      ansible.dispose();
    }
  }, ALL ? 3_600_000 : 400_000);
});
