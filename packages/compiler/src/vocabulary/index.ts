import { CLOUDS } from './clouds.ts';
import type { BlockKind, Declaration } from './declaration.ts';
import { DEPLOYMENTS } from './deployments.ts';
import { NAMES } from './names.ts';
import { PLANS } from './plans.ts';
import { STEPS } from './steps.ts';

export type { BlockKind, Category, Declaration, Signature } from './declaration.ts';
export type { Part, ValueType } from './signature.ts';

/** Every statement kind, in the order of the reference. */
export const VOCABULARY: readonly Declaration[] = Object.freeze([...NAMES, ...CLOUDS, ...DEPLOYMENTS, ...PLANS, ...STEPS]);

const byBlock = new Map<BlockKind, Map<string, Declaration[]>>();
for (const declaration of VOCABULARY) {
  const first = declaration.keyword.split(' ', 1)[0] ?? '';
  for (const block of declaration.in) {
    let words = byBlock.get(block);
    if (words === undefined) byBlock.set(block, (words = new Map()));
    const same = words.get(first);
    if (same === undefined) words.set(first, [declaration]);
    // Longer keywords first: `rollback point` before a possible `rollback`.
    else words.set(first, [...same, declaration].sort((a, b) => b.keyword.length - a.keyword.length));
  }
}

/** The statement kinds of a block that start with this word, those with the longest keyword first. */
export function declarationsFor(block: BlockKind, firstWord: string): readonly Declaration[] {
  return byBlock.get(block)?.get(firstWord) ?? [];
}

/** All statement kinds that may stand in a block, in the order of the reference. */
export function declarationsIn(block: BlockKind): Declaration[] {
  return VOCABULARY.filter((declaration) => declaration.in.includes(block));
}
