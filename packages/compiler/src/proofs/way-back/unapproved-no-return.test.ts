import { describe, expect, test } from 'vitest';
import { checkText } from '../../check.test-helpers.ts';
import { onCloud } from '../../rules/cloud.test-helpers.ts';

const asked = (statements: string): Promise<string[]> => checkText(onCloud(`
import "cloud.belay"
plan purge {
  on zurich
  ${statements.trim()}
}
`), { only: 'B0503' });

describe('unapproved-no-return', () => {
  test.each([
    ['right after the question', 'approve "Purge?"\n point of no return "purged rows are gone"'],
    ['somewhere after it', 'approve "Purge?"\n restart glance.api\n stage late { point of no return "purged rows are gone" }'],
    ['after a question in an earlier stage', 'stage ask { approve "Purge?" }\n point of no return "purged rows are gone"'],
    ['after a parallel part that asks', 'parallel { stage a { approve "Purge?" }\n stage b { restart glance.api } }\n point of no return "rows"'],
    ['twice after one question', 'approve "Purge?"\n point of no return "rows"\n point of no return "disks"'],
  ])('accepts a point of no return %s', async (_, statements) => {
    expect(await asked(statements)).toEqual([]);
  });

  test('reports one that nobody is asked before', async () => {
    const found = 'Nobody is asked before this point of no return. Write `approve "…"` before it, with the question that has to be answered with yes.';
    expect(await asked('point of no return "rows"')).toEqual([`4:3 B0503 ${found}`]);
    expect(await asked('point of no return "rows"\n approve "Purge?"')).toEqual([`4:3 B0503 ${found}`]);
  });
});
