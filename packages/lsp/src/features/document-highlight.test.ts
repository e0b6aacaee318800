import { expect, test } from 'vitest';
import { marked } from '../testing/marked.test-helpers.ts';
import { documentHighlight } from './document-highlight.ts';

test('marks the uses in this file as read, the declaration as written', async () => {
  const { snapshot, at, ranges } = await marked({
    'cloud.belay': 'cloud c {\n  group <|g|> { hosts "a" }\n  service s { component x on <|g<|>|> }\n}',
    'plan.belay': 'import "cloud.belay"\nplan p {\n  on c\n  drain on g\n}',
  });
  expect(documentHighlight(snapshot, at)).toEqual([{ range: ranges[0]?.range, kind: 3 }, { range: ranges[1]?.range, kind: 2 }]);
});

test('marks what Belay gives by its name', async () => {
  const { snapshot, at, ranges } = await marked('plan p {\n  run "a ${<|ho<|>st|>}"\n  run "b ${<|host|>}"\n}');
  expect(documentHighlight(snapshot, at)?.map(({ range }) => range)).toEqual(ranges.map(({ range }) => range));
});
