import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { belay, bundle, CLOUD, PLAN, workspace, WRONG_PLAN } from './run-belay.test-helpers.ts';

/** The findings, as `file:line:column code`. */
function places(json: string): string[] {
  const findings = JSON.parse(json) as { code: string; file: string; start: { line: number; column: number } }[];
  return findings.map(({ code, file, start }) => `${file}:${start.line}:${start.column} ${code}`);
}

describe('belay check', () => {
  test('says that there is nothing to say', () => {
    const cwd = workspace({ 'cloud.belay': CLOUD, 'plan.belay': PLAN });
    expect(belay(['check', 'plan.belay'], { cwd })).toEqual({
      code: 0,
      stdout: 'No findings in 2 files.\n',
      stderr: '',
    });
  });

  test('prints findings to standard output', () => {
    const cwd = workspace({ 'cloud.belay': CLOUD, 'plan.belay': WRONG_PLAN });
    const { code, stdout, stderr } = belay(['check', 'plan.belay'], { cwd });
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout).toContain(`\
  --> plan.belay:12:11
   |
12 |   restart site.frnt
   |           ^^^^^^^^^ not declared
`);
    expect(stdout.split('\n').slice(-3)).toEqual(['For more about it: belay explain B0101', '1 error in 1 file', '']);
  });

  test('prints JSON, and nothing else', () => {
    const cwd = workspace({ 'cloud.belay': CLOUD, 'plan.belay': WRONG_PLAN });
    const { code, stdout, stderr } = belay(['check', '--format=json', 'plan.belay'], { cwd });
    expect([code, places(stdout), stderr]).toEqual([1, ['plan.belay:12:11 B0101'], '']);
    expect(belay(['check', '--format', 'json', 'cloud.belay'], { cwd })).toEqual({
      code: 0,
      stdout: '[]\n',
      stderr: '',
    });
  });

  test('prints a finding a line for editors and logs, and nothing else', () => {
    const cwd = workspace({ 'cloud.belay': CLOUD, 'plans/plan.belay': WRONG_PLAN.replace('cloud.belay', '../cloud.belay') });
    expect(belay(['check', '--format=gnu', '--color=always', '.'], { cwd })).toEqual({
      code: 1,
      stdout: 'plans/plan.belay:12:11: error: There is no component named `site.frnt`. Did you mean `site.front`? [B0101]\n',
      stderr: '',
    });
    expect(belay(['check', '--format', 'gnu', 'cloud.belay'], { cwd })).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('takes folders, without hidden ones and node_modules, and reports a finding once', () => {
    const cwd = workspace({
      'b/plan.belay': WRONG_PLAN.replace('cloud.belay', '../clouds/cloud.belay'),
      'a/plan.belay': WRONG_PLAN.replace('cloud.belay', '../clouds/cloud.belay'),
      'clouds/cloud.belay': `${CLOUD}}\n`,
      'node_modules/x/plan.belay': WRONG_PLAN,
      '.hidden/plan.belay': WRONG_PLAN,
      'notes.txt': 'no plan',
    });
    const expected = ['a/plan.belay:12:11 B0101', 'b/plan.belay:12:11 B0101', 'clouds/cloud.belay:11:1 B0003'];
    expect(places(belay(['check', '--format=json'], { cwd }).stdout)).toEqual(expected);
    expect(places(belay(['check', '--format=json', 'b', 'a/plan.belay', '.'], { cwd }).stdout)).toEqual(expected);
  });

  test('names files from the working directory', () => {
    const cwd = workspace({ 'plans/plan.belay': WRONG_PLAN, 'plans/cloud.belay': CLOUD, 'other/x': '' });
    expect(belay(['check', '../plans/plan.belay'], { cwd: path.join(cwd, 'other') }).stdout).toContain(
      '--> ../plans/plan.belay:12:11\n',
    );
  });

  test('reads standard input as the file that it stands for', () => {
    const cwd = workspace({ 'plans/cloud.belay': CLOUD });
    const run = belay(['check', '-', '--stdin-path', 'plans/plan.belay', '--format=json'], { cwd, input: WRONG_PLAN });
    expect([run.code, places(run.stdout)]).toEqual([1, ['plans/plan.belay:12:11 B0101']]);
    expect(belay(['check', '-'], { cwd, input: CLOUD })).toEqual({
      code: 0,
      stdout: 'No findings in 1 file.\n',
      stderr: '',
    });
  });

  test('sets parameters', () => {
    const cwd = workspace({ 'cloud.belay': CLOUD, 'plan.belay': PLAN });
    expect(belay(['check', '--set', 'pause=1m', 'plan.belay'], { cwd }).code).toBe(0);
    const { code, stdout } = belay(['check', '--set', 'pause=soon', '--format=json', 'plan.belay'], { cwd });
    expect([code, places(stdout)[0]]).toEqual([1, 'plan.belay:3:7 B0201']);
  });
});

describe('what can not be read', () => {
  test('is named, the rest is checked', () => {
    const cwd = workspace({ 'plan.belay': WRONG_PLAN, 'cloud.belay': CLOUD, 'empty/x.txt': '' });
    const { code, stdout, stderr } = belay(['check', 'missing.belay', 'plan.belay', 'empty', '--format=json'], { cwd });
    expect([code, places(stdout)]).toEqual([2, ['plan.belay:12:11 B0101']]);
    expect(stderr).toBe(
      'belay: cannot read "missing.belay": no such file or folder\nbelay: there is no *.belay file below "empty"\n',
    );
  });

  test('pipes, huge files and links in a circle', () => {
    const cwd = workspace({ 'huge.belay': '' });
    execFileSync('mkfifo', [path.join(cwd, 'pipe.belay')]);
    truncateSync(path.join(cwd, 'huge.belay'), 16 * 1024 * 1024 + 1);
    symlinkSync('circle.belay', path.join(cwd, 'circle.belay'));
    mkdirSync(path.join(cwd, 'folder.belay'));
    const { code, stdout, stderr } = belay(['check', '.'], { cwd });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe(`\
belay: cannot read "circle.belay": it is no regular file, or permission is denied
belay: cannot read "huge.belay": it is larger than 16 MiB
belay: cannot read "pipe.belay": it is no regular file, or permission is denied
`);
    expect(belay(['check', 'circle.belay', '/dev/zero', '/dev/stdin'], { cwd }).code).toBe(2);
  });

  test('a file of 16 MiB is read', () => {
    const cwd = workspace({ 'large.belay': `${'#'.repeat(16 * 1024 * 1024 - 1)}\n` });
    expect(belay(['check', 'large.belay'], { cwd }).stderr).toBe('');
  });

  test('links that lead out of the workspace, and imports of such', () => {
    const outside = workspace({ 'cloud.belay': CLOUD });
    const cwd = workspace({ 'plan.belay': PLAN });
    symlinkSync(path.join(outside, 'cloud.belay'), path.join(cwd, 'cloud.belay'));
    symlinkSync(outside, path.join(cwd, 'folder'));
    const direct = belay(['check', 'cloud.belay'], { cwd });
    expect([direct.code, direct.stderr]).toEqual([
      2,
      'belay: cannot read "cloud.belay": a symbolic link leads out of the workspace\n',
    ]);
    const imported = belay(['check', 'plan.belay', '--format=json'], { cwd });
    expect([imported.code, places(imported.stdout)]).toContainEqual(expect.arrayContaining(['plan.belay:1:8 B0103']));
    // A linked folder is not followed when files are looked for.
    const { stderr } = belay(['check', '.'], { cwd });
    expect(stderr).toBe('belay: cannot read "cloud.belay": a symbolic link leads out of the workspace\n');
  });

  test('links inside of the workspace are followed', () => {
    const cwd = workspace({ 'plan.belay': PLAN, 'shared/real.belay': CLOUD });
    symlinkSync('shared/real.belay', path.join(cwd, 'cloud.belay'));
    expect(belay(['check', 'plan.belay'], { cwd })).toEqual({
      code: 0,
      stdout: 'No findings in 2 files.\n',
      stderr: '',
    });
  });

  test('the workspace ends at .git, or where --root says', () => {
    const outer = workspace({
      'cloud.belay': CLOUD,
      'inner/.git/HEAD': '',
      'inner/plan.belay': PLAN.replace('cloud.belay', '../cloud.belay'),
    });
    const cwd = path.join(outer, 'inner');
    expect(belay(['check', 'plan.belay'], { cwd }).code).toBe(1);
    expect(belay(['check', 'plan.belay', '--root', '..'], { cwd })).toEqual({
      code: 0,
      stdout: 'No findings in 2 files.\n',
      stderr: '',
    });
    const beyond = belay(['check', '../cloud.belay', '--root', '.'], { cwd });
    expect([beyond.code, beyond.stderr]).toEqual([
      2,
      `belay: "../cloud.belay" lies outside of the workspace "${cwd}"; name another with --root\n`,
    ]);
    expect(belay(['check', '--root', 'missing'], { cwd }).stderr).toBe(
      'belay: cannot use "missing" as the workspace root: no such file or folder\n',
    );
  });
});

describe('hostile names', () => {
  test('of files neither break the output nor reach the terminal', () => {
    const name = '-x\u001b[2J\n\u202e.belay';
    const cwd = workspace({ [name]: WRONG_PLAN, 'cloud.belay': CLOUD });
    const { code, stdout } = belay(['check', '.'], { cwd });
    expect(code).toBe(1);
    expect(stdout).toContain('--> -x␛[2J <U+202E>.belay:12:11\n');
    const json = belay(['check', '--format=json', '--', name], { cwd });
    expect(json.stdout).toContain('"file": "-x\\u001b[2J\\n\\u202e.belay"');
    expect(belay(['check', '--format=gnu', '--', name], { cwd }).stdout).toMatch(/^\.\/-x␛\[2J<U\+000A><U\+202E>\.belay:12:11: error: [^\n]* \[B0101\]\n$/);
    expect(belay(['check', 'a\u001b[2J\nb'], { cwd }).stderr).toBe(
      'belay: cannot read "a␛[2J b": no such file or folder\n',
    );
  });

  test('deep folders', () => {
    const cwd = workspace();
    const deep = Array.from({ length: 500 }, () => 'd').join('/');
    mkdirSync(path.join(cwd, deep), { recursive: true });
    writeFileSync(path.join(cwd, deep, 'cloud.belay'), CLOUD);
    expect(belay(['check'], { cwd })).toEqual({ code: 0, stdout: 'No findings in 1 file.\n', stderr: '' });
  });
});

describe('color', () => {
  test.each([
    { args: [], env: {}, colored: false },
    { args: ['--color=always'], env: { NO_COLOR: '1' }, colored: true },
    { args: ['--color', 'never'], env: {}, colored: false },
    { args: ['--color=always', '--format=json'], env: {}, colored: false },
  ])('$args with $env', ({ args, env, colored }) => {
    const cwd = workspace({ 'cloud.belay': CLOUD, 'plan.belay': WRONG_PLAN });
    expect(belay(['check', 'plan.belay', ...args], { cwd, env }).stdout.includes('\u001b[31m')).toBe(colored);
  });

  test('on a terminal, unless NO_COLOR is set or the terminal is dumb', () => {
    const cwd = workspace({ 'cloud.belay': CLOUD, 'plan.belay': WRONG_PLAN });
    const onTerminal = (env: Readonly<Record<string, string>>): boolean => {
      const { stdout } = spawnSync('script', ['-qec', `"${process.execPath}" "${bundle}" check plan.belay`, '/dev/null'], {
        cwd,
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], TERM: 'xterm', SHELL: '/bin/sh', ...env },
      });
      expect(stdout).toContain('unknown-name');
      return stdout.includes('\u001b[31m');
    };
    expect([onTerminal({}), onTerminal({ NO_COLOR: '' })]).toEqual([true, true]);
    expect([onTerminal({ NO_COLOR: '1' }), onTerminal({ TERM: 'dumb' })]).toEqual([false, false]);
  });
});
