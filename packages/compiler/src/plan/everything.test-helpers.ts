/** The files of a plan that holds every kind of step, action, change, connection and setting that a JSON plan can hold. */
export const EVERYTHING: Readonly<Record<string, string | Uint8Array>> = {
  'plan.belay': `
    import "cloud.belay"
    window night "Nights" { every tue, wed at 22:00 for 8h zone "Europe/Zurich" }
    secret pw from env "PW"
    secret key from file "/etc/key"
    secret token from command "pass show token"
    plan everything "All that there is" {
      on c
      release r1 -> r3 skipping r2
      wave c
      wave other soak 7d
      mode quiet "No alarms" {
        enter on each a { run "quiet on" }
        leave on each a { run "quiet off" }
      }
      check ready "Ready?" {
        on any a, b
        as "u"
        in "/d"
        env A = "x"
        env P = pw
        env K = key
        env T = token
        run "ready \${host.rack}"
        accept exit 0, 3
        again on exit 7 at most 9
        poll every 1s for 1m
        timeout 30s
        retry 2 every 5s
      }
      gate ready { takes 1m }
      holding quiet {
        step preparation "Before" {
          on first a
          unless run "done?"
          script "run.sh" arguments "--all", "\${host.rack}"
          http "https://x.example/\${host}/\${host.rack}" method POST status 200, 204 { on a }
          http "https://x.example/" method GET status 200
          verify http "https://x.example/"
          rewrites "/etc/x", s.x, s.m, quiet, b
          undo { run "back"  put "binary" at "/etc/y" on local }
          timeout 1h
          retry 3 every 30s
          takes 20m
        }
        put "text" at "/etc/x" mode 0640 owner "root:root" on each a { as "root" }
        run "here" on local_group { changes nothing }
        wait 1.5s
        wait until run "now?" on local { undo nothing "x" }
        stop s.x
        reload s.y
        restart s.y on any a
        drain on a
        reboot on a
        return on a
        rollback point saved "Everything is saved" {
          capture s.m
          capture "/etc/x" on a
          capture s.x { save run "snap"  verify run "snapped?"  restore run "unsnap" }
        }
        install s.* to r2
        run "shuffle" on local { rewrites s.m }
        restore s.m, "/etc/x" from saved
        within night {
          expand s.m
          migrate s.m
          contract s.m
        }
        start s.x
        parallel {
          ${Array.from({ length: 66 }, (_, index) => `step look_${index} { on local  run "look"  changes nothing }`).join('\n          ')}
        }
        approve "Go on?"
        point of no return "no way back from here"
        step burn {
          on a, b
          run "burn" under r3
          rewrites "/srv/ships"
          irreversible "they are burnt"
        }
        run "touch" on a { rewrites "/etc/z" }
        roll a "All of a" {
          batch 2
          canary 1
          pause 10m
          needed run "needed?"
          lock consul "service/lock" on any b
          reboot
        }
        roll b { max failures 1  restart s.z }
      }
    }
  `,
  'cloud.belay': `
    train t { release r1  release r2  release r3 }
    cloud other from c { }
    cloud c "The cloud" {
      inventory "hosts.ini"
      group local_group { hosts "l1"  connection local }
      group b { connection command "docker", "exec", "\${host}" }
      install run "get \${release}"
      drain run "away"
      return run "back"
      service s {
        component x on a { unit "x"  package "x"  healthy { run "up?"  http "https://x.example/\${host}" } }
        component y on a { unit "y" }
        component z on b { stop run "z-stop"  start run "z-start"  restart run "z-restart" }
        database m in s.y { name "mm"  expand run "expand"  migrate run "migrate"  contract run "contract" }
      }
    }
  `,
  'hosts.ini': '[a]\na1 ansible_host=10.0.0.1 ansible_user=root ansible_port=2222 rack=r1\na2 rack=r2\na3 rack=r3\n[b]\nb1 rack=r4\nb2 rack=r5\n',
  'run.sh': '#!/bin/bash\necho "$@"\n',
  text: 'käse\n',
  binary: new Uint8Array([0, 255, 10, 128, 13]),
};
