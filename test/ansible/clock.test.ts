/** What goes by the clock while nothing runs: pauses between batches, waits, and hosts on their way down or up. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Plan } from '../../packages/compiler/src/plan/plan.ts';
import { killedAt } from '../shell/killed-at.ts';
import { action, CHANGE, host, LOCAL, ofBatch, on, plan, step } from '../shell/plan-builder.ts';
import { enter, type Program, usePrograms } from '../shell/program.ts';
import { canonicalJournal } from './canonical.ts';
import { HAS_ANSIBLE, Sandbox } from './project.ts';

const program = usePrograms();
let sandbox: Sandbox | undefined;
afterEach(() => sandbox?.dispose());

const lines = (folder: string, name: string): string[] => (existsSync(path.join(folder, name)) ? readFileSync(path.join(folder, name), 'utf8').split('\n').filter(Boolean) : []);

/** A project that goes on with what a shell program has begun. */
function goingOn(value: Plan, begun: Program): Sandbox {
  const box = (sandbox = new Sandbox(value));
  mkdirSync(path.join(box.folder, '.belay/test_plan'), { recursive: true });
  copyFileSync(path.join(begun.folder, '.belay/test_plan/journal'), path.join(box.folder, '.belay/test_plan/journal'));
  return box;
}

describe.skipIf(!HAS_ANSIBLE)('by the clock (skipped without ansible-playbook)', () => {
  it.each([['that is not over goes on', 3592, true], ['that is over is not waited for', 4000, false]])('a pause between batches %s', async (_, age, mayPause) => {
    const value = plan([step('roll', [], {
      kind: 'roll',
      roll: { group: 'computes', batches: [['h1'], ['h2']], pause: 3600, maxFailures: 0, steps: [step('roll/work', [action('echo "$BELAY_HOST" >>"$HOME/done"', { changes: [CHANGE], targets: ofBatch('all', 'h1', 'h2') })])] },
    })], { hosts: ['h1', 'h2'].map((name) => host(name, enter(name))) });
    const begun = program(value);
    await killedAt(begun, 'batch-end', age);
    const box = goingOn(value, begun);
    const { code, out } = await box.run('site.yml');
    expect([code, lines(box.folder, 'done')]).toEqual([0, ['h2']]);
    const paused = /^Pausing for (\d+) seconds/m.exec(out)?.[1];
    if (mayPause) expect(Number(paused ?? 0)).toBeLessThanOrEqual(8);
    else expect(paused).toBe(undefined);
  }, 400_000);

  it.each([['goes on', 3595], ['that is over ends at once', 9000]])('a wait %s', async (_, age) => {
    const value = plan([step('settle', [action({ type: 'wait', seconds: 3600 }, { targets: LOCAL })])]);
    const begun = program(value);
    await killedAt(begun, 'action-begin', age);
    const box = goingOn(value, begun);
    expect((await box.run('site.yml')).code).toBe(0);
  }, 400_000);

  describe('a host that is rebooting when the run goes on', () => {
    /** The connection fails for as many times as `down` says. */
    const MAYBE = '#!/bin/bash\ndown=0\n[[ -e down ]] && read -r down <down\nif ((down > 0)); then echo $((down - 1)) >down; exit 255; fi\nexec ./enter "$@"\n';
    /** Kills who called; of the shell program also the worker, which would see the reboot to its end. */
    const kill = (more: string): string => `echo 2 >boot_id; echo rebooted >>"$HOME/effects"; read -r _ pid _ <"$HOME/.belay/test_plan/lock"; kill -KILL -- "$pid" ${more}; sleep 0.5`;
    const rebooting = (limit: number): Plan => plan(
      [step('reboot', [action({ type: 'reboot', shell: 'source "$HOME/kill"', bootId: 'cat boot_id', limit }, { title: 'reboot h1', targets: on('all', 'h1'), changes: [{ kind: 'host', becomes: 'rebooted' }] })])],
      { hosts: [host('h1', { type: 'command', words: ['./maybe', 'h1'] })] },
    );
    const prepare = (folder: string, more: string): void => {
      writeFileSync(path.join(folder, 'kill'), kill(more));
      writeFileSync(path.join(folder, 'maybe'), MAYBE, { mode: 0o755 });
      mkdirSync(path.join(folder, 'hosts/h1'), { recursive: true });
      writeFileSync(path.join(folder, 'hosts/h1/boot_id'), '1\n');
    };

    it.each([['is asked until it answers', 3, 60, 0, 'ok 0'], ['is given up when the time is over', 1000, 3, 1, 'timeout 255']])('%s', async (_, times, limit, code, end) => {
      const first = program(rebooting(limit));
      const box = (sandbox = new Sandbox(rebooting(limit)));
      prepare(first.folder, '"-$(ps -o pgid= -p "$PPID" | tr -d " ")"');
      prepare(box.folder, '');
      expect([first.run('run').code, (await box.run('site.yml')).code]).toEqual([null, null]);
      for (const folder of [first.folder, box.folder]) writeFileSync(path.join(folder, 'down'), `${times}\n`);
      expect(first.run('resume').code).toBe(code);
      const { code: ended, out } = await box.run('site.yml');
      expect(ended).toBe(code * 2);
      if (code !== 0) expect(out).toContain(`The host was not back within ${limit} seconds.`);
      const journals = [first.folder, box.folder].map((folder) => canonicalJournal(readFileSync(path.join(folder, '.belay/test_plan/journal'), 'utf8')));
      expect(journals[1]).toEqual(journals[0]);
      expect(journals[1]).toContain(`action-end reboot 0 1 h1 ${end}`);
      for (const folder of [first.folder, box.folder]) expect(lines(folder, 'effects')).toEqual(['rebooted']);
    }, 400_000);
  });
});
