import { describe, expect, test } from 'vitest';
import { checkText } from '../check.test-helpers.ts';
import { onCloud } from './cloud.test-helpers.ts';

const again = (statements: string): Promise<string[]> => checkText(onCloud(`
import "cloud.belay"
plan retire {
  on zurich
  ${statements.trim()}
}
`), { only: 'B0416' });

describe('started-again', () => {
  test.each([
    ['stays stopped', 'stop nova.compute for good on "cmp4"\n restart nova.compute on computes except "cmp4"'],
    ['was stopped for a while only', 'stop nova.compute\n start nova.compute'],
    ['started before it stopped', 'restart nova.compute\n stop nova.compute for good'],
    ['is another one', 'stop nova.compute for good\n restart nova.conductor'],
  ])('accepts what %s', async (_, statements) => {
    expect(await again(statements)).toEqual([]);
  });

  test('warns of a start that reaches it, once for each stop', async () => {
    expect(await again('stop nova.compute for good on "cmp4"\n restart nova.compute\n restart nova.compute')).toEqual([
      '5:2 B0416 `restart nova.compute` starts `nova.compute` on cmp4, where it was stopped for good. Leave that host out with `except`, or stop it without `for good`.',
    ]);
  });

  test('looks into rolls', async () => {
    expect(await again('stop nova.compute for good on "cmp[3:4]"\n roll computes { start nova.compute }')).toEqual([
      '5:18 B0416 `start nova.compute` starts `nova.compute` on cmp3 and cmp4, where it was stopped for good. Leave those hosts out with `except`, or stop it without `for good`.',
    ]);
  });

  test('can be allowed, with a reason', async () => {
    expect(await again('stop nova.compute for good\n allow started-again "it was too early"\n start nova.compute')).toEqual([]);
  });
});
