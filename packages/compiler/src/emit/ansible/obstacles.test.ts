import { expect, test } from 'vitest';
import { planOf } from '../../plan/plan.test-helpers.ts';
import { ansibleObstacles } from './obstacles.ts';

const plan = (lock: string): string => `
  cloud c {
    group a { hosts "a[1:2]" }
  }
  plan p {
    on c
    roll a {
      lock ${lock}
      reboot
    }
  }
`;

test.each([
  ['consul "k"', []],
  ['consul "k" { ttl 1m }', ['The lock of roll_a lapses after 60s unless it is renewed, and Ansible does nothing while a task runs. The shell program renews it; or leave out the `ttl`, for a lock that stays until it is given back.']],
])('a plan with the lock %s: %j', async (lock, expected) => {
  expect(ansibleObstacles(await planOf(plan(lock)))).toEqual(expected);
});
