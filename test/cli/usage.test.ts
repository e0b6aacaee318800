import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { belay, bundle, CLOUD, PLAN, workspace, WRONG_PLAN } from './run-belay.test-helpers.ts';

describe('help', () => {
  test.each([[], ['check'], ['compile'], ['fmt'], ['explain'], ['list']])(
    'belay %s --help has examples',
    (...command) => {
      const cwd = workspace();
      const { code, stdout, stderr } = belay([...command, '--help'], { cwd });
      expect([code, stderr]).toEqual([0, '']);
      const [usage, examples = ''] = stdout.split('\nExamples:\n');
      expect(usage).toMatch(new RegExp(`^Usage: belay ${command[0] ?? 'COMMAND'} `));
      expect(examples.trim().split('\n').length).toBeGreaterThan(2);
      expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
      expect(belay(['help', ...command], { cwd }).stdout).toBe(stdout);
    },
  );

  test('without a command', () => {
    const cwd = workspace();
    const { code, stdout, stderr } = belay([], { cwd });
    expect([code, stdout, stderr.split('\n')[0]]).toEqual([2, '', 'Usage: belay COMMAND [ARGUMENTS]']);
  });
});

describe('wrong usage', () => {
  test.each([
    { args: ['chek'], stderr: "unknown command 'chek' (Did you mean check?)\nbelay: try: belay --help" },
    { args: ['--verison'], stderr: "unknown option '--verison' (Did you mean --version?)\nbelay: try: belay --help" },
    {
      args: ['check', '--fromat=json'],
      stderr: "unknown option '--fromat=json' (Did you mean --format?)\nbelay: try: belay check --help",
    },
    {
      args: ['check', '--format'],
      stderr: "option '--format <FORMAT>' argument missing\nbelay: try: belay check --help",
    },
    {
      args: ['check', '--format=xml'],
      stderr:
        "option '--format <FORMAT>' argument 'xml' is invalid. Allowed choices are text, json, gnu.\nbelay: try: belay check --help",
    },
    {
      args: ['check', '--set', 'x'],
      stderr:
        "option '--set <NAME=VALUE>' argument 'x' is invalid. NAME=VALUE is expected.\nbelay: try: belay check --help",
    },
    { args: ['fmt', '--quiet'], stderr: "unknown option '--quiet'\nbelay: try: belay fmt --help" },
    { args: ['compile'], stderr: "missing required argument 'FILE'\nbelay: try: belay compile --help" },
    { args: ['\u001b[2J'], stderr: "unknown command '␛[2J'\nbelay: try: belay --help" },
  ])('$args', ({ args, stderr }) => {
    expect(belay(args, { cwd: workspace() })).toEqual({ code: 2, stdout: '', stderr: `belay: ${stderr}\n` });
  });

  test.each(['check', 'fmt'])('belay %s - FILE', (command) => {
    const stderr = 'belay: "-" (standard input) stands alone, without other files\n';
    expect(belay([command, '-', 'plan.belay'], { cwd: workspace() })).toEqual({ code: 2, stdout: '', stderr });
  });

  test('a working directory that is gone', () => {
    const cwd = workspace();
    const { status, stderr } = spawnSync(
      'bash',
      ['-c', 'cd "$1" && rmdir .git && rmdir "$1" && exec "$2" "$3" check', 'bash', cwd, process.execPath, bundle],
      {
        encoding: 'utf8',
      },
    );
    expect([status, stderr]).toEqual([2, 'belay: the working directory does not exist any more\n']);
  });
});

describe('an error inside', () => {
  const breakIt =
    "Object.defineProperty(Array.prototype, 'toSorted', { value() { throw new Error('broken\\u001b[2J'); } });\n";

  test('is one line, and how to report it', () => {
    const cwd = workspace({ 'plan.belay': WRONG_PLAN, 'cloud.belay': CLOUD, 'break.cjs': breakIt });
    const env = { NODE_OPTIONS: `--require=${path.join(cwd, 'break.cjs')}` };
    const { code, stdout, stderr } = belay(['check', 'plan.belay'], { cwd, env });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      /^belay: internal error: broken␛\[2J \(a bug in Belay \d+\.\d+\.\d+; report it with the output of the same command under BELAY_DEBUG=1\)\n$/,
    );
    const debug = belay(['check', 'plan.belay'], { cwd, env: { ...env, BELAY_DEBUG: '1' } });
    expect([debug.code, debug.stderr.split('\n').length > 3]).toEqual([2, true]);
  });
});

describe('a reader that goes away', () => {
  test('ends the command quietly, with its exit code', () => {
    const cwd = workspace({ 'cloud.belay': CLOUD, 'wrong.belay': WRONG_PLAN, 'plan.belay': PLAN });
    const run = (command: string): string => {
      const script = '{ "$0" "$1" $2; echo "code $?" >&2; } | true';
      return spawnSync('bash', ['-c', script, process.execPath, bundle, command], { cwd, encoding: 'utf8' }).stderr;
    };
    expect(run('list')).toBe('code 0\n');
    expect(run('check wrong.belay')).toBe('code 1\n');
    expect(run('--help')).toBe('code 0\n');
  });
});

test('the version', () => {
  expect(belay(['--version'], { cwd: workspace() })).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
    stderr: '',
  });
});

test('options may stand behind --, before and after arguments', () => {
  const cwd = workspace({ 'cloud.belay': CLOUD });
  writeFileSync(path.join(cwd, '--help'), CLOUD);
  expect(belay(['check', '--', '--help'], { cwd }).stdout).toBe('No findings in 1 file.\n');
  rmSync(path.join(cwd, '--help'));
  expect(belay(['check', 'cloud.belay', '--format', 'json'], { cwd }).stdout).toBe('[]\n');
});
