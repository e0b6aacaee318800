import { incompleteJump } from './incomplete-jump.ts';
import { needsCycle } from './needs-cycle.ts';
import { orderCycle } from './order-cycle.ts';
import { repeatedChange } from './repeated-change.ts';
import type { Rule } from './rule.ts';
import { startedAgain } from './started-again.ts';
import { undeclaredEffect } from './undeclared-effect.ts';
import { unorderedConflict } from './unordered-conflict.ts';

/** Every rule, in the order of the codes. */
export const RULES: readonly Rule[] = Object.freeze([
  incompleteJump, needsCycle, orderCycle, unorderedConflict, repeatedChange, startedAgain, undeclaredEffect,
]);
