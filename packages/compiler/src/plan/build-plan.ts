import type { GraphStep, PlanGraph } from '../graph/plan-graph.ts';
import type { CommandOptions, Operation, Targets } from '../model/action.ts';
import type { Component } from '../model/model.ts';
import type { ActionModel, LockModel, PlanModel, RollModel, StepModel } from '../model/plan-model.ts';
import type { Project } from '../project/project.ts';
import type { ProvenClaim } from '../proofs/index.ts';
import { reachOf, type Reach } from '../proofs/way-back/reach.ts';
import type { Location } from '../text/source.ts';
import { FileTable } from './file-table.ts';
import { planDigest } from './digest.ts';
import { PLAN_FORMAT, type Action, type Host, type Lock, type Plan, type PlanComponent, type Repeat, type RollbackPoint, type Source, type Step, type WayBack } from './plan.ts';
import { proofTable } from './proof-table.ts';
import { refreshesOf } from './refreshes.ts';
import { placeRestores, type PlacedRestores } from '../proofs/way-back/restores.ts';
import { safeStops } from './safe-stops.ts';

/**
 * Makes the JSON plan of a bound plan. It is complete: emitters read nothing else.
 *
 * @param model a plan without errors
 * @param proven what was proven of it
 */
export function buildPlan(model: PlanModel, graph: PlanGraph, project: Project, proven: readonly ProvenClaim[]): Plan {
  return new Builder(model, graph, project).build(proven);
}

class Builder {
  readonly #model: PlanModel;
  readonly #graph: PlanGraph;
  readonly #project: Project;
  readonly #files: FileTable;
  readonly #hosts = new Set<string>();
  readonly #variables = new Set<string>();
  readonly #secrets = new Set<string>();
  readonly #components = new Set<string>();
  readonly #databases = new Set<string>();
  readonly #restores: PlacedRestores;
  readonly #safeStops: ReadonlySet<number>;
  readonly #reaches: readonly (Reach | undefined)[];

  constructor(model: PlanModel, graph: PlanGraph, project: Project) {
    this.#model = model;
    this.#graph = graph;
    this.#project = project;
    this.#files = new FileTable(project);
    this.#restores = placeRestores(graph, model.cloud);
    this.#safeStops = safeStops(graph, model.cloud);
    this.#reaches = reachOf(graph, model.cloud);
  }

  build(proven: readonly ProvenClaim[]): Plan {
    const model = this.#model;
    const steps = this.#steps(this.#graph, false);
    const points = this.#points();
    const refreshes = refreshesOf(this.#graph, model.restarts).map(({ component, by, actions }) => ({ component, by, actions: actions.map((action) => this.#action(action)) }));
    const { cloud } = model;
    // Before the hosts: where components are asked counts among them.
    const components = [...cloud.components.values()].filter((one) => this.#components.has(one.name)).map((one) => this.#component(one));
    const plan: Omit<Plan, 'digest'> = {
      format: PLAN_FORMAT,
      name: model.name,
      ...(model.title === undefined ? {} : { title: model.title }),
      cloud: { name: cloud.name, ...(cloud.title === undefined ? {} : { title: cloud.title }) },
      ...(model.release === undefined ? {} : {
        release: { train: model.release.train, from: model.release.from, to: model.release.to, skipping: model.release.skipping.map((one) => one.name) },
      }),
      hosts: this.#hostList(),
      secrets: [...model.secrets.values()].filter((one) => this.#secrets.has(one.name)).map(({ name, from, source }) => ({ name, from, source })).sort(byName),
      files: this.#files.list(),
      components,
      databases: [...cloud.databases.values()].filter((one) => this.#databases.has(one.name)).map((one) => ({
        name: one.name, database: one.database, ...(one.server === undefined ? {} : { server: one.server }),
      })),
      modes: [...model.modes.values()],
      steps,
      points,
      refreshes,
      windows: [...model.windows.values()],
      waves: model.waves.map(({ clouds, soak }) => ({ clouds, soak })),
      proofs: proofTable(model, this.#graph, proven),
    };
    return { format: plan.format, name: plan.name, ...(plan.title === undefined ? {} : { title: plan.title }), digest: planDigest(plan), ...withoutHead(plan) };
  }

  #steps(graph: PlanGraph, inRoll: boolean): Step[] {
    return graph.steps.map((one, index) => this.#step(one, index, graph, inRoll));
  }

  #step(node: GraphStep, index: number, graph: PlanGraph, inRoll: boolean): Step {
    const after = node.after.map((index) => graph.steps[index]?.id ?? '');
    const { step } = node;
    const reach = inRoll ? undefined : this.#reaches[index];
    const safeStop = !inRoll && this.#safeStops.has(index) ? { safeStop: true as const } : {};
    if (step === undefined) return { id: node.id, kind: 'join', after, source: this.#source(this.#model.location), actions: [], repeat: 'safe', ...safeStop };
    const actions = step.actions.map((action) => this.#action(action, step));
    const restores = inRoll ? [] : this.#restores.get(step.id) ?? [];
    return {
      id: step.id,
      kind: step.kind,
      ...(step.title === undefined ? {} : { title: step.title }),
      after,
      source: this.#source(step.location),
      actions,
      ...(step.unless.length === 0 ? {} : { unless: step.unless.map((probe) => ({ targets: this.#targets(probe.targets), operation: this.#probeOperation(probe.operation) })) }),
      ...(step.verify.length === 0 ? {} : { verify: step.verify.map((probe) => ({ targets: this.#targets(probe.targets), operation: this.#probeOperation(probe.operation) })) }),
      ...(step.undo === undefined ? {} : { undo: step.undo.map((action) => this.#action(action)) }),
      ...(restores.length === 0 ? {} : { restores }),
      ...(step.timeout === undefined ? {} : { timeout: step.timeout }),
      ...(step.retry === undefined ? {} : { retry: step.retry }),
      ...(step.takes === undefined ? {} : { takes: step.takes }),
      repeat: repeatOf(step),
      ...(step.window === undefined ? {} : { window: step.window }),
      ...safeStop,
      ...(reach === undefined ? {} : { reach }),
      ...(step.irreversible === undefined ? {} : { irreversible: step.irreversible }),
      ...(step.text === undefined ? {} : { text: step.text }),
      ...(step.roll === undefined || node.body === undefined ? {} : { roll: this.#roll(step.roll, node.body) }),
    };
  }

  #roll(roll: RollModel, body: PlanGraph): NonNullable<Step['roll']> {
    for (const host of roll.batches.flat()) this.#hosts.add(host);
    return {
      group: roll.group,
      batches: roll.batches,
      pause: roll.pause,
      maxFailures: roll.maxFailures,
      ...(roll.needed === undefined ? {} : { needed: { targets: this.#targets(roll.needed.targets), operation: this.#probeOperation(roll.needed.operation) } }),
      ...(roll.lock === undefined ? {} : {
        lock: this.#lock(roll.lock),
      }),
      steps: this.#steps(body, true),
    };
  }

  #lock({ driver, key, acquire, release, lease }: LockModel): Lock {
    return {
      driver, key, acquire: this.#action(acquire), release: this.#action(release),
      ...(lease === undefined ? {} : {
        lease: { ttl: lease.ttl, renew: this.#action(lease.renew), ...(lease.keep === undefined ? {} : { keep: this.#action(lease.keep) }) },
      }),
    };
  }

  /** @param step the step whose action it is; none for what is itself a way back, and for locks: neither is taken back */
  #action(action: ActionModel, step?: StepModel): Action {
    for (const change of action.changes) {
      if (change.kind === 'component') this.#components.add(change.name);
      if (change.kind === 'database') this.#databases.add(change.name);
    }
    for (const name of action.uses) this.#components.add(name);
    return {
      verb: action.verb, title: action.title, targets: this.#targets(action.targets), operation: this.#operation(action.operation), changes: action.changes,
      ...(action.refresh === undefined ? {} : { refresh: action.refresh }),
      back: step === undefined ? { by: 'nothing' } : this.#wayBack(action, step),
    };
  }

  #wayBack(action: ActionModel, step: StepModel): WayBack {
    if (action.inverse !== undefined) {
      if (action.inverse.length === 0) return { by: 'nothing' };
      return { by: 'inverse', actions: action.inverse.map((one) => this.#action(one)) };
    }
    if (step.undo !== undefined || this.#restores.covered(action)) return { by: 'restore' };
    return { by: 'none', why: step.irreversible ?? 'it stands behind a point of no return' };
  }

  #targets(targets: Targets): Targets {
    for (const host of targets.hosts) this.#hosts.add(host);
    return targets;
  }

  #operation(operation: Operation): Operation {
    if (operation.type !== 'http' && operation.type !== 'wait' && operation.type !== 'put') this.#note(operation);
    if (operation.type === 'http') for (const part of operation.url) if (typeof part === 'object' && part.variable !== 'host') this.#variables.add(part.variable);
    if (operation.type === 'put' || operation.type === 'script') return { ...operation, file: this.#files.idOf(operation.file) };
    return operation;
  }

  #component(component: Component): PlanComponent {
    const { name, unit, package: installed, hosts, healthy } = component;
    return {
      name, ...(unit === undefined ? {} : { unit }), ...(installed === undefined ? {} : { package: installed }), hosts,
      ...(healthy.length === 0 ? {} : { healthy: healthy.map((probe) => ({ targets: this.#targets(probe.targets), operation: this.#probeOperation(probe.operation) })) }),
    };
  }

  #probeOperation<T extends Operation>(operation: T): T {
    return this.#operation(operation) as T;
  }

  #note(operation: CommandOptions): void {
    for (const variable of operation.variables ?? []) this.#variables.add(variable);
    for (const secret of Object.values(operation.secrets ?? {})) this.#secrets.add(secret);
  }

  #points(): RollbackPoint[] {
    return this.#graph.steps.flatMap(({ step }): RollbackPoint[] => {
      if (step?.point === undefined) return [];
      return [{
        id: step.id,
        ...(step.title === undefined ? {} : { title: step.title }),
        captures: step.point.captures.flatMap((capture) => {
          const restore = this.#operation(capture.restore);
          if (restore.type !== 'shell') return [];
          if (capture.kind === 'database') this.#databases.add(capture.resource);
          return [{ resource: capture.resource, kind: capture.kind, targets: this.#targets(capture.targets), restore }];
        }),
      }];
    });
  }

  #hostList(): Host[] {
    const groupsOf = new Map<string, string[]>([...this.#hosts].map((host) => [host, []]));
    for (const group of this.#model.cloud.groups.values()) if (group.name !== 'all') for (const host of group.hosts) groupsOf.get(host)?.push(group.name);
    return [...this.#hosts].sort(compare).flatMap((name) => {
      const host = this.#model.cloud.hosts.get(name);
      if (host === undefined) return [];
      const variables = Object.fromEntries([...this.#variables].sort(compare).flatMap((variable) => (
        Object.hasOwn(host.variables, variable) ? [[variable, host.variables[variable] ?? '']] : []
      )));
      return [{ name, groups: groupsOf.get(name) ?? [], connection: host.connection, ...(Object.keys(variables).length === 0 ? {} : { variables }) }];
    });
  }

  #source(location: Location): Source {
    const position = this.#project.sources.get(location.file)?.position(location.start) ?? { line: 1, column: 1 };
    return { file: location.file, line: position.line, column: position.column };
  }
}

function withoutHead(plan: Omit<Plan, 'digest'>): Omit<Plan, 'digest' | 'format' | 'name' | 'title'> {
  const { format: _format, name: _name, title: _title, ...rest } = plan;
  return rest;
}

/** A schema change that was killed may be half applied (DDL is not transactional in MariaDB); known verbs may simply run again. */
function repeatOf(step: StepModel): Repeat {
  if (step.repeatable || step.unless.length > 0) return 'safe';
  let repeat: Repeat = 'safe';
  for (const action of step.actions) {
    if (action.verb === 'expand' || action.verb === 'migrate' || action.verb === 'contract') return 'restore';
    const opaque = action.verb === 'run' || action.verb === 'script' || action.verb === 'http';
    if (opaque && action.inverse === undefined) repeat = 'ask';
    if (opaque && action.effect === 'unknown') repeat = 'ask';
  }
  return repeat;
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return compare(a.name, b.name);
}

/** By code units: the same on every machine, whatever its locale. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
