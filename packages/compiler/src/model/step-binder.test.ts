import { describe, expect, test } from 'vitest';
import { checkText } from '../check.test-helpers.ts';
import { stepsOf } from '../plan/plan.test-helpers.ts';

const CLOUD = `
  cloud c {
    group a { hosts "a[1:3]" }
    group b { hosts "b[1:2]" }
    service s { component x on a { unit "x" } }
  }
`;

async function steps(body: string): Promise<string> {
  return stepsOf({ 'plan.belay': `import "cloud.belay"\nplan p {\n  on c\n${body}\n}`, 'cloud.belay': CLOUD, 'f1': 'one', 'f2': 'two', 'run.sh': 'true' });
}

async function findings(body: string): Promise<string[]> {
  return checkText({ 'plan.belay': `import "cloud.belay"\nplan p {\n  on c\n${body}\n}`, 'cloud.belay': CLOUD, 'f1': 'one' });
}

describe('what a step says about all its actions', () => {
  test('where: each action, else the step; `except` takes hosts away', async () => {
    expect(await steps(`
      step s {
        on any a
        run "one"
        run "two" on first b
        run "three" on each a, b except "a2"
        run "four" on local
        run "five" { on "b[1:2]" }
        script "run.sh" arguments "--all", "it's" on b
        http "https://x.example/"
        changes nothing
      }
    `)).toBe(`\
s
  run one | any a1 a2 a3 | one
  run two | first b1 b2 | two
  run three | each a1 a3 b1 b2 | three
  run four | local | four
  run five | all b1 b2 | five
  script run.sh | all b1 b2 | file1 '--all' 'it'\\''s'
  http https://x.example/ | any a1 a2 a3 | GET https://x.example/ 200`);
  });

  test('who runs it and where holds for its questions and its `undo` too; time and exit codes do not', async () => {
    expect(await steps(`
      step s "Title" {
        on b
        as "u"
        in "/d"
        env A = "x"
        accept exit 0, 1
        unless run "u?"
        run "r1" { timeout 5s  as "v"  poll every 1s for 10s }
        run "r2" on any a
        again on exit 2 at most 7
        verify run "v?"
        timeout 1h
        retry 2 every 30s
        takes 20m
        undo { run "back"  stop s.x on a  timeout 1m }
      }
    `)).toBe(`\
s "Title" [timeout 3600, retry 2 every 30, takes 1200]
  unless all b1 b2 | u? {as: "u", directory: "/d", environment: {"A":"x"}}
  run r1 | all b1 b2 | r1 {accept: [0,1], again: {"codes":[2],"limit":7}, as: "v", directory: "/d", environment: {"A":"x"}, poll: {"every":1,"limit":10}, timeout: 5}
    back by restore
  run r2 | any a1 a2 a3 | r2 {accept: [0,1], again: {"codes":[2],"limit":7}, as: "u", directory: "/d", environment: {"A":"x"}}
    back by restore
  verify all b1 b2 | v? {as: "u", directory: "/d", environment: {"A":"x"}}
  undo
    run back | all b1 b2 | back {as: "u", directory: "/d", environment: {"A":"x"}, timeout: 60}
    stop s.x | all a1 a2 a3 | systemctl stop x {as: "u", directory: "/d", environment: {"A":"x"}, timeout: 60} => s.x stopped`);
  });

  test('without `on`, questions and the `undo` run where the first action runs', async () => {
    expect(await steps('step s { run "r" on any b  verify run "v?"  undo run "back" }')).toBe(`\
s [ask]
  run r | any b1 b2 | r
    back by restore
  verify any b1 b2 | v?
  undo
    run back | any b1 b2 | back`);
  });
});

describe('what an action in a step says for itself', () => {
  test('a way back, what it changes, and how long its commands may take', async () => {
    expect(await steps(`
      step s {
        on a
        run "one" { undo run "one back" }
        run "two" on any b { undo { run "two back" } }
        stop s.x { undo nothing "it comes back by itself"  timeout 5m }
        run "three" { rewrites "/etc/three//" }
        run "four" { changes nothing }
        repeatable
      }
    `)).toBe(`\
s
  run one | all a1 a2 a3 | one
    back run one back | all a1 a2 a3 | one back
  run two | any b1 b2 | two
    back run two back | all b1 b2 | two back
  stop s.x | all a1 a2 a3 | systemctl stop x {timeout: 300} => s.x stopped
  run three | all a1 a2 a3 | three => /etc/three rewritten
    no way back: it stands behind a point of no return
  run four | all a1 a2 a3 | four`);
  });

  test('what is about a step as a whole can not stand there', async () => {
    expect(await findings(`
      step s {
        on a
        changes nothing
        run "one" { retry 3 every 1s  unless run "x" }
        stop s.x { repeatable }
      }
    `)).toEqual([
      '8:21 B0008 `retry` is about a whole step. Write it in the block of the step, or make this action a step of its own.',
      '8:39 B0008 `unless` is about a whole step. Write it in the block of the step, or make this action a step of its own.',
      '9:20 B0008 `repeatable` is about a whole step. Write it in the block of the step, or make this action a step of its own.',
    ]);
  });

  test('an `undo` runs once', async () => {
    expect(await findings(`
      step s {
        on a
        run "one"
        undo { run "back"  retry 3 every 1s }
      }
    `)).toEqual(['8:28 B0008 What takes a step back is done once, as a whole: `retry` says nothing here. Remove it.']);
  });

  test('what says nothing in the block of an action', async () => {
    expect(await findings(`
      put "f1" at "/etc/x" on a { in "/d" }
      wait 1s { as "u" }
      http "https://x.example/" { env A = "1" }
      stop s.x { changes nothing  takes 1m }
      start s.x
      approve "?" { on a }
    `)).toEqual([
      '5:35 B0008 `in` says nothing in the block of `put`. Remove it; what counts there is `on` and `as`.',
      '6:17 B0008 `as` says nothing in the block of `wait`. Remove it.',
      '7:35 B0008 `env` says nothing in the block of `http`. Remove it; what counts there is `on`, `poll`, `rewrites` and `changes nothing`.',
      '8:18 B0008 `changes nothing` says nothing in the block of `stop`. Remove it; what counts there is `on`, `as`, `in`, `env`, `accept exit`, `again on exit`, `poll`, `run`, `script` and `http`.',
      '10:21 B0008 `on` says nothing in the block of `approve`. Remove it.',
    ]);
  });

  test('to change nothing and something', async () => {
    expect(await findings('step s { on a  run "one"  changes nothing  rewrites "/etc/x" }')).toEqual([
      '4:27 B0201 This says both that nothing is changed and that something is. Remove one of the two.',
    ]);
  });
});

describe('what a bare action is named after', () => {
  test('its keyword, and what it acts on', async () => {
    const ids = (await steps(`
      stop s.*
      stop s.x
      stop s.x
      run "nova-manage db sync --version 290" on local { changes nothing }
      run "Ünïcödé" on local { changes nothing }
      script "run.sh" on local { changes nothing }
      http "https://x.example/"
      put "f1" at "/etc/nova/nova.conf" mode 0640 on a
      reboot on a, "b1"
      wait 30s
      approve "Sure? $(rm -rf /)"
      approve "Again?"
      run "${'long '.repeat(40)}" on local { changes nothing }
    `)).split('\n').filter((line) => !line.startsWith(' ')).map((line) => line.split(/ (?:<-|\[)/)[0]);
    expect(ids).toEqual([
      'stop_s', 'stop_s_x', 'stop_s_x_2', 'run_nova_manage_db_sync', 'run_n_c_d', 'script_run_sh', 'http', 'put_etc_nova_nova_conf', 'reboot_a_b1', 'wait', 'approve', 'approve_2',
      'run_long_long_long',
    ]);
  });

  test('the same name twice in the same place', async () => {
    expect(await findings('step s { on a  run "1"  changes nothing }\nstage t { step s { on a  run "1"  changes nothing } }\nstep s { on a  run "2"  changes nothing }\nstage t { }')).toEqual([
      '6:6 B0102 There is a step named `s` already. Give one of them another name.',
      '7:7 B0102 There is a stage named `t` already. Give one of them another name.',
    ]);
  });
});

describe('actions of their own', () => {
  test('`wait until` asks; what its block says of time is about asking', async () => {
    expect(await steps('wait until { on a  run "ready?"  timeout 5s }\nwait until { on local  http "https://x.example/"  poll every 1s for 1m }')).toBe(`\
wait_until
  wait until | all a1 a2 a3 | ready? {poll: {"every":5,"limit":600}, timeout: 5}
wait_until_2 <- wait_until
  wait until | local | GET https://x.example/ 200 {poll: {"every":1,"limit":60}}`);
  });

  test('`http` only looks where its method only looks', async () => {
    expect(await findings('http "https://x.example/" method POST\nhttp "https://x.example/" method HEAD')).toEqual([
      '4:1 B0501 Nothing says what `http https://x.example/` changes, so nothing can take it back.',
    ]);
  });

  test('a file that is put twice comes back in two steps', async () => {
    expect(await steps('put "f1" at "/etc/x" on a\nput "f2" at "/etc/x" mode 0640 owner "u:g" on each a, b { as "root" }')).toBe(`\
put_etc_x
  put /etc/x | all a1 a2 a3 | file1 at /etc/x => /etc/x rewritten
    back put /etc/x back | all a1 a2 a3 | file1 at /etc/x {takeBack: true} => /etc/x rewritten
put_etc_x_2 <- put_etc_x
  put /etc/x | each a1 a2 a3 b1 b2 | file2 at /etc/x {as: "root", mode: "0640", owner: "u:g"} => /etc/x rewritten
    back put /etc/x back | each a1 a2 a3 | file1 at /etc/x {as: "root", mode: "0640", owner: "u:g"} => /etc/x rewritten
    back put /etc/x back | each b1 b2 | file2 at /etc/x {as: "root", mode: "0640", owner: "u:g", takeBack: true} => /etc/x rewritten`);
  });

  test.each([
    ['/etc/', 'etc/x', '/etc/../x', '/etc//x', '/', '/etc/./x'],
  ].flat())('a file can not be put at %s', async (path) => {
    expect(await findings(`put "f1" at "${path}" on a`)).toEqual(['4:13 B0201 Expected the absolute path of a file on the hosts, without `.` and `..`, `//`, and `/` at its end.']);
  });

  test('`after` in a series', async () => {
    expect(await findings('wait 1s\nstep s { on a  run "x"  changes nothing  after wait }')).toEqual([
      '5:42 B0008 `after` counts inside `parallel` only. Here statements run in written order: remove it, or put both into a `parallel` block.',
    ]);
  });
});
