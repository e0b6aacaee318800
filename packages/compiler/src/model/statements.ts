import type { Statement } from '../syntax/tree.ts';
import type { DatabaseVerb, HostVerb } from './actions.ts';
import { isRun } from './commands.ts';
import type { ComponentVerb } from './component-actions.ts';

export const COMPONENT_VERBS: ReadonlySet<string> = new Set<ComponentVerb>(['stop', 'start', 'restart', 'reload', 'install']);
export const DATABASE_VERBS: ReadonlySet<string> = new Set<DatabaseVerb>(['expand', 'migrate', 'contract']);
export const HOST_VERBS: ReadonlySet<string> = new Set<HostVerb>(['drain', 'return', 'reboot']);

/** Statements that act, as against settings. */
export function isAction(statement: Statement): boolean {
  const { id } = statement.declaration;
  return isRun(statement) || COMPONENT_VERBS.has(id) || DATABASE_VERBS.has(id) || HOST_VERBS.has(id)
    || ['enter', 'leave', 'put', 'restore', 'wait', 'wait-until'].includes(id);
}

const BLOCKS: ReadonlySet<string> = new Set([
  'stage', 'parallel', 'holding', 'within', 'jump', 'apply', 'roll', 'rollback-point', 'step', 'gate', 'gate-healthy', 'approve', 'point-of-no-return',
]);

/** Statements that a plan goes through in their order, as against those that say something about it. */
export function isPassed(statement: Statement): boolean {
  return BLOCKS.has(statement.declaration.id) || isAction(statement);
}

/** A statement up to its block: what a diagnostic underlines. */
export function headOf(statement: Statement): { start: number; end: number } {
  return { start: statement.start, end: statement.block === undefined || statement.block.inline ? statement.end : Math.max(statement.keyword.end, lastArgument(statement)) };
}

function lastArgument(statement: Statement): number {
  return Math.max(0, ...Object.values(statement.arguments).map((value) => value.end));
}
