/** A run that goes on in the middle of a batch: who has begun goes on, who has not is asked again. Both executors do the same. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Roll, Step } from '../../packages/compiler/src/plan/plan.ts';
import { action, CHANGE, chain, host, LOCAL, ofBatch, plan, probe, step } from '../shell/plan-builder.ts';
import { enter, usePrograms } from '../shell/program.ts';
import { canonicalJournal } from './canonical.ts';
import { HAS_ANSIBLE, Sandbox } from './project.ts';

const program = usePrograms();
let sandbox: Sandbox | undefined;
afterEach(() => sandbox?.dispose());

const NAMES = ['h1', 'h2', 'h3'];
const each = ofBatch('all', ...NAMES);
const say = (text: string): string => `echo "${text}" >>"$HOME/said"`;
/** A host needs the roll until there is a file for it; with another file it can not be asked. */
const needed = probe(`${say('needed $BELAY_HOST')}; [[ ! -e "$HOME/mute-$BELAY_HOST" ]] || exit 3; [[ ! -e "$HOME/has-$BELAY_HOST" ]]`, each);
const gate = (name: string, unless = 'never'): Step => step(`roll/${name}`, [action(`${say(name)}; [[ ! -e "$HOME/${unless}" ]]`, { verb: 'check', title: `check ${name}`, targets: LOCAL })], { kind: 'gate' });
const work = (name: string, hosts: readonly string[] = NAMES): Step =>
  step(`roll/${name}`, [action(`[[ ! -e "$HOME/fail-$BELAY_HOST" ]] || exit 9; ${say(`${name} $BELAY_HOST`)}`, { changes: [CHANGE], targets: ofBatch('all', ...hosts) })]);
const lock: Roll['lock'] = {
  driver: 'test', key: 'reboot',
  acquire: action(say('lock $BELAY_HOST'), { targets: ofBatch('first', ...NAMES), title: 'take the lock' }),
  release: action(say('release $BELAY_HOST'), { targets: ofBatch('first', ...NAMES), title: 'release the lock' }),
};

/**
 * What is said when a run goes on that failed, and which events of hosts and batches there are then. Files stand for what keeps a host from something; those of `first` are
 * there in the first run, and those of `then` in the second one.
 */
async function resumed(roll: Partial<Roll>, first: readonly string[], then: readonly string[]): Promise<{ readonly said: readonly string[]; readonly events: readonly string[] }> {
  const value = plan([step('roll', [], { kind: 'roll', roll: { group: 'computes', batches: [NAMES], pause: 0, maxFailures: 0, needed, steps: [], ...roll } })], { hosts: NAMES.map((name) => host(name, enter(name))) });
  const [upgrade, box] = [program(value), (sandbox = new Sandbox(value))];
  const folders = [upgrade.folder, box.folder];
  const journals = (): string[][] => folders.map((folder) => canonicalJournal(readFileSync(path.join(folder, '.belay/test_plan/journal'), 'utf8')));
  for (const folder of folders) for (const name of first) writeFileSync(path.join(folder, name), '');
  expect([upgrade.run('run --jobs 1').code, (await box.run('site.yml')).code]).toEqual([1, 2]);
  for (const folder of folders) {
    for (const name of ['said', ...first]) rmSync(path.join(folder, name), { force: true });
    for (const name of then) writeFileSync(path.join(folder, name), '');
  }
  expect([upgrade.run('resume --jobs 1').code, (await box.run('site.yml')).code]).toEqual([0, 0]);
  const [ours = [], theirs = []] = journals();
  expect(theirs).toEqual(ours);
  const said = folders.map((folder) => readFileSync(path.join(folder, 'said'), 'utf8').split('\n').filter(Boolean).toSorted());
  expect(said[1]).toEqual(said[0]);
  return { said: said[0] ?? [], events: ours.slice(ours.indexOf('run-begin resume')).filter((line) => /^(?:batch|host|lock)-/.test(line)) };
}

describe.skipIf(!HAS_ANSIBLE)('a run that goes on in a batch (skipped without ansible-playbook)', () => {
  it('in which no host has begun asks everything again, gates too', async () => {
    const { said, events } = await resumed({ lock, steps: chain(gate('first'), gate('second', 'closed'), work('work')) }, ['closed'], ['has-h2']);
    // Once before the lock is seen to be held, and once behind.
    expect(said).toEqual(['first', 'needed h1', 'needed h1', 'needed h2', 'needed h3', 'needed h3', 'release h1', 'second', 'work h1', 'work h3']);
    expect(events).toEqual(['lock-released roll 1', 'host-skipped roll 1 h2', 'batch-end roll 1 ok']);
  }, 400_000);

  it('that no host needs any more gives the lock back, and does nothing', async () => {
    const { said, events } = await resumed({ lock, steps: chain(gate('second', 'closed'), work('work')) }, ['closed'], ['has-h1', 'has-h2', 'has-h3']);
    expect(said).toEqual(['needed h1', 'needed h2', 'needed h3', 'release h1']);
    expect(events).toEqual(['lock-released roll 1', 'host-skipped roll 1 h1', 'host-skipped roll 1 h2', 'host-skipped roll 1 h3', 'batch-end roll 1 ok']);
  }, 400_000);

  it('in which some have begun goes on with these, asks the others, and does not ask gates again', async () => {
    const { said, events } = await resumed({ steps: chain(gate('first'), work('one', ['h1']), work('work')) }, ['fail-h1'], ['has-h1', 'has-h2']);
    expect(said).toEqual(['needed h2', 'needed h3', 'one h1', 'work h1', 'work h3']);
    expect(events).toEqual(['host-skipped roll 1 h2', 'batch-end roll 1 ok']);
  }, 400_000);

  it('of which something for all its hosts was begun goes on with all of them', async () => {
    const enterMode = step('roll/enter', [action(say('enter'), { changes: [CHANGE] })]);
    const { said, events } = await resumed({ steps: chain(enterMode, gate('first', 'closed'), work('work')) }, ['closed'], ['has-h1', 'has-h2', 'has-h3']);
    expect(said).toEqual(['first', 'work h1', 'work h2', 'work h3']);
    expect(events).toEqual(['batch-end roll 1 ok']);
  }, 400_000);

  it('asks the hosts again that could not be asked before', async () => {
    const { said, events } = await resumed({ steps: [work('work')] }, ['mute-h1', 'has-h2'], []);
    expect(said).toEqual(['needed h1', 'needed h3', 'work h1', 'work h3']);
    expect(events).toEqual(['batch-begin roll 1 h1 h3', 'batch-end roll 1 ok']);
  }, 400_000);

  it('has hosts that could not be asked join the others of their batch', async () => {
    const { said, events } = await resumed({ maxFailures: 1, batches: [['h1', 'h2'], ['h3']], steps: [work('work')] }, ['mute-h1', 'fail-h3'], []);
    expect(said).toEqual(['needed h1', 'work h1', 'work h3']);
    expect(events).toEqual(['batch-begin roll 1 h1 h2', 'batch-end roll 1 ok', 'batch-end roll 2 ok']);
  }, 400_000);
});
