import { KINDS } from '../diagnostics/kinds.ts';
import { resolvePath } from '../project/paths.ts';
import type { Statement, Value } from '../syntax/tree.ts';
import type { Change, Operation, Probe, PutOperation, Retry, Targets } from './action.ts';
import { ActionMaker, type ComponentVerb, type DatabaseVerb, type HostVerb, type Replacement } from './actions.ts';
import { nameAt } from './bind-groups.ts';
import { namedPath } from './collect.ts';
import { bindCommand, bindQuestion, hostScope, isRun, NO_SETTINGS, readSettings, type CommandSettings } from './commands.ts';
import { reportUnknown, type Declared } from './declarations.ts';
import { constantText, evaluateCount, evaluateDuration, itemsOf, wordOf, type Here } from './evaluate.ts';
import { findComponents, findDatabases, findResource } from './find.ts';
import type { Frame, PlanContext } from './plan-context.ts';
import type { ActionModel, StepModel } from './plan-model.ts';
import { locate } from './reporter.ts';
import { LOCAL } from './targets.ts';

/** What a step says about all its actions. */
interface StepSettings {
  readonly statements: readonly Statement[];
  readonly command: CommandSettings;
  /** `on …`. */
  readonly targets: Targets | undefined;
  readonly rewrites: readonly Change[];
  readonly changesNothing: boolean;
}

const COMPONENT_VERBS: ReadonlySet<string> = new Set<ComponentVerb>(['stop', 'start', 'restart', 'reload', 'install']);
const DATABASE_VERBS: ReadonlySet<string> = new Set<DatabaseVerb>(['expand', 'migrate', 'contract']);
const HOST_VERBS: ReadonlySet<string> = new Set<HostVerb>(['drain', 'return', 'reboot']);

/** Binds steps and bare actions. */
export class StepBinder {
  readonly context: PlanContext;
  readonly make: ActionMaker;

  constructor(context: PlanContext) {
    this.context = context;
    this.make = new ActionMaker(context);
  }

  /** Binds a `step NAME { … }`, or a bare action, which is a step of its own. */
  step(statement: Statement, id: string, title: string | undefined, actionStatements: readonly Statement[], frame: Frame): StepModel {
    const here: Here = { ...frame.here, scope: hostScope(frame.here.scope) };
    const inner: Frame = { ...frame, here };
    const settings = this.#settings(statement.block?.statements ?? [], inner);
    const actions = actionStatements.flatMap((one) => this.action(one, settings, inner, one === statement));
    return this.finish(statement, id, title, actions, settings.statements, inner);
  }

  /** Adds what a block says about the step as a whole. */
  finish(statement: Statement, id: string, title: string | undefined, actions: readonly ActionModel[], statements: readonly Statement[], frame: Frame): StepModel {
    const { here } = frame;
    const find = (name: string): Statement | undefined => statements.find((one) => one.declaration.id === name);
    const targets = actions[0]?.targets;
    const probes = (name: string): Probe[] => statements
      .filter((one) => one.declaration.id === name)
      .flatMap((one) => bindQuestion(one, here, targets, this.context.around(frame)));
    const retryStatement = find('retry');
    const retry: Retry | undefined = retryStatement === undefined ? undefined : {
      count: evaluateCount(retryStatement.arguments['count'], here, 1, 1000) ?? 1, every: evaluateDuration(retryStatement.arguments['delay'], here) ?? 0,
    };
    const timeout = evaluateDuration(find('timeout')?.arguments['limit'], here);
    const takes = evaluateDuration(find('takes')?.arguments['estimate'], here);
    const undo = this.#undo(find('undo'), find('undo-nothing'), targets, frame);
    const irreversible = find('irreversible');
    this.context.steps += 1;
    return {
      id, kind: 'actions', location: locate(here.file, headOf(statement)), actions, unless: probes('unless'), verify: probes('step.verify'),
      repeatable: find('repeatable') !== undefined,
      ...(title === undefined ? {} : { title }),
      ...(undo === undefined ? {} : { undo }),
      ...(irreversible === undefined ? {} : { irreversible: constantText(irreversible.arguments['reason'], here, 'The reason') }),
      ...(retry === undefined ? {} : { retry }),
      ...(timeout === undefined ? {} : { timeout }),
      ...(takes === undefined ? {} : { takes }),
      ...(frame.window === undefined ? {} : { window: frame.window }),
    };
  }

  #settings(statements: readonly Statement[], frame: Frame): StepSettings {
    const on = statements.find((one) => one.declaration.id === 'step.on');
    return {
      statements,
      command: readSettings(statements, frame.here, NO_SETTINGS, false),
      targets: this.context.targetOf(on?.arguments['target'], frame),
      rewrites: statements.filter((one) => one.declaration.id === 'rewrites').flatMap((one) => this.#rewrites(one, frame)),
      changesNothing: statements.some((one) => one.declaration.id === 'changes-nothing'),
    };
  }

  #rewrites(statement: Statement, frame: Frame): Change[] {
    return itemsOf(statement.arguments['resources']).flatMap((value) => {
      const found = findResource(value, frame, this.context);
      if (found === undefined) return [];
      return found.names.map((name): Change => ({ kind: found.kind, name, becomes: 'rewritten' }));
    });
  }

  #undo(undo: Statement | undefined, nothing: Statement | undefined, targets: Targets | undefined, frame: Frame): readonly ActionModel[] | undefined {
    if (nothing !== undefined) return [];
    if (undo === undefined) return undefined;
    const statements = undo.block?.statements ?? [];
    const settings = this.#settings(statements, frame);
    // What takes a step back runs where the step ran, unless it says otherwise.
    const inherited = { ...settings, targets: settings.targets ?? targets, changesNothing: settings.changesNothing || settings.rewrites.length === 0 };
    return statements.filter(isAction).flatMap((one) => this.action(one, inherited, frame, false));
  }

  /**
   * Binds one action.
   *
   * @param bare whether the settings are those of the action's own block
   */
  action(statement: Statement, outer: StepSettings, frame: Frame, bare: boolean): ActionModel[] {
    const { id } = statement.declaration;
    const settings = bare ? outer : this.#withOwn(statement, outer, frame);
    if (isRun(statement)) return this.#opaque(statement, settings, frame, bare);
    const location = locate(frame.here.file, headOf(statement));
    const on = this.context.targetOf(statement.arguments['target'], frame) ?? settings.targets;
    const replacement = this.#replacement(statement, settings, frame);
    const release = wordOf(statement.arguments['release']) ?? this.context.release?.to;
    if (COMPONENT_VERBS.has(id)) return this.#components(statement, id as ComponentVerb, on, id === 'install' ? release : undefined, replacement, frame);
    if (DATABASE_VERBS.has(id)) {
      return findDatabases(statement.arguments['databases'], frame, this.context)
        .flatMap((database) => this.make.database(id as DatabaseVerb, database, release, on, replacement, frame, location));
    }
    if (HOST_VERBS.has(id)) return this.#hosts(statement, id as HostVerb, on, replacement, frame);
    switch (id) {
      case 'enter': case 'leave': return this.#mode(statement, id, frame);
      case 'put': return this.#put(statement, on, settings, frame);
      case 'restore': return this.#restore(statement, frame);
      case 'wait': return [{ ...this.#quiet(statement, LOCAL, frame), verb: 'wait', operation: { type: 'wait', seconds: evaluateDuration(statement.arguments['pause'], frame.here) ?? 0 } }];
      case 'wait-until': return this.#waitUntil(statement, on, frame);
      default: return [];
    }
  }

  /** The settings of a step, with what an action in it says itself. */
  #withOwn(statement: Statement, outer: StepSettings, frame: Frame): StepSettings {
    const own = statement.block?.statements;
    if (own === undefined) return outer;
    const inner = this.#settings(own, frame);
    return {
      statements: own,
      command: readSettings(own, frame.here, outer.command, false),
      targets: inner.targets ?? outer.targets,
      rewrites: [...outer.rewrites, ...inner.rewrites],
      changesNothing: outer.changesNothing || inner.changesNothing,
    };
  }

  #replacement(statement: Statement, settings: StepSettings, frame: Frame): Replacement {
    const own = (statement.block?.statements ?? []).some(isRun);
    const declared: Declared = { name: statement.declaration.keyword, statement, file: frame.here.file, scope: frame.here.scope };
    return own ? { declared, settings: settings.command } : { settings: settings.command };
  }

  #components(statement: Statement, verb: ComponentVerb, on: Targets | undefined, release: string | undefined, replacement: Replacement, frame: Frame): ActionModel[] {
    const location = locate(frame.here.file, headOf(statement));
    return findComponents(statement.arguments['components'], frame, this.context).flatMap((component) => {
      const wanted = on === undefined ? undefined : new Set(on.hosts);
      const inRoll = frame.roll !== undefined && component.hosts.some((host) => frame.roll?.hosts.has(host) === true);
      const hosts = component.hosts.filter((host) => (wanted === undefined || wanted.has(host)) && (!inRoll || frame.roll?.hosts.has(host) === true));
      if (hosts.length === 0 && on !== undefined && on.hosts.length > 0) {
        this.context.reporter.report(KINDS.emptyTarget, {
          message: `\`${component.name}\` runs on none of these hosts.`, at: location, related: [{ location: component.location, message: 'declared here' }],
        });
      }
      const mode = on === undefined || on.mode === 'local' ? 'all' : on.mode;
      const targets: Targets = { mode, hosts, ...(inRoll ? { batch: true as const } : {}) };
      if (verb === 'install' && release === undefined) {
        this.context.reporter.report(KINDS.missingDeclaration, {
          message: 'Nothing says which release is installed. Give the plan a `release FROM -> TO`, or write `install … to RELEASE`.', at: location,
        });
      }
      const actions = this.make.component(verb, component, targets, release, replacement, frame, location);
      return statement.words.includes('good') ? actions.map((action) => ({ ...action, forGood: true as const })) : actions;
    });
  }

  #hosts(statement: Statement, verb: HostVerb, on: Targets | undefined, replacement: Replacement, frame: Frame): ActionModel[] {
    const location = locate(frame.here.file, headOf(statement));
    const target = statement.arguments['target'];
    const named = target?.node === 'target' && target.hosts[0]?.node === 'word' ? nameAt(target.hosts[0], frame.here) : undefined;
    const targets: Targets | undefined = on ?? (frame.roll === undefined ? undefined : { mode: 'all', hosts: frame.roll.ordered, batch: true });
    if (targets !== undefined) return this.make.host(verb, targets, named ?? frame.roll?.group, replacement, frame, location);
    this.context.reporter.report(KINDS.missingDeclaration, {
      message: `Nothing says which hosts: write \`${verb} on GROUP\`, or put it into a \`roll\`.`, at: location,
    });
    return [];
  }

  #mode(statement: Statement, verb: 'enter' | 'leave', frame: Frame): ActionModel[] {
    const value = statement.arguments['mode'];
    const name = nameAt(value, frame.here);
    if (value === undefined || name === undefined) return [];
    return this.enterOrLeave(verb, name, value, frame);
  }

  /** Enters or leaves a mode by its name. */
  enterOrLeave(verb: 'enter' | 'leave', name: string, at: Value, frame: Frame): ActionModel[] {
    const declared = frame.declarations.get('mode', name);
    if (declared === undefined) {
      reportUnknown('mode', name, at, frame.here.file, frame.declarations.names('mode'), this.context.reporter);
      return [];
    }
    const title = declared.statement.arguments['title'];
    this.context.modes.set(name, { name, ...(title === undefined ? {} : { title: constantText(title, { ...frame.here, file: declared.file, scope: declared.scope }, 'A title') }) });
    return this.make.mode(verb, declared, frame, locate(frame.here.file, at));
  }

  #opaque(statement: Statement, settings: StepSettings, frame: Frame, bare: boolean): ActionModel[] {
    const around = this.context.around(frame);
    const outer = bare ? { ...settings.command } : settings.command;
    const command = bindCommand(bare ? withoutBlock(statement) : statement, frame.here, outer, around);
    if (command === undefined) return [];
    const http = statement.declaration.id === 'http';
    const targets = command.targets ?? settings.targets ?? (http ? LOCAL : frame.roll === undefined ? undefined : { mode: 'all' as const, hosts: frame.roll.ordered, batch: true as const });
    if (targets === undefined) {
      this.context.reporter.report(KINDS.missingDeclaration, {
        message: 'Nothing says where this runs. Add `on GROUP` (every host), `on any GROUP` (one of them) or `on local`.', at: locate(frame.here.file, statement.keyword),
      });
    }
    const known = settings.changesNothing || settings.rewrites.length > 0 || http;
    return [{
      verb: statement.declaration.id as 'run' | 'script' | 'http', title: titleOf(command.operation), targets: targets ?? LOCAL, operation: command.operation,
      changes: settings.changesNothing ? [] : settings.rewrites, uses: [], effect: known ? 'declared' : 'unknown',
      ...(command.under === undefined ? {} : { under: command.under }),
      ...(frame.service === undefined ? {} : { service: frame.service }),
      ...(settings.changesNothing || http ? { inverse: [] } : {}),
      location: locate(frame.here.file, headOf(statement)),
    }];
  }

  #waitUntil(statement: Statement, on: Targets | undefined, frame: Frame): ActionModel[] {
    const fallback = on ?? (frame.roll === undefined ? undefined : { mode: 'all' as const, hosts: frame.roll.ordered, batch: true as const });
    return bindQuestion(statement, frame.here, fallback, this.context.around(frame)).map((probe) => ({
      ...this.#quiet(statement, probe.targets, frame), verb: 'wait',
      operation: { ...probe.operation, poll: probe.operation.poll ?? { every: 5, limit: 600 } },
    }));
  }

  #quiet(statement: Statement, targets: Targets, frame: Frame): Omit<ActionModel, 'verb' | 'operation'> {
    return {
      title: statement.declaration.keyword, targets, changes: [], uses: [], effect: 'known', inverse: [], location: locate(frame.here.file, headOf(statement)),
    };
  }

  #put(statement: Statement, on: Targets | undefined, settings: StepSettings, frame: Frame): ActionModel[] {
    const { here } = frame;
    const file = namedPath(statement, 'file', here.file, this.context.project, here.reporter);
    const path = constantText(statement.arguments['path'], here, 'The path on the hosts');
    const location = locate(here.file, headOf(statement));
    if (!isHostPath(path)) {
      here.reporter.report(KINDS.wrongType, { message: 'Expected an absolute path on the hosts, without `..`.', at: locate(here.file, statement.arguments['path'] ?? statement) });
      return [];
    }
    const mode = wordOf(statement.arguments['mode']);
    if (mode !== undefined && !/^[0-7]{3,4}$/.test(mode)) {
      here.reporter.report(KINDS.wrongType, { message: 'Expected a mode such as `0640`.', at: locate(here.file, statement.arguments['mode'] ?? statement) });
    }
    const owner = statement.arguments['owner'] === undefined ? undefined : constantText(statement.arguments['owner'], here, 'The owner');
    const targets = on ?? (frame.roll === undefined ? undefined : { mode: 'all' as const, hosts: frame.roll.ordered, batch: true as const });
    if (targets === undefined) here.reporter.report(KINDS.missingDeclaration, { message: 'Nothing says where the file is put: add `on GROUP`.', at: location });
    if (file === undefined || targets === undefined) return [];
    const { as } = settings.command.options;
    const operation: PutOperation = {
      type: 'put', file, path, ...(mode === undefined ? {} : { mode }), ...(owner === undefined ? {} : { owner }), ...(as === undefined ? {} : { as }),
    };
    const shared = { verb: 'put' as const, targets, changes: [{ kind: 'file' as const, name: path, becomes: 'rewritten' as const }], uses: [], effect: 'known' as const, location };
    return [{
      ...shared, title: `put ${path}`, operation,
      inverse: [{ ...shared, title: `put ${path} back`, operation: { ...operation, takeBack: true }, inverse: [] }],
    }];
  }

  #restore(statement: Statement, frame: Frame): ActionModel[] {
    const value = statement.arguments['point'];
    const name = nameAt(value, frame.here);
    if (value === undefined || name === undefined) return [];
    const point = this.context.points.get(name);
    if (point === undefined) {
      reportUnknown('rollback point before this', name, value, frame.here.file, [...this.context.points.keys()], this.context.reporter);
      return [];
    }
    return itemsOf(statement.arguments['resources']).flatMap((resource) => {
      const found = findResource(resource, frame, this.context);
      return (found?.names ?? []).flatMap((wanted): ActionModel[] => {
        const capture = point.captures.find((one) => one.resource === wanted);
        if (capture === undefined) {
          reportUnknown(`capture in \`${name}\``, wanted, resource, frame.here.file, point.captures.map((one) => one.resource), this.context.reporter);
          return [];
        }
        const server = this.context.cloud.databases.get(wanted)?.server;
        return [{
          verb: 'restore', title: `restore ${wanted} from ${name}`, targets: { mode: 'all', hosts: capture.hosts }, operation: capture.restore as Operation,
          changes: [capture.kind === 'database' ? { kind: 'database', name: wanted, becomes: 'restored', point: name } : { kind: capture.kind, name: wanted, becomes: 'rewritten' }],
          uses: server === undefined ? [] : [server], effect: 'known', location: locate(frame.here.file, headOf(statement)),
        }];
      });
    });
  }
}

/** Statements that act, as against settings. */
export function isAction(statement: Statement): boolean {
  const { id } = statement.declaration;
  return isRun(statement) || COMPONENT_VERBS.has(id) || DATABASE_VERBS.has(id) || HOST_VERBS.has(id)
    || ['enter', 'leave', 'put', 'restore', 'wait', 'wait-until'].includes(id);
}

/** A statement up to its block: what a diagnostic underlines. */
export function headOf(statement: Statement): { start: number; end: number } {
  return { start: statement.start, end: statement.block === undefined || statement.block.inline ? statement.end : Math.max(statement.keyword.end, lastArgument(statement)) };
}

function lastArgument(statement: Statement): number {
  return Math.max(0, ...Object.values(statement.arguments).map((value) => value.end));
}

function withoutBlock(statement: Statement): Statement {
  const { block: _, ...rest } = statement;
  return rest;
}

/** Is this an absolute path that names something in particular? */
export function isHostPath(path: string): boolean {
  // oxlint-disable-next-line no-control-regex
  return /^\/[^/\u0000-\u001f]/.test(path) && !path.split('/').some((segment) => segment === '..' || segment === '.') && resolvePath('x', path.slice(1)) !== undefined;
}

function titleOf(operation: { readonly type: string; readonly shell?: string; readonly file?: string; readonly url?: readonly unknown[] }): string {
  if (operation.type === 'script') return `script ${operation.file ?? ''}`;
  if (operation.type === 'http') return `http ${(operation.url ?? []).map((part) => (typeof part === 'string' ? part : '<host>')).join('')}`;
  const lines = (operation.shell ?? '').split('\n').filter((line) => line.trim() !== '');
  const first = lines[0] ?? '';
  return `run ${first.length > 72 ? `${first.slice(0, 72)}…` : first}${lines.length > 1 && first.length <= 72 ? ' …' : ''}`;
}
