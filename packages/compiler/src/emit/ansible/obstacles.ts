import type { Plan } from '../../plan/plan.ts';

/**
 * What a plan has that no Ansible project can do.
 *
 * @returns a sentence for each; nothing where the plan can be compiled
 */
export function ansibleObstacles(plan: Plan): readonly string[] {
  return plan.steps.flatMap(({ id, roll }) => (roll?.lock?.lease === undefined ? [] : [
    `The lock of ${id} lapses after ${roll.lock.lease.ttl}s unless it is renewed, and Ansible does nothing while a task runs. The shell program renews it; `
    + 'or leave out the `ttl`, for a lock that stays until it is given back.',
  ]));
}
