import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { plan, step } from './plan-builder.ts';
import { usePrograms } from './program.ts';
import { effect, EFFECTS, whole } from './whole-plan.ts';

const made = usePrograms();

describe('the journal', () => {
  it('of another plan is refused', () => {
    const upgrade = made(whole());
    upgrade.run('run --until enter');
    upgrade.write('upgrade.sh', upgrade.text.replaceAll('sha256:0', 'sha256:1'), 0o755);
    for (const command of ['run', 'resume', 'status', 'list', 'rollback']) {
      const { code, err } = upgrade.run(command);
      expect(code).toBe(2);
      expect(err).toContain('belongs to another plan or to another version of it');
    }
  });

  it('with a torn last line is read, and mended before it goes on', () => {
    const upgrade = made(whole());
    upgrade.run('run --until two');
    const path = join(upgrade.folder, '.belay/test_plan/journal');
    const before = readFileSync(path, 'utf8');
    writeFileSync(path, `${before}2026-01-01T00:00:00Z\tstep-begin\tpoi`);
    expect(upgrade.run('status').out).toContain('2 of 9 steps are done');
    expect(upgrade.run('run').code).toBe(0);
    expect(readFileSync(path, 'utf8').startsWith(`${before}20`)).toBe(true);
    expect(upgrade.lines('effects').sort()).toEqual(EFFECTS);
  });

  it('with zeros at its end, as some file systems leave after a crash, is mended too', () => {
    const upgrade = made(whole());
    upgrade.run('run --until two');
    const path = join(upgrade.folder, '.belay/test_plan/journal');
    const before = readFileSync(path, 'utf8');
    writeFileSync(path, `${before}${'\0'.repeat(5000)}`);
    expect(upgrade.run('run').code).toBe(0);
    expect(readFileSync(path, 'utf8')).not.toContain('\0');
  });

  it('is on disk before the action begins', () => {
    const upgrade = made(plan([step('a', ['tail -n 1 "$HOME/.belay/test_plan/journal" >"$HOME/seen"'])]));
    upgrade.write('bin/sync', '#!/bin/bash\ncp "${!#}" "$HOME/flushed"\nexec /usr/bin/sync "$@"\n', 0o755);
    upgrade.run('run', { environment: { PATH: `${upgrade.folder}/bin:${process.env['PATH']}` } });
    expect(upgrade.read('seen')).toMatch(/action-begin\ta\t0\t1\tlocal/);
  });

  it('that cannot be written stops the program before it acts', () => {
    const upgrade = made(plan([step('a', [effect('a')])]));
    upgrade.write('bin/sync', '#!/bin/bash\n(( $(wc -l <"${!#}") < 3 ))\n', 0o755);
    const { code, err } = upgrade.run('run', {
      environment: { PATH: `${upgrade.folder}/bin:${process.env['PATH']}` },
    });
    expect(code).toBe(2);
    expect(err).toContain('cannot write the journal');
    expect(upgrade.lines('effects')).toEqual([]);
  });

  it('of a plan with 5,000 steps is read in a moment', () => {
    const many = plan(
      Array.from({ length: 5000 }, (_, index) =>
        step(`s${index}`, ['true'], index === 0 ? {} : { after: [`s${index - 1}`] }),
      ),
    );
    const upgrade = made(many);
    const lines = [
      'belay.journal/1\ttest_plan\tsha256:' + '0'.repeat(64) + '\trun',
      '2026-01-01T00:00:00Z\trun-begin\trun\t1\there\t/',
    ];
    for (let index = 0; index < 4000; index += 1) {
      lines.push(
        `2026-01-01T00:00:00Z\tstep-begin\ts${index}\t0\t1`,
        `2026-01-01T00:00:00Z\taction-begin\ts${index}\t0\t1\tlocal\trun true`,
        `2026-01-01T00:00:00Z\taction-end\ts${index}\t0\t1\tlocal\tok\t0\t0.001`,
        `2026-01-01T00:00:00Z\tstep-end\ts${index}\t0\tok\t0.001`,
      );
    }
    upgrade.write('.belay/test_plan/journal', `${lines.join('\n')}\n`);
    const begin = Number(process.hrtime.bigint()) / 1e9;
    const { out } = upgrade.run('status');
    expect(out).toContain('KILLED: 4000 of 5000 steps are done, 1000 left.');
    // What grows with the square of the steps would take minutes.
    expect(Number(process.hrtime.bigint()) / 1e9 - begin).toBeLessThan(60);
  }, 90_000);
});
