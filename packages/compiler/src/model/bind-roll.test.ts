import { describe, expect, test } from 'vitest';
import { checkText } from '../check.test-helpers.ts';
import { stepsOf } from '../plan/plan.test-helpers.ts';
import { batchesOf } from './bind-roll.ts';
import type { Group } from './model.ts';

const CLOUD = `
  cloud c {
    group a { hosts "a[1:4]" }
    group b { hosts "b[1:2]" }
    group ab { groups a, b }
    service s {
      component x on a { unit "x" }
      component everywhere on ab { unit "e" }
      component elsewhere on b { unit "w" }
    }
  }
`;

async function steps(body: string): Promise<string> {
  return stepsOf({ 'plan.belay': `import "cloud.belay"\nplan p {\n  on c\n${body}\n}`, 'cloud.belay': CLOUD });
}

async function findings(body: string): Promise<string[]> {
  return checkText({ 'plan.belay': `import "cloud.belay"\nplan p {\n  on c\n${body}\n}`, 'cloud.belay': CLOUD });
}

describe('batches', () => {
  const group = (hosts: readonly string[], more: Partial<Group> = {}): Group => ({ name: 'g', location: { file: '', start: 0, end: 0 }, hosts, zones: [], ...more });

  test.each([
    { size: 1, canary: 0, batches: 'a b c d e' },
    { size: 2, canary: 0, batches: 'ab cd e' },
    { size: 3, canary: 1, batches: 'a bcd e' },
    { size: 2, canary: 5, batches: 'ab cd e' },
    { size: 9, canary: 2, batches: 'ab cde' },
  ])('of $size, canary $canary: $batches', ({ size, canary, batches }) => {
    expect(batchesOf(group(['a', 'b', 'c', 'd', 'e']), size, canary).map((batch) => batch.join('')).join(' ')).toBe(batches);
  });

  test('stay in a zone; hosts without a zone come last', () => {
    const zones = [{ name: 'east', hosts: ['d', 'e', 'f'] }, { name: 'west', hosts: ['a', 'b'] }];
    expect(batchesOf(group(['a', 'b', 'c', 'd', 'e', 'f'], { zones }), 2, 1)).toEqual([['d'], ['e', 'f'], ['a', 'b'], ['c']]);
  });

  test('have no more hosts than can be spared', async () => {
    expect((await stepsOf(`
      cloud c {
        group g { hosts "h[1:20]"  zone east "h[1:12]"  zone west "h[13:20]"  spare 25% }
      }
      plan p {
        on c
        roll g {
          batch 50%
          reboot
        }
      }
    `)).split('\n')[1]).toBe('  batches h1 h2 h3, h4 h5 h6, h7 h8 h9, h10 h11 h12, h13 h14, h15 h16, h17 h18, h19 h20');
  });
});

describe('where things run in the body', () => {
  test('hosts of the roll are those of the batch; others are all; `any` and `first` name one host of all', async () => {
    expect(await steps(`
      roll a {
        batch 2
        run "1" { changes nothing }
        run "2" on each a { changes nothing }
        run "3" on a except "a2" { changes nothing }
        run "4" on any a { changes nothing }
        run "5" on b { changes nothing }
        run "6" on ab { changes nothing }
        run "7" on local { changes nothing }
        restart s.x
        restart s.everywhere
        restart s.elsewhere
        restart s.everywhere on b
        restart s.everywhere on ab
      }
    `)).toBe(`\
roll_a [roll]
  batches a1 a2, a3 a4
  roll_a/run_1
    run 1 | all a1 a2 a3 a4 of the batch | 1
  roll_a/run_2 <- roll_a/run_1
    run 2 | each a1 a2 a3 a4 of the batch | 2
  roll_a/run_3 <- roll_a/run_2
    run 3 | all a1 a3 a4 of the batch | 3
  roll_a/run_4 <- roll_a/run_3
    run 4 | any a1 a2 a3 a4 | 4
  roll_a/run_5 <- roll_a/run_4
    run 5 | all b1 b2 | 5
  roll_a/run_6 <- roll_a/run_5
    run 6 | all a1 a2 a3 a4 b1 b2 | 6
  roll_a/run_7 <- roll_a/run_6
    run 7 | local | 7
  roll_a/restart_s_x <- roll_a/run_7
    restart s.x | all a1 a2 a3 a4 of the batch | systemctl restart x => s.x restarted
  roll_a/restart_s_everywhere <- roll_a/restart_s_x
    restart s.everywhere | all a1 a2 a3 a4 of the batch | systemctl restart e => s.everywhere restarted
  roll_a/restart_s_elsewhere <- roll_a/restart_s_everywhere
    restart s.elsewhere | all b1 b2 | systemctl restart w => s.elsewhere restarted
  roll_a/restart_s_everywhere_2 <- roll_a/restart_s_elsewhere
    restart s.everywhere | all b1 b2 | systemctl restart e => s.everywhere restarted
  roll_a/restart_s_everywhere_3 <- roll_a/restart_s_everywhere_2
    restart s.everywhere | all a1 a2 a3 a4 b1 b2 | systemctl restart e => s.everywhere restarted`);
  });
});

describe('settings', () => {
  test('the need, the lock, the pause, the failures', async () => {
    expect(await steps(`
      roll a "Computes" {
        batch 50%
        canary 1
        pause 10m
        needed run "need \${host}"
        lock folder "k" on any b {
          acquire { as "root"  run "mkdir /l/\${key}" }
          release run "rmdir /l/\${key}" on first b
        }
        reboot
      }
      roll b { max failures 1  reboot }
    `)).toBe(`\
roll_a "Computes" [roll]
  batches a1, a2 a3, a4; pause 600
  needed all a1 a2 a3 a4 of the batch | need "$BELAY_HOST"
  run: acquire lock k | any b1 b2 | mkdir /l/'k' {as: "root"}
  run: release lock k | first b1 b2 | rmdir /l/'k'
  roll_a/reboot
    reboot a | all a1 a2 a3 a4 of the batch | systemctl reboot {limit: 900} => hosts rebooted
roll_b <- roll_a [roll]
  batches b1, b2; max failures 1
  roll_b/reboot
    reboot b | all b1 b2 of the batch | systemctl reboot {limit: 900} => hosts rebooted`);
  });

  test('one question, one command, at least one host', async () => {
    expect(await findings(`
      roll a {
        batch 0
        needed { run "1"  run "2" }
        lock folder "k" { acquire { run "1"  run "2" }  release run "3" }
        reboot
      }
    `)).toEqual([
      '6:15 B0201 A batch has at least one host.',
      '7:9 B0201 `needed` is one question. Join the commands with `&&`, or write them as lines of one `run """…"""`.',
      '8:46 B0201 `acquire` is one command. Join them with `&&`, or write them as lines of one `run """…"""`.',
    ]);
  });

  test('what can not stand in the body, however deep', async () => {
    expect(await findings(`
      approve "?"
      roll a {
        stage inner {
          rollback point q { }
          point of no return "no"
          roll b { reboot }
        }
      }
    `)).toEqual([
      '8:26 B0008 A rollback point can not stand inside `roll`: it would be reached once for every batch. Put it before or after.',
      '9:11 B0008 A point of no return can not stand inside `roll`: part of what runs there would still have a way back. Put it before or after.',
      '10:11 B0008 A roll can not stand inside another one.',
    ]);
  });
});
