import { KINDS } from '../diagnostics/kinds.ts';
import type { Statement } from '../syntax/tree.ts';
import type { Change, Targets, Template } from './action.ts';
import type { CommandSettings } from './command-settings.ts';
import { bindCommand, bindQuestion } from './commands.ts';
import { evaluateDuration } from './evaluate.ts';
import { reportMissingVariables } from './host-variables.ts';
import type { Frame, PlanContext } from './plan-context.ts';
import type { ActionModel } from './plan-model.ts';
import { locate } from './reporter.ts';
import { headOf } from './statements.ts';
import { LOCAL } from './targets.ts';

/** What the blocks around an opaque action say. */
interface OpaqueSettings {
  readonly command: CommandSettings;
  readonly targets: Targets | undefined;
  readonly rewrites: readonly Change[];
  readonly changesNothing: boolean;
}

/** Binds actions that the language knows nothing of, and those that wait. */
export class OpaqueActions {
  readonly #context: PlanContext;

  constructor(context: PlanContext) {
    this.#context = context;
  }

  /** Binds a `run`, `script` or `http`: an action that the language knows nothing of. */
  opaque(statement: Statement, settings: OpaqueSettings, frame: Frame): ActionModel[] {
    const around = this.#context.around(frame);
    const command = bindCommand(withoutBlock(statement), frame.here, settings.command, around);
    if (command === undefined) return [];
    const http = statement.declaration.id === 'http';
    const targets = command.targets ?? settings.targets ?? (http ? LOCAL : frame.roll === undefined ? undefined : { mode: 'all' as const, hosts: frame.roll.ordered, batch: true as const });
    if (targets === undefined) {
      this.#context.reporter.report(KINDS.missingDeclaration, {
        message: 'Nothing says where this runs. Add `on GROUP` (every host), `on any GROUP` (one of them) or `on local`.', at: locate(frame.here.file, statement.keyword),
      });
    }
    if (!this.#context.reporter.spend('hosts', targets?.hosts.length ?? 0, locate(frame.here.file, statement.keyword))) return [];
    reportMissingVariables(command, targets ?? { mode: 'all', hosts: [] }, this.#context.cloud, frame.here);
    const asksOnly = command.operation.type === 'http' && /^(?:GET|HEAD|OPTIONS)$/.test(command.operation.method) && settings.rewrites.length === 0;
    const known = settings.changesNothing || settings.rewrites.length > 0 || asksOnly;
    return [{
      verb: statement.declaration.id as 'run' | 'script' | 'http', title: titleOf(command.operation), targets: targets ?? LOCAL, operation: command.operation,
      changes: settings.changesNothing ? [] : settings.rewrites, uses: [], effect: known ? 'declared' : 'unknown',
      ...(command.under === undefined ? {} : { under: command.under }),
      ...(frame.service === undefined ? {} : { service: frame.service }),
      ...(settings.changesNothing || asksOnly ? { inverse: [] } : {}),
      location: locate(frame.here.file, headOf(statement)),
    }];
  }

  /** Binds a `wait until`. */
  waitUntil(statement: Statement, on: Targets | undefined, frame: Frame): ActionModel[] {
    const fallback = on ?? (frame.roll === undefined ? undefined : { mode: 'all' as const, hosts: frame.roll.ordered, batch: true as const });
    return bindQuestion(statement, frame.here, fallback, this.#context.around(frame)).map((probe) => ({
      ...this.#quiet(statement, probe.targets, frame), verb: 'wait',
      operation: { ...probe.operation, poll: probe.operation.poll ?? { every: 5, limit: 600 } },
    }));
  }

  /** Binds a `wait`. */
  wait(statement: Statement, frame: Frame): ActionModel[] {
    const seconds = evaluateDuration(statement.arguments['pause'], frame.here) ?? 0;
    return [{ ...this.#quiet(statement, LOCAL, frame), title: `wait ${seconds}s`, verb: 'wait', operation: { type: 'wait', seconds } }];
  }

  /** What `wait` is besides what it does. */
  #quiet(statement: Statement, targets: Targets, frame: Frame): Omit<ActionModel, 'verb' | 'operation'> {
    return {
      title: statement.declaration.keyword, targets, changes: [], uses: [], effect: 'known', inverse: [], location: locate(frame.here.file, headOf(statement)),
    };
  }
}

function withoutBlock(statement: Statement): Statement {
  const { block: _, ...rest } = statement;
  return rest;
}

function titleOf(operation: { readonly type: string; readonly shell?: string; readonly file?: string; readonly url?: Template }): string {
  if (operation.type === 'script') return `script ${operation.file ?? ''}`;
  if (operation.type === 'http') return `http ${(operation.url ?? []).map((part) => (typeof part === 'string' ? part : `<${part.variable}>`)).join('')}`;
  const lines = (operation.shell ?? '').split('\n').filter((line) => line.trim() !== '');
  const first = lines[0] ?? '';
  return `run ${first.length > 72 ? `${first.slice(0, 72)}…` : first}${lines.length > 1 && first.length <= 72 ? ' …' : ''}`;
}
