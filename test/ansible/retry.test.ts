/** Hosts that a roll let go, and going through them again. Both executors do the same. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readJournal, type Journal } from '../../packages/compiler/src/journal/read-journal.ts';
import { summarizeJournal } from '../../packages/compiler/src/journal/summary.ts';
import type { Plan, Roll, Step } from '../../packages/compiler/src/plan/plan.ts';
import { action, CHANGE, chain, host, ofBatch, on, plan, probe, step } from '../shell/plan-builder.ts';
import { enter, type Program, usePrograms } from '../shell/program.ts';
import { canonicalJournal } from './canonical.ts';
import { HAS_ANSIBLE, Sandbox } from './project.ts';

const program = usePrograms();
let sandbox: Sandbox | undefined;
afterEach(() => sandbox?.dispose());

const NAMES = ['h1', 'h2', 'h3', 'h4'];
const each = ofBatch('all', ...NAMES);
const say = (text: string): string => `echo "${text}" >>"$HOME/said"`;
const work = (name: string): Step => step(`roll/${name}`, [action(`[[ ! -e "$HOME/fail-${name}-$BELAY_HOST" ]] || exit 9; ${say(`${name} $BELAY_HOST`)}`, { changes: [CHANGE], targets: each })]);
const lock: Roll['lock'] = {
  driver: 'test', key: 'reboot',
  acquire: action(say('lock $BELAY_HOST'), { targets: ofBatch('first', ...NAMES), title: 'take the lock' }),
  release: action(say('release $BELAY_HOST'), { targets: ofBatch('first', ...NAMES), title: 'release the lock' }),
};
const rolling = (options: Partial<Roll> = {}, behind: readonly Step[] = [step('after', [say('after')])]): Plan => plan(
  chain(step('roll', [], { kind: 'roll', roll: { group: 'computes', batches: [['h1'], ['h2', 'h3'], ['h4']], pause: 0, maxFailures: 2, steps: chain(work('drain'), work('boot')), ...options } }), ...behind),
  { hosts: NAMES.map((name) => host(name, enter(name))) },
);
const journalOf = (folder: string): string => readFileSync(path.join(folder, '.belay/test_plan/journal'), 'utf8');
const lost = (folder: string): readonly unknown[] => summarizeJournal(readJournal(journalOf(folder)) as Journal).lost;
/** What is said since the last time, sorted. */
const said = (folder: string): string[] => {
  const file = path.join(folder, 'said');
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean).toSorted();
  writeFileSync(file, '');
  return lines;
};

/** Fails at files, in both executors. */
function begin(value: Plan, fails: readonly string[]): { upgrade: Program; box: Sandbox; folders: readonly string[] } {
  const [upgrade, box] = [program(value), (sandbox = new Sandbox(value))];
  const folders = [upgrade.folder, box.folder];
  for (const folder of folders) for (const name of fails) writeFileSync(path.join(folder, `fail-${name}`), '');
  return { upgrade, box, folders };
}

describe.skipIf(!HAS_ANSIBLE)('hosts that a roll let go (skipped without ansible-playbook)', () => {
  it('are gone through again, and no others, as often as they fail; the lock is given back with the last', async () => {
    const { upgrade, box, folders } = begin(rolling({ lock, needed: probe(say('needed $BELAY_HOST'), each) }), ['boot-h2', 'drain-h4']);
    expect([upgrade.run('run').code, (await box.run('site.yml')).code]).toEqual([0, 0]);
    for (const folder of folders) {
      expect(said(folder).filter((line) => !line.startsWith('needed'))).toEqual(['after', 'boot h1', 'boot h3', 'drain h1', 'drain h2', 'drain h3', 'lock h1', 'lock h2', 'release h1']);
      expect(lost(folder)).toEqual([{ roll: 'roll', host: 'h2', step: 'roll/boot' }, { roll: 'roll', host: 'h4', step: 'roll/drain' }]);
      rmSync(path.join(folder, 'fail-drain-h4'));
    }
    expect(upgrade.run('status').out).toContain('\nWhat to do\n  Nothing is left to do but on the hosts that failed: mend them, and go through them again:\n      ./upgrade.sh resume --state .belay/test_plan --retry roll\n');
    // One is mended.
    expect([upgrade.run('resume --retry roll').code, (await box.run('site.yml', '-e', 'belay_retry=roll')).code]).toEqual([0, 0]);
    for (const folder of folders) {
      expect(said(folder)).toEqual(['boot h4', 'drain h4']);
      expect(lost(folder)).toEqual([{ roll: 'roll', host: 'h2', step: 'roll/boot' }]);
      rmSync(path.join(folder, 'fail-boot-h2'));
    }
    expect([upgrade.run('resume --retry roll').code, (await box.run('site.yml', '-e', 'belay_retry=roll')).code]).toEqual([0, 0]);
    for (const folder of folders) {
      expect(said(folder)).toEqual(['boot h2', 'release h2']);
      expect(lost(folder)).toEqual([]);
    }
    expect(upgrade.run('status').out).toContain('3 of 3 batches, 4 of 4 hosts\n');
    expect(canonicalJournal(journalOf(box.folder))).toEqual(canonicalJournal(journalOf(upgrade.folder)));
  }, 400_000);

  it('are not gone through again where that would be wrong, and it says why', async () => {
    const change = step('later', [action('true', { changes: [CHANGE], targets: on('all', 'h2', 'h3') })]);
    const { upgrade, box } = begin(rolling({}, [change]), ['boot-h2']);
    expect([upgrade.run('run').code, (await box.run('site.yml')).code]).toEqual([0, 0]);
    const why = 'cannot be gone through again: later has changed h2 since. Do by hand what is missing there.';
    expect(upgrade.run('resume --retry roll')).toMatchObject({ code: 2, err: expect.stringContaining(`roll ${why}`) as string });
    expect((await box.run('site.yml', '-e', 'belay_retry=roll')).err).toContain(`belay_retry: roll ${why}`);
    expect(upgrade.run('status').out).toContain('mend them, and do there what their roll does.');
  }, 400_000);

  it.each([
    ['resume --retry later', 'later is no roll.'],
    ['resume --retry roll', 'roll has let no host go, so there is none to go through again.'],
    ['resume --retry rol', 'The plan has no step rol. Did you mean roll?'],
    ['run --retry roll', '--retry is an option of resume.'],
  ])('%s: %s', (command, message) => {
    const upgrade = program(rolling({}, [step('later', ['true'])]));
    expect(upgrade.run('run').code).toBe(0);
    expect(upgrade.run(command)).toMatchObject({ code: 2, err: expect.stringContaining(message) as string });
  });

  it('of a body that does something for a batch as a whole are left to a person', () => {
    const mode = step('roll/enter', [action(say('enter'), { changes: [CHANGE] })]);
    const { upgrade } = begin(rolling({ steps: chain(mode, work('boot')) }), ['boot-h2']);
    expect(upgrade.run('run').code).toBe(0);
    expect(upgrade.run('resume --retry roll')).toMatchObject({ code: 2, err: expect.stringContaining('roll/enter is for a batch as a whole, and would not be done again') as string });
  });

  it('are gone through to the end by a resume when the program is killed while it does so', () => {
    const { upgrade } = begin(rolling(), ['boot-h2', 'boot-h4']);
    expect(upgrade.run('run').code).toBe(0);
    upgrade.remove('fail-boot-h2');
    upgrade.remove('fail-boot-h4');
    const whole = upgrade.read('.belay/test_plan/journal');
    expect(upgrade.run('resume --retry roll --dry-run').out.match(/batch \d: .*/g)).toEqual(['batch 2: h2', 'batch 3: h4']);
    expect(upgrade.run('resume --retry roll').code).toBe(0);
    const lines = upgrade.read('.belay/test_plan/journal').slice(whole.length).split('\n').filter(Boolean);
    expect(lines.length).toBeGreaterThan(8);
    // Its last line lost, two of them, and so on: before the roll is begun again nothing was asked for.
    for (let kept = lines.findIndex((line) => line.includes('"step-begin"')) + 1; kept < lines.length; kept += 1) {
      upgrade.write('.belay/test_plan/journal', `${whole}${lines.slice(0, kept).join('\n')}\n`);
      expect(upgrade.run('resume')).toMatchObject({ code: 0, err: '' });
      expect(upgrade.run('status').out).toContain('3 of 3 batches, 4 of 4 hosts\n');
    }
  }, 400_000);
});
