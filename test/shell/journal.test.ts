import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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
    writeFileSync(path, `${before}{"time":"2026-01-01T00:00:00Z","event":"step-begin","step":"poi`);
    expect(upgrade.run('status').out).toContain('2 of 9 steps are done');
    expect(upgrade.run('run').code).toBe(0);
    expect(readFileSync(path, 'utf8').startsWith(`${before}{"time":"20`)).toBe(true);
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
    expect(upgrade.read('seen')).toMatch(/"event":"action-begin","step":"a","batch":0,"action":"1","host":"local"/);
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

  it('of the version before is refused, with the way to end that run, and left as it is', () => {
    const upgrade = made(plan([step('a', [effect('a')])]));
    const old = `belay.journal/1\ttest_plan\tsha256:${'0'.repeat(64)}\trun\n2026-01-01T00:00:00Z\trun-begin\trun\t1\there\t/\n`;
    upgrade.write('.belay/test_plan/journal', old);
    for (const command of ['run', 'resume', 'status', 'list', 'rollback', 'run --dry-run']) {
      const { code, err } = upgrade.run(command);
      expect([command, code, err]).toEqual([command, 2, [
        `upgrade.sh: ${upgrade.folder}/.belay/test_plan holds a journal that an older Belay began (belay.journal/1); this program keeps belay.journal/2`,
        'upgrade.sh:   Finish with the program that began it, or take it back with that.',
        'upgrade.sh:   If that was overwritten, compile the plan again with the Belay that had made it.',
        'upgrade.sh:   belay status reads both.',
        'upgrade.sh: Then this program begins anew, with another --state.',
        '',
      ].join('\n')]);
    }
    expect(upgrade.read('.belay/test_plan/journal')).toBe(old);
    upgrade.remove('.belay');
  });

  it('with a damaged line is refused, and the line is named', () => {
    const upgrade = made(whole());
    upgrade.run('run --until two');
    const lines = upgrade.journal;
    for (const damaged of ['', 'nonsense', lines[3]?.slice(0, -9) ?? '', lines[3]?.replace('"event"', '"evt"') ?? '']) {
      upgrade.write('.belay/test_plan/journal', `${lines.with(3, damaged).join('\n')}\n`);
      for (const command of ['status', 'run']) {
        const { code, err } = upgrade.run(command);
        expect([code, err.split('\n')[0]]).toEqual([2, `upgrade.sh: line 4 of ${upgrade.folder}/.belay/test_plan/journal is not an event: ${damaged}`]);
      }
    }
    upgrade.write('.belay/test_plan/journal', `${lines.join('\n')}\n`);
    expect(upgrade.run('run').code).toBe(0);
  });

  it('keeps whatever a name has in it, and finds its way back to it', () => {
    const folder = 'a "b" \\c\\\\" \n\t\r\b\f\u0001\u001b\u007f {"x":[1]} ${x} ünï ☁ \u{1f680}';
    const upgrade = made(plan([step('a', ['touch "$HOME/go"; pwd >"$HOME/where"']), step('b', ['pwd >"$HOME/there"'], { after: ['a'] })]));
    mkdirSync(join(upgrade.folder, folder));
    expect(upgrade.run('run --until a --state ../.belay/test_plan', { cwd: join(upgrade.folder, folder), environment: { PATH: process.env['PATH'] ?? '', USER: folder }, program: '../upgrade.sh' }).code).toBe(3);
    expect((JSON.parse(upgrade.journal[1] ?? '') as { directory: string }).directory).toBe(join(upgrade.folder, folder));
    expect(upgrade.run('run').code).toBe(0);
    expect(upgrade.read('there')).toBe(`${join(upgrade.folder, folder)}\n`);
  });

  it('of a plan with 5,000 steps is read in a moment', () => {
    const many = plan(
      Array.from({ length: 5000 }, (_, index) =>
        step(`s${index}`, ['true'], index === 0 ? {} : { after: [`s${index - 1}`] }),
      ),
    );
    const upgrade = made(many);
    const lines = [
      `{"format":"belay.journal/2","plan":"test_plan","digest":"sha256:${'0'.repeat(64)}","run":"run"}`,
      '{"time":"2026-01-01T00:00:00Z","event":"run-begin","command":"run","process":1,"machine":"here","directory":"/"}',
    ];
    for (let index = 0; index < 4000; index += 1) {
      lines.push(
        `{"time":"2026-01-01T00:00:00Z","event":"step-begin","step":"s${index}","batch":0,"attempt":1}`,
        `{"time":"2026-01-01T00:00:00Z","event":"action-begin","step":"s${index}","batch":0,"action":"1","host":"local","title":"run \\"true\\""}`,
        `{"time":"2026-01-01T00:00:00Z","event":"action-end","step":"s${index}","batch":0,"action":"1","host":"local","result":"ok","code":0,"seconds":0.001}`,
        `{"time":"2026-01-01T00:00:00Z","event":"step-end","step":"s${index}","batch":0,"result":"ok","seconds":0.001}`,
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
