import { commands } from './commands/commands.ts';
import { obligations } from './obligations/obligations.ts';
import type { Proof } from './proof.ts';
import { schema } from './schema/schema.ts';
import { skew } from './skew/skew.ts';

export type { Claim, Proof, Proven } from './proof.ts';

/** What is proven over every order of a plan's steps, in the order of the codes. */
export const PROOFS: readonly Proof[] = Object.freeze([skew, schema, commands, obligations]);
