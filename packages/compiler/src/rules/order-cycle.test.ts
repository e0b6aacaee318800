import { describe, expect, test } from 'vitest';
import { checkText, diagnose } from '../check.test-helpers.ts';
import { onCloud } from './cloud.test-helpers.ts';

const plan = (statements: string): string => `
import "cloud.belay"
plan upgrade {
  on zurich
  release kilo -> liberty
  rollback point before { capture keystone.main, nova.main }
  parallel {
    ${statements.trim().replaceAll('\n', '\n    ')}
  }
}
`;

const found = (statements: string): Promise<string[]> => checkText(onCloud(plan(statements)), { only: 'B0413' });

describe('order-cycle', () => {
  test.each([
    ['without an order', 'stage a { wait 1s }\nstage b { wait 1s }'],
    ['that wait for one another in a row', 'stage a { after b\n wait 1s }\nstage b { after c\n wait 1s }\nstage c { wait 1s }'],
    ['of which two wait for the same one', 'stage a { after c\n wait 1s }\nstage b { after c\n wait 1s }\nstage c { wait 1s }'],
    ['that `after` and `needs` order alike', 'jump nova { after glance }\njump glance'],
  ])('accepts parts %s', async (_, statements) => {
    expect(await found(statements)).toEqual([]);
  });

  test('reports parts that wait for each other', async () => {
    const statements = 'stage a { after b\n wait 1s }\nstage b { after c\n wait 1s }\nstage c { after a\n wait 1s }';
    expect(await found(statements)).toEqual(['7:5 B0413 These parts wait for each other in a circle: none of them can start.']);
    const [cycle] = (await diagnose(onCloud(plan(statements)))).filter(({ code }) => code === 'B0413');
    expect(cycle?.label).toBe('waits for `b` by `after`');
    expect(cycle?.related.map(({ message }) => message)).toEqual(['`b` waits for `c` by `after`', '`c` waits for `a` by `after`']);
    expect(cycle?.notes).toEqual(['┌────┐\n│  a\n│    ↓\n│  b\n│    ↓\n│  c\n└────┘']);
  });

  test('reports `after` against what services need', async () => {
    const statements = 'jump glance { after nova }\njump nova';
    expect(await found(statements)).toEqual(['7:5 B0413 These parts wait for each other in a circle: none of them can start.']);
    const [cycle] = (await diagnose(onCloud(plan(statements)))).filter(({ code }) => code === 'B0413');
    expect([cycle?.label, cycle?.related[0]?.message]).toEqual(['waits for `nova` by `after`', '`nova` waits for `glance`: nova needs glance']);
  });

  test('reports a part that waits for itself', async () => {
    expect(await found('stage a { after a\n wait 1s }\nstage b { wait 1s }')).toEqual(['7:5 B0413 `a` waits for itself. Remove it from its `after`.']);
  });

  test('is found inside rolls too', async () => {
    expect(await found('roll computes { parallel { stage a { after b\n wait 1s }\n stage b { after a\n wait 1s } } }')).toEqual([
      '7:32 B0413 These parts wait for each other in a circle: none of them can start.',
    ]);
  });
});
