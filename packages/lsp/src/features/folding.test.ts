import { expect, test } from 'vitest';
import { marked } from '../testing/marked.test-helpers.ts';
import { foldingRanges } from './folding.ts';

test('blocks, texts, comments and imports; the closing brace stays to be seen', async () => {
  const { snapshot, at } = await marked(`use openstack
import "a.belay"

# about
# this plan
plan p {
  on c
  step s {
    run """
      one
      two
    """
  }
  stop x.y { takes 1m }  # not
  # alone
}
`);
  expect(foldingRanges(snapshot, at)).toEqual([
    { startLine: 0, endLine: 1, kind: 'imports' },
    { startLine: 3, endLine: 4, kind: 'comment' },
    { startLine: 5, endLine: 14 },
    { startLine: 7, endLine: 11 },
    { startLine: 8, endLine: 11 },
  ]);
});
