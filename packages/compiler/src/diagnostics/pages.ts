import strayCharacterPage from './pages/stray-character.md';
import unterminatedTextPage from './pages/unterminated-text.md';
import unbalancedBracketsPage from './pages/unbalanced-brackets.md';
import conflictMarkerPage from './pages/conflict-marker.md';
import unknownStatementPage from './pages/unknown-statement.md';
import malformedStatementPage from './pages/malformed-statement.md';
import malformedTextPage from './pages/malformed-text.md';
import misplacedBlockPage from './pages/misplaced-block.md';
import repeatedStatementPage from './pages/repeated-statement.md';
import hiddenCharacterPage from './pages/hidden-character.md';
import limitExceededPage from './pages/limit-exceeded.md';
import unknownNamePage from './pages/unknown-name.md';
import duplicateNamePage from './pages/duplicate-name.md';
import missingFilePage from './pages/missing-file.md';
import importCyclePage from './pages/import-cycle.md';
import missingDeclarationPage from './pages/missing-declaration.md';
import cyclicDefinitionPage from './pages/cyclic-definition.md';
import unusedAllowPage from './pages/unused-allow.md';
import unusedDeclarationPage from './pages/unused-declaration.md';
import wrongTypePage from './pages/wrong-type.md';
import wrongArgumentsPage from './pages/wrong-arguments.md';
import unquotableValuePage from './pages/unquotable-value.md';
import rawSplicePage from './pages/raw-splice.md';
import secretInCommandPage from './pages/secret-in-command.md';
import missingCommandPage from './pages/missing-command.md';
import incompleteDeploymentPage from './pages/incomplete-deployment.md';
import malformedNamePage from './pages/malformed-name.md';
import malformedHostsPage from './pages/malformed-hosts.md';
import doubtfulInventoryPage from './pages/doubtful-inventory.md';
import malformedInventoryPage from './pages/malformed-inventory.md';
import emptyTargetPage from './pages/empty-target.md';
import notOneHostPage from './pages/not-one-host.md';
import releasePathPage from '../proofs/release-path/release-path.md';
import schemaFloorPage from '../proofs/release-path/schema-floor.md';
import incompleteJumpPage from '../rules/incomplete-jump.md';
import needsOrderPage from '../proofs/order/needs-order.md';
import needsCyclePage from '../rules/needs-cycle.md';
import orderCyclePage from '../rules/order-cycle.md';
import unorderedConflictPage from '../rules/unordered-conflict.md';
import repeatedChangePage from '../rules/repeated-change.md';
import startedAgainPage from '../rules/started-again.md';
import undeclaredEffectPage from '../rules/undeclared-effect.md';
import noWayBackPage from '../proofs/way-back/no-way-back.md';
import lostPointPage from '../proofs/way-back/lost-point.md';
import unapprovedNoReturnPage from '../proofs/way-back/unapproved-no-return.md';
import skewPage from '../proofs/skew/skew.md';
import schemaPage from '../proofs/schema/schema-mismatch.md';
import commandsPage from '../proofs/commands/missing-code.md';
import obligationsPage from '../proofs/obligations/open-obligation.md';
import serverDownPage from '../proofs/servers/server-down.md';
import type { DiagnosticKind } from './diagnostic.ts';
import { KINDS } from './kinds.ts';
import { releasePath } from '../proofs/release-path/release-path.ts';
import { schemaFloor } from '../proofs/release-path/schema-floor.ts';
import { incompleteJump } from '../rules/incomplete-jump.ts';
import { needsOrder } from '../proofs/order/needs-order.ts';
import { needsCycle } from '../rules/needs-cycle.ts';
import { orderCycle } from '../rules/order-cycle.ts';
import { unorderedConflict } from '../rules/unordered-conflict.ts';
import { repeatedChange } from '../rules/repeated-change.ts';
import { startedAgain } from '../rules/started-again.ts';
import { undeclaredEffect } from '../rules/undeclared-effect.ts';
import { noWayBack } from '../proofs/way-back/no-way-back.ts';
import { lostPoint } from '../proofs/way-back/lost-point.ts';
import { unapprovedNoReturn } from '../proofs/way-back/unapproved-no-return.ts';
import { skew } from '../proofs/skew/skew.ts';
import { schema } from '../proofs/schema/schema.ts';
import { commands } from '../proofs/commands/commands.ts';
import { obligations } from '../proofs/obligations/obligations.ts';
import { serverDown } from '../proofs/servers/server-down.ts';
import { tooManyDown } from '../proofs/availability/too-many-down.ts';
import tooManyDownPage from '../proofs/availability/too-many-down.md';
import { noRoom } from '../proofs/capacity/no-room.ts';
import noRoomPage from '../proofs/capacity/no-room.md';
import { overBudget } from '../proofs/downtime/over-budget.ts';
import overBudgetPage from '../proofs/downtime/over-budget.md';
import { unknownDuration } from '../proofs/time/unknown-duration.ts';
import unknownDurationPage from '../proofs/time/unknown-duration.md';
import { windowOverrun } from '../proofs/time/window-overrun.ts';
import windowOverrunPage from '../proofs/time/window-overrun.md';
import { unsafeWindowEnd } from '../proofs/time/unsafe-window-end.ts';
import unsafeWindowEndPage from '../proofs/time/unsafe-window-end.md';

/** What can be found, and its page in Markdown. */
export interface DiagnosticPage {
  readonly kind: DiagnosticKind;
  readonly page: string;
}

const all: readonly (readonly [DiagnosticKind, string])[] = [
  [KINDS.strayCharacter, strayCharacterPage],
  [KINDS.unterminatedText, unterminatedTextPage],
  [KINDS.unbalancedBrackets, unbalancedBracketsPage],
  [KINDS.conflictMarker, conflictMarkerPage],
  [KINDS.unknownStatement, unknownStatementPage],
  [KINDS.malformedStatement, malformedStatementPage],
  [KINDS.malformedText, malformedTextPage],
  [KINDS.misplacedBlock, misplacedBlockPage],
  [KINDS.repeatedStatement, repeatedStatementPage],
  [KINDS.hiddenCharacter, hiddenCharacterPage],
  [KINDS.limitExceeded, limitExceededPage],
  [KINDS.unknownName, unknownNamePage],
  [KINDS.duplicateName, duplicateNamePage],
  [KINDS.missingFile, missingFilePage],
  [KINDS.importCycle, importCyclePage],
  [KINDS.missingDeclaration, missingDeclarationPage],
  [KINDS.cyclicDefinition, cyclicDefinitionPage],
  [KINDS.unusedAllow, unusedAllowPage],
  [KINDS.unusedDeclaration, unusedDeclarationPage],
  [KINDS.wrongType, wrongTypePage],
  [KINDS.wrongArguments, wrongArgumentsPage],
  [KINDS.unquotableValue, unquotableValuePage],
  [KINDS.rawSplice, rawSplicePage],
  [KINDS.secretInCommand, secretInCommandPage],
  [KINDS.missingCommand, missingCommandPage],
  [KINDS.incompleteDeployment, incompleteDeploymentPage],
  [KINDS.malformedName, malformedNamePage],
  [KINDS.malformedHosts, malformedHostsPage],
  [KINDS.malformedInventory, malformedInventoryPage],
  [KINDS.emptyTarget, emptyTargetPage],
  [KINDS.notOneHost, notOneHostPage],
  [KINDS.doubtfulInventory, doubtfulInventoryPage],
  [releasePath, releasePathPage],
  [incompleteJump, incompleteJumpPage],
  [schemaFloor, schemaFloorPage],
  [needsOrder, needsOrderPage],
  [needsCycle, needsCyclePage],
  [orderCycle, orderCyclePage],
  [unorderedConflict, unorderedConflictPage],
  [repeatedChange, repeatedChangePage],
  [startedAgain, startedAgainPage],
  [undeclaredEffect, undeclaredEffectPage],
  [noWayBack, noWayBackPage],
  [unapprovedNoReturn, unapprovedNoReturnPage],
  [lostPoint, lostPointPage],
  [tooManyDown, tooManyDownPage],
  [noRoom, noRoomPage],
  [overBudget, overBudgetPage],
  [unknownDuration, unknownDurationPage],
  [windowOverrun, windowOverrunPage],
  [unsafeWindowEnd, unsafeWindowEndPage],
  [skew, skewPage],
  [schema, schemaPage],
  [commands, commandsPage],
  [obligations, obligationsPage],
  [serverDown, serverDownPage],
];

/** The page of each diagnostic by its name, in the order of the codes. */
export const PAGES: ReadonlyMap<string, DiagnosticPage> = new Map(all.map(([kind, page]) => [kind.name, { kind, page }]));
