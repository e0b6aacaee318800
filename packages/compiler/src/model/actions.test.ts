import { describe, expect, test } from 'vitest';
import { checkText } from '../check.test-helpers.ts';
import { stepsOf } from '../plan/plan.test-helpers.ts';

describe('modes', () => {
  test('each block is taken back where it ran, by the blocks of the opposite', async () => {
    expect(await stepsOf(`
      cloud c {
        group a { hosts "a[1:2]" }
        group b { hosts "b1" }
        mode m "M" {
          enter on a { run "enter a" }
          enter on b { run "enter b"  run "enter b twice" }
          leave on a, b { run "leave" }
        }
      }
      plan p {
        on c
        enter m
        leave m
      }
    `)).toBe(`\
enter_m
  enter m | all a1 a2 | enter a => m entered
    back leave m | all a1 a2 | leave => m left
  enter m | all b1 | enter b
    back leave m | all b1 | leave => m left
  enter m | all b1 | enter b twice => m entered
leave_m <- enter_m
  leave m | all a1 a2 b1 | leave => m left
    back enter m | all a1 a2 | enter a => m entered
    back enter m | all b1 | enter b
    back enter m | all b1 | enter b twice => m entered`);
  });

  test('on this machine, on one host, in a batch', async () => {
    expect(await stepsOf(`
      cloud c {
        group a { hosts "a[1:2]" }
        mode local_mode { enter on local { run "on" }  leave on local { run "off" } }
        mode first_mode { enter on first a { run "on" }  leave on first a { run "off" } }
        mode host_mode { enter { run "on \${host}" }  leave { run "off \${host}" } }
      }
      plan p {
        on c
        holding local_mode, first_mode { step s { on a  run "x"  changes nothing } }
        roll a { holding host_mode { reboot } }
      }
    `)).toBe(`\
enter_local_mode
  enter local_mode | local | on => local_mode entered
    back leave local_mode | local | off => local_mode left
enter_first_mode <- enter_local_mode
  enter first_mode | first a1 a2 | on => first_mode entered
    back leave first_mode | first a1 a2 | off => first_mode left
s <- enter_first_mode
  run x | all a1 a2 | x
leave_first_mode <- s
  leave first_mode | first a1 a2 | off => first_mode left
    back enter first_mode | first a1 a2 | on => first_mode entered
leave_local_mode <- leave_first_mode
  leave local_mode | local | off => local_mode left
    back enter local_mode | local | on => local_mode entered
roll_a <- leave_local_mode [roll]
  batches a1, a2
  roll_a/enter_host_mode
    enter host_mode | all a1 a2 of the batch | on "$BELAY_HOST" => host_mode entered
      back leave host_mode | all a1 a2 of the batch | off "$BELAY_HOST" => host_mode left
  roll_a/reboot <- roll_a/enter_host_mode
    reboot a | all a1 a2 of the batch | systemctl reboot {limit: 900} => hosts rebooted
  roll_a/leave_host_mode <- roll_a/reboot
    leave host_mode | all a1 a2 of the batch | off "$BELAY_HOST" => host_mode left
      back enter host_mode | all a1 a2 of the batch | on "$BELAY_HOST" => host_mode entered`);
  });

  test('a mode says where it is entered, or it is in a roll', async () => {
    expect(await checkText(`
      mode m { enter { run "on" }  leave { run "off" } }
      cloud c { group a { hosts "a1" } }
      plan p {
        on c
        holding m { wait 1s }
      }
    `)).toEqual([
      '1:10 B0105 Nothing says where the mode is entered: add `on GROUP` or `on local`.',
      '1:30 B0105 Nothing says where the mode is left: add `on GROUP` or `on local`.',
    ]);
  });
});

describe('hosts', () => {
  test('each host is drained as its group says, the smallest that says something, else as the cloud says', async () => {
    expect(await stepsOf(`
      cloud c {
        group a { hosts "a[1:2]" }
        group b { hosts "b[1:2]"  drain run "b-drain"  return run "b-return" }
        group ab { groups a, b  drain run "ab-drain" }
        drain run "drain"
        return run "return"
      }
      plan p {
        on c
        drain on ab
        return on a, b
        drain on "a1"
        step inside { on b  drain }
        return on each b { run "own" }
      }
    `)).toBe(`\
drain_ab
  drain ab | all a1 a2 b1 b2 | ab-drain => hosts drained
    back return ab | all a1 a2 | return => hosts returned
    back return ab | all b1 b2 | b-return => hosts returned
return_a_b <- drain_ab
  return 2 hosts | all a1 a2 | return => hosts returned
    back drain 2 hosts | all a1 a2 | ab-drain => hosts drained
  return 2 hosts | all b1 b2 | b-return => hosts returned
    back drain 2 hosts | all b1 b2 | b-drain => hosts drained
drain_a1 <- return_a_b
  drain a1 | all a1 | ab-drain => hosts drained
    back return a1 | all a1 | return => hosts returned
inside <- drain_a1
  drain 2 hosts | all b1 b2 | b-drain => hosts drained
    back return 2 hosts | all b1 b2 | b-return => hosts returned
return_b <- inside
  return b | each b1 b2 | own => hosts returned
    back drain b | each b1 b2 | b-drain => hosts drained`);
  });

  test('a reboot has as long as its step', async () => {
    expect(await stepsOf(`
      cloud c {
        group a { hosts "a1" }
        group b { hosts "b1"  reboot { as "root"  timeout 2m  run "reboot-b" } }
      }
      plan p {
        on c
        reboot on a
        reboot on a { timeout 30m }
        step s { reboot on a  timeout 1h }
        reboot on b
        reboot on b { poll every 1s for 45s }
      }
    `)).toBe(`\
reboot_a
  reboot a | all a1 | systemctl reboot {limit: 900} => hosts rebooted
reboot_a_2 <- reboot_a [timeout 1800]
  reboot a | all a1 | systemctl reboot {limit: 1800} => hosts rebooted
s <- reboot_a_2 [timeout 3600]
  reboot a | all a1 | systemctl reboot {limit: 3600} => hosts rebooted
reboot_b <- s
  reboot b | all b1 | reboot-b {as: "root", limit: 120} => hosts rebooted
reboot_b_2 <- reboot_b
  reboot b | all b1 | reboot-b {as: "root", limit: 45} => hosts rebooted`);
  });

  test('nothing says how, or where', async () => {
    expect(await checkText(`
      cloud c { group a { hosts "a1"  drain run "away" } }
      plan p {
        on c
        drain on a
        reboot
      }
    `, { only: 'B0206' })).toEqual(['4:3 B0206 Nothing says how to return hosts. Write `return run "…"` in the group or the cloud, or `{ run "…" }` here.']);
  });
});

describe('databases', () => {
  const cloud = (database: string): string => `
    cloud c {
      group a { hosts "a[1:2]" }
      group d { hosts "d[1:3]" }
      service sql { component server on d { unit "sql" } }
      service s { component x on a { unit "x" }  ${database} }
    }
    train t { release r1  release r2 }
  `;

  test('where they are worked on: what the plan says, then what the command says, then the first host of the service', async () => {
    const here = (await stepsOf(`${cloud('database m in sql { migrate run "plain" }  database n in sql { migrate { on any d  run "any"  run "first" on first d } }')}
      plan p {
        on c
        release r1 -> r2
        migrate s.m, s.n
        migrate s.n on "d3"
        migrate s.n { run "own"  run "own too" on local  on each a }
        step inside { on "d2"  migrate s.m }
      }
    `)).split('\n').filter((line) => line.startsWith('  migrate'));
    expect(here).toEqual([
      '  migrate s.m to r2 | first a1 a2 | plain => s.m migrated r2',
      '  migrate s.n to r2 | any d1 d2 d3 | any => s.n migrated r2',
      '  migrate s.n to r2 | first d1 d2 d3 | first => s.n migrated r2',
      '  migrate s.n to r2 | all d3 | any => s.n migrated r2',
      '  migrate s.n to r2 | all d3 | first => s.n migrated r2',
      '  migrate s.n to r2 | each a1 a2 | own => s.n migrated r2',
      '  migrate s.n to r2 | local | own too => s.n migrated r2',
      '  migrate s.m to r2 | all d2 | plain => s.m migrated r2',
    ]);
  });

  test('each command of several may leave it half changed, and only a capture brings it back', async () => {
    expect(await stepsOf(`${cloud('database m in sql { migrate { run "one"  run "two" } }')}
      plan p {
        on c
        release r1 -> r2
        rollback point q { capture s.m }
        migrate s.m
      }
    `).then((text) => text.split('\n').slice(-6).join('\n'))).toBe(`\
migrate_s_m <- q [restore]
  migrate s.m to r2 | first a1 a2 | one => s.m migrated r2
    back by restore
  migrate s.m to r2 | first a1 a2 | two => s.m migrated r2
    back by restore
  restore s.m from q for start, q`);
  });

  test('an estimate of the cloud is that of the step, if it covers all of it, and the step says nothing else', async () => {
    expect((await stepsOf(`${cloud('database m in sql { migrate { run "one"  run "two"  takes 5m } }  database n in sql { migrate run "n" }')}
      plan p {
        on c
        release r1 -> r2
        migrate s.m
        migrate s.m { takes 1h }
        migrate s.m, s.n
        step s { migrate s.m  wait 30s }
      }
    `)).split('\n').filter((line) => !line.startsWith(' '))).toEqual([
      'migrate_s_m [restore, takes 300]', 'migrate_s_m_2 <- migrate_s_m [restore, takes 3600]', 'migrate_s_m_s_n <- migrate_s_m_2 [restore]', 's <- migrate_s_m_s_n [restore, takes 330]',
    ]);
  });

  test('a release that is not on the train', async () => {
    expect(await checkText(`${cloud('database m in sql { migrate run "x" }')}
      plan p {
        on c
        release r1 -> r2
        migrate s.m to r3
        step look { on a  run "x" under rr2  changes nothing }
      }
    `, { only: 'B0101' })).toEqual([
      '12:20 B0101 There is no release named `r3`. Did you mean `r1` or `r2`?',
      '13:37 B0101 There is no release named `rr2`. Did you mean `r2`?',
    ]);
  });
});
