import { describe, expect, test } from 'vitest';
import { notesOf, placesOf, prove } from '../prove-text.test-helpers.ts';
import { noRoom } from './no-room.ts';

describe('no-room', () => {
  test('reports a drain that does not fit a zone, and what is drained then', async () => {
    const proven = await prove(`
  drain on "cmp[1:2]"
  drain on "cmp[5:6]"
  return on "cmp[1:2]", "cmp[5:6]"
`, noRoom);
    expect(proven.findings).toEqual(['5:3 3 of 5 hosts of zone `a` of `computes` may be out of service at the same time: cmp1, cmp2 and cmp5. There is room for 2.']);
    expect(notesOf(proven)).toBe(`\
The shortest way there:
  1. drain_cmp_1_2
  2. drain_cmp_5_6
   → cmp1, cmp2 and cmp5 out of service
Bring back the one before the other is taken away.`);
    expect(placesOf(proven)).toEqual(['spare 40%: the room that there is', 'drain on "cmp[1:2]": out of service from here on: cmp1 and cmp2', 'drain on "cmp[5:6]": 2. `drain_cmp_5_6`']);
    expect(proven.claims).toEqual([
      '! computes, zone a: 3 of 5 out of service at most, room for 2 (drain_cmp_5_6)', 'computes, zone b: 1 of 5 out of service at most, room for 2 (drain_cmp_5_6)',
      'gateways: 0 of 4 out of service at most, room for 1',
    ]);
  });

  test.each([
    ['a share counts in each zone', 'drain on "cmp[4:7]"\n return on "cmp[4:7]"', []],
    ['a host that is drained and rebooted is out once', 'roll gateways {\n drain\n reboot\n return\n }', []],
    ['a reboot without a drain counts', 'reboot on "gw[1:2]"', ['4:1 2 of 4 hosts of `gateways` may be out of service at the same time: gw1 and gw2. There is room for 1.']],
    ['hosts in turns', 'reboot on each gateways', []],
    ['a number counts in the whole group', 'parallel { reboot on "gw1"\n reboot on "gw4" }', ['5:2 2 of 4 hosts of `gateways` may be out of service at the same time: gw1 and gw4. There is room for 1.']],
    ['a group without a `spare` has no limit', 'drain on controllers\n return on controllers', []],
    ['a stopped service takes no host out', 'stop nova.compute\n start nova.compute', []],
    ['what is not given back stays out', 'roll gateways { drain }\n return on gateways', ['4:17 4 of 4 hosts of `gateways` may be out of service at the same time: gw1, gw2, gw3 and gw4. There is room for 1.']],
    ['two rolls at the same time', 'parallel {\n roll computes { reboot }\n roll gateways { reboot }\n }', []],
    ['a roll that goes on although hosts failed', 'roll gateways {\n max failures 1\n reboot\n }', ['6:2 2 of 4 hosts of `gateways` may be out of service at the same time: gw1 and gw2. There is room for 1.']],
  ])('%s', async (_, statements, expected) => {
    expect((await prove(statements, noRoom)).findings).toEqual(expected);
  });
});
