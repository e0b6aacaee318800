/** Real packages, made by dpkg-deb and installed by apt-get from a repository in a folder, into a root of their own. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DeployWorld } from './deploy-world.ts';
import { isInstalled, type Program, usePrograms } from './program.ts';

const made = usePrograms();
const HAS_APT = isInstalled('apt-get') && isInstalled('dpkg-deb');

class AptWorld extends DeployWorld {
  constructor() {
    super();
    const { status, stderr } = spawnSync('bash', [path.join(import.meta.dirname, 'deploy-apt.sh'), this.folder], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  }

  override environment(more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
    return super.environment({ APT_CONFIG: `${this.folder}/apt.conf`, DPKG_ROOT: `${this.folder}/root`, ...more });
  }

  do(...words: string[]): string {
    return spawnSync(words[0] ?? '', words.slice(1), { encoding: 'utf8', env: { ...process.env, ...this.environment() } }).stdout;
  }

  /** The version in the database of dpkg, what is wanted of it, the version of its files, and its configuration. */
  get package(): readonly string[] {
    const read = (file: string): string => readFileSync(path.join(this.folder, 'root', file), 'utf8').trim();
    return [this.do('dpkg-query', '-W', '-f=${Version} ${db:Status-Want}', 'belay-probe'), read('usr/share/belay-probe/version'), read('etc/belay-probe.conf')];
  }
}

const deploy = (hold: string): string => `unit "nova-api"\ndeploy packages {\nnames "belay-probe"\nversion "1:2.*" for train\n${hold}\n}`;
const JUMP = 'stop nova.api\ninstall nova.api\nstart nova.api\nstep last { on local  run "test -e go"  undo nothing "it only looks" }';

describe.skipIf(!HAS_APT)('Debian packages (skipped without apt-get)', () => {
  const run = (world: AptWorld, upgrade: Program, command: string, more: Readonly<Record<string, string>> = {}): number | null => upgrade.run(command, { environment: world.environment(more) }).code;

  it('are installed at the version of the release and held; the way back installs what was there, and lets go', async () => {
    const world = new AptWorld();
    const upgrade = made(await world.plan(deploy('hold'), JUMP));
    expect(world.package).toEqual(['1:1.0-1 install', '1:1.0-1', 'edited by hand']);
    expect(run(world, upgrade, 'run')).toBe(1);
    expect(world.package).toEqual(['1:2.0-1 hold', '1:2.0-1', 'edited by hand']);
    expect(run(world, upgrade, 'rollback --yes')).toBe(0);
    expect(world.package).toEqual(['1:1.0-1 install', '1:1.0-1', 'edited by hand']);
  }, 60_000);

  it('that were held are held after each step, whatever the plan says', async () => {
    const world = new AptWorld();
    world.do('apt-mark', 'hold', 'belay-probe');
    const upgrade = made(await world.plan(deploy(''), JUMP));
    run(world, upgrade, 'run');
    expect(world.package[0]).toBe('1:2.0-1 hold');
    run(world, upgrade, 'rollback --yes');
    expect(world.package[0]).toBe('1:1.0-1 hold');
  }, 60_000);

  it('that were not installed are removed again', async () => {
    const world = new AptWorld();
    world.do('apt-get', '-y', '-q', 'purge', 'belay-probe');
    const upgrade = made(await world.plan(deploy(''), JUMP));
    run(world, upgrade, 'run');
    expect(world.package[0]).toBe('1:2.0-1 install');
    expect(run(world, upgrade, 'rollback --yes')).toBe(0);
    expect(world.do('dpkg-query', '-W', '-f=${db:Status-Status}', 'belay-probe')).not.toBe('installed');
  }, 60_000);

  it('of a version that is not there change nothing, and a rollback has nothing to do', async () => {
    const world = new AptWorld();
    const upgrade = made(await world.plan(deploy('').replace('1:2.*', '1:3.0-1'), JUMP));
    const { code, out } = upgrade.run('run', { environment: world.environment() });
    expect(code).toBe(1);
    expect(out).toMatch(/Version '1:3\.0-1' for 'belay-probe' was not found/);
    expect(run(world, upgrade, 'rollback --yes')).toBe(0);
    expect(world.package).toEqual(['1:1.0-1 install', '1:1.0-1', 'edited by hand']);
  }, 60_000);
});
