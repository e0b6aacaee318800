import type { CheckMemory } from './check-memory.ts';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import { KINDS } from './diagnostics/kinds.ts';
import { sortDiagnostics } from './diagnostics/order.ts';
import { buildGraph, withBodies, type PlanGraph } from './graph/plan-graph.ts';
import { applyAllows } from './model/allows.ts';
import { bindCloud } from './model/bind-cloud.ts';
import { bindPlan } from './model/bind-plan.ts';
import type { Settings } from './model/bind-names.ts';
import { collect, MISSING, type Universe } from './model/collect.ts';
import { declaredName, nameLocation, reportUnknown, type Declared } from './model/declarations.ts';
import { Faults } from './model/faults.ts';
import type { Train } from './model/model.ts';
import type { PlanModel } from './model/plan-model.ts';
import { locate, Reporter } from './model/reporter.ts';
import type { Project } from './project/project.ts';
import { PROOFS, type Proof, type ProvenClaim } from './proofs/index.ts';
import { RULES } from './rules/index.ts';
import type { PlanSubject } from './rules/rule.ts';
import type { Location } from './text/source.ts';

export interface CheckOptions {
  /** Values for `param`s. */
  readonly set?: Settings;
}

/** What a check found, and what there is. */
export interface CheckResult {
  readonly diagnostics: readonly Diagnostic[];
  readonly plans: readonly PlanSummary[];
  readonly clouds: readonly CloudSummary[];
}

export interface PlanSummary {
  readonly name: string;
  readonly title?: string;
  readonly cloud: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly steps: number;
}

export interface CloudSummary {
  readonly name: string;
  readonly title?: string;
  readonly file: string;
  readonly line: number;
  readonly hosts: number;
  readonly services: readonly string[];
}

/** A plan, its graph, and everything found while making them. */
export interface BoundPlan {
  readonly plan?: PlanModel;
  readonly graph?: PlanGraph;
  /** The train of its jump. */
  readonly train?: Train;
  /** What was proven of it; nothing of a plan of which parts could not be read. */
  readonly proven: readonly ProvenClaim[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The names of everything that can be found. */
const NAMES: ReadonlySet<string> = new Set([...Object.values(KINDS), ...RULES, ...PROOFS].map(({ name }) => name));

/** Checks the plans and clouds that a file declares, on every cloud that they are for. */
export function checkProject(project: Project, options: CheckOptions = {}): CheckResult {
  const reporter = new Reporter();
  const universe = start(project, options, reporter);
  const judge = new Judge(universe);
  const plans: PlanSummary[] = [];
  const clouds: CloudSummary[] = [];
  for (const declared of universe.declarations.own('plan').values()) {
    if (declared.file !== project.entry) continue;
    const bound = bindPlan(declared, universe);
    if (bound === undefined) continue;
    const { graph } = judge.plan(declared, bound);
    plans.push({ name: bound.name, ...titleOf(bound), cloud: bound.cloud.name, ...placeOf(project, nameLocation(declared)), steps: countSteps(graph) });
    for (const cloud of bound.waves.flatMap((wave) => wave.clouds)) {
      if (cloud === bound.cloud.name || !universe.declarations.own('cloud').has(cloud)) continue;
      const again = bindPlan(declared, universe, cloud);
      if (again !== undefined) judge.plan(declared, again);
    }
  }
  for (const declared of universe.declarations.own('cloud').values()) {
    if (declared.file !== project.entry) continue;
    const cloud = bindCloud(declared, universe);
    clouds.push({ name: cloud.name, ...titleOf(cloud), ...placeOf(project, cloud.location), hosts: cloud.hosts.size, services: [...cloud.services.keys()] });
  }
  return { diagnostics: judge.finish(), plans, clouds };
}

/**
 * Binds and judges one plan.
 *
 * @param cloud another cloud than the one that the plan names
 */
export function checkPlan(project: Project, plan: string, options: CheckOptions & { readonly cloud?: string } = {}): BoundPlan {
  const reporter = new Reporter();
  const universe = start(project, options, reporter);
  const judge = new Judge(universe);
  const declared = universe.declarations.get('plan', plan);
  if (declared === undefined) {
    reportUnknown('plan', plan, { start: 0, end: 0 }, project.entry, universe.declarations.names('plan'), reporter);
    return { proven: [], diagnostics: judge.finish() };
  }
  const bound = bindPlan(declared, universe, options.cloud);
  if (bound === undefined) return { proven: [], diagnostics: judge.finish() };
  const { graph, proven } = judge.plan(declared, bound);
  const train = universe.trains.get(bound.release?.train ?? '');
  return { plan: bound, graph, ...(train === undefined ? {} : { train }), proven, diagnostics: judge.finish() };
}

/** Gathers what all files of a project declare; reports an entry that could not be read, and settings that nothing declares. */
export function start(project: Project, options: CheckOptions, reporter: Reporter): Universe {
  const entry = project.files.get(project.entry);
  if (entry?.found !== true) {
    reporter.report(KINDS.missingFile, { message: `\`${project.entry}\` ${MISSING[entry?.reason ?? 'missing']}`, at: { file: project.entry, start: 0, end: 0 } });
  }
  reportUnknownSettings(project, options.set ?? {}, reporter);
  return collect(project, options.set ?? {}, reporter);
}

/** A value for a parameter that nothing declares would be passed over in silence. */
function reportUnknownSettings(project: Project, set: Settings, reporter: Reporter): void {
  const names = Object.keys(set);
  if (names.length === 0) return;
  const known = new Set<string>();
  for (const { statements } of project.trees.values()) {
    for (const one of statements.flatMap((statement) => [statement, ...(statement.declaration.id === 'plan' ? (statement.block?.statements ?? []) : [])])) {
      const name = one.declaration.id === 'param' ? declaredName(one) : undefined;
      if (name !== undefined) known.add(name);
    }
  }
  for (const name of names) {
    if (known.has(name)) continue;
    reportUnknown('`param`', name, { start: 0, end: 0 }, project.entry, known, reporter, [`It is named by \`--set ${name}=…\`.`]);
  }
}

/** A plan with its graph, judged by the rules. */
export interface JudgedPlan extends PlanSubject {
  /** Whether all of it, and of what it shares with others, was understood. */
  readonly isUnderstood: boolean;
}

/** Judges plans and clouds by the rules and the proofs. */
export class Judge {
  readonly #universe: Universe;
  readonly #memory: CheckMemory | undefined;
  readonly #faults: Faults;
  readonly #judged: Location[] = [];

  /** @param memory what was judged before, of plans that were not bound again since */
  constructor(universe: Universe, memory?: CheckMemory) {
    this.#universe = universe;
    this.#memory = memory;
    this.#faults = new Faults(universe.project, universe.reporter);
  }

  /** Judges a plan by the rules, and proves it. */
  plan(declared: Declared, plan: PlanModel): { readonly graph: PlanGraph; readonly proven: readonly ProvenClaim[] } {
    const judged = this.rules(declared, plan);
    return { graph: judged.graph, proven: PROOFS.flatMap((proof) => this.prove(judged, proof)) };
  }

  /** Makes the graph of a plan and judges both by the rules. */
  rules(declared: Declared, plan: PlanModel): JudgedPlan {
    const { reporter, trains } = this.#universe;
    const graph = this.#memory?.graph(plan) ?? buildGraph(plan);
    for (const problem of withBodies(graph).flatMap((one) => one.problems)) {
      if (problem.problem === 'too-many') {
        reporter.report(KINDS.limitExceeded, { message: `More than ${problem.most} statements of this \`parallel\` wait for each other. Put some of them into a series.`, at: problem.location });
      } else if (problem.problem === 'unknown-after') reportUnknown('step beside this one', problem.name, problem.location, problem.location.file, problem.known, reporter);
    }
    const isUnderstood = this.#faults.isUnderstood(declared);
    if (isUnderstood) this.#judged.push(locate(declared.file, declared.statement));
    const train = trains.get(plan.release?.train ?? '');
    const subject = { plan, graph, ...(train === undefined ? {} : { train }) };
    const judge = (): void => {
      for (const rule of RULES) {
        if (rule.subject === 'plan' && (isUnderstood || rule.isTolerant === true)) rule.check(subject, (finding) => reporter.report(rule, finding));
      }
    };
    if (this.#memory === undefined) judge();
    else this.#memory.judge(graph, isUnderstood, reporter, judge);
    return { ...subject, isUnderstood };
  }

  /** Whether a proof says something of a plan: one of which parts could not be read is not proven. */
  proves(judged: JudgedPlan, proof: Proof): boolean {
    return judged.isUnderstood || proof.isTolerant === true;
  }

  /** Runs one proof. */
  prove(judged: JudgedPlan, proof: Proof): ProvenClaim[] {
    if (!this.proves(judged, proof)) return [];
    const { claims, findings } = this.#memory?.prove(judged, proof) ?? proof.prove(judged);
    for (const finding of findings) this.#universe.reporter.report(proof, finding);
    return claims.map((claim) => ({ ...claim, proof }));
  }

  /**
   * Judges every cloud that was bound, for a plan or for itself; everything that was found, in order.
   *
   * @param isProven whether the proofs ran: before, an `allow` may accept what they will find
   */
  finish(isProven = true): Diagnostic[] {
    const { clouds, project, reporter } = this.#universe;
    for (const cloud of clouds.values()) {
      for (const rule of RULES) if (rule.subject === 'cloud') rule.check(cloud, (finding) => reporter.report(rule, finding));
    }
    const found = [...[...project.trees.values()].flatMap((tree) => tree.diagnostics), ...reporter.diagnostics];
    return sortDiagnostics(applyAllows(project, found, NAMES, isProven ? this.#judged : []));
  }
}

function countSteps(graph: PlanGraph): number {
  return graph.steps.reduce((count, step) => count + (step.step === undefined ? 0 : 1) + (step.body === undefined ? 0 : step.body.steps.length), 0);
}

function titleOf(one: { readonly title?: string }): { title?: string } {
  return one.title === undefined ? {} : { title: one.title };
}

function placeOf(project: Project, location: { readonly file: string; readonly start: number }): { file: string; line: number } {
  return { file: location.file, line: project.sources.get(location.file)?.position(location.start).line ?? 1 };
}
