import { tooManyDown } from './availability/too-many-down.ts';
import { noRoom } from './capacity/no-room.ts';
import { commands } from './commands/commands.ts';
import { overBudget } from './downtime/over-budget.ts';
import { needsOrder } from './order/needs-order.ts';
import { obligations } from './obligations/obligations.ts';
import type { Proof } from './proof.ts';
import { releasePath } from './release-path/release-path.ts';
import { schema } from './schema/schema.ts';
import { schemaFloor } from './release-path/schema-floor.ts';
import { serverDown } from './servers/server-down.ts';
import { skew } from './skew/skew.ts';
import { unknownDuration } from './time/unknown-duration.ts';
import { unsafeWindowEnd } from './time/unsafe-window-end.ts';
import { windowOverrun } from './time/window-overrun.ts';
import { lostPoint } from './way-back/lost-point.ts';
import { noWayBack } from './way-back/no-way-back.ts';
import { unapprovedNoReturn } from './way-back/unapproved-no-return.ts';

export type { Claim, Proof, Proven, ProvenClaim } from './proof.ts';

/** What is proven over every order of a plan's steps, in the order of the codes. */
export const PROOFS: readonly Proof[] = Object.freeze([
  releasePath, schemaFloor, needsOrder, noWayBack, unapprovedNoReturn, lostPoint,
  tooManyDown, noRoom, overBudget, unknownDuration, windowOverrun, unsafeWindowEnd, skew, schema, commands, obligations, serverDown,
]);
