import { spawnSync } from 'node:child_process';
import {
  chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, symlinkSync,
  utimesSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { bundle, CLOUD, PLAN, workspace, WRONG_PLAN } from './cli/run-belay.test-helpers.ts';
import { NODES } from './nodes.ts';

/** The parent of the folder of the caches, and that folder. */
let home = '';
let folder = '';
let cwd = '';

beforeEach(() => {
  home = realpathSync(mkdtempSync(path.join(tmpdir(), 'belay-cache-')));
  const made = home;
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  folder = path.join(home, 'belay');
  cwd = workspace({ 'cloud.belay': CLOUD, 'plan.belay': PLAN, 'wrong.belay': WRONG_PLAN });
});

interface Options {
  readonly node?: string;
  readonly program?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the command; the code of its end, and everything that it printed. */
function run(args: readonly string[], { node = process.execPath, program = bundle, env = { XDG_CACHE_HOME: home } }: Options = {}): [number | null, string] {
  const { status, stdout, stderr } = spawnSync(node, [program, ...args], { cwd, encoding: 'utf8', timeout: 15_000, env: { PATH: process.env['PATH'], ...env } });
  return [status, stdout + stderr];
}

const check = (options?: Options): [number | null, string] => run(['check', 'plan.belay'], options);
const FINE = [0, 'No findings in 2 files.\n'];

/** The caches as `COMMAND×RUNS`: a run that takes a cache over counts on, one that does not starts with 1. */
function caches(): string[] {
  return readdirSync(folder).sort().map((name) => `${name.split('-').at(-1)}×${readFileSync(path.join(folder, name)).at(-1)}`);
}

function cacheFile(): string {
  const [name, ...more] = readdirSync(folder);
  expect(more).toEqual([]);
  return path.join(folder, name ?? '');
}

describe('the code cache', () => {
  test.each(NODES)('is taken over by the next runs, and complete after three, under %s', (node) => {
    expect(check({ node })).toEqual(FINE);
    expect(caches()).toEqual(['check×1']);
    expect(check({ node })).toEqual(FINE);
    expect(caches()).toEqual(['check×2']);
    expect(check({ node })).toEqual(FINE);
    expect(caches()).toEqual(['check×3']);
    const { ino } = statSync(cacheFile());
    expect(check({ node })).toEqual(FINE);
    expect([caches(), statSync(cacheFile()).ino]).toEqual([['check×3'], ino]);
  });

  test('is private', () => {
    check();
    expect([statSync(folder).mode & 0o777, statSync(cacheFile()).mode & 0o777]).toEqual([0o700, 0o600]);
  });

  test('lies below HOME where XDG_CACHE_HOME is not set', () => {
    const env = { HOME: home };
    expect([check({ env }), check({ env })]).toEqual([FINE, FINE]);
    folder = path.join(home, '.cache', 'belay');
    expect(caches()).toEqual(['check×2']);
  });

  test('is one for each command, and there is none of a command that does not exist or was used wrongly', () => {
    for (const args of [['check', 'plan.belay'], ['fmt', '--check', '.'], ['list'], ['--version'], ['--help'], ['help']]) run(args);
    for (const args of [['chekc'], ['list', '--wrong'], ['compile', 'missing.belay'], []]) expect(run(args)[0]).toBe(2);
    expect(caches()).toEqual(['×2', 'check×1', 'fmt×1', 'help×1', 'list×1']);
  });

  test('adds what the first plan did not need', () => {
    check();
    const small = statSync(cacheFile()).size;
    const [code, said] = run(['check', 'wrong.belay']);
    expect([code, said]).toEqual([1, expect.stringContaining('B0101')]);
    expect(statSync(cacheFile()).size).toBeGreaterThan(small);
  });
});

describe('two versions side by side', () => {
  test('of Belay have caches of their own', () => {
    check();
    const [hash = ''] = path.basename(cacheFile()).split('-');
    const other = path.join(cwd, 'belay.cjs');
    writeFileSync(other, readFileSync(bundle, 'utf8').replace(hash, '0123456789abcdef'));
    for (let round = 0; round < 2; round += 1) expect([check(), check({ program: other })]).toEqual([FINE, FINE]);
    expect(caches().sort()).toEqual(['check×2', 'check×3']);
    expect(readdirSync(folder).filter((name) => name.startsWith('0123456789abcdef-'))).toHaveLength(1);
  });

  test.runIf(NODES.length > 1)('of Node have caches of their own', () => {
    for (let round = 0; round < 3; round += 1) for (const node of NODES) expect(check({ node })).toEqual(FINE);
    expect(caches()).toEqual(NODES.map(() => 'check×3'));
  });

  test('leave no more than 16 files', () => {
    mkdirSync(folder, { mode: 0o700 });
    for (let age = 1; age <= 30; age += 1) {
      const old = path.join(folder, `old-${age}`);
      writeFileSync(old, 'a');
      utimesSync(old, 1_700_000_000 - age, 1_700_000_000 - age);
    }
    expect(check()).toEqual(FINE);
    expect(readdirSync(folder).filter((name) => name.startsWith('old-')).sort()).toEqual(Array.from({ length: 15 }, (_, index) => `old-${index + 1}`).sort());
    expect(readdirSync(folder)).toHaveLength(16);
  });
});

/** What is done to a cache that two runs made, and what is there after one more: the cache was used if that one counted on. */
describe('a cache that can not be trusted is not used', () => {
  beforeEach(() => {
    check();
    check();
    if (caches().join() !== 'check×2') throw new Error(`two runs left ${caches().join()}`);
  });

  /** Changes a byte, from the start or, if negative, from the end. */
  function damage(file: string, at: number): void {
    const bytes = readFileSync(file);
    const index = at < 0 ? bytes.length + at : at;
    bytes[index] = (bytes[index] ?? 0) ^ 0xff;
    writeFileSync(file, bytes);
  }

  test.each<[string, () => void]>([
    ['damaged in its first half', () => damage(cacheFile(), 1_000)],
    ['damaged in its second half', () => damage(cacheFile(), -1_000)],
    ['of another program of the same name', () => {
      const size = statSync(cacheFile()).size >> 1;
      damage(cacheFile(), 8);
      damage(cacheFile(), size + 8);
    }],
    ['cut off', () => writeFileSync(cacheFile(), readFileSync(cacheFile()).subarray(0, 100_001))],
    ['empty', () => writeFileSync(cacheFile(), '')],
    ['of zeros', () => writeFileSync(cacheFile(), Buffer.alloc(1_000_001))],
    ['of text', () => writeFileSync(cacheFile(), 'process.exit(7);'.repeat(2))],
    ['that its group may write', () => chmodSync(cacheFile(), 0o620)],
    ['that others may write', () => chmodSync(cacheFile(), 0o602)],
    ['behind a symbolic link', () => {
      const file = cacheFile();
      renameSync(file, path.join(home, 'elsewhere'));
      symlinkSync(path.join(home, 'elsewhere'), file);
    }],
  ])('%s', (_, change) => {
    change();
    expect(check()).toEqual(FINE);
    expect(caches()).toEqual(['check×1']);
    expect([statSync(cacheFile()).mode & 0o777, check()]).toEqual([0o600, FINE]);
    expect(caches()).toEqual(['check×2']);
  });

  test.each([0o720, 0o702])('in a folder that others may write: %o', (mode) => {
    chmodSync(folder, mode);
    expect(check()).toEqual(FINE);
    expect(caches()).toEqual(['check×2']);
  });

  test('in a folder that is a symbolic link', () => {
    renameSync(folder, path.join(home, 'elsewhere'));
    symlinkSync(path.join(home, 'elsewhere'), folder);
    expect(check()).toEqual(FINE);
    expect(caches()).toEqual(['check×2']);
  });

  describe.runIf(process.getuid?.() === 0)('of somebody else', () => {
    test('as a file', () => {
      chownSync(cacheFile(), 12_345, 12_345);
      expect(check()).toEqual(FINE);
      expect([caches(), statSync(cacheFile()).uid]).toEqual([['check×1'], 0]);
    });

    test('as a folder', () => {
      chownSync(folder, 12_345, 12_345);
      expect(check()).toEqual(FINE);
      expect(caches()).toEqual(['check×2']);
    });

    test('in whose home nothing is written', () => {
      rmSync(folder, { recursive: true });
      chownSync(home, 12_345, 12_345);
      expect([check(), check({ env: { HOME: home } })]).toEqual([FINE, FINE]);
      expect(readdirSync(home)).toEqual([]);
    });
  });

  test('with a name that is a pipe, a folder or a device', () => {
    const file = cacheFile();
    rmSync(file);
    spawnSync('mkfifo', ['-m', '600', file]);
    expect(check()).toEqual(FINE);
    expect(caches()).toEqual(['check×1']);
    rmSync(file);
    mkdirSync(file);
    expect(check()).toEqual(FINE);
    expect(readdirSync(folder)).toEqual([path.basename(file)]);
  });
});

describe('without a place for the cache everything works', () => {
  test.each<[string, () => Readonly<Record<string, string>>]>([
    ['no HOME', () => ({})],
    ['an empty HOME', () => ({ HOME: '' })],
    ['a HOME that does not exist', () => ({ HOME: path.join(home, 'missing') })],
    ['a relative HOME', () => ({ HOME: '.' })],
    ['a HOME that is a file', () => ({ HOME: path.join(cwd, 'plan.belay') })],
    ['a cache folder that is a file', () => {
      writeFileSync(folder, '');
      return { XDG_CACHE_HOME: home };
    }],
    ['a HOME in which nothing can be made', () => ({ HOME: '/proc' })],
  ])('%s', (_, env) => {
    const given = env();
    for (let round = 0; round < 2; round += 1) {
      expect(check({ env: given })).toEqual(FINE);
      expect(run(['check', 'wrong.belay'], { env: given })).toEqual([1, expect.stringContaining('B0101')]);
      expect(run(['check', 'missing.belay'], { env: given })[0]).toBe(2);
    }
    expect([existsSync(path.join(cwd, '.cache')), existsSync(path.join(cwd, 'belay'))]).toEqual([false, false]);
  });
});
