import { describe, expect, test } from 'vitest';
import { notesOf, placesOf, prove, type ProvenText } from '../prove-text.test-helpers.ts';
import { RELEASES_CLOUD } from '../releases/cloud.test-helpers.ts';
import { obligations } from './obligations.ts';

const proving = (statements: string): Promise<ProvenText> => prove(statements, obligations, RELEASES_CLOUD);

describe('open-obligation', () => {
  test('reports a mode from where on it is entered', async () => {
    const proven = await proving(`
  wait 1s
  enter noout
  wait 2s
  enter noout
`);
    expect(proven.findings).toEqual(['5:9 Mode `noout` is entered and never left.']);
    expect(notesOf(proven)).toBe(`\
The shortest way there:
  1. wait
  2. enter_noout
   → mode \`noout\` is entered, and no order leaves it
Write \`leave noout\` where it is over, or \`holding noout { … }\` around what needs it: that leaves it by itself.`);
    expect(placesOf(proven)).toEqual(['wait 1s: 1. `wait`', 'enter noout: 2. `enter_noout`']);
    expect(proven.claims).toEqual(['! mode noout: entered, and never left (enter_noout_2)']);
  });

  test('reports hosts that stay drained', async () => {
    const proven = await proving(`
  roll computes {
    drain
    reboot
  }
  return on "cmp1"
`);
    expect(proven.findings).toEqual(['5:5 cmp2, cmp3 and cmp4 are drained and never return to service.']);
    expect(notesOf(proven)).toBe(`\
The shortest way there:
  1. roll_computes
   → cmp2, cmp3 and cmp4 are drained, and no order returns them
Write \`return\` where they are ready again.`);
    expect(proven.claims).toEqual(['! drained hosts: 3 do not return']);
  });

  test('reports components that stay stopped, each by its own way', async () => {
    const proven = await proving(`
  parallel {
    stop nova.compute
    stop nova.conductor
  }
  start nova.compute on first computes
`);
    expect(proven.findings).toEqual(['5:5 `nova.compute` is stopped on cmp2, cmp3 and cmp4, and never started again.', '6:5 `nova.conductor` is stopped and never started again.']);
    expect(proven.full.map(({ notes }) => notes?.[0])).toEqual([
      'The shortest way there:\n  1. stop_nova_compute\n   → `nova.compute` is stopped on cmp2, cmp3 and cmp4, and no order starts it',
      'The shortest way there:\n  1. stop_nova_conductor\n   → `nova.conductor` is stopped on ctl1 and ctl2, and no order starts it',
    ]);
    expect(proven.claims).toEqual(['! nova.compute: stays stopped', '! nova.conductor: stays stopped']);
  });

  test.each([
    [
      'everything is closed', 'enter noout\nstop nova.*\ndrain on computes\nreturn on computes\nstart nova.*\nleave noout',
      ['mode noout: left on every path (leave_noout)', 'drained hosts: all return', 'nova.conductor: starts again', 'nova.compute: starts again'],
    ],
    ['stopped for good', 'stop nova.compute for good', ['nova.compute: starts again, but for what is stopped for good']],
    ['nothing is opened', 'restart nova.compute', []],
  ])('holds: %s', async (_, statements, claims) => {
    expect(await proving(statements)).toMatchObject({ findings: [], claims });
  });
});
