import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Folder, SERVER } from './client.test-helpers.ts';

const hasNeovim = spawnSync('nvim', ['--version']).status === 0;

const CLOUD = `cloud basel {
  group controllers { hosts "ctl[1:3]" }
  service keystone {
    component server on controllers { unit "keystone" }
    keep 2 of keystone.server
  }
}
`;
const PLAN = `import "cloud.belay"

plan night "😀" {
  on bsel
  parallel {
    restart keystone.server on "ctl1"
    restart keystone.server on "ctl2"
  }
}
`;

interface Finding {
  readonly code: string;
  readonly line: number;
  readonly message: string;
}

interface Seen {
  readonly problem?: string;
  readonly findings: readonly Finding[];
  readonly hover: readonly string[];
  readonly actions: readonly string[];
  readonly proven: readonly Finding[];
  readonly renamed: { readonly plan: readonly string[]; readonly cloud: readonly string[] };
  readonly formatted: readonly string[];
  readonly completed?: readonly string[];
}

/** The set-up for this Neovim as the page says it, with the server of this checkout. */
function setUp(): string {
  const page = readFileSync(new URL('../../docs/editors.md', import.meta.url), 'utf8');
  const version = /NVIM v0\.(\d+)/.exec(spawnSync('nvim', ['--version'], { encoding: 'utf8' }).stdout)?.[1] ?? '0';
  const snippets = [...page.matchAll(/^```lua\n([^]*?)^```$/gm)].map((match) => match[1] ?? '');
  const own = [process.execPath, SERVER, '--stdio'].map((word) => JSON.stringify(word)).join(', ');
  return (snippets[Number(version) >= 11 ? 0 : 1] ?? '').replace("'belay-lsp', '--stdio'", own);
}

/** @param patience how long to wait for what should happen, in milliseconds */
function drive(command: string, patience: number): Seen {
  const folder = new Folder({ 'cloud.belay': CLOUD, 'plan.belay': PLAN });
  onTestFinished(() => folder.remove());
  mkdirSync(path.join(folder.path, '.nvim'));
  const [config, results] = ['init.lua', 'results.json'].map((name) => path.join(folder.path, '.nvim', name)) as [string, string];
  writeFileSync(config, command);
  const run = spawnSync('nvim', ['--headless', '-u', config, '-i', 'NONE', '-n', '-c', `luafile ${fileURLToPath(new URL('neovim.lua', import.meta.url))}`], {
    cwd: folder.path, encoding: 'utf8', timeout: 90_000, env: { ...process.env, BELAY_RESULTS: results, BELAY_PATIENCE: String(patience), HOME: folder.path, XDG_STATE_HOME: folder.path, XDG_CACHE_HOME: path.join(folder.path, '.nvim') },
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(readFileSync(results, 'utf8')) as Seen;
}

describe.skipIf(!hasNeovim)('Neovim', () => {
  test('findings, hover, an action, a rename in two files, formatting, completion', () => {
    const seen = drive(setUp(), 20_000);
    expect(seen.problem).toBeUndefined();
    expect(seen.findings).toEqual([{ code: 'B0101', line: 3, message: 'There is no cloud named `bsel`. Did you mean `basel`?' }]);
    expect(seen.hover.join('\n')).toContain('service keystone {');
    expect(seen.actions).toEqual(['Write `basel`']);
    expect(seen.proven).toEqual([{ code: 'B0601', line: 6, message: '2 of 3 instances of `keystone.server` may be down at the same time, on ctl1 and ctl2. Only 1 may be.' }]);
    const renamed = PLAN.replace('bsel', 'bern').split('\n').slice(0, -1);
    expect(seen.renamed).toEqual({ plan: renamed, cloud: CLOUD.replace('cloud basel', 'cloud bern').split('\n').slice(0, -1) });
    expect(seen.formatted).toEqual(renamed);
    expect(seen.completed).toEqual(['keystone.server', 'keystone.*']);
  }, 120_000);

  test('without the server there is nothing', () => {
    const { problem } = drive("vim.cmd('autocmd BufRead,BufNewFile *.belay setfiletype belay')", 3_000);
    expect(problem).toContain('waited in vain: findings');
  }, 120_000);

  test('lists what `belay check --format gnu` prints, as the page sets it up', () => {
    const folder = new Folder({ 'cloud.belay': CLOUD, 'plans/plan.belay': PLAN.replace('cloud.belay', '../cloud.belay').replace('bsel', 'bern') });
    onTestFinished(() => folder.remove());
    const page = readFileSync(new URL('../../docs/editors.md', import.meta.url), 'utf8');
    const options = /^```vim\n([^]*?)^```$/m.exec(page)?.[1] ?? '';
    const command = fileURLToPath(new URL('../../packages/compiler/dist/belay.cjs', import.meta.url));
    const program = `${process.execPath} ${command}`.replaceAll(' ', '\\ ');
    writeFileSync(path.join(folder.path, 'init.vim'), `${options.replace('makeprg=belay', `makeprg=${program}`)}\nsilent make!\ncall writefile([json_encode(map(getqflist(), {_, one -> [bufname(one.bufnr), one.lnum, one.col, one.type, one.text]}))], 'results.json')\nqall!\n`);
    const run = spawnSync('nvim', ['--headless', '-u', 'NONE', '-i', 'NONE', '-n', '-S', 'init.vim'], { cwd: folder.path, encoding: 'utf8', timeout: 60_000, env: { ...process.env, HOME: folder.path } });
    expect([run.status, JSON.parse(readFileSync(path.join(folder.path, 'results.json'), 'utf8'))]).toEqual([0, [
      ['plans/plan.belay', 4, 6, 'e', 'There is no cloud named `bern`. [B0101]'],
    ]]);
  }, 90_000);
});
