import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export const compiler = fileURLToPath(new URL('../../packages/compiler/', import.meta.url));

/** The command as it is shipped. It is built before the tests start. */
export const bundle = path.join(compiler, 'dist', 'belay.cjs');
if (process.env['BELAY_BUNDLE_FAILED'] === '1') throw new Error('the bundle could not be built; what is wrong stands above the tests');

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the command as a process of its own, without a terminal. A command that hangs is killed: its code is null then. */
export function belay(args: readonly string[], { cwd, input = '', env = {} }: RunOptions): Run {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bundle, ...args], {
    cwd,
    input,
    encoding: 'utf8',
    timeout: 15_000,
    maxBuffer: 64 * 1024 * 1024,
    env: { PATH: process.env['PATH'], ...env },
  });
  return { code: status, stdout, stderr };
}

/** A folder of files that is gone after the test. With `.git` in it, it is a workspace. */
export function workspace(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'belay-cli-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(path.join(folder, '.git'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  return folder;
}

/** A small cloud and a plan without findings. */
export const CLOUD = `cloud lab "A small cloud" {
  group web { hosts "web[1:3]" }
  service site {
    component front on web { unit "front" }
  }
}

cloud test from lab {
  group web { hosts "test1" }
}
`;

export const PLAN = `import "cloud.belay"

param pause: duration = 5s

plan restart_front "Restart the front" {
  on lab
  step look "See that it runs" {
    on local
    run "echo looking"
    changes nothing
  }
  restart site.front
  wait pause
}
`;

/** The plan with a name that nothing declares, on line 12. */
export const WRONG_PLAN = PLAN.replace('site.front', 'site.frnt');
