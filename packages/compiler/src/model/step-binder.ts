import { KINDS } from '../diagnostics/kinds.ts';
import type { Statement, Value } from '../syntax/tree.ts';
import type { Change, Probe, Targets } from './action.ts';
import { ActionMaker, type DatabaseVerb, type HostVerb } from './actions.ts';
import type { Replacement } from './action-source.ts';
import { nameAt } from './bind-groups.ts';
import { asWho, NO_SETTINGS, readRetry, readSettings, type CommandSettings } from './command-settings.ts';
import { bindQuestion, hostScope, isRun, onIn, readRelease } from './commands.ts';
import { ComponentActions, type ComponentVerb } from './component-actions.ts';
import { reportUnknown, type Declared } from './declarations.ts';
import { constantText, evaluateDuration, itemsOf, type Here } from './evaluate.ts';
import { FileActions } from './file-actions.ts';
import { findComponents, findDatabases, findResource } from './find.ts';
import { reportIdle } from './idle-settings.ts';
import type { Component } from './model.ts';
import { OpaqueActions } from './opaque-actions.ts';
import type { Frame, PlanContext } from './plan-context.ts';
import type { ActionModel, StepModel } from './plan-model.ts';
import { locate } from './reporter.ts';
import { COMPONENT_VERBS, DATABASE_VERBS, headOf, HOST_VERBS, isAction } from './statements.ts';
import { inRoll } from './targets.ts';

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

/** Binds steps and bare actions. */
export class StepBinder {
  readonly context: PlanContext;
  readonly make: ActionMaker;
  readonly components: ComponentActions;
  readonly opaque: OpaqueActions;
  readonly files: FileActions;

  constructor(context: PlanContext) {
    this.context = context;
    this.make = new ActionMaker(context);
    this.components = new ComponentActions(context);
    this.opaque = new OpaqueActions(context);
    this.files = new FileActions(context);
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
    const takes = evaluateDuration(find('takes')?.arguments['estimate'], here) ?? takenBy(actions);
    const undo = this.#undo(find('undo'), find('undo-nothing'), targets, who, frame);
    const irreversible = find('irreversible');
    this.context.notes.steps += 1;
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
    this.#refuse(statements, WHOLE_STEP_OF_UNDO, (keyword) => `What takes a step back is done once, as a whole: \`${keyword}\` says nothing here. Remove it.`, frame);
    return this.context.state.aside(() => statements.filter(isAction).flatMap((one) => this.action(one, inherited, frame, false)));
  }

  /** Reports settings that would be passed over in silence here. */
  #refuse(statements: readonly Statement[], ids: ReadonlySet<string>, message: (keyword: string) => string, frame: Frame): void {
    for (const one of statements) {
      if (!ids.has(one.declaration.id)) continue;
      this.context.reporter.report(KINDS.misplacedBlock, { message: message(one.declaration.keyword), at: locate(frame.here.file, one.keyword) });
    }
  }

  /**
   * Binds one action.
   *
   * @param bare whether the settings are those of the action's own block
   */
  action(statement: Statement, outer: StepSettings, frame: Frame, bare: boolean): ActionModel[] {
    reportIdle(statement, frame.here);
    if (bare || statement.block === undefined) return this.#bind(statement, outer, outer, frame, bare);
    const settings = this.#withOwn(statement, outer, frame);
    const actions = this.#bind(statement, settings, outer, frame, false);
    if (statement.declaration.id === 'wait-until') return actions;
    // An action in a step can have a way back of its own; what else is about a step belongs into the step.
    this.#refuse(statement.block.statements, WHOLE_STEP, (keyword) => `\`${keyword}\` is about a whole step. Write it in the block of the step, or make this action a step of its own.`, frame);
    const find = (id: string): Statement | undefined => statement.block?.statements.find((one) => one.declaration.id === id);
    const inverse = this.#undo(find('undo'), find('undo-nothing'), whereItRan(actions[0]?.targets ?? settings.targets), asWho(settings.command), frame);
    return inverse === undefined ? actions : actions.map((one, index) => ({ ...one, inverse: index === 0 ? inverse : [], effect: one.effect === 'unknown' ? 'declared' : one.effect }));
  }

  #bind(statement: Statement, settings: StepSettings, outer: StepSettings, frame: Frame, bare: boolean): ActionModel[] {
    const { id } = statement.declaration;
    if (isRun(statement)) return this.opaque.opaque(statement, settings, frame);
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
      case 'put': return this.files.put(statement, on, settings.command.options.as, frame);
      case 'restore': return this.files.restore(statement, frame);
      case 'wait': return this.opaque.wait(statement, frame);
      case 'wait-until': return this.opaque.waitUntil(statement, on, frame);
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
      if (targets.hosts.length === 0 && component.isUnplaced !== true && (on === undefined || on.hosts.length > 0 || on.mode === 'local')) {
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
    const [only, ...others] = target?.node === 'target' ? target.hosts : [];
    const named = only?.node === 'word' && others.length === 0 ? nameAt(only, frame.here) : undefined;
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
    if (verb === 'leave' && frame.held?.has(name) === true) {
      this.context.reporter.report(KINDS.misplacedBlock, {
        message: `Mode \`${name}\` is held by the \`holding\` around, which leaves it at its end. Remove this, or end the \`holding\` before it.`, at: locate(frame.here.file, statement.keyword),
      });
    }
    return this.enterOrLeave(verb, name, value, frame);
  }

  /** Enters or leaves a mode by its name. */
  enterOrLeave(verb: 'enter' | 'leave', name: string, at: Value, frame: Frame): ActionModel[] {
    const declared = frame.declarations.get('mode', name);
    if (declared === undefined) {
      reportUnknown('mode', name, at, frame.here.file, frame.declarations.names('mode'), this.context.reporter);
      return [];
    }
    this.context.notes.use(declared.statement);
    const title = declared.statement.arguments['title'];
    this.context.notes.set('mode', name, { name, ...(title === undefined ? {} : { title: constantText(title, { ...frame.here, file: declared.file, scope: declared.scope }, 'A title') }) });
    return this.make.mode(verb, declared, frame, locate(frame.here.file, at));
  }

}

/** How long actions take one after the other, where all of them say so. */
export function takenBy(actions: readonly ActionModel[]): number | undefined {
  const times = actions.map(({ takes, operation }) => (operation.type === 'wait' ? operation.seconds : takes));
  const known = times.filter((time) => time !== undefined);
  return known.length < actions.length || !actions.some(({ takes }) => takes !== undefined) ? undefined : known.reduce((sum, time) => sum + time, 0);
}

/** A way back runs on those hosts of its action on which that ran: where it was one of several, on each that it may have been. */
function whereItRan(targets: Targets | undefined): Targets | undefined {
  return targets === undefined || (targets.mode !== 'any' && targets.mode !== 'first') ? targets : { ...targets, mode: 'all' };
}
