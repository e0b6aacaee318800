import { describe, expect, test } from 'vitest';
import { inBlock, problemsIn, treeOf } from '../syntax/tree.test-helpers.ts';
import { formatSource } from '../syntax/format.ts';
import { Source } from '../text/source.ts';
import { declarationsFor, declarationsIn, VOCABULARY } from './index.ts';

describe('vocabulary', () => {
  const placed = VOCABULARY.flatMap((declaration) => declaration.in.map((block) => ({ id: declaration.id, block, declaration })));

  test.each(VOCABULARY)('the example of $id can stand in every block that it names', ({ id, in: blocks, example }) => {
    for (const block of blocks) {
      const text = inBlock(block, example);
      expect(problemsIn(text)).toEqual([]);
      expect(treeOf(text).split('\n').map((line) => line.trim().split(' ', 1)[0])).toContain(id);
    }
  });

  test.each(VOCABULARY)('the example of $id is formatted', ({ example, in: [block] }) => {
    const text = `${inBlock(block ?? 'file', example)}\n`;
    expect(formatSource(new Source('example.belay', text))).toBe(text);
  });

  test('each statement kind has an id of its own', () => {
    const ids = VOCABULARY.map((declaration) => declaration.id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  test('no two statement kinds share a keyword in a block, so a line is never read as another kind than it was meant', () => {
    const shared = placed.flatMap(({ block, declaration }) => declarationsFor(block, declaration.keyword.split(' ', 1)[0] ?? '')
      .filter((other) => other !== declaration && other.keyword === declaration.keyword)
      .map((other) => `${block}: ${declaration.id} and ${other.id}`));
    expect(shared).toEqual([]);
  });

  test('each block is named once', () => {
    for (const { in: blocks } of VOCABULARY) expect(new Set(blocks).size).toBe(blocks.length);
  });

  test('a statement has a block only if it says which', () => {
    for (const { body, bodyIs } of VOCABULARY) expect(bodyIs === 'none').toBe(body === undefined);
  });

  test('what is documented reads as a sentence', () => {
    for (const { doc, since } of VOCABULARY) {
      expect(doc).toMatch(/^[A-Z`“].*[.]$/);
      expect(since).toMatch(/^\d+\.\d+$/);
    }
  });

  test('the statements of a block come in the order of the reference', () => {
    expect(declarationsIn('lock').map((declaration) => declaration.id)).toEqual(['ttl', 'acquire', 'lock.release', 'renew', 'lock.keep']);
    expect(declarationsIn('window').map((declaration) => declaration.id)).toEqual(['every']);
  });

  test('longer keywords come first', () => {
    expect(declarationsFor('plan', 'wait').map((declaration) => declaration.keyword)).toEqual(['wait until', 'wait']);
    expect(declarationsFor('plan', 'nothing')).toEqual([]);
  });
});
