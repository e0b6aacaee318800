import { KINDS } from '../diagnostics/kinds.ts';
import type { Statement, Value } from '../syntax/tree.ts';
import type { Placed } from './placed.ts';
import { bindFloor, findServer } from './bind-database.ts';
import { findGroup, nameAt } from './bind-groups.ts';
import { baseOf, identity, rolesOf } from './catalogued-service.ts';
import type { CommandTable } from './cloud-binding.ts';
import type { Universe } from './collect.ts';
import { bindQuestion } from './commands.ts';
import { declaredName, nameOrExcuse, reportDuplicate, reportUnknown, shown, type Declared } from './declarations.ts';
import { constantText, evaluateAmount, evaluateCount, evaluateDuration, itemsOf, literalText, type Here } from './evaluate.ts';
import type { Component, Database, Group, HostModel, Keep, Service } from './model.ts';
import { locate } from './reporter.ts';
import { Scope, scopeOf } from './scope.ts';

export interface BoundServices {
  readonly services: ReadonlyMap<string, Service>;
  readonly components: ReadonlyMap<string, Component>;
  readonly databases: ReadonlyMap<string, Database>;
  readonly keeps: readonly Keep[];
  readonly upgrades: ReadonlyMap<string, Declared>;
}

/** A service with its statements: those that it takes over, then its own. */
interface Draft {
  readonly name: string;
  readonly placed: Placed;
  readonly parts: readonly Placed[];
  /** Roles of a catalogue's service → groups of this cloud; empty for a role that nothing places. */
  readonly roles: ReadonlyMap<string, string>;
}

/** A cloud of more services is refused: what they need of each other is followed from each of them. */
const MOST_SERVICES = 500;

/** Binds the services of a cloud. */
export function bindServices(
  placed: readonly Placed[], universe: Universe, hosts: ReadonlyMap<string, HostModel>, groups: ReadonlyMap<string, Group>, commands: CommandTable,
): BoundServices {
  return new ServiceBinder(universe, groups, hosts, commands).bind(placed);
}

class ServiceBinder {
  readonly #universe: Universe;
  readonly #groups: ReadonlyMap<string, Group>;
  readonly #hosts: ReadonlyMap<string, HostModel>;
  readonly #commands: CommandTable;
  readonly #services = new Map<string, Service>();
  readonly #components = new Map<string, Component>();
  readonly #componentsOf = new Map<string, string[]>();
  readonly #databases = new Map<string, Database>();
  readonly #keeps = new Map<string, Keep>();
  readonly #upgrades = new Map<string, Declared>();

  constructor(universe: Universe, groups: ReadonlyMap<string, Group>, hosts: ReadonlyMap<string, HostModel>, commands: CommandTable) {
    this.#universe = universe;
    this.#groups = groups;
    this.#hosts = hosts;
    this.#commands = commands;
  }

  bind(placed: readonly Placed[]): BoundServices {
    const drafts = this.#draft(placed);
    for (const draft of drafts.values()) this.#bindComponents(draft);
    for (const draft of drafts.values()) this.#bindService(draft, drafts);
    for (const draft of drafts.values()) this.#bindHealth(draft);
    for (const draft of drafts.values()) this.#bindUsers(draft);
    for (const one of placed) if (one.statement.declaration.id === 'keep') this.#bindKeep(one);
    for (const draft of drafts.values()) for (const part of draft.parts) if (part.statement.declaration.id === 'keep') this.#bindKeep(part);
    return {
      services: this.#services, components: this.#components, databases: this.#databases, keeps: [...this.#keeps.values()], upgrades: this.#upgrades,
    };
  }

  #draft(placed: readonly Placed[]): Map<string, Draft> {
    const drafts = new Map<string, Draft>();
    for (const one of placed) {
      if (one.statement.declaration.id !== 'service') continue;
      const name = nameOrExcuse(one.statement, one.here.reporter, 'service', 'component', 'database');
      if (name === undefined) continue;
      const first = drafts.get(name);
      if (first !== undefined) {
        reportDuplicate('service', name, locate(one.here.file, one.statement.arguments['name'] ?? one.statement), locate(first.placed.here.file, first.placed.statement.arguments['name'] ?? first.placed.statement), one.here.reporter);
        continue;
      }
      if (drafts.size >= MOST_SERVICES) {
        one.here.reporter.report(KINDS.limitExceeded, { message: `The cloud has more than ${MOST_SERVICES} services. Those that follow are not read; split the cloud.`, at: locate(one.here.file, one.statement.keyword) });
        break;
      }
      drafts.set(name, this.#draftOf(name, one));
    }
    return drafts;
  }

  #draftOf(name: string, placed: Placed): Draft {
    const statements = placed.statement.block?.statements ?? [];
    const base = baseOf(placed, this.#universe);
    const roles = rolesOf(statements, placed, base, this.#groups);
    // What the catalogue calls `control` is a group here, and its service may have another name here.
    const scope = new Scope(placed.here.scope);
    for (const [role, group] of roles) scope.define(role, { kind: 'alias', text: group, location: locate(placed.here.file, placed.statement.keyword) });
    if (base !== undefined && base.service !== name) scope.define(base.service, { kind: 'alias', text: name, location: locate(placed.here.file, placed.statement.keyword) });
    const again = new Set(statements.map(identity));
    return {
      name, placed, roles,
      parts: [
        ...(base?.parts ?? []).filter(({ statement }) => !again.has(identity(statement))).map(({ statement, file }) => ({ statement, here: { ...placed.here, file, scope } })),
        ...statements.map((statement) => ({ statement, here: base === undefined ? placed.here : { ...placed.here, scope } })),
      ],
    };
  }

  #bindComponents(draft: Draft): void {
    for (const { statement, here } of draft.parts) {
      this.#collectCommands(`service ${draft.name}`, statement, here);
      if (statement.declaration.id !== 'component') continue;
      const own = nameOrExcuse(statement, here.reporter, 'component');
      if (own === undefined) continue;
      const name = `${draft.name}.${own}`;
      const location = locate(here.file, statement.arguments['name'] ?? statement);
      const first = this.#components.get(name);
      if (first !== undefined) {
        reportDuplicate('component', name, location, first.location, here.reporter);
        continue;
      }
      const text = (id: string, argument: string): string | undefined => {
        const found = statement.block?.statements.find((one) => one.declaration.id === id)?.arguments[argument];
        return found === undefined ? undefined : constantText(found, here, `The ${argument}`);
      };
      const unit = text('unit', 'unit');
      const packageName = text('package', 'package');
      for (const inner of statement.block?.statements ?? []) this.#collectCommands(`component ${name}`, inner, here);
      const siblings = this.#componentsOf.get(draft.name);
      if (siblings === undefined) this.#componentsOf.set(draft.name, [name]);
      else siblings.push(name);
      const hosts = this.#hostsOf(statement, here, draft);
      this.#components.set(name, {
        name, service: draft.name, location, hosts: hosts ?? [], ...(hosts === undefined ? { isUnplaced: true } : {}), healthy: [], lags: [],
        ...(unit === undefined ? {} : { unit }), ...(packageName === undefined ? {} : { package: packageName }),
      });
    }
  }

  /** @returns undefined where that is not known, which was reported */
  #hostsOf(statement: Statement, here: Here, draft: Draft): readonly string[] | undefined {
    const group = statement.arguments['group'];
    // A role that nothing places is reported already.
    if (group?.node === 'word' && draft.roles.get(group.text) === '') return undefined;
    if (group !== undefined) return findGroup(group, here, this.#groups)?.hosts;
    here.reporter.report(KINDS.missingDeclaration, {
      message: `Nothing says where \`${draft.name}.${declaredName(statement) ?? ''}\` runs. Write \`component ${declaredName(statement) ?? 'NAME'} on GROUP\`.`,
      at: locate(here.file, statement.arguments['name'] ?? statement),
    });
    return undefined;
  }

  #collectCommands(owner: string, statement: Statement, here: Here): void {
    const { id, keyword } = statement.declaration;
    if (id.startsWith('command.') || id.startsWith('database.')) this.#commands.set(owner, { name: keyword, statement, file: here.file, scope: here.scope });
  }

  #bindService(draft: Draft, drafts: ReadonlyMap<string, Draft>): void {
    const needs: { service: string; location: ReturnType<typeof locate> }[] = [];
    const databases: string[] = [];
    for (const { statement, here } of draft.parts) {
      if (statement.declaration.id === 'needs') {
        for (const value of itemsOf(statement.arguments['services'])) {
          const service = nameAt(value, here) ?? '';
          if (needs.some((one) => one.service === service)) continue;
          if (drafts.has(service)) needs.push({ service, location: locate(here.file, value) });
          else reportUnknown('service', service, value, here.file, drafts.keys(), here.reporter);
        }
      }
      if (statement.declaration.id === 'database') databases.push(...this.#bindDatabase(draft, statement, here, drafts));
      if (statement.declaration.id === 'upgrade') this.#upgrades.set(draft.name, { name: draft.name, statement, file: here.file, scope: here.scope });
    }
    const { statement, here } = draft.placed;
    const title = literalText(statement.arguments['title']);
    this.#services.set(draft.name, {
      name: draft.name, ...(title === undefined ? {} : { title }), location: locate(here.file, statement.arguments['name'] ?? statement), needs,
      components: this.#componentsOf.get(draft.name) ?? [], databases,
    });
  }

  #bindDatabase(draft: Draft, statement: Statement, here: Here, drafts: ReadonlyMap<string, Draft>): string[] {
    const own = nameOrExcuse(statement, here.reporter, 'database');
    if (own === undefined) return [];
    const name = `${draft.name}.${own}`;
    const location = locate(here.file, statement.arguments['name'] ?? statement);
    const first = this.#databases.get(name) ?? this.#components.get(name);
    if (first !== undefined) {
      reportDuplicate(this.#databases.has(name) ? 'database' : 'component', name, location, first.location, here.reporter);
      return [];
    }
    const inner = statement.block?.statements ?? [];
    for (const one of inner) this.#collectCommands(`database ${name}`, one, here);
    const named = inner.find((one) => one.declaration.id === 'name')?.arguments['name'];
    const server = findServer(statement, here, { services: drafts, components: this.#components, componentsOf: this.#componentsOf });
    this.#databases.set(name, {
      name, service: draft.name, location, database: named === undefined ? own : constantText(named, here, 'The name of a database'),
      ...(server === undefined ? {} : { server }),
      phased: this.#commands.find('contract', [`database ${name}`, `service ${draft.name}`]) !== undefined,
      usedBy: [], tolerates: 0, floors: inner.filter((one) => one.declaration.id === 'floor').flatMap((one) => bindFloor(one, here, this.#universe.trains)),
    });
    return [name];
  }

  #bindHealth(draft: Draft): void {
    for (const { statement, here } of draft.parts) {
      if (statement.declaration.id !== 'component') continue;
      const component = this.#components.get(`${draft.name}.${declaredName(statement) ?? ''}`);
      if (component === undefined) continue;
      const around = { project: this.#universe.project, places: { hosts: this.#hosts, groups: this.#groups, components: this.#components } };
      const asked: Here = { ...here, scope: scopeOf(here.scope, { unit: component.unit, package: component.package, component: component.name, service: draft.name }) };
      const healthy = (statement.block?.statements ?? [])
        .filter((one) => one.declaration.id === 'healthy')
        .flatMap((one) => bindQuestion(one, asked, { mode: 'all', hosts: component.hosts }, around));
      const lags = (statement.block?.statements ?? []).filter((one) => one.declaration.id === 'lags').flatMap((one) => this.#bindLags(one, component.name, here));
      this.#components.set(component.name, { ...component, healthy, lags });
    }
  }

  /** Whose code works on the databases of a service, and how old it may be. */
  #bindUsers(draft: Draft): void {
    const service = this.#services.get(draft.name);
    for (const { statement, here } of draft.parts) {
      const database = statement.declaration.id === 'database' ? this.#databases.get(`${draft.name}.${declaredName(statement) ?? ''}`) : undefined;
      if (database === undefined) continue;
      const find = (id: string): Statement | undefined => statement.block?.statements.find((one) => one.declaration.id === id);
      const named = find('used-by')?.arguments['components'];
      const usedBy = named === undefined
        // What lags another component reaches the database through it.
        ? (service?.components ?? []).filter((name) => this.#components.get(name)?.lags.length === 0)
        : itemsOf(named).flatMap((value) => this.#componentAt(value, here)?.name ?? []);
      const tolerates = evaluateCount(find('serves-code')?.arguments['count'], here, 0, 100) ?? 0;
      this.#databases.set(database.name, { ...database, usedBy, tolerates });
    }
  }

  #componentAt(value: Value, here: Here): Component | undefined {
    const name = nameAt(value, here) ?? '';
    const component = this.#components.get(name);
    if (component === undefined) reportUnknown('component', name, value, here.file, this.#components.keys(), here.reporter);
    return component;
  }

  #bindLags(statement: Statement, own: string, here: Here): Component['lags'] {
    const value = statement.arguments['component'];
    const name = nameAt(value, here);
    const releases = evaluateCount(statement.arguments['count'], here, 0, 100);
    if (value === undefined || name === undefined || releases === undefined) return [];
    if (name === own) {
      here.reporter.report(KINDS.cyclicDefinition, { message: `\`${name}\` can not lag itself. Name the component that it may be behind.`, at: locate(here.file, value) });
      return [];
    }
    if (this.#components.has(name)) return [{ component: name, releases, location: locate(here.file, statement) }];
    reportUnknown('component', name, value, here.file, this.#components.keys(), here.reporter);
    return [];
  }

  #bindKeep({ statement, here }: Placed): void {
    const value = statement.arguments['component'];
    const name = nameAt(value, here);
    if (value === undefined || name === undefined) return;
    const component = this.#components.get(name);
    if (component === undefined) {
      reportUnknown('component', name, value, here.file, this.#components.keys(), here.reporter);
      return;
    }
    const location = locate(here.file, statement);
    const amount = statement.arguments['amount'];
    if (amount === undefined) {
      const budget = statement.arguments['budget'];
      this.#keeps.set(`available ${name}`, { kind: 'available', component: name, budget: budget === undefined ? 0 : (evaluateDuration(budget, here) ?? 0), location });
      return;
    }
    // A promise of half of three is a promise of two.
    const count = evaluateAmount(amount, here, component.hosts.length, 'up') ?? 0;
    if (count > component.hosts.length) {
      here.reporter.report(KINDS.wrongType, {
        message: `Expected at most \`${component.hosts.length}\`, found \`${count}\`: ${shown(name)} has no more instances.`, at: locate(here.file, amount),
      });
    }
    this.#keeps.set(`instances ${name}`, { kind: 'instances', component: name, count, location });
  }
}
