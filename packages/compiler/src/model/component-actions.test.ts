import { describe, expect, test } from 'vitest';
import { checkText } from '../check.test-helpers.ts';
import { stepsOf } from '../plan/plan.test-helpers.ts';
import { onCloud } from '../rules/cloud.test-helpers.ts';

async function steps(body: string): Promise<string> {
  return stepsOf(onCloud(`import "cloud.belay"\nplan p {\n  on zurich\n  release juno -> kilo\n${body}\n}`));
}

describe('what takes an action on components back', () => {
  test('a stop is taken back by a start, and the other way round', async () => {
    expect(await steps('stop keystone.server\nstart keystone.server')).toBe(`\
stop_keystone_server
  stop keystone.server | all ctl1 ctl2 | systemctl stop keystone => keystone.server stopped
    back start keystone.server | all ctl1 ctl2 | systemctl start keystone => keystone.server started
start_keystone_server <- stop_keystone_server
  start keystone.server | all ctl1 ctl2 | systemctl start keystone => keystone.server started
    back stop keystone.server | all ctl1 ctl2 | systemctl stop keystone => keystone.server stopped`);
  });

  test('what was stopped already stays stopped when a second stop is taken back', async () => {
    expect(await steps('stop keystone.server on "ctl1"\nstop keystone.server\nstop keystone.server')).toBe(`\
stop_keystone_server
  stop keystone.server | all ctl1 | systemctl stop keystone => keystone.server stopped
    back start keystone.server | all ctl1 | systemctl start keystone => keystone.server started
stop_keystone_server_2 <- stop_keystone_server
  stop keystone.server | all ctl1 ctl2 | systemctl stop keystone => keystone.server stopped
    back start keystone.server | all ctl2 | systemctl start keystone => keystone.server started
stop_keystone_server_3 <- stop_keystone_server_2
  stop keystone.server | all ctl1 ctl2 | systemctl stop keystone => keystone.server stopped`);
  });

  test('what ran already keeps running when a start or a restart is taken back', async () => {
    expect(await steps('start keystone.server\nstop keystone.server on "ctl2"\nrestart keystone.server\nreload keystone.server')).toBe(`\
start_keystone_server
  start keystone.server | all ctl1 ctl2 | systemctl start keystone => keystone.server started
stop_keystone_server <- start_keystone_server
  stop keystone.server | all ctl2 | systemctl stop keystone => keystone.server stopped
    back start keystone.server | all ctl2 | systemctl start keystone => keystone.server started
restart_keystone_server <- stop_keystone_server
  restart keystone.server | all ctl1 ctl2 | systemctl restart keystone => keystone.server restarted
    back stop keystone.server | all ctl2 | systemctl stop keystone => keystone.server stopped
reload_keystone_server <- restart_keystone_server
  reload keystone.server | all ctl1 ctl2 | systemctl reload keystone => keystone.server reloaded`);
  });

  test('what may have run on any of several hosts is taken back on each on which it did', async () => {
    expect(await steps('stop keystone.server on any controllers\nstart keystone.server')).toBe(`\
stop_keystone_server
  stop keystone.server | any ctl1 ctl2 | systemctl stop keystone => keystone.server stopped
    back start keystone.server | all ctl1 ctl2 | systemctl start keystone => keystone.server started
start_keystone_server <- stop_keystone_server
  start keystone.server | all ctl1 ctl2 | systemctl start keystone => keystone.server started`);
  });

  test('`on first` touches the first host and no other', async () => {
    expect(await steps('stop nova.compute\nstart nova.compute on first computes')).toBe(`\
stop_nova_compute
  stop nova.compute | all cmp1 cmp2 cmp3 cmp4 | systemctl stop nova-compute => nova.compute stopped
    back start nova.compute | all cmp1 cmp2 cmp3 cmp4 | systemctl start nova-compute => nova.compute started
start_nova_compute <- stop_nova_compute
  start nova.compute | first cmp1 cmp2 cmp3 cmp4 | systemctl start nova-compute => nova.compute started
    back stop nova.compute | all cmp1 | systemctl stop nova-compute => nova.compute stopped`);
  });

  test('an installation is taken back by that of the former release, host by host, and what runs is restarted', async () => {
    expect(await steps('install nova.compute on "cmp1"\nstop nova.compute on "cmp2"\ninstall nova.compute\ninstall nova.compute')).toBe(`\
install_nova_compute
  install nova.compute kilo | all cmp1 | zypper -n install 'nova-compute'-'kilo' => nova.compute installed kilo
    back install nova.compute juno | all cmp1 | zypper -n install 'nova-compute'-'juno' => nova.compute installed juno
    back restart nova.compute | all cmp1 | systemctl restart nova-compute => nova.compute restarted
stop_nova_compute <- install_nova_compute
  stop nova.compute | all cmp2 | systemctl stop nova-compute => nova.compute stopped
    back start nova.compute | all cmp2 | systemctl start nova-compute => nova.compute started
install_nova_compute_2 <- stop_nova_compute
  install nova.compute kilo | all cmp1 cmp2 cmp3 cmp4 | zypper -n install 'nova-compute'-'kilo' => nova.compute installed kilo
    back install nova.compute juno | all cmp2 cmp3 cmp4 | zypper -n install 'nova-compute'-'juno' => nova.compute installed juno
    back restart nova.compute | all cmp3 cmp4 | systemctl restart nova-compute => nova.compute restarted
install_nova_compute_3 <- install_nova_compute_2
  install nova.compute kilo | all cmp1 cmp2 cmp3 cmp4 | zypper -n install 'nova-compute'-'kilo' => nova.compute installed kilo`);
  });

  test('hosts that had different releases get back each their own', async () => {
    expect(await steps('stop nova.compute\ninstall nova.compute to kilo on "cmp1"\ninstall nova.compute to liberty on "cmp[1:2]"').then((text) => text.split('\n').slice(-3).join('\n'))).toBe(`\
  install nova.compute liberty | all cmp1 cmp2 | zypper -n install 'nova-compute'-'liberty' => nova.compute installed liberty
    back install nova.compute kilo | all cmp1 | zypper -n install 'nova-compute'-'kilo' => nova.compute installed kilo
    back install nova.compute juno | all cmp2 | zypper -n install 'nova-compute'-'juno' => nova.compute installed juno`);
  });

  test('where nothing is known of what was there before, there is no way back of its own', async () => {
    const files = onCloud('import "cloud.belay"\nplan p {\n  on zurich\n  install glance.api to kilo\n}');
    expect(await checkText(files, { only: 'B0502' })).toEqual(['4:3 B0502 Nothing takes `install glance.api kilo` back: no rollback point before it captures `glance.api`.']);
  });

  test('without a `restart` the old code runs again after a stop and a start', async () => {
    expect(await stepsOf(`
      cloud c {
        group g { hosts "h1" }
        service s { component x on g { stop run "x-stop"  start run "x-start"  install run "x-get \${release}" } }
      }
      train t { release r1  release r2 }
      plan p {
        on c
        release r1 -> r2
        install s.x
      }
    `)).toBe(`\
install_s_x
  install s.x r2 | all h1 | x-get 'r2' => s.x installed r2
    back install s.x r1 | all h1 | x-get 'r1' => s.x installed r1
    back stop s.x | all h1 | x-stop => s.x stopped
    back start s.x | all h1 | x-start => s.x started`);
  });

  test('what an `undo` does is not part of the way forward', async () => {
    expect(await steps(`
      step look { on controllers  run "look"  undo { stop keystone.server } }
      stop keystone.server
    `)).toBe(`\
look [ask]
  run look | all ctl1 ctl2 | look
    back by restore
  undo
    stop keystone.server | all ctl1 ctl2 | systemctl stop keystone => keystone.server stopped
stop_keystone_server <- look
  stop keystone.server | all ctl1 ctl2 | systemctl stop keystone => keystone.server stopped
    back start keystone.server | all ctl1 ctl2 | systemctl start keystone => keystone.server started`);
  });
});

describe('the commands of an action on components', () => {
  test('the block of the action goes before the component, the service, the cloud, and systemd', async () => {
    expect(await stepsOf(`
      cloud c {
        group g { hosts "h1" }
        stop run "cloud \${component} \${service}"
        service s {
          stop run "service \${unit}"
          component x on g { unit "ux"  stop run "component \${package}"  package "px" }
          component y on g { unit "uy" }
        }
        service t { component z on g { unit "uz" } }
      }
      plan p {
        on c
        stop s.x, s.y, t.z
        stop s.x { run "own \${host}"  run "two" }
        reload t.z
      }
    `)).toBe(`\
stop_s_x_s_y_t_z
  stop s.x | all h1 | component 'px' => s.x stopped
    back start s.x | all h1 | systemctl start ux => s.x started
  stop s.y | all h1 | service 'uy' => s.y stopped
    back start s.y | all h1 | systemctl start uy => s.y started
  stop t.z | all h1 | cloud 't.z' 't' => t.z stopped
    back start t.z | all h1 | systemctl start uz => t.z started
stop_s_x <- stop_s_x_s_y_t_z
  stop s.x | all h1 | own "$BELAY_HOST"
  stop s.x | all h1 | two => s.x stopped
reload_t_z <- stop_s_x
  reload t.z | all h1 | systemctl reload uz => t.z reloaded`);
  });

  test('settings: of the step, then of the declared block, then of the action; the way back takes who runs it, and where', async () => {
    expect(await stepsOf(`
      cloud c {
        group g { hosts "h1" }
        service s { component x on g { stop { as "declared"  env A = "declared"  run "x-stop" }  start run "x-start" } }
      }
      plan p {
        on c
        step one { as "step"  in "/step"  stop s.x }
        start s.x
        stop s.x { as "own"  timeout 5m }
        start s.x
        step two { start s.x { timeout 5m  accept exit 0, 3 } }
      }
    `)).toBe(`\
one
  stop s.x | all h1 | x-stop {as: "declared", directory: "/step", environment: {"A":"declared"}} => s.x stopped
    back start s.x | all h1 | x-start {as: "step", directory: "/step"} => s.x started
start_s_x <- one
  start s.x | all h1 | x-start => s.x started
    back stop s.x | all h1 | x-stop {as: "declared", environment: {"A":"declared"}} => s.x stopped
stop_s_x <- start_s_x [timeout 300]
  stop s.x | all h1 | x-stop {as: "own", environment: {"A":"declared"}} => s.x stopped
    back start s.x | all h1 | x-start {as: "own"} => s.x started
start_s_x_2 <- stop_s_x
  start s.x | all h1 | x-start => s.x started
    back stop s.x | all h1 | x-stop {as: "declared", environment: {"A":"declared"}} => s.x stopped
two <- start_s_x_2
  start s.x | all h1 | x-start {accept: [0,3], timeout: 300} => s.x started`);
  });

  test('a command that names the installed release is bound for each release', async () => {
    expect((await stepsOf(`
      cloud c {
        group g { hosts "h[1:2]" }
        install run "get \${release}"
        service s { component x on g { unit "x"  stop run "stop \${release}" } }
      }
      train t { release r1  release r2 }
      plan p {
        on c
        release r1 -> r2
        install s.x on "h2"
        stop s.x
      }
    `)).split('\n').filter((line) => line.startsWith('  stop'))).toEqual([
      "  stop s.x | all h1 | stop 'r1' => s.x stopped",
      "  stop s.x | all h2 | stop 'r2' => s.x stopped",
    ]);
  });

  test('a command can not run elsewhere than what it acts on', async () => {
    expect(await checkText(`
      cloud c {
        group g { hosts "h[1:2]" }
        service s { component x on g { unit "x"  stop { on local  run "far" } } }
      }
      plan p {
        on c
        stop s.x
        start s.x { run "far" on first g }
      }
    `, { only: 'B0201' })).toEqual([
      '3:61 B0201 A command of `stop` runs on the hosts that it acts on, so it can not say `on …` itself. For a command that runs elsewhere write a `step` with `on …`, `run …` and `rewrites …`.',
      '8:28 B0201 A command of `start` runs on the hosts that it acts on, so it can not say `on …` itself. For a command that runs elsewhere write a `step` with `on …`, `run …` and `rewrites …`.',
    ]);
  });

  test('missing commands and hosts', async () => {
    expect(await checkText(`
      cloud c {
        group g { hosts "h1" }
        group other { hosts "h2" }
        group none { }
        service s { component x on g { }  component y on none { unit "y" } }
      }
      plan p {
        on c
        stop s.x
        install s.x to r1
        stop s.y
        step both { on other  run "true"  stop s.x  changes nothing }
      }
    `)).toEqual([
      '9:3 B0206 Nothing says how to start `s.x`: it has no `unit`.',
      '9:3 B0206 Nothing says how to stop `s.x`: it has no `unit`.',
      '10:3 B0206 Nothing says how `s.x` is installed.',
      '11:3 B0303 `s.y` runs on no host.',
      '12:37 B0206 Nothing says how to stop `s.x`: it has no `unit`.',
      '12:37 B0303 `s.x` runs on none of these hosts. Write `on …` here, or let this action be a step of its own.',
    ]);
  });
});
