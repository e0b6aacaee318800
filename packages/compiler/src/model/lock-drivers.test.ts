import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { lockCommands } from './lock-drivers.ts';

const hasShellcheck = spawnSync('shellcheck', ['--version']).status === 0;

test.skipIf(!hasShellcheck).each(['consul', 'etcd', 'flock'])('the commands of a lock of %s that lapses are clean under shellcheck (skipped without it)', (driver) => {
  for (const command of Object.values(lockCommands(driver, '/a/b', 30) ?? {}) as string[]) {
    const { stdout } = spawnSync('shellcheck', ['--shell=bash', '--severity=style', '-'], { input: `export BELAY_RUN=run\n${command}\n`, encoding: 'utf8' });
    expect(stdout).toBe('');
  }
});

test('a lock that does not lapse is one command to take and one to give back', () => {
  expect(lockCommands('consul', 'a b', undefined)).toEqual({
    acquire: `consul kv put -cas -modify-index=0 'a b' "$BELAY_RUN" || { holder=$(consul kv get 'a b' 2>&1); case $holder in "$BELAY_RUN") ;; *) echo "the lock is held by: $holder" >&2; false ;; esac; }`,
    release: `holder=$(consul kv get 'a b' 2>&1); case $holder in "$BELAY_RUN") consul kv delete 'a b' ;; 'Error! No key exists'*) ;; *) echo "the lock is held by: $holder" >&2; false ;; esac`,
  });
  expect(lockCommands('etcd', 'a b', undefined)).toBeUndefined();
  expect(lockCommands('zookeeper', 'k', 30)).toBeUndefined();
});
