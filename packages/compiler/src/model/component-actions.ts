import { KINDS } from '../diagnostics/kinds.ts';
import type { Location } from '../text/source.ts';
import type { Change, Targets } from './action.ts';
import { ActionSource, type ActionCommand, type Replacement } from './action-source.ts';
import { captureFolder } from './capture-folder.ts';
import { NO_SETTINGS, type CommandSettings } from './command-settings.ts';
import type { Declared } from './declarations.ts';
import { quoteShell } from '../text/shell-quote.ts';
import { bindDeployment } from './deploy/bind-deployment.ts';
import { deployCommands, isLiveOnInstall } from './deploy/deploy-commands.ts';
import type { Deed, Records } from './deploy/deployment.ts';
import type { Component } from './model.ts';
import type { Frame } from './plan-context.ts';
import type { ActionModel } from './plan-model.ts';
import { certainHosts } from './targets.ts';

export type ComponentVerb = 'stop' | 'start' | 'restart' | 'reload' | 'install';

const BECOMES = { stop: 'stopped', start: 'started', restart: 'restarted', reload: 'reloaded' } as const;

/** What an action on components is bound with. */
export interface ComponentAction {
  readonly verb: ComponentVerb;
  readonly component: Component;
  readonly targets: Targets;
  /** For `install`. */
  readonly release: string | undefined;
  readonly replacement: Replacement;
  readonly frame: Frame;
  readonly location: Location;
  /** Which installation of the component it is in the plan, from 1, and the release that it installs: what it replaces is written down under both. */
  readonly installation?: { readonly number: number; readonly release: string };
  /** It is the way back of that installation. */
  readonly takesBack?: true;
}

/** A command, and whether it has the code that it installs run at once. */
type ComponentCommand = ActionCommand & { readonly isLive?: boolean };

/** Makes the actions on components: their commands, what they change, and what takes them back. */
export class ComponentActions extends ActionSource {
  /** By component and release, how often the plan installs it. */
  readonly #installations = new Map<string, number>();

  make(wanted: ComponentAction): ActionModel[] {
    const { targets, location } = wanted;
    if (!this.context.reporter.spend('hosts', targets.hosts.length, location)) return [];
    const actions = this.#parts(wanted).flatMap((hosts) => this.#make({ ...wanted, targets: { ...targets, hosts } }));
    this.#note(wanted);
    return actions;
  }

  /** How a component is started anew on some of its hosts, in a way back; empty where there is no command for it. */
  anew(component: Component, hosts: readonly string[], frame: Frame, location: Location): ActionModel[] {
    const { reporter, release, state } = this.context;
    if (!reporter.spend('hosts', hosts.length, location)) return [];
    return state.aside(() => this.#backTo(state.installedOn(component.name, hosts) ?? release?.from ?? '', {
      verb: 'restart', component, targets: { mode: 'all', hosts }, release: undefined, replacement: { outer: NO_SETTINGS, isStep: false }, frame, location,
    }));
  }

  /** A command may name the release that is installed: hosts that differ in it need commands of their own. */
  #parts(wanted: ComponentAction): readonly (readonly string[])[] {
    const { verb, component, targets } = wanted;
    const whole = [targets.hosts];
    if (verb === 'install' || targets.mode === 'any' || targets.mode === 'first') return whole;
    const parts = this.#byRelease(component, targets.hosts);
    const declared = parts.length > 1 ? this.#declaration(wanted) : undefined;
    return declared !== undefined && namesRelease(declared) ? parts.map(([, hosts]) => hosts) : whole;
  }

  #make(asked: ComponentAction): ActionModel[] {
    const { verb, component, targets, location } = asked;
    const after = asked.release ?? this.context.state.installedOn(component.name, targets.hosts);
    const wanted = verb === 'install' ? { ...asked, installation: this.#installation(component.name, after ?? '') } : asked;
    const commands = this.#commands(wanted, after, true);
    const inverse = this.#inverse(wanted, after);
    return this.actions(commands, {
      verb, title: `${verb} ${component.name}${verb === 'install' && after !== undefined ? ` ${after}` : ''}`, targets, changes: this.#changes(wanted, after, commands), uses: [],
      ...(inverse === undefined ? {} : { inverse }), location,
    });
  }

  #installation(component: string, release: string): { readonly number: number; readonly release: string } {
    const key = `${component} ${release}`;
    const number = (this.#installations.get(key) ?? 0) + 1;
    this.#installations.set(key, number);
    return { number, release };
  }

  #changes({ verb, component, targets }: ComponentAction, release: string | undefined, commands: readonly ComponentCommand[]): readonly Change[] {
    const { name } = component;
    if (verb !== 'install') return [{ kind: 'component', name, becomes: BECOMES[verb] }];
    // Pods are replaced one by one: what runs runs the new code then, and was not away.
    const isStarted = commands.some(({ isLive }) => isLive === true) && this.context.state.running(name, targets.hosts).length > 0;
    return [{ kind: 'component', name, becomes: 'installed', release: release ?? '' }, ...(isStarted ? [{ kind: 'component', name, becomes: 'started' } as const] : [])];
  }

  /** Keeps what is known of the component up to date. */
  #note({ verb, component, targets, release }: ComponentAction): void {
    const { state } = this.context;
    const hosts = certainHosts(targets);
    if (verb === 'install' && release !== undefined) state.install(component.name, release, hosts);
    if (verb === 'stop') state.stop(component.name, hosts);
    if (verb === 'start' || verb === 'restart') state.start(component.name, hosts);
  }

  /** What takes the action back; undefined where nothing is known of what was there before. */
  #inverse(wanted: ComponentAction, after: string | undefined): ActionModel[] | undefined {
    const { verb, component, targets } = wanted;
    if (verb === 'reload') return [];
    const hosts = targets.mode === 'first' && targets.batch !== true ? targets.hosts.slice(0, 1) : targets.hosts;
    if (verb === 'install') return this.#uninstall({ ...wanted, targets: { ...targets, hosts } }, after);
    // Only where it makes a difference: what was down before a `stop` stays down when the stop is taken back.
    const running = this.context.state.running(component.name, hosts);
    if (verb === 'stop') return this.#back('start', { ...wanted, targets: { ...targets, hosts: running } });
    const runs = new Set(running);
    return this.#back('stop', { ...wanted, targets: { ...targets, hosts: hosts.filter((host) => !runs.has(host)) } });
  }

  /** The former releases, each where it was; what runs the new code by then is made to run the old code again. */
  #uninstall(wanted: ComponentAction, after: string | undefined): ActionModel[] | undefined {
    const { component, targets } = wanted;
    const former = this.#byRelease(component, targets.hosts).filter(([release]) => release !== after);
    if (former.some(([release]) => release === undefined)) return undefined;
    return former.flatMap(([release, hosts]) => {
      const running = this.context.state.running(component.name, hosts);
      const back = this.#back('install', { ...wanted, release, targets: { ...targets, hosts }, takesBack: true });
      if (back.some(({ changes }) => changes.some(({ becomes }) => becomes === 'started'))) return back;
      return [
        ...back,
        ...this.#backTo(release, { ...wanted, targets: { ...targets, hosts: running } }).map((action) => ({ ...action, refresh: component.name })),
      ];
    });
  }

  /** Has a component run what is installed now: by a restart, or where there is no such command, by a stop and a start. */
  #backTo(release: string | undefined, wanted: ComponentAction): ActionModel[] {
    const restart = this.#back('restart', wanted, release);
    return restart.length > 0 ? restart : [...this.#back('stop', wanted, release), ...this.#back('start', wanted, release)];
  }

  #back(verb: ComponentVerb, wanted: ComponentAction, running?: string): ActionModel[] {
    const { component, location } = wanted;
    // It ran on one host or several, and is taken back on each of them.
    const targets: Targets = wanted.targets.mode === 'any' || wanted.targets.mode === 'first' ? { ...wanted.targets, mode: 'all' } : wanted.targets;
    if (targets.hosts.length === 0) return [];
    const release = verb === 'install' ? wanted.release : running ?? this.context.state.installedOn(component.name, targets.hosts);
    // What can't be done forward is reported there; only the way back of a stop or a start needs another command.
    const needed = running === undefined && verb !== 'install';
    const way: ComponentAction = { ...wanted, verb, targets, replacement: this.wayBack(wanted.replacement, wanted.frame) };
    const commands = this.#commands(way, release, needed);
    return this.actions(commands, {
      verb, title: `${verb} ${component.name}${verb === 'install' ? ` ${release ?? ''}` : ''}`, targets, uses: [], inverse: [], location, changes: this.#changes(way, release, commands),
    });
  }

  /** The hosts by the release that they have, in the order of the hosts. */
  #byRelease(component: Component, hosts: readonly string[]): [string | undefined, readonly string[]][] {
    const { state } = this.context;
    if (hosts.length > 0 && hosts.every((host) => state.installed(component.name, host) === state.installed(component.name, hosts[0] ?? ''))) {
      return [[state.installed(component.name, hosts[0] ?? ''), hosts]];
    }
    const parts = new Map<string | undefined, string[]>();
    for (const host of hosts) {
      const release = state.installed(component.name, host);
      const part = parts.get(release);
      if (part === undefined) parts.set(release, [host]);
      else part.push(host);
    }
    return [...parts];
  }

  /** The block of the action if it has commands, else that of the component, its service, or the cloud. */
  #declaration({ verb, component, replacement }: ComponentAction): Declared | undefined {
    if (replacement.own?.runs === true) return replacement.own.block;
    return this.context.cloud.commands.find(verb, ownersOf(component));
  }

  /** The commands of a verb: those that are declared, or that follow from how the component is deployed, whichever is declared nearer to it; else systemd's. */
  #commands(wanted: ComponentAction, release: string | undefined, report: boolean): ComponentCommand[] {
    const { verb, component, replacement, frame, location } = wanted;
    const values = { unit: component.unit, package: component.package, component: component.name, service: component.service, release: release ?? (wanted.verb === 'install' ? '' : undefined) };
    if (replacement.own?.runs === true) return this.inPlace(replacement.own.block, values, verb, wanted.targets, replacement, frame);
    for (const owner of ownersOf(component)) {
      const declared = this.context.cloud.commands.find(verb, [owner]);
      if (declared !== undefined) return this.inPlace(declared, values, verb, wanted.targets, replacement, frame);
      const deployed = this.#deployed(owner, wanted, release);
      if (deployed === 'faulty') return [];
      if (deployed.length > 0) return deployed;
    }
    if (verb !== 'install' && component.unit !== undefined) return [systemctl(verb, component.unit, this.settings(replacement, frame))];
    if (report) {
      this.context.reporter.report(KINDS.missingCommand, {
        message: verb === 'install'
          ? `Nothing says how \`${component.name}\` is installed.`
          : `Nothing says how to ${verb} \`${component.name}\`: it has no \`unit\`.`,
        at: location,
        related: [{ location: component.location, message: 'declared here' }],
        notes: [verb === 'install'
          ? 'Say how it is deployed (`deploy packages`, for example), or write `install run "…"`, in the component, its service or the cloud; or `{ run "…" }` here. The command finds `${package}` and `${release}`.'
          : `Give the component a \`unit "…"\`, write \`${verb} run "…"\` in the component, its service or the cloud, or \`{ run "…" }\` here.`],
      });
    }
    return [];
  }

  /** The commands that follow from the `deploy` of an owner. */
  #deployed(owner: string, wanted: ComponentAction, release: string | undefined): ComponentCommand[] | 'faulty' {
    const { verb, component, takesBack, installation, replacement, frame, location } = wanted;
    const declared = this.context.cloud.commands.find('deploy', [owner]);
    if (declared === undefined) return [];
    const deed: Deed = takesBack === true && verb === 'install' ? 'take back' : verb;
    const deployment = bindDeployment(declared, frame.here, { component, release: deed === 'take back' ? installation?.release : deed === 'install' ? release : undefined, releases: this.context.releases, location });
    if (deployment === undefined) return 'faulty';
    const { options } = this.settings(replacement, frame);
    return deployCommands(deployment, deed, this.#records(component, installation)).map(({ shell, environment, about }) => ({
      operation: { type: 'shell', shell: shell.trimEnd(), ...options, ...(environment === undefined ? {} : { environment: { ...options.environment, ...environment } }) },
      ...(about === undefined ? {} : { about }), isLive: isLiveOnInstall(deployment),
    }));
  }

  /** Where a component keeps what was there before: in the folder of captures, by host, since hosts may share it. */
  #records({ name, hosts }: Component, installation: ComponentAction['installation']): Records {
    const { cloud, plan } = this.context;
    const file = (kept: string): string => `${quoteShell(`${captureFolder(cloud, hosts)}/${plan}/deployed/`)}"$BELAY_HOST"${quoteShell(`/${name}.${kept}`)}`;
    const { number = 1, release = '' } = installation ?? {};
    const before = `before-${release}${number === 1 ? '' : `.${number}`}`;
    return { before: file(before), replicas: file('replicas'), mark: `belay-${plan}-${before}`.replaceAll(/[^A-Za-z0-9_.-]/g, '_').slice(0, 128) };
  }
}

/** Who may say how something is done with a component, the nearest first. */
function ownersOf({ name, service }: Component): readonly string[] {
  return [`component ${name}`, `service ${service}`, 'cloud'];
}

function namesRelease({ statement }: Declared): boolean {
  return (statement.block?.statements ?? []).some(({ arguments: { command } }) => (
    command?.node === 'text' && command.parts.some((part) => part.part === 'interpolation' && part.name === 'release')
  ));
}

function systemctl(verb: string, unit: string, settings: CommandSettings): ActionCommand {
  const quoted = /^[A-Za-z0-9@._:-]+$/.test(unit) && !unit.startsWith('-') ? unit : `-- '${unit.replaceAll("'", "'\\''")}'`;
  return { operation: { type: 'shell', shell: `systemctl ${verb} ${quoted}`, ...settings.options } };
}
