import { describe, expect, test } from 'vitest';
import { notesOf, placesOf, prove } from '../prove-text.test-helpers.ts';
import { unknownDuration } from './unknown-duration.ts';

const look = (takes = ''): string => `step look {\n on local\n run "true"\n changes nothing\n ${takes}\n}`;

describe('unknown-duration', () => {
  test('names the steps that a limited pause depends on, and no others', async () => {
    const proven = await prove(`
  run "before" on local { changes nothing }
  stop nova.scheduler { takes 1m }
  approve "Go on?"
  wait 10s
  start nova.scheduler
  run "after" on local { changes nothing }
`, unknownDuration);
    expect(proven.findings).toEqual(['6:3 2 steps have no estimate, so nobody knows how long `nova.scheduler` may be down.']);
    expect(notesOf(proven)).toBe('Give each of them an estimate, such as `takes 10m`: `approve`, `start_nova_scheduler`.\nPeople answer when they can: ask before the outage, not in it.');
    expect(placesOf(proven)).toEqual(['start nova.scheduler: no `takes`', 'keep nova.scheduler available except 30m: this has a limit']);
  });

  test('names the steps within a window, those of rolls included', async () => {
    const proven = await prove(`
  within night {
    roll gateways {
      drain { takes 5m }
      reboot
      return { takes 1m }
    }
  }
`, unknownDuration);
    expect(proven.findings).toEqual(['7:7 This step has no estimate, so nobody knows whether `within night` fits.']);
    expect(notesOf(proven)).toBe('Give `roll_gateways/reboot` an estimate, such as `takes 10m`.');
  });

  test.each([
    ['outside of windows and pauses', look()],
    ['within a window, with estimates', `within night {\n${look('takes 1m')}\n}`],
    ['beside a pause that has no limit', 'restart nova.compute'],
    ['in a pause that keeps one instance up', 'restart nova.scheduler on each controllers'],
  ])('wants no estimate %s', async (_, statements) => {
    expect((await prove(statements, unknownDuration)).findings).toEqual([]);
  });
});
