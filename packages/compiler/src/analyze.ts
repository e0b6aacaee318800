import { Judge, start, type CheckOptions, type JudgedPlan } from './check.ts';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import type { CheckMemory } from './check-memory.ts';
import { bindCloud } from './model/bind-cloud.ts';
import { bindPlan } from './model/bind-plan.ts';
import type { CloudBinding } from './model/cloud-binding.ts';
import type { Universe } from './model/collect.ts';
import type { Declared } from './model/declarations.ts';
import type { PlanModel } from './model/plan-model.ts';
import { Reporter } from './model/reporter.ts';
import type { Statement } from './syntax/tree.ts';
import type { Project } from './project/project.ts';
import { PROOFS, type ProvenClaim } from './proofs/index.ts';

/** A plan of the entry as it was understood, on one of its clouds. */
export interface AnalyzedPlan extends JudgedPlan {
  readonly statement: Statement;
  /** Filled by the proofs. */
  readonly proven: ProvenClaim[];
}

/**
 * A check in two phases: binding and rules at once, proofs when there is time for them. What an editor shows beside findings comes from the
 * models that are kept here.
 */
export interface Analysis {
  readonly universe: Universe;
  /** The plans that the entry declares; those with waves once for each cloud. */
  readonly plans: readonly AnalyzedPlan[];
  /** The clouds that the entry declares. */
  readonly clouds: readonly CloudBinding[];
  /** What reading, binding and rules found, in all files of the project. */
  readonly diagnostics: readonly Diagnostic[];
  /** Runs the proofs one by one, with a pause after each, or after parts of it; returns what all phases found: the same as `checkProject`. */
  prove(): Generator<undefined, readonly Diagnostic[]>;
}

/**
 * Checks the plans and clouds that the entry of a project declares.
 *
 * @param memory what was done when the project was checked before; the outcome is the same without it
 */
export function analyzeProject(project: Project, options: CheckOptions = {}, memory?: CheckMemory): Analysis {
  const steps = analyzeInSteps(project, options, memory);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}

/** As {@link analyzeProject}, with a pause after each plan. */
export function* analyzeInSteps(project: Project, options: CheckOptions = {}, memory?: CheckMemory): Generator<undefined, Analysis> {
  const universe: Universe = { ...start(project, options, new Reporter()), ...(memory === undefined ? {} : { memory: memory.begin(project, options) }) };
  const judge = new Judge(universe, memory);
  const plans: AnalyzedPlan[] = [];
  for (const declared of universe.declarations.own('plan').values()) {
    if (declared.file !== project.entry) continue;
    for (const bound of boundPlans(declared, universe)) plans.push({ ...judge.rules(declared, bound), statement: declared.statement, proven: [] });
    yield;
  }
  const clouds = [...universe.declarations.own('cloud').values()].filter((declared) => declared.file === project.entry).map((declared) => bindCloud(declared, universe));
  return {
    universe, plans, clouds, diagnostics: judge.finish(false),
    * prove() {
      for (const plan of plans) {
        for (const proof of PROOFS) {
          for (const prepare of judge.proves(plan, proof) ? (proof.prepare ?? []) : []) {
            prepare(plan);
            yield;
          }
          plan.proven.push(...judge.prove(plan, proof));
          yield;
        }
      }
      return judge.finish();
    },
  };
}

/**
 * What binding and the rules find in one plan, without looking at the other plans of the entry: for an editor in which that plan is being edited.
 * Which `allow`s accept nothing is not known yet.
 *
 * @returns undefined if the entry declares no such plan
 */
export function analyzePlan(project: Project, statement: Statement): readonly Diagnostic[] | undefined {
  const universe = start(project, {}, new Reporter());
  const declared = [...universe.declarations.own('plan').values()].find((one) => one.statement === statement);
  if (declared === undefined) return undefined;
  const judge = new Judge(universe);
  for (const bound of boundPlans(declared, universe)) judge.rules(declared, bound);
  return judge.finish(false).filter(({ primary }) => primary.file === declared.file && statement.start <= primary.start && primary.end <= statement.end);
}

/** A plan on its cloud, and one with waves on each of theirs. */
function* boundPlans(declared: Declared, universe: Universe): Generator<PlanModel> {
  const bound = bindPlan(declared, universe);
  if (bound === undefined) return;
  yield bound;
  for (const cloud of bound.waves.flatMap((wave) => wave.clouds)) {
    if (cloud === bound.cloud.name || !universe.declarations.own('cloud').has(cloud)) continue;
    const again = bindPlan(declared, universe, cloud);
    if (again !== undefined) yield again;
  }
}
