import { describe, expect, test } from 'vitest';
import { checkText } from '../check.test-helpers.ts';
import { boundPlanOf, planOf, printSteps, type Sources } from '../plan/plan.test-helpers.ts';

async function steps(sources: Sources): Promise<string> {
  return printSteps((await planOf(sources)).steps);
}

describe('groups', () => {
  test('of inventories and of the text, each holding others; `all` is every host', async () => {
    const plan = await planOf({
      'plan.belay': `
        cloud c {
          inventory "hosts.ini"
          group db { spare 1 }
          group extra { hosts "x[1:2]"  groups db }
          group all { connection ssh user "everybody" }
          group db_and_more { groups extra, cloudhosts }
        }
        plan p {
          on c
          run "1" on all { changes nothing }
          run "2" on extra { changes nothing }
          run "3" on db_and_more { changes nothing }
        }
      `,
      'hosts.ini': 'lonely\n[computes]\ncmp[1:2]\n[db]\ndb1 ansible_host=10.0.0.1\n[cloudhosts:children]\ncomputes\ndb\n',
    });
    expect(printSteps(plan.steps)).toBe(`\
run_1
  run 1 | all lonely cmp1 cmp2 db1 x1 x2 | 1
run_2 <- run_1
  run 2 | all x1 x2 db1 | 2
run_3 <- run_2
  run 3 | all x1 x2 db1 cmp1 cmp2 | 3`);
    expect(plan.hosts).toEqual([
      { name: 'cmp1', groups: ['computes', 'cloudhosts', 'db_and_more'], connection: { type: 'ssh', user: 'everybody' } },
      { name: 'cmp2', groups: ['computes', 'cloudhosts', 'db_and_more'], connection: { type: 'ssh', user: 'everybody' } },
      { name: 'db1', groups: ['db', 'cloudhosts', 'extra', 'db_and_more'], connection: { type: 'ssh', address: '10.0.0.1', user: 'everybody' } },
      { name: 'lonely', groups: ['ungrouped'], connection: { type: 'ssh', user: 'everybody' } },
      { name: 'x1', groups: ['extra', 'db_and_more'], connection: { type: 'ssh', user: 'everybody' } },
      { name: 'x2', groups: ['extra', 'db_and_more'], connection: { type: 'ssh', user: 'everybody' } },
    ]);
  });

  test('a shared name is one group, a circle is none', async () => {
    expect(await checkText('cloud c {\n  group a { hosts "h1"  groups b }\n  group b { groups a }\n  group a { hosts "h2" }\n  group d { groups e, dd }\n}')).toEqual([
      '3:20 B0106 These groups hold each other in a circle. Remove one of them from the group that holds it.',
      '4:9 B0102 There is a group named `a` already. Give one of them another name.',
      '5:20 B0101 There is no group named `e`. Did you mean `a` or `b` or `d`?',
      '5:23 B0101 There is no group named `dd`. Did you mean `d`?',
    ]);
  });
});

describe('connections', () => {
  test('of the cloud, of a group, of the inventory; the smallest group counts', async () => {
    const plan = await planOf({
      'plan.belay': `
        cloud c {
          inventory "hosts.ini"
          connection ssh user "root" port 2222 options "-o", "ProxyJump=\${host.jump}"
          group small { connection local }
          group big { connection command "docker", "exec", "-i", "\${host}-\${host.rack}" }
        }
        plan p { on c  run "x" on all { changes nothing } }
      `,
      'hosts.ini': '[big]\nb[1:2] rack=r1\n[small]\nb2\n[other]\no1 ansible_host=10.0.0.9 ansible_user=u ansible_port=22\no2 ansible_connection=local\n[all:vars]\njump=bastion\n',
    });
    expect(Object.fromEntries(plan.hosts.map(({ name, connection }) => [name, connection]))).toEqual({
      b1: { type: 'command', words: ['docker', 'exec', '-i', 'b1-r1'] },
      b2: { type: 'local' },
      o1: { type: 'ssh', address: '10.0.0.9', user: 'root', port: 2222, options: ['-o', 'ProxyJump=bastion'] },
      o2: { type: 'local' },
    });
  });

  test('a host without the variable that its connection needs', async () => {
    expect(await checkText({
      'plan.belay': 'cloud c {\n  inventory "hosts.ini"\n  connection ssh options "-J", "${host.jump}"\n}',
      'hosts.ini': 'a jump=x\nb jmp=y\nc\nd\n',
    })).toEqual(['3:33 B0101 Host `b` has no variable `jump`. Did you mean `${host.jmp}`? Neither have 2 others.']);
  });
});

describe('a cloud that takes over another', () => {
  const base = `
    cloud prod "Production" {
      inventory "hosts.ini"
      captures "\${share}/captures"
      let share = "/srv/\${site}"
      let site = "prod"
      secret pw from env "PROD_PW"
      install run "install \${site}"
      service s { component x on db { unit "x" } }
      service u { component y on computes { unit "y" } }
      mode m { enter on all { run "prod" }  leave on all { run "unprod" } }
      check k { on any db  run "k prod" }
      keep s.x available
    }
  `;
  const inventory = '[computes]\ncmp[1:3]\n[db]\ndb[1:2]\n[everything:children]\ncomputes\ndb\n';

  test('what is declared again replaces, over files, and what uses it sees the new', async () => {
    expect(await steps({
      'plan.belay': `
        import "prod.belay"
        use openstack
        cloud lab from prod {
          group computes { hosts "lab[1:2]" }
          group db { hosts "labdb" }
          let site = "lab"
          secret pw from env "LAB_PW"
          check k { on any db  run "k lab" }
          service u { component y on computes { unit "y2" } }
        }
        plan p {
          on lab
          release juno -> kilo
          enter m
          gate k
          install s.x { env P = pw }
          stop u.y
          rollback point q { capture "/etc/a" on local }
        }
      `,
      'prod.belay': base,
      'hosts.ini': inventory,
    }).then((text) => text.replace(/^( +capture: save.*\n.*\/p\/q)[^]*$/m, '$1'))).toBe(`\
enter_m
  enter m | all lab1 lab2 labdb | prod => m entered
    back leave m | all lab1 lab2 labdb | unprod => m left
gate_k <- enter_m [gate]
  check k | any labdb | k lab
install_s_x <- gate_k
  install s.x kilo | all labdb | install 'lab' {secrets: {"P":"pw"}} => s.x installed kilo
    back install s.x juno | all labdb | install 'lab' {secrets: {"P":"pw"}} => s.x installed juno
    back restart s.x | all labdb | systemctl restart x {secrets: {"P":"pw"}} => s.x restarted
stop_u_y <- install_s_x
  stop u.y | all lab1 lab2 | systemctl stop y2 => u.y stopped
    back start u.y | all lab1 lab2 | systemctl start y2 => u.y started
q <- stop_u_y [point]
  capture: save /etc/a | local | set -euo pipefail
file='/srv/lab/captures/p/q`);
  });

  test('an inventory, a service, and twice the same', async () => {
    expect(await checkText({
      'plan.belay': 'import "prod.belay"\ncloud lab from prod {\n  inventory "lab.ini"\n  mode m { enter on all { run "1" }  leave on all { run "2" } }\n  mode m { enter on all { run "1" }  leave on all { run "2" } }\n}\nplan p {\n  on lab\n  stop s.x for good\n}',
      'prod.belay': base, 'hosts.ini': inventory, 'lab.ini': '[db]\nlabdb\n',
    }, { only: 'B0102' })).toEqual(['5:8 B0102 There is a mode named `m` already. Give one of them another name.']);
  });
});

test('a component lags another one', async () => {
  expect(await checkText('cloud c {\n  group a { hosts "a1" }\n  service s {\n    component x on a { unit "x"  lags s.x by 1 release }\n    component y on a { unit "y"  lags s.x by 1 release }\n  }\n}')).toEqual([
    '4:39 B0106 `s.x` can not lag itself. Name the component that it may be behind.',
  ]);
});

describe('services of catalogues', () => {
  const catalogue = `
    catalogue house {
      service base {
        component agent on edge { unit "agent" }
        upgrade { stop haproxy.*  start haproxy.* }
        migrate { on any edge  run "base migrate \${database}" }
      }
      service haproxy "Proxy" from house.base {
        component server on edge { unit "haproxy"  lags haproxy.agent by 1 release }
        database main in haproxy.server { }
        needs sql
      }
    }
  `;

  test('roles are placed, the name may be another one, and what is declared again replaces', async () => {
    expect(await steps({
      'plan.belay': `
        import "house.belay"
        train t { release r1  release r2 }
        cloud c {
          group computes { hosts "c[1:2]" }
          service sql { component server on computes { unit "sql" } }
          service proxy from house.haproxy {
            place edge on computes
            component agent on edge { unit "my-agent" }
          }
        }
        plan p {
          on c
          release r1 -> r2
          jump proxy
          migrate proxy.main
        }
      `,
      'house.belay': catalogue,
    })).toBe(`\
proxy/stop_proxy
  stop proxy.server | all c1 c2 | systemctl stop haproxy => proxy.server stopped
    back start proxy.server | all c1 c2 | systemctl start haproxy => proxy.server started
  stop proxy.agent | all c1 c2 | systemctl stop my-agent => proxy.agent stopped
    back start proxy.agent | all c1 c2 | systemctl start my-agent => proxy.agent started
proxy/start_proxy <- proxy/stop_proxy
  start proxy.server | all c1 c2 | systemctl start haproxy => proxy.server started
    back stop proxy.server | all c1 c2 | systemctl stop haproxy => proxy.server stopped
  start proxy.agent | all c1 c2 | systemctl start my-agent => proxy.agent started
    back stop proxy.agent | all c1 c2 | systemctl stop my-agent => proxy.agent stopped
migrate_proxy_main <- proxy/start_proxy [restore]
  migrate proxy.main to r2 | any c1 c2 | base migrate 'main' => proxy.main migrated r2
    no way back: it stands behind a point of no return`);
  });

  test('roles that are not there, and roles that are not placed', async () => {
    expect(await checkText({
      'plan.belay': 'import "house.belay"\ncloud c {\n  group computes { hosts "c[1:2]" }\n  service sql { place core on computes  component server on computes { unit "x" } }\n  service proxy from house.haproxy { place edgy on computes }\n  service other from house.hapoxy { }\n  service third from hose.haproxy { }\n}',
      'house.belay': catalogue,
    })).toEqual([
      '4:23 B0105 `place` puts a role of a catalogue’s service on a group, but this service takes over none. Write `service … from CATALOGUE.SERVICE`, or `component … on GROUP`.',
      '5:22 B0105 Nothing says where role `edge` of `house.haproxy` runs. Write `place edge on GROUP`.',
      '5:44 B0101 There is no role in `house.haproxy` named `edgy`. Did you mean `edge`?',
      '6:22 B0101 There is no service in catalogue `house` named `hapoxy`. Did you mean `haproxy`?',
      '7:22 B0101 There is no catalogue named `hose`. Did you mean `house`?',
    ]);
  });

  test('a service that takes over itself', async () => {
    expect(await checkText('catalogue k { service a from k.b { }  service b from k.a { } }\ncloud c {\n  service s from k.a { }\n}')).toEqual(['1:54 B0106 Service `k.a` takes over itself. Remove its `from`, or name another service.']);
  });
});

test('a promise of a share is rounded up, what can be spared is rounded down', async () => {
  const { plan } = await boundPlanOf('cloud c {\n  group g { hosts "h[1:5]"  spare 30% }\n  service s { component x on g { unit "x" } }\n  keep 50% of s.x\n}\nplan p {\n  on c\n}');
  expect([plan?.cloud.keeps[0], plan?.cloud.groups.get('g')?.spare]).toMatchObject([{ kind: 'instances', component: 's.x', count: 3 }, 1]);
});
