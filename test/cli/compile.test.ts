import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { belay, CLOUD, PLAN, workspace, WRONG_PLAN } from './run-belay.test-helpers.ts';

const SECOND_PLAN = PLAN.slice(PLAN.indexOf('plan ')).replace('restart_front', 'again');

describe('belay compile', () => {
  test('writes a program and a plan, and prints their names', () => {
    const cwd = workspace({ 'cloud.belay': CLOUD, 'plan.belay': PLAN });
    expect(belay(['compile', 'plan.belay'], { cwd })).toEqual({
      code: 0,
      stdout: 'build/restart_front.sh\nbuild/restart_front.plan.json\n',
      stderr: '',
    });
    expect(readdirSync(path.join(cwd, 'build'))).toEqual(['restart_front.plan.json', 'restart_front.sh']);
    expect(statSync(path.join(cwd, 'build/restart_front.sh')).mode & 0o111).not.toBe(0);
    execFileSync('bash', ['-n', path.join(cwd, 'build/restart_front.sh')]);
    const plan = JSON.parse(readFileSync(path.join(cwd, 'build/restart_front.plan.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    expect([plan['format'], plan['name'], plan['cloud']]).toEqual([
      'belay.plan/1',
      'restart_front',
      { name: 'lab', title: 'A small cloud' },
    ]);
  });

  test('writes the same bytes wherever it is called', () => {
    const files = { 'plans/cloud.belay': CLOUD, 'plans/plan.belay': PLAN };
    const [one, two] = [workspace(files), workspace(files)];
    belay(['compile', 'plans/plan.belay'], { cwd: one });
    belay(['compile', 'plan.belay', '--out', '../build'], { cwd: path.join(two, 'plans') });
    for (const name of ['restart_front.sh', 'restart_front.plan.json']) {
      expect(readFileSync(path.join(one, 'build', name), 'utf8')).toBe(
        readFileSync(path.join(two, 'build', name), 'utf8'),
      );
    }
  });

  test('takes all plans of a file, or one', () => {
    const cwd = workspace({ 'cloud.belay': CLOUD, 'plan.belay': PLAN + SECOND_PLAN });
    expect(belay(['compile', 'plan.belay', '--to', 'json', '--out=.'], { cwd }).stdout).toBe(
      'restart_front.plan.json\nagain.plan.json\n',
    );
    expect(belay(['compile', 'plan.belay', '--to', 'shell', '--plan', 'again', '--out', 'a/b'], { cwd }).stdout).toBe(
      'a/b/again.sh\n',
    );
  });

  test('compiles for another cloud', () => {
    const cwd = workspace({ 'cloud.belay': CLOUD, 'plan.belay': PLAN });
    const { stdout } = belay(['compile', 'plan.belay', '--cloud', 'test', '--format=json'], { cwd });
    const { diagnostics, written } = JSON.parse(stdout) as {
      diagnostics: unknown[];
      written: Record<string, string>[];
    };
    expect(diagnostics).toEqual([]);
    const digest = expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string;
    expect(written).toEqual([
      { plan: 'restart_front', cloud: 'test', target: 'shell', file: 'build/restart_front-test.sh', digest },
      { plan: 'restart_front', cloud: 'test', target: 'json', file: 'build/restart_front-test.plan.json', digest },
    ]);
  });

  test('prints findings a line each, beside the names of what it wrote', () => {
    const cwd = workspace({ 'cloud.belay': CLOUD, 'plan.belay': WRONG_PLAN });
    expect(belay(['compile', 'plan.belay', '--format=gnu'], { cwd })).toEqual({
      code: 1, stdout: '', stderr: 'plan.belay:12:11: error: There is no component named `site.frnt`. Did you mean `site.front`? [B0101]\n',
    });
    expect(belay(['compile', 'plan.belay', '--format=gnu', '--to=shell'], { cwd: workspace({ 'cloud.belay': CLOUD, 'plan.belay': PLAN }) })).toEqual({ code: 0, stdout: 'build/restart_front.sh\n', stderr: '' });
  });

  test('writes one output to standard output', () => {
    const cwd = workspace({ 'cloud.belay': CLOUD, 'plan.belay': PLAN });
    const { stdout } = belay(['compile', 'plan.belay', '--to=json', '--out=-'], { cwd });
    expect((JSON.parse(stdout) as { name: string }).name).toBe('restart_front');
    expect(belay(['compile', 'plan.belay', '--out', '-'], { cwd })).toEqual({
      code: 2,
      stdout: '',
      stderr: 'belay: --out - takes one output, but there are 2\nbelay: choose with --to and --plan\n',
    });
    expect(readdirSync(cwd)).toEqual(['.git', 'cloud.belay', 'plan.belay']);
  });

  test('writes nothing if there is an error', () => {
    const cwd = workspace({ 'cloud.belay': CLOUD, 'plan.belay': WRONG_PLAN });
    const { code, stdout, stderr } = belay(['compile', 'plan.belay'], { cwd });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('--> plan.belay:12:11\n');
    expect(readdirSync(cwd)).toEqual(['.git', 'cloud.belay', 'plan.belay']);
  });

  test('replaces what is there, and leaves nothing behind', () => {
    const cwd = workspace({ 'cloud.belay': CLOUD, 'plan.belay': PLAN, 'build/restart_front.sh': 'old' });
    belay(['compile', 'plan.belay'], { cwd });
    expect(readFileSync(path.join(cwd, 'build/restart_front.sh'), 'utf8').slice(0, 2)).toBe('#!');
    expect(statSync(path.join(cwd, 'build/restart_front.sh')).mode & 0o111).not.toBe(0);
    expect(readdirSync(path.join(cwd, 'build'))).toEqual(['restart_front.plan.json', 'restart_front.sh']);
  });

  test('says why it can not write', () => {
    const cwd = workspace({ 'cloud.belay': CLOUD, 'plan.belay': PLAN });
    writeFileSync(path.join(cwd, 'file'), '');
    mkdirSync(path.join(cwd, 'build/restart_front.sh'), { recursive: true });
    expect(belay(['compile', 'plan.belay', '--out', 'file/x'], { cwd })).toEqual({
      code: 2,
      stdout: '',
      stderr: 'belay: cannot create the folder "file/x": a part of the path is not a folder\n',
    });
    expect(belay(['compile', 'plan.belay'], { cwd })).toEqual({
      code: 2,
      stdout: '',
      stderr: 'belay: cannot write "build/restart_front.sh": it is a folder\n',
    });
    expect(readdirSync(path.join(cwd, 'build'))).toEqual(['restart_front.sh']);
  });

  test.each([
    {
      args: ['plan.belay', '--plan', 'restart_frnt'],
      stderr: 'there is no plan "restart_frnt" in "plan.belay"\nbelay: did you mean "restart_front"?',
    },
    {
      args: ['plan.belay', '--plan', 'x'],
      stderr: 'there is no plan "x" in "plan.belay"\nbelay: its plans are: restart_front',
    },
    { args: ['cloud.belay'], stderr: '"cloud.belay" declares no plan' },
    { args: ['missing.belay'], stderr: 'cannot read "missing.belay": no such file' },
    { args: ['.'], stderr: 'cannot read ".": it is a folder' },
    {
      args: ['plan.belay', '--to', 'shell,yaml'],
      stderr:
        "option '--to <TARGETS>' argument 'shell,yaml' is invalid. Allowed are shell, json, ansible, with commas between them.\nbelay: try: belay compile --help",
    },
    {
      args: ['plan.belay', 'cloud.belay'],
      stderr:
        "too many arguments for 'compile'. Expected 1 argument but got 2: plan.belay, cloud.belay.\nbelay: try: belay compile --help",
    },
  ])('$args', ({ args, stderr }) => {
    const cwd = workspace({ 'cloud.belay': CLOUD, 'plan.belay': PLAN });
    expect(belay(['compile', ...args], { cwd })).toEqual({ code: 2, stdout: '', stderr: `belay: ${stderr}\n` });
  });
});
