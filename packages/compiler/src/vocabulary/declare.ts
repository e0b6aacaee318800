import type { BlockKind, Category, Declaration, Signature } from './declaration.ts';
import { readSignature } from './signature.ts';

/** Blocks whose statements are what a plan does, in order. */
export const SEQUENCES = [
  'plan', 'stage', 'parallel', 'holding', 'within', 'jump', 'roll', 'recipe', 'upgrade',
] as const satisfies readonly BlockKind[];

interface Entry {
  readonly id?: string;
  readonly keyword: string;
  /** What follows the keyword. */
  readonly signature?: string | readonly string[];
  readonly in: readonly BlockKind[];
  readonly body?: BlockKind;
  readonly bodyIs?: 'optional' | 'required' | 'inline';
  readonly once?: true;
  readonly doc: string;
  readonly example: string;
  readonly since?: string;
}

/** Makes the declarations of one category from their short form. */
export function declare(category: Category, entries: readonly Entry[]): Declaration[] {
  return entries.map((entry) => {
    const texts = typeof entry.signature === 'object' ? entry.signature : [entry.signature ?? ''];
    let signatures: readonly Signature[] | undefined;
    return {
      id: entry.id ?? entry.keyword.replaceAll(' ', '-'),
      keyword: entry.keyword,
      // Read on first use: most files use a part of the statement kinds.
      get signatures(): readonly Signature[] {
        return (signatures ??= texts.map((text) => ({ text: `${entry.keyword} ${text}`.trim(), parts: readSignature(text) })));
      },
      in: [...new Set(entry.in)],
      ...(entry.body === undefined ? {} : { body: entry.body }),
      bodyIs: entry.body === undefined ? 'none' : (entry.bodyIs ?? 'optional'),
      once: entry.once ?? false,
      doc: entry.doc,
      example: entry.example,
      since: entry.since ?? '0.1',
      category,
    };
  });
}
