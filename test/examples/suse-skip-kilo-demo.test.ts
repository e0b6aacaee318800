import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { example } from './suse-skip-kilo-cloud.ts';

const top = path.join(example, '../..');

test('npm start shows a run that fails, goes back, and succeeds', { timeout: 120_000 }, () => {
  // Builds the bundle where it is missing or old, as `npm start` does.
  expect(spawnSync(process.execPath, [path.join(top, 'scripts/belay.mjs'), '--version'], { cwd: top }).status).toBe(0);
  const { status, stdout, stderr } = spawnSync('bash', [path.join(top, 'scripts/demo.sh')], { cwd: top, encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout.split('\n').filter((line) => /^\d\. |^FAILED|^ok |^All /.test(line))).toEqual([
    '1. Compile a plan',
    '2. Make a sandbox cloud',
    '3. Run it to the rollback point',
    '4. Run on, into a fault',
    '5. Ask where it stands',
    'FAILED: 32 of 44 steps are done, 1 failed, 11 left.',
    '6. Go back',
    'ok  the cloud is as it was at the rollback point: 105 facts compared',
    '7. Run again, to the end',
    expect.stringMatching(/^All 44 steps are done /),
    'ok  everything runs Liberty, no service of Kilo was ever started, and every guest has its flavor',
  ]);
  expect(stdout).not.toContain('\u001b');
});
