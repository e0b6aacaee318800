import { describe, expect, test } from 'vitest';
import { checkText } from '../check.test-helpers.ts';
import { stepsOf } from '../plan/plan.test-helpers.ts';

const CLOUD = `
  cloud c {
    group a { hosts "a[1:2]" }
    group b { hosts "b1" }
    service s {
      component x on a { unit "x"  healthy run "x \${unit} \${host}" }
      component y on b { unit "y"  healthy { on any a  http "http://\${host}/" status 200, 204 } }
    }
    check plain "Plain?" { on any a  as "u"  run "plain"  timeout 10s }
    check often { on b  run "often"  retry 3 every 5s }
    check oftener { on b  run "oftener"  retry 2 every 30s }
    check polled "Polled?" { run "polled" on b  healthy s.x  poll every 1s for 1m }
    check local { http "https://x.example/" }
  }
`;

async function steps(body: string): Promise<string> {
  return stepsOf({ 'plan.belay': `import "cloud.belay"\nplan p {\n  on c\n${body}\n}`, 'cloud.belay': CLOUD });
}

describe('gates', () => {
  test('ask the questions of their checks; `retry` asks all of them again, `poll` each', async () => {
    expect(await steps('gate plain\ngate often, oftener\ngate polled\ngate local, plain')).toBe(`\
gate_plain "Plain?" [gate]
  check plain | any a1 a2 | plain {as: "u", timeout: 10}
gate_often_oftener <- gate_plain [gate, retry 3 every 30]
  check often | all b1 | often
  check oftener | all b1 | oftener
gate_polled "Polled?" <- gate_often_oftener [gate]
  check polled | all b1 | polled {poll: {"every":1,"limit":60}}
  check polled | all a1 a2 | x 'x' "$BELAY_HOST" {poll: {"every":1,"limit":60}}
gate_local_plain <- gate_polled [gate]
  check local | local | GET https://x.example/ 200
  check plain | any a1 a2 | plain {as: "u", timeout: 10}`);
  });

  test('what the gate says of asking again goes before what its checks say', async () => {
    expect(await steps('gate polled, often { poll every 2s for 9s  retry 1 every 1s  timeout 5m }')).toBe(`\
gate_polled_often [gate, timeout 300, retry 1 every 1]
  check polled | all b1 | polled {poll: {"every":2,"limit":9}}
  check polled | all a1 a2 | x 'x' "$BELAY_HOST" {poll: {"every":2,"limit":9}}
  check often | all b1 | often {poll: {"every":2,"limit":9}}`);
  });

  test('`gate healthy` asks components where they run, or where they say', async () => {
    expect(await steps('gate healthy s.*\ngate healthy s.x on any a { poll every 1s for 2s }\nroll a {\n gate healthy s.x\n gate healthy s.x on a\n}')).toBe(`\
gate_healthy_s [gate]
  check healthy s.* | all a1 a2 | x 'x' "$BELAY_HOST"
  check healthy s.* | any a1 a2 | GET http://<host>/ 200,204
gate_healthy_s_x <- gate_healthy_s [gate]
  check healthy s.x | any a1 a2 | x 'x' "$BELAY_HOST" {poll: {"every":1,"limit":2}}
roll_a <- gate_healthy_s_x [roll]
  batches a1, a2
  roll_a/gate_healthy_s_x [gate]
    check healthy s.x | all a1 a2 | x 'x' "$BELAY_HOST"
  roll_a/gate_healthy_s_x_2 <- roll_a/gate_healthy_s_x [gate]
    check healthy s.x | all a1 a2 of the batch | x 'x' "$BELAY_HOST"`);
  });

  test('a question that would be asked nowhere', async () => {
    expect(await checkText({
      'plan.belay': 'import "cloud.belay"\ncheck nowhere { run "x" }\ncheck somebody { http "http://${host}/" }\nplan p {\n  on c\n  gate nowhere, missing\n  gate healthy s.x on b\n  gate somebody\n}',
      'cloud.belay': CLOUD,
    })).toEqual([
      '2:17 B0105 Nothing says where this is asked. Add `on GROUP`, `on any GROUP` or `on local` to the check.',
      '3:31 B0105 `${host}` is the host that is asked, but this runs on the machine that runs the plan. Say for which hosts it is: `on GROUP`.',
      '6:17 B0101 There is no check named `missing`.',
      '7:3 B0303 `s.x` runs on none of these hosts: nothing would be asked.',
    ]);
  });
});
