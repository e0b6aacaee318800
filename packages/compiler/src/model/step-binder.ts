import { KINDS } from '../diagnostics/kinds.ts';
import type { Statement, Value } from '../syntax/tree.ts';
import type { Change, Operation, Probe, PutOperation, Targets } from './action.ts';
import { ActionMaker, type DatabaseVerb, type HostVerb } from './actions.ts';
import type { Replacement } from './action-source.ts';
import { nameAt } from './bind-groups.ts';
import { namedPath } from './collect.ts';
import { bindCommand, bindQuestion, hostScope, isRun, NO_SETTINGS, onIn, readRelease, readRetry, readSettings, type CommandSettings } from './commands.ts';
import { ComponentActions, type ComponentVerb } from './component-actions.ts';
import { reportUnknown, type Declared } from './declarations.ts';
import { constantText, evaluateDuration, itemsOf, wordOf, type Here } from './evaluate.ts';
import { findComponents, findDatabases, findResource } from './find.ts';
import type { Frame, PlanContext } from './plan-context.ts';
import type { ActionModel, StepModel } from './plan-model.ts';
import type { Component } from './model.ts';
import { reportMissingVariables } from './host-variables.ts';
import { locate } from './reporter.ts';
import { hostPath } from './resources.ts';
import { inRoll, LOCAL } from './targets.ts';

/** What a step says about all its actions. */
interface StepSettings {
  readonly statements: readonly Statement[];
  readonly command: CommandSettings;
  /** Seconds that the whole step may take. */
  readonly limit: number | undefined;
  /** `on …`. */
  readonly targets: Targets | undefined;
  readonly rewrites: readonly Change[];
  readonly changesNothing: boolean;
}

/** What is about a step as a whole, and can not stand in the block of one of its actions. */
const WHOLE_STEP: ReadonlySet<string> = new Set(['retry', 'takes', 'unless', 'step.verify', 'repeatable', 'irreversible', 'after']);
const WHOLE_STEP_OF_UNDO: ReadonlySet<string> = new Set([...WHOLE_STEP, 'undo', 'undo-nothing']);

const COMPONENT_VERBS: ReadonlySet<string> = new Set<ComponentVerb>(['stop', 'start', 'restart', 'reload', 'install']);
const DATABASE_VERBS: ReadonlySet<string> = new Set<DatabaseVerb>(['expand', 'migrate', 'contract']);
const HOST_VERBS: ReadonlySet<string> = new Set<HostVerb>(['drain', 'return', 'reboot']);

/** Binds steps and bare actions. */
export class StepBinder {
  readonly context: PlanContext;
  readonly make: ActionMaker;
  readonly components: ComponentActions;

  constructor(context: PlanContext) {
    this.context = context;
    this.make = new ActionMaker(context);
    this.components = new ComponentActions(context);
  }

  /** Binds a `step NAME { … }`, or a bare action, which is a step of its own. */
  step(statement: Statement, id: string, title: string | undefined, actionStatements: readonly Statement[], frame: Frame): StepModel {
    const here: Here = { ...frame.here, scope: hostScope(frame.here.scope) };
    const inner: Frame = { ...frame, here };
    // The block of `wait until` is a question: what it says of time is about asking.
    const own = statement.declaration.id === 'wait-until' ? [] : (statement.block?.statements ?? []);
    const settings = this.#settings(own, inner, NO_SETTINGS, false);
    const actions = actionStatements.flatMap((one) => this.action(one, settings, inner, one === statement));
    return this.finish(statement, id, title, actions, own, inner, settings);
  }

  /** Adds what a block says about the step as a whole. */
  finish(
    statement: Statement, id: string, title: string | undefined, actions: readonly ActionModel[], statements: readonly Statement[], frame: Frame,
    settings?: Pick<StepSettings, 'command' | 'targets'>,
  ): StepModel {
    const { here } = frame;
    const find = (name: string): Statement | undefined => statements.find((one) => one.declaration.id === name);
    const targets = settings?.targets ?? actions[0]?.targets;
    const who = asWho(settings?.command ?? NO_SETTINGS);
    const probes = (name: string): Probe[] => statements
      .filter((one) => one.declaration.id === name)
      .flatMap((one) => bindQuestion(one, here, targets, this.context.around(frame), who));
    const retry = readRetry(statements, here);
    const timeout = evaluateDuration(find('timeout')?.arguments['limit'], here);
    const takes = evaluateDuration(find('takes')?.arguments['estimate'], here);
    const undo = this.#undo(find('undo'), find('undo-nothing'), targets, who, frame);
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

  /** @param runTimeout whether `timeout` bounds each command, and not the whole step */
  #settings(statements: readonly Statement[], frame: Frame, outer: CommandSettings, runTimeout: boolean): StepSettings {
    const rewrites = statements.filter((one) => one.declaration.id === 'rewrites');
    const nothing = statements.find((one) => one.declaration.id === 'changes-nothing');
    const [first] = rewrites;
    if (nothing !== undefined && first !== undefined) {
      this.context.reporter.report(KINDS.wrongType, {
        message: 'This says both that nothing is changed and that something is. Remove one of the two.', at: locate(frame.here.file, nothing.keyword),
        related: [{ location: locate(frame.here.file, first), message: 'what is changed' }],
      });
    }
    return {
      statements,
      command: readSettings(statements, frame.here, outer, runTimeout),
      limit: evaluateDuration(statements.find((one) => one.declaration.id === 'timeout')?.arguments['limit'], frame.here),
      targets: this.context.targetOf(onIn(statements), frame),
      rewrites: rewrites.flatMap((one) => this.#rewrites(one, frame)),
      changesNothing: nothing !== undefined,
    };
  }

  #rewrites(statement: Statement, frame: Frame): Change[] {
    return itemsOf(statement.arguments['resources']).flatMap((value) => {
      const found = findResource(value, frame, this.context);
      if (found === undefined || !this.context.reporter.spend('hosts', found.names.length, locate(frame.here.file, value))) return [];
      return found.names.map((name): Change => ({ kind: found.kind, name, becomes: 'rewritten' }));
    });
  }

  #undo(undo: Statement | undefined, nothing: Statement | undefined, targets: Targets | undefined, who: CommandSettings, frame: Frame): readonly ActionModel[] | undefined {
    if (nothing !== undefined) return [];
    if (undo === undefined) return undefined;
    const statements = undo.block?.statements ?? [];
    // What takes a step back runs where the step ran, and as whom, unless it says otherwise.
    const settings = this.#settings(statements, frame, who, true);
    const inherited = { ...settings, targets: settings.targets ?? targets, changesNothing: settings.changesNothing || settings.rewrites.length === 0 };
    this.#refuse(statements, WHOLE_STEP_OF_UNDO, 'What takes a step back runs once, as a whole', frame);
    return this.context.state.aside(() => statements.filter(isAction).flatMap((one) => this.action(one, inherited, frame, false)));
  }

  /** Reports settings that would be passed over in silence here. */
  #refuse(statements: readonly Statement[], ids: ReadonlySet<string>, why: string, frame: Frame): void {
    for (const one of statements) {
      if (!ids.has(one.declaration.id)) continue;
      this.context.reporter.report(KINDS.misplacedBlock, { message: `${why}: \`${one.declaration.keyword}\` can not stand here.`, at: locate(frame.here.file, one.keyword) });
    }
  }

  /**
   * Binds one action.
   *
   * @param bare whether the settings are those of the action's own block
   */
  action(statement: Statement, outer: StepSettings, frame: Frame, bare: boolean): ActionModel[] {
    if (bare || statement.block === undefined) return this.#bind(statement, outer, outer, frame, bare);
    const settings = this.#withOwn(statement, outer, frame);
    const actions = this.#bind(statement, settings, outer, frame, false);
    if (statement.declaration.id === 'wait-until') return actions;
    // An action in a step can have a way back of its own; what else is about a step belongs into the step.
    this.#refuse(statement.block.statements, WHOLE_STEP, 'Write it in the block of the step, or make this action a step of its own', frame);
    const find = (id: string): Statement | undefined => statement.block?.statements.find((one) => one.declaration.id === id);
    const inverse = this.#undo(find('undo'), find('undo-nothing'), settings.targets ?? actions[0]?.targets, asWho(settings.command), frame);
    return inverse === undefined ? actions : actions.map((one, index) => ({ ...one, inverse: index === 0 ? inverse : [], effect: one.effect === 'unknown' ? 'declared' : one.effect }));
  }

  #bind(statement: Statement, settings: StepSettings, outer: StepSettings, frame: Frame, bare: boolean): ActionModel[] {
    const { id } = statement.declaration;
    if (isRun(statement)) return this.#opaque(statement, settings, frame);
    const location = locate(frame.here.file, headOf(statement));
    const on = this.context.targetOf(statement.arguments['target'], frame) ?? settings.targets;
    const replacement = this.#replacement(statement, settings, bare ? NO_SETTINGS : outer.command, bare, frame);
    const release = readRelease(statement.arguments['release'], frame.here, this.context) ?? this.context.release?.to;
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
      case 'wait': {
        const seconds = evaluateDuration(statement.arguments['pause'], frame.here) ?? 0;
        return [{ ...this.#quiet(statement, LOCAL, frame), title: `wait ${seconds}s`, verb: 'wait', operation: { type: 'wait', seconds } }];
      }
      case 'wait-until': return this.#waitUntil(statement, on, frame);
      default: return [];
    }
  }

  /** The settings of a step, with what an action in it says itself. */
  #withOwn(statement: Statement, outer: StepSettings, frame: Frame): StepSettings {
    const inner = this.#settings(statement.block?.statements ?? [], frame, outer.command, true);
    return {
      ...inner,
      limit: inner.limit ?? outer.limit,
      targets: inner.targets ?? outer.targets,
      rewrites: [...outer.rewrites, ...inner.rewrites],
      changesNothing: inner.changesNothing || (outer.changesNothing && inner.rewrites.length === 0),
    };
  }

  #replacement(statement: Statement, settings: StepSettings, outer: CommandSettings, isStep: boolean, frame: Frame): Replacement {
    const block: Declared = { name: statement.declaration.keyword, statement, file: frame.here.file, scope: frame.here.scope };
    const runs = (statement.block?.statements ?? []).some(isRun);
    return {
      outer, isStep, ...(statement.block === undefined ? {} : { own: { block, runs } }), ...(settings.limit === undefined ? {} : { limit: settings.limit }),
    };
  }

  #components(statement: Statement, verb: ComponentVerb, on: Targets | undefined, release: string | undefined, replacement: Replacement, frame: Frame): ActionModel[] {
    const location = locate(frame.here.file, headOf(statement));
    const wanted = on === undefined ? undefined : new Set(on.hosts);
    const left = frame.leaving !== undefined && (!frame.leaving.stopped || verb === 'start' || verb === 'restart') ? frame.leaving.components : undefined;
    return findComponents(statement.arguments['components'], frame, this.context, left).flatMap((component) => {
      if (!this.context.reporter.spend('hosts', component.hosts.length, location)) return [];
      const targets = this.#componentTargets(component, on, wanted, frame);
      if (targets.hosts.length === 0 && (on === undefined || on.hosts.length > 0 || on.mode === 'local')) {
        this.context.reporter.report(KINDS.emptyTarget, {
          message: on === undefined ? `\`${component.name}\` runs on no host.` : `\`${component.name}\` runs on none of these hosts. Write \`on …\` here, or let this action be a step of its own.`,
          at: location, related: [{ location: component.location, message: 'declared here' }],
        });
      }
      if (verb === 'install' && release === undefined) {
        this.context.reporter.report(KINDS.missingDeclaration, {
          message: 'Nothing says which release is installed. Give the plan a `release FROM -> TO`, or write `install … to RELEASE`.', at: location,
        });
      }
      const actions = this.components.make({ verb, component, targets, release, replacement, frame, location });
      return statement.words.includes('good') ? actions.map((action) => ({ ...action, forGood: true as const })) : actions;
    });
  }

  /** The hosts of a component that are meant: without `on` all of them, in the body of a roll over them those of the batch. */
  #componentTargets(component: Component, on: Targets | undefined, wanted: ReadonlySet<string> | undefined, frame: Frame): Targets {
    if (on !== undefined && wanted !== undefined) {
      const hosts = component.hosts.every((host) => wanted.has(host)) ? component.hosts : component.hosts.filter((host) => wanted.has(host));
      return inRoll({ mode: on.mode === 'local' ? 'all' : on.mode, hosts }, frame.roll);
    }
    const { roll } = frame;
    const hosts = roll === undefined ? [] : component.hosts.filter((host) => roll.hosts.has(host));
    if (hosts.length === 0) return { mode: 'all', hosts: component.hosts };
    return { mode: 'all', hosts: hosts.length === component.hosts.length ? component.hosts : hosts, batch: true };
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

  #opaque(statement: Statement, settings: StepSettings, frame: Frame): ActionModel[] {
    const around = this.context.around(frame);
    const command = bindCommand(withoutBlock(statement), frame.here, settings.command, around);
    if (command === undefined) return [];
    const http = statement.declaration.id === 'http';
    const targets = command.targets ?? settings.targets ?? (http ? LOCAL : frame.roll === undefined ? undefined : { mode: 'all' as const, hosts: frame.roll.ordered, batch: true as const });
    if (targets === undefined) {
      this.context.reporter.report(KINDS.missingDeclaration, {
        message: 'Nothing says where this runs. Add `on GROUP` (every host), `on any GROUP` (one of them) or `on local`.', at: locate(frame.here.file, statement.keyword),
      });
    }
    if (!this.context.reporter.spend('hosts', targets?.hosts.length ?? 0, locate(frame.here.file, statement.keyword))) return [];
    reportMissingVariables(command, targets ?? { mode: 'all', hosts: [] }, this.context.cloud, frame.here);
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
    if (hostPath(path) !== path) {
      here.reporter.report(KINDS.wrongType, { message: 'Expected the absolute path of a file on the hosts, without `.` and `..`, `//`, and `/` at its end.', at: locate(here.file, statement.arguments['path'] ?? statement) });
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
    return [{ ...shared, title: `put ${path}`, operation, inverse: this.#takeBack(operation, shared) }];
  }

  /** What was at the path before: what a `put` before this one left there, else what was kept beside it. */
  #takeBack(operation: PutOperation, shared: Omit<ActionModel, 'title' | 'operation'>): ActionModel[] {
    const { putFiles } = this.context;
    const before = new Map<string | undefined, string[]>();
    for (const host of shared.targets.hosts) {
      const key = `${host} ${operation.path}`;
      const file = putFiles.get(key);
      const hosts = before.get(file);
      if (hosts === undefined) before.set(file, [host]);
      else hosts.push(host);
      if (!this.context.state.isAside) putFiles.set(key, operation.file);
    }
    if (before.size === 0) before.set(undefined, []);
    const mode = shared.targets.mode === 'any' || shared.targets.mode === 'first' ? 'all' : shared.targets.mode;
    return [...before].map(([file, hosts]): ActionModel => ({
      ...shared, title: `put ${operation.path} back`, targets: { ...shared.targets, mode, hosts: before.size === 1 ? shared.targets.hosts : hosts },
      operation: file === undefined ? { ...operation, takeBack: true } : { ...operation, file }, inverse: [],
    }));
  }

  #restore(statement: Statement, frame: Frame): ActionModel[] {
    const value = statement.arguments['point'];
    const name = nameAt(value, frame.here);
    if (value === undefined || name === undefined) return [];
    const point = this.context.points.get(name);
    if (point === undefined) {
      reportUnknown('rollback point before this', name, value, frame.here.file, this.context.points.keys(), this.context.reporter);
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
          verb: 'restore', title: `restore ${wanted} from ${name}`, targets: inRoll(capture.targets, frame.roll), operation: capture.restore as Operation,
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

/** Of the settings of a step those that say as whom and where its commands run: its questions and its `undo` run so too. */
function asWho({ options, exports }: CommandSettings): CommandSettings {
  const { as, directory, environment, secrets } = options;
  return {
    exports,
    options: {
      ...(as === undefined ? {} : { as }), ...(directory === undefined ? {} : { directory }),
      ...(environment === undefined ? {} : { environment }), ...(secrets === undefined ? {} : { secrets }),
    },
  };
}

function withoutBlock(statement: Statement): Statement {
  const { block: _, ...rest } = statement;
  return rest;
}

function titleOf(operation: { readonly type: string; readonly shell?: string; readonly file?: string; readonly url?: readonly unknown[] }): string {
  if (operation.type === 'script') return `script ${operation.file ?? ''}`;
  if (operation.type === 'http') return `http ${(operation.url ?? []).map((part) => (typeof part === 'string' ? part : '<host>')).join('')}`;
  const lines = (operation.shell ?? '').split('\n').filter((line) => line.trim() !== '');
  const first = lines[0] ?? '';
  return `run ${first.length > 72 ? `${first.slice(0, 72)}…` : first}${lines.length > 1 && first.length <= 72 ? ' …' : ''}`;
}
