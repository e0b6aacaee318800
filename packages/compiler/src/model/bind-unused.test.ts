import { describe, expect, test } from 'vitest';
import { checkText } from '../check.test-helpers.ts';

const CLOUD = `
cloud c {
  group a { hosts "a[1:2]" }
  service s { component x on a { unit "x" } }
}
`;

/** The statements stand on line 4 and behind. */
const found = (statements: string, rest = ''): Promise<string[]> => checkText({
  'plan.belay': `import "cloud.belay"\nplan p {\n  on c\n${statements}\n}\n${rest}`, 'cloud.belay': CLOUD,
});

describe('what a plan declares and does not use', () => {
  test('is noted, and its names are looked up', async () => {
    expect(await found('check asked { on b  run "true" }\nmode held { enter on a { run "true" }  leave on b { run "true" } }\nrecipe applied() { stop s.y }')).toEqual([
      '4:7 B0108 The check `asked` is not used: no `gate` asks it. Remove it, or use it.',
      '4:18 B0101 There is no group named `b`. Did you mean `a`?',
      '5:6 B0108 The mode `held` is not used: nothing enters it. Remove it, or use it.',
      '5:49 B0101 There is no group named `b`. Did you mean `a`?',
      '6:8 B0108 The recipe `applied` is not used: no `apply` puts it anywhere. Remove it, or use it.',
      '6:25 B0101 There is no component named `s.y`. Did you mean `s.x`?',
    ]);
  });

  test('may need what only its place could say', async () => {
    expect(await found('recipe in_a_roll(what: component, pause: duration) { stop what\n wait pause\n start what\n reboot }\nroll a { wait 1s }')).toEqual([
      '4:8 B0108 The recipe `in_a_roll` is not used: no `apply` puts it anywhere. Remove it, or use it.',
    ]);
  });

  test('and what a recipe uses that nobody applies, is used', async () => {
    expect(await found('recipe outer() { apply inner() }\nrecipe inner() { wait 1s }')).toEqual([
      '4:8 B0108 The recipe `outer` is not used: no `apply` puts it anywhere. Remove it, or use it.',
    ]);
  });

  test('or its cloud, for other plans, has the same mistakes found and no note', async () => {
    expect(await checkText(`
      cloud c {
        group a { hosts "a1" }
        check fine { on a  run "true" }
        check wrong { on b  run "true" }
      }
      plan p {
        on c
        wait 1s
      }
    `)).toEqual(['4:20 B0101 There is no group named `b`. Did you mean `a`?']);
  });

  test('does nothing to the plan', async () => {
    expect(await found('recipe twice() { stop s.x\n rollback point before { } }\nstop s.x\nstart s.x')).toEqual([
      '4:8 B0108 The recipe `twice` is not used: no `apply` puts it anywhere. Remove it, or use it.',
    ]);
  });
});
