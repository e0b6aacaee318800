import { describe, expect, test } from 'vitest';
import { checkText } from '../check.test-helpers.ts';
import { stepsOf } from '../plan/plan.test-helpers.ts';
import { lockCommands } from './lock-drivers.ts';

const CLOUD = `
  cloud c {
    group a { hosts "a[1:2]" }
    group b { hosts "b[1:2]" }
    group one { hosts "one" }
  }
`;

const files = (lock: string): Record<string, string> => ({ 'plan.belay': `import "cloud.belay"\nplan p {\n  on c\n  roll a {\n    ${lock}\n    reboot\n  }\n}`, 'cloud.belay': CLOUD });

/** The lock of a roll, with the commands of known drivers by their names. */
async function lockOf(driver: string, key: string, ttl: number | undefined, lock: string): Promise<string> {
  const lines = (await stepsOf(files(lock))).replaceAll(/^ {2}roll_a[^]*/gm, '').trimEnd();
  return Object.entries(lockCommands(driver, key, ttl) ?? {}).reduce((text, [name, command]) => text.replace(command.split('\n').join('\n'), `(${name})`), lines).split('\n').slice(2).join('\n');
}

describe('a lock', () => {
  test.each([
    ['without a time to live, where the batch is', 'consul', 'k', undefined, 'lock consul "k"', `\
  run: acquire lock k | first a1 a2 of the batch | (acquire)
  run: release lock k | first a1 a2 of the batch | (release)`],
    ['with one is renewed by any host of the group', 'consul', 'k', 60, 'lock consul "k" { ttl 1m }', `\
  run: acquire lock k | first a1 a2 of the batch | (acquire)
  run: release lock k | first a1 a2 of the batch | (release)
  ttl 60
  run: renew lock k | any a1 a2 | (renew)
  run: keep lock k | first a1 a2 of the batch | (keep)`],
    ['with one is renewed by any host of its target', 'etcd', 'k', 90, 'lock etcd "k" on any b { ttl 90s }', `\
  run: acquire lock k | any b1 b2 | (acquire)
  run: release lock k | any b1 b2 | (release)
  ttl 90
  run: renew lock k | any b1 b2 | (renew)
  run: keep lock k | any b1 b2 | (keep)`],
    ['that is a file is on this machine', 'flock', '/run/k', undefined, 'lock flock "/run/k"', `\
  run: acquire lock /run/k | local | (acquire)
  run: release lock /run/k | local | (release)
  ttl 60
  run: renew lock /run/k | local | (renew)
  run: keep lock /run/k | local | (keep)`],
    ['that is a file on the host that is named', 'flock', '/run/k', 10, 'lock flock "/run/k" on one { ttl 10s }', `\
  run: acquire lock /run/k | all one | (acquire)
  run: release lock /run/k | all one | (release)
  ttl 10
  run: renew lock /run/k | all one | (renew)
  run: keep lock /run/k | all one | (keep)`],
    ['of another driver says itself how it is renewed', '', '', undefined, 'lock own "k" on one { ttl 30s  acquire run "take ${key} ${ttl}"  release run "give ${key}"  renew run "again ${key} ${ttl}" }', `\
  run: acquire lock k | all one | take 'k' '30'
  run: release lock k | all one | give 'k'
  ttl 30
  run: renew lock k | all one | again 'k' '30'`],
  ])('%s', async (_, driver, key, ttl, lock, expected) => {
    expect(await lockOf(driver, key, ttl, lock)).toBe(expected);
  });

  test.each([
    ['lock consul "k" { ttl 5s }', ['5:23 B0201 A lock of `consul` has a `ttl` between 10s and 24h.']],
    ['lock etcd "k" { ttl 25h }', ['5:21 B0201 A lock of `etcd` has a `ttl` between 5s and 24h.']],
    ['lock etcd "a b" { ttl 1m }', ['5:5 B0201 A key of `etcd` with a `ttl` has letters, digits, and `/_.:-` only, and is not "a b".']],
    ['lock flock "k"', ['5:5 B0201 The lock of `flock` is a file with an absolute path, such as "/run/lock/reboot", and not "k".']],
    ['lock flock "/k" on b', ['5:5 B0201 The lock of `flock` is a file on one machine: this one, or the one host behind `on`. A lock for several is one of `consul` or `etcd`.']],
    ['lock own "k" { ttl 30s  acquire run "1"  release run "2" }', ['5:5 B0206 Nothing says how to renew the lock: `own` is no driver that Belay knows, and its lock has a `ttl`. Write `renew run "…"` in the block of the lock, or use `consul`, `etcd` or `flock`.']],
  ])('%s is refused', async (lock, expected) => {
    expect((await checkText(files(lock))).filter((line) => !line.includes('unused'))).toEqual(expected);
  });
});
