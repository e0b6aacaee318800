import { incompleteJump } from './incomplete-jump.ts';
import { needsCycle } from './needs-cycle.ts';
import { needsOrder } from './needs-order.ts';
import { noWayBack } from './no-way-back.ts';
import { orderCycle } from './order-cycle.ts';
import { releasePath } from './release-path.ts';
import { repeatedChange } from './repeated-change.ts';
import type { Rule } from './rule.ts';
import { unapprovedNoReturn } from './unapproved-no-return.ts';
import { undeclaredEffect } from './undeclared-effect.ts';
import { unorderedConflict } from './unordered-conflict.ts';

/** Every rule, in the order of the codes. */
export const RULES: readonly Rule[] = Object.freeze([
  releasePath, incompleteJump, needsOrder, needsCycle, orderCycle, unorderedConflict, repeatedChange, undeclaredEffect, noWayBack, unapprovedNoReturn,
]);
