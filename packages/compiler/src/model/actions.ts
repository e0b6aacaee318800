import { KINDS } from '../diagnostics/kinds.ts';
import type { Location } from '../text/source.ts';
import type { Change, Operation, RebootOperation, Targets, Verb } from './action.ts';
import { bindCommands, hostScope, NO_SETTINGS, type BoundCommand, type CommandSettings } from './commands.ts';
import type { Declared } from './declarations.ts';
import type { Component, Database } from './model.ts';
import type { Frame, PlanContext } from './plan-context.ts';
import type { ActionModel } from './plan-model.ts';
import { scopeOf } from './scope.ts';

export type ComponentVerb = 'stop' | 'start' | 'restart' | 'reload' | 'install';
export type DatabaseVerb = 'expand' | 'migrate' | 'contract';
export type HostVerb = 'drain' | 'return' | 'reboot';

/** The block of an action: its own commands, if it has any, and settings for whatever runs. */
export interface Replacement {
  readonly declared?: Declared;
  readonly settings: CommandSettings;
}

const BECOMES = {
  stop: 'stopped', start: 'started', restart: 'restarted', reload: 'reloaded',
  expand: 'expanded', migrate: 'migrated', contract: 'contracted', drain: 'drained', return: 'returned', reboot: 'rebooted',
} as const;

const INVERSE_VERB = { stop: 'start', start: 'stop' } as const;

/** Makes the actions of the verbs that the language knows: their commands, what they change, and what takes them back. */
export class ActionMaker {
  readonly #context: PlanContext;

  constructor(context: PlanContext) {
    this.#context = context;
  }

  component(verb: ComponentVerb, component: Component, targets: Targets, release: string | undefined, replacement: Replacement, frame: Frame, location: Location): ActionModel[] {
    const { state } = this.#context;
    const before = state.installed(component.name);
    const runningOn = state.running(component.name, targets.hosts);
    const after = release ?? before;
    const commands = this.#componentCommands(verb, component, after, replacement, frame, location, true);
    const change: Change = verb === 'install'
      ? { kind: 'component', name: component.name, becomes: 'installed', release: after ?? '' }
      : { kind: 'component', name: component.name, becomes: BECOMES[verb] };
    const inverse = this.#componentInverse(verb, component, before, runningOn, targets, frame, location);
    if (verb === 'install' && after !== undefined) state.install(component.name, after);
    if (verb === 'stop') state.stop(component.name, targets.hosts);
    if (verb === 'start' || verb === 'restart') state.start(component.name, targets.hosts);
    return this.#actions(commands, { verb, title: `${verb} ${component.name}${verb === 'install' && after !== undefined ? ` ${after}` : ''}`, targets, changes: [change], uses: [], inverse, location });
  }

  #componentInverse(verb: ComponentVerb, component: Component, before: string | undefined, runningOn: readonly string[], targets: Targets, frame: Frame, location: Location): ActionModel[] {
    const plain: Replacement = { settings: NO_SETTINGS };
    if (verb === 'restart' || verb === 'reload') return [];
    if (verb !== 'install') {
      const back = INVERSE_VERB[verb];
      // Only where it makes a difference: what was down before a `stop` stays down when the stop is taken back.
      const running = new Set(runningOn);
      const hosts = verb === 'stop' ? runningOn : targets.hosts.filter((host) => !running.has(host));
      if (hosts.length === 0) return [];
      const commands = this.#componentCommands(back, component, before, plain, frame, location, true);
      return this.#actions(commands, {
        verb: back, title: `${back} ${component.name}`, targets: { ...targets, hosts }, uses: [], inverse: [], location,
        changes: [{ kind: 'component', name: component.name, becomes: BECOMES[back] }],
      });
    }
    const commands = this.#componentCommands('install', component, before, plain, frame, location, false);
    const install = this.#actions(commands, {
      verb, title: `install ${component.name} ${before ?? ''}`.trim(), targets, uses: [], inverse: [], location,
      changes: [{ kind: 'component', name: component.name, becomes: 'installed', release: before ?? '' }],
    });
    // What runs the new code by now has to run the old code again.
    const restart = runningOn.length === 0 ? [] : this.#actions(this.#componentCommands('restart', component, before, plain, frame, location, false), {
      verb: 'restart', title: `restart ${component.name}`, targets: { ...targets, hosts: runningOn }, uses: [], inverse: [], location,
      changes: [{ kind: 'component', name: component.name, becomes: 'restarted' }],
    });
    return [...install, ...restart];
  }

  /** The commands of a verb: the block's own, else those of the component, its service, the cloud, else systemd's. */
  #componentCommands(verb: ComponentVerb, component: Component, release: string | undefined, replacement: Replacement, frame: Frame, location: Location, report: boolean): BoundCommand[] {
    const declared = replacement.declared ?? this.#context.cloud.commands.find(verb, [`component ${component.name}`, `service ${component.service}`, 'cloud']);
    const values = { unit: component.unit, package: component.package, component: component.name, service: component.service, release };
    if (declared !== undefined) return this.#bindDeclared(declared, values, replacement.settings, frame);
    if (verb !== 'install' && component.unit !== undefined) return [systemctl(verb, component.unit, replacement.settings)];
    if (report) {
      this.#context.reporter.report(KINDS.missingCommand, {
        message: verb === 'install'
          ? `Nothing says how \`${component.name}\` is installed.`
          : `Nothing says how to ${verb} \`${component.name}\`: it has no \`unit\`.`,
        at: location,
        related: [{ location: component.location, message: 'declared here' }],
        notes: [verb === 'install'
          ? 'Write `install run "…"` in the component, its service or the cloud, or `{ run "…" }` here. The command finds `${package}` and `${release}`.'
          : `Give the component a \`unit "…"\`, write \`${verb} run "…"\` in the component, its service or the cloud, or \`{ run "…" }\` here.`],
      });
    }
    return [];
  }

  database(verb: DatabaseVerb, database: Database, release: string | undefined, targets: Targets | undefined, replacement: Replacement, frame: Frame, location: Location): ActionModel[] {
    const declared = replacement.declared ?? this.#context.cloud.commands.find(verb, [`database ${database.name}`, `service ${database.service}`, 'cloud']);
    if (declared === undefined) {
      this.#context.reporter.report(KINDS.missingCommand, {
        message: `Nothing says how to ${verb} \`${database.name}\`. Write \`${verb} run "…"\` in the database, or \`{ run "…" }\` here.`,
        at: location,
        related: [{ location: database.location, message: 'declared here' }],
      });
      return [];
    }
    const values = { database: database.database, service: database.service, release };
    const commands = this.#bindDeclared(declared, values, replacement.settings, frame);
    return this.#actions(commands, {
      verb, title: `${verb} ${database.name}${release === undefined ? '' : ` to ${release}`}`,
      targets: targets ?? this.#databaseTargets(database), location,
      changes: [{ kind: 'database', name: database.name, becomes: BECOMES[verb], release: release ?? '' }],
      uses: database.server === undefined ? [] : [database.server],
    });
  }

  /** Where a service's own tools are: the first host of its first component. */
  #databaseTargets(database: Database): Targets {
    const service = this.#context.cloud.services.get(database.service);
    const first = service?.components.map((name) => this.#context.cloud.components.get(name)).find((one) => (one?.hosts.length ?? 0) > 0);
    return { mode: 'first', hosts: first?.hosts ?? [] };
  }

  host(verb: HostVerb, targets: Targets, group: string | undefined, replacement: Replacement, frame: Frame, location: Location): ActionModel[] {
    const make = (one: HostVerb, report: boolean, inverse: ActionModel[]): ActionModel[] => {
      const owners = [...(group === undefined ? [] : [`group ${group}`]), 'cloud'];
      const declared = (one === verb ? replacement.declared : undefined) ?? this.#context.cloud.commands.find(one, owners);
      let commands = declared === undefined ? [] : this.#bindDeclared(declared, {}, replacement.settings, frame);
      if (one === 'reboot') commands = [rebooting(commands[0], replacement.settings)];
      else if (declared === undefined && report) {
        this.#context.reporter.report(KINDS.missingCommand, {
          message: `Nothing says how to ${one} hosts. Write \`${one} run "…"\` in the group or the cloud, or \`{ run "…" }\` here.`, at: location,
        });
      }
      return this.#actions(commands, { verb: one, title: `${one} ${group ?? 'hosts'}`, targets, changes: [{ kind: 'host', becomes: BECOMES[one] }], uses: [], inverse, location });
    };
    const inverse = verb === 'reboot' ? [] : make(verb === 'drain' ? 'return' : 'drain', true, []);
    return make(verb, true, inverse);
  }

  /** Enters or leaves a mode, with what takes that back. */
  mode(verb: 'enter' | 'leave', declared: Declared, frame: Frame, location: Location): ActionModel[] {
    const make = (one: 'enter' | 'leave', inverse: readonly ActionModel[]): ActionModel[] => {
      const change: Change = { kind: 'mode', name: declared.name, becomes: one === 'enter' ? 'entered' : 'left' };
      return (declared.statement.block?.statements ?? []).filter((part) => part.declaration.id === `mode.${one}`).flatMap((part) => {
        const here = { ...frame.here, file: declared.file, scope: declared.scope };
        const commands = this.#bindDeclared({ ...declared, statement: part }, {}, NO_SETTINGS, { ...frame, here });
        const targets = this.#modeTargets(part, { ...frame, here });
        return this.#actions(commands, { verb: one, title: `${one} ${declared.name}`, targets, changes: [change], uses: [], inverse, location });
      });
    };
    const back = make(verb === 'enter' ? 'leave' : 'enter', []);
    // The ways back of a mode belong together: the first action carries them, the others need nothing of their own.
    return make(verb, []).map((action, index) => ({ ...action, inverse: index === 0 ? back : [] }));
  }

  #modeTargets(part: Declared['statement'], frame: Frame): Targets {
    const target = this.#context.targetOf(part.arguments['target'], frame);
    if (target !== undefined) return target;
    if (frame.roll !== undefined) return { mode: 'all', hosts: frame.roll.ordered, batch: true };
    this.#context.reporter.report(KINDS.missingDeclaration, {
      message: `Nothing says where the mode is ${part.declaration.id === 'mode.enter' ? 'entered' : 'left'}: add \`on GROUP\` or \`on local\`.`,
      at: { file: frame.here.file, start: part.keyword.start, end: part.keyword.end },
    });
    return { mode: 'local', hosts: [] };
  }

  /** Binds the commands of a block that a cloud or a plan declared, with the values of what it is for. */
  #bindDeclared(declared: Declared, values: Readonly<Record<string, string | undefined>>, settings: CommandSettings, frame: Frame): BoundCommand[] {
    const scope = hostScope(scopeOf(declared.scope, values));
    return bindCommands(declared.statement.block?.statements ?? [], { ...frame.here, file: declared.file, scope }, settings, this.#context.around(frame));
  }

  #actions(commands: readonly BoundCommand[], shared: {
    verb: Verb; title: string; targets: Targets; changes: readonly Change[]; uses: readonly string[]; inverse?: readonly ActionModel[]; location: Location;
  }): ActionModel[] {
    const { inverse, ...rest } = shared;
    return commands.map((command, index) => ({
      ...rest,
      targets: command.targets ?? shared.targets,
      operation: command.operation as Operation,
      effect: 'known',
      // Several commands of one verb change the model once, with the last; the first carries the way back of all.
      changes: index === commands.length - 1 ? shared.changes : [],
      ...(command.under === undefined ? {} : { under: command.under }),
      ...(inverse === undefined ? {} : { inverse: index === 0 ? inverse : [] }),
    }));
  }
}

function systemctl(verb: string, unit: string, settings: CommandSettings): BoundCommand {
  const quoted = /^[A-Za-z0-9@._:-]+$/.test(unit) && !unit.startsWith('-') ? unit : `-- '${unit.replaceAll("'", "'\\''")}'`;
  return { operation: { type: 'shell', shell: `systemctl ${verb} ${quoted}`, ...settings.options }, statement: undefined as never };
}

function rebooting(command: BoundCommand | undefined, settings: CommandSettings): BoundCommand {
  const own = command?.operation.type === 'shell' ? command.operation : undefined;
  const { poll, timeout, ...options } = own ?? settings.options;
  const operation: RebootOperation = {
    ...options, type: 'reboot', shell: own?.shell ?? 'systemctl reboot', bootId: 'cat /proc/sys/kernel/random/boot_id', limit: poll?.limit ?? timeout ?? 900,
  };
  return { ...(command ?? { statement: undefined as never }), operation: operation as never };
}
