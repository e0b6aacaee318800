import { describe, expect, test } from 'vitest';
import { checkText } from '../check.test-helpers.ts';
import { planOf, printSteps } from '../plan/plan.test-helpers.ts';

const INVENTORY = `
[a]
a1 rack=r1 nova_name=one
a2 rack=r2
[b]
b1 rack=r3 list="{{ x }}"
`;

const files = (body: string): Record<string, string> => ({
  'plan.belay': `cloud c {\n  inventory "hosts.ini"\n  service s { component x on b { unit "x"  healthy http "http://\${host}:80/\${host.rack}" } }\n  drain run "away \${host.rack}"\n  return run "back \${host.rack}"\n}\nplan p {\n  on c\n${body}\n}`,
  'hosts.ini': INVENTORY,
});

describe('variables of hosts', () => {
  test('reach commands in the environment, questions, URLs and scripts too; the plan holds those that are used', async () => {
    const plan = await planOf({
      ...files(`
        step s {
          on a, b
          env RACK = "r-\${host.rack}"
          run "x \${host.rack} '\${host}'"
          changes nothing
        }
        script "s.sh" arguments "\${host.rack}" on b { changes nothing }
        gate healthy s.x
        drain on a
      `),
      's.sh': 'true',
    });
    expect(printSteps(plan.steps)).toBe(`\
s
  run export RACK='r-'"$BELAY_VAR_rack" … | all a1 a2 b1 | export RACK='r-'"$BELAY_VAR_rack"
x "$BELAY_VAR_rack" ''"$BELAY_HOST"'' {variables: ["rack"]}
script_s_sh <- s
  script s.sh | all b1 | file1 "$BELAY_VAR_rack" {variables: ["rack"]}
gate_healthy_s_x <- script_s_sh [gate]
  check healthy s.x | all b1 | GET http://<host>:80/<rack> 200
drain_a <- gate_healthy_s_x
  drain a | all a1 a2 | away "$BELAY_VAR_rack" {variables: ["rack"]} => hosts drained
    back return a | all a1 a2 | back "$BELAY_VAR_rack" {variables: ["rack"]} => hosts returned`);
    expect(plan.hosts.map(({ name, variables }) => [name, variables])).toEqual([['a1', { rack: 'r1' }], ['a2', { rack: 'r2' }], ['b1', { rack: 'r3' }]]);
  });

  test('have to be there on every host that may be meant', async () => {
    expect(await checkText(files(`
      run "1 \${host.nova_name}" on a { changes nothing }
      run "2 \${host.nova_name}" on "a1" { changes nothing }
      run "3 \${host.rak}" on any a, b { changes nothing }
      run "4 \${host.list}" on b { changes nothing }
      run "5 \${host.rack}" on local { changes nothing }
      http "http://\${host}/"
      http "http://x.example/\${host.nova_name}" { on a }
      step s { on a  run "6"  changes nothing  unless run "7 \${host.nova}" }
      put "hosts.ini" at "/x" on a
      script "hosts.ini" arguments "\${host.nova_name}" on each a { changes nothing }
    `))).toEqual([
      '10:14 B0101 Host `a2` has no variable `nova_name`.',
      '12:14 B0101 Host `a1` has no variable `rak`. Did you mean `${host.rack}`? Neither have 2 others.',
      '13:14 B0101 Host `b1` has no variable `list` with a value.',
      '14:14 B0105 `${host.rack}` is a variable of a host, but this runs on the machine that runs the plan. Say for which hosts it is: `on GROUP`.',
      '15:20 B0105 `${host}` is the host that is asked, but this runs on the machine that runs the plan. Say for which hosts it is: `on GROUP`.',
      '16:30 B0101 Host `a2` has no variable `nova_name`.',
      '17:62 B0101 Host `a1` has no variable `nova`. Neither has `a2`.',
      '19:37 B0101 Host `a2` has no variable `nova_name`.',
    ]);
  });
});
