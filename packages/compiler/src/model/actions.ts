import { KINDS } from '../diagnostics/kinds.ts';
import type { Location } from '../text/source.ts';
import type { Change, RebootOperation, Targets } from './action.ts';
import { ActionSource, underAndTime, type ActionCommand, type Replacement } from './action-source.ts';
import { NO_SETTINGS } from './command-settings.ts';
import type { Declared } from './declarations.ts';
import { reportMissingVariables } from './host-variables.ts';
import type { Database } from './model.ts';
import type { Frame } from './plan-context.ts';
import type { ActionModel } from './plan-model.ts';
import { certainHosts } from './targets.ts';

export type DatabaseVerb = 'expand' | 'migrate' | 'contract';
export type HostVerb = 'drain' | 'return' | 'reboot';

const BECOMES = {
  expand: 'expanded', migrate: 'migrated', contract: 'contracted', drain: 'drained', return: 'returned', reboot: 'rebooted',
} as const;

/** Seconds in which a host has to be back, where nothing else is said. */
const REBOOT_LIMIT = 900;

/** Makes the actions on databases, hosts and modes: their commands, what they change, and what takes them back. */
export class ActionMaker extends ActionSource {
  database(verb: DatabaseVerb, database: Database, release: string | undefined, targets: Targets | undefined, replacement: Replacement, frame: Frame, location: Location): ActionModel[] {
    const isOwn = replacement.own?.runs === true;
    const declared = isOwn ? replacement.own?.block : this.context.cloud.commands.find(verb, [`database ${database.name}`, `service ${database.service}`, 'cloud']);
    if (declared === undefined) {
      this.context.reporter.report(KINDS.missingCommand, {
        message: `Nothing says how to ${verb} \`${database.name}\`. Write \`${verb} run "…"\` in the database, or \`{ run "…" }\` here.`,
        at: location,
        related: [{ location: database.location, message: 'declared here' }],
      });
      return [];
    }
    const values = { database: database.database, service: database.service, release };
    // What the plan says goes before what the cloud says; in the plan a command may still say more than the action around it.
    const commands = this.declared(declared, values, replacement, frame).map((command): ActionCommand => {
      const on = isOwn ? (command.targets ?? targets) : (targets ?? command.targets ?? command.blockTargets);
      const where = on ?? this.#databaseTargets(database);
      reportMissingVariables(command, where, this.context.cloud, frame.here);
      return { operation: command.operation, targets: where, ...underAndTime(command) };
    });
    const empty = commands.find((command) => command.targets?.hosts.length === 0 && command.targets.mode !== 'local');
    if (empty !== undefined && targets === undefined) {
      this.context.reporter.report(KINDS.missingDeclaration, {
        message: `Nothing says where \`${database.name}\` is worked on: its service has no component. Add \`on any GROUP\` to the command, or here.`,
        at: location, related: [{ location: database.location, message: 'declared here' }],
      });
    }
    return this.actions(commands, {
      verb, title: `${verb} ${database.name}${release === undefined ? '' : ` to ${release}`}`, targets: this.#databaseTargets(database), location,
      changes: [{ kind: 'database', name: database.name, becomes: BECOMES[verb], release: release ?? '' }],
      uses: database.server === undefined ? [] : [database.server],
    });
  }

  /** Where a service's own tools are: the first host of its first component. */
  #databaseTargets(database: Database): Targets {
    const service = this.context.cloud.services.get(database.service);
    const first = service?.components.map((name) => this.context.cloud.components.get(name)).find((one) => (one?.hosts.length ?? 0) > 0);
    return { mode: 'first', hosts: first?.hosts ?? [] };
  }

  /** @param group the group that the plan names, if it names one */
  host(verb: HostVerb, targets: Targets, group: string | undefined, replacement: Replacement, frame: Frame, location: Location): ActionModel[] {
    const opposite = verb === 'drain' ? 'return' : 'drain';
    const wayBack = this.wayBack(replacement, frame);
    const spent = this.context.reporter.spend('hosts', targets.hosts.length, location);
    if (!spent) return [];
    const { state } = this.context;
    const actions = this.#byCommand(verb, targets, group, replacement).flatMap(([declared, part]) => {
      // What was drained before a `drain` stays so when the drain is taken back.
      const hosts = part.hosts.filter((host) => state.isDrained(host) !== (verb === 'drain'));
      const changed = hosts.length === part.hosts.length ? part : { ...part, hosts };
      const inverse = verb === 'reboot' || hosts.length === 0 ? [] : this.#byCommand(opposite, changed, group, wayBack).flatMap(([back, where]) => (
        this.#hostActions(opposite, back, group, { ...where, mode: where.mode === 'each' ? 'each' : 'all' }, wayBack, frame, location, [])
      ));
      return this.#hostActions(verb, declared, group, part, replacement, frame, location, inverse);
    });
    if (verb !== 'reboot') state.drain(certainHosts(targets), verb === 'drain');
    return actions;
  }

  #hostActions(
    verb: HostVerb, declared: Declared | undefined, group: string | undefined, targets: Targets, replacement: Replacement, frame: Frame, location: Location, inverse: readonly ActionModel[],
  ): ActionModel[] {
    let commands = declared === undefined ? [] : this.inPlace(declared, {}, verb, targets, replacement, frame);
    if (verb === 'reboot') commands = [this.#rebooting(commands[0], replacement, frame)];
    else if (declared === undefined) {
      this.context.reporter.report(KINDS.missingCommand, {
        message: `Nothing says how to ${verb} hosts. Write \`${verb} run "…"\` in the group or the cloud, or \`{ run "…" }\` here.`, at: location,
      });
    }
    const hosts = group ?? (targets.hosts.length === 1 ? (targets.hosts[0] ?? '') : `${targets.hosts.length} hosts`);
    return this.actions(commands, { verb, title: `${verb} ${hosts}`, targets, changes: [{ kind: 'host', becomes: BECOMES[verb] }], uses: [], inverse, location });
  }

  /** The hosts by the block that says how it is done for them: that of the action, of the named group, of the smallest group with one, or of the cloud. */
  #byCommand(verb: HostVerb, targets: Targets, named: string | undefined, replacement: Replacement): readonly (readonly [Declared | undefined, Targets])[] {
    const { commands, groups } = this.context.cloud;
    const own = replacement.own?.runs === true ? replacement.own.block : named === undefined ? undefined : commands.find(verb, [`group ${named}`]);
    if (own !== undefined) return [[own, targets]];
    const declaring = [...groups.values()].filter((group) => commands.has(verb, `group ${group.name}`)).sort((a, b) => a.hosts.length - b.hosts.length);
    const fallback = commands.find(verb, ['cloud']);
    if (declaring.length === 0) return [[fallback, targets]];
    const groupOf = new Map<string, string>();
    for (const group of declaring.toReversed()) for (const host of group.hosts) groupOf.set(host, group.name);
    const parts = new Map<Declared | undefined, string[]>();
    for (const host of targets.hosts) {
      const group = groupOf.get(host);
      const declared = group === undefined ? fallback : commands.find(verb, [`group ${group}`]);
      const part = parts.get(declared);
      if (part === undefined) parts.set(declared, [host]);
      else part.push(host);
    }
    return [...parts].map(([declared, hosts]) => [declared, parts.size === 1 ? targets : { ...targets, hosts }] as const);
  }

  #rebooting(command: ActionCommand | undefined, replacement: Replacement, frame: Frame): ActionCommand {
    const own = command?.operation.type === 'shell' ? command.operation : undefined;
    const { poll, timeout, ...options } = own ?? this.settings(replacement, frame).options;
    const operation: RebootOperation = {
      ...options, type: 'reboot', shell: own?.shell ?? 'systemctl reboot', bootId: 'cat /proc/sys/kernel/random/boot_id',
      limit: poll?.limit ?? timeout ?? replacement.limit ?? REBOOT_LIMIT,
    };
    return { operation, ...underAndTime(command ?? {}) };
  }

  /** Enters or leaves a mode, with what takes that back. */
  mode(verb: 'enter' | 'leave', declared: Declared, frame: Frame, location: Location): ActionModel[] {
    const { state } = this.context;
    const actions = this.#modeActions(verb, declared, frame, location);
    // A mode that was entered before stays so when entering it again is taken back.
    const isSame = state.isEntered(declared.name) === (verb === 'enter');
    state.enter(declared.name, verb === 'enter');
    return isSame ? actions : pairUp(actions, this.#modeActions(verb === 'enter' ? 'leave' : 'enter', declared, frame, location));
  }

  /** A mode may be entered in several places by several blocks; it is entered with the last. */
  #modeActions(verb: 'enter' | 'leave', declared: Declared, frame: Frame, location: Location): ActionModel[] {
    const change: Change = { kind: 'mode', name: declared.name, becomes: verb === 'enter' ? 'entered' : 'left' };
    const here = { ...frame.here, file: declared.file, scope: declared.scope };
    const replacement: Replacement = { outer: NO_SETTINGS, isStep: false };
    return (declared.statement.block?.statements ?? []).filter((part) => part.declaration.id === `mode.${verb}`).flatMap((part) => {
      const commands = this.declared({ ...declared, statement: part }, {}, replacement, { ...frame, here });
      const on = this.context.targetOf(part.arguments['target'], { ...frame, here });
      return this.actions(commands.map((command) => {
        const targets = command.targets ?? command.blockTargets ?? on ?? this.#modeTargets(verb, part, frame, declared.file);
        reportMissingVariables(command, targets, this.context.cloud, here);
        return { operation: command.operation, targets, ...underAndTime(command) };
      }), { verb, title: `${verb} ${declared.name}`, targets: { mode: 'local', hosts: [] }, changes: [change], uses: [], inverse: [], location });
    });
  }

  #modeTargets(verb: 'enter' | 'leave', part: Declared['statement'], frame: Frame, file: string): Targets {
    if (frame.roll !== undefined) return { mode: 'all', hosts: frame.roll.ordered, batch: true };
    this.context.reporter.report(KINDS.missingDeclaration, {
      message: `Nothing says where the mode is ${verb === 'enter' ? 'entered' : 'left'}: add \`on GROUP\` or \`on local\`.`,
      at: { file, start: part.keyword.start, end: part.keyword.end },
    });
    return { mode: 'local', hosts: [] };
  }
}

/**
 * Gives each action those of the ways back that undo it. A way back runs on the hosts on which its action ran, so it belongs to the first action that
 * runs on the same hosts; one that shares no host with any belongs to the first of all.
 */
function pairUp(actions: readonly ActionModel[], backs: readonly ActionModel[]): ActionModel[] {
  const inverses = actions.map((): ActionModel[] => []);
  for (const back of backs) {
    let left = back.targets.hosts;
    for (const [index, action] of actions.entries()) {
      if (left.length === 0) break;
      const there = new Set(action.targets.hosts);
      const hosts = left.filter((host) => there.has(host));
      if (hosts.length === 0) continue;
      inverses[index]?.push(hosts.length === back.targets.hosts.length ? back : { ...back, targets: { ...back.targets, hosts } });
      left = left.filter((host) => !there.has(host));
    }
    if (left.length > 0 || back.targets.mode === 'local') {
      const rest = left.length === back.targets.hosts.length ? back : { ...back, targets: { ...back.targets, hosts: left } };
      inverses[0]?.push(rest);
    }
  }
  return actions.map((action, index) => ({ ...action, inverse: inverses[index] ?? [] }));
}
