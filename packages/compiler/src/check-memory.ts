import type { CheckOptions } from './check.ts';
import { buildGraph, type PlanGraph } from './graph/plan-graph.ts';
import { BindingMemory } from './model/binding-memory.ts';
import type { PlanModel } from './model/plan-model.ts';
import type { Account, Reporter } from './model/reporter.ts';
import type { Project } from './project/project.ts';
import type { Proof, Proven } from './proofs/proof.ts';
import type { PlanSubject } from './rules/rule.ts';

/**
 * What was done when a project was checked before, for an editor in which it changes a little between one check and the next. Of each plan that is bound
 * to the same model as before the graph, the findings of the rules and the outcome of the proofs are the same, too.
 */
export class CheckMemory {
  #binding = new BindingMemory();
  #settings = '';
  readonly #graphs = new WeakMap<PlanModel, PlanGraph>();
  /** The last graph of each plan on each cloud, by their names. */
  readonly #last = new Map<string, WeakRef<PlanGraph>>();
  /** What the rules found, by whether the plan was understood. */
  readonly #judged = new WeakMap<PlanGraph, Map<boolean, Account>>();
  readonly #proven = new WeakMap<PlanGraph, Map<Proof, Proven>>();

  /** To be called before a project is checked. */
  begin(project: Project, options: CheckOptions): BindingMemory {
    const settings = JSON.stringify(options.set ?? {});
    if (settings !== this.#settings) this.#binding = new BindingMemory();
    this.#settings = settings;
    for (const [key, graph] of this.#last) if (graph.deref() === undefined) this.#last.delete(key);
    this.#binding.begin(project);
    return this.#binding;
  }

  graph(plan: PlanModel): PlanGraph {
    return kept(this.#graphs, plan, () => {
      const key = `${plan.name} ${plan.cloud.name}`;
      const graph = buildGraph(plan, this.#last.get(key)?.deref());
      this.#last.set(key, new WeakRef(graph));
      return graph;
    });
  }

  /** Judges a plan by the rules, unless that was done before. */
  judge(graph: PlanGraph, isUnderstood: boolean, reporter: Reporter, judge: () => void): void {
    const known = kept(this.#judged, graph, () => new Map<boolean, Account>());
    const account = known.get(isUnderstood);
    if (account !== undefined && reporter.mayTakeOver(account)) reporter.takeOver(account);
    else known.set(isUnderstood, reporter.noting(judge).account);
  }

  prove(subject: PlanSubject, proof: Proof): Proven {
    return kept(kept(this.#proven, subject.graph, () => new Map<Proof, Proven>()), proof, () => proof.prove(subject));
  }
}

function kept<K extends object, V>(known: { get(key: K): V | undefined; set(key: K, value: V): unknown }, key: K, make: () => V): V {
  let value = known.get(key);
  if (value === undefined) known.set(key, (value = make()));
  return value;
}
