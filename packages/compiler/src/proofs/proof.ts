import type { DiagnosticKind, Finding } from '../diagnostics/diagnostic.ts';
import type { PlanGraph } from '../graph/plan-graph.ts';
import type { PlanRule, PlanSubject } from '../rules/rule.ts';
import { Events } from './events.ts';

/** What a proof has to say of a plan. */
export interface Proven {
  /** What was proven, one line each; empty where the plan has nothing that it is about. */
  readonly claims: readonly Claim[];
  readonly findings: readonly Finding[];
}

/** One promise, and how near the plan comes to breaking it. */
export interface Claim {
  /** What it is about: `mariadb.server`. */
  readonly about: string;
  readonly holds: boolean;
  /** The closest call: `1 of 3 down at most, 1 allowed`. */
  readonly closest: string;
  /** Index of the step at which that is. */
  readonly step?: number;
}

/** A rule that is proven over every order of the steps, and says how close a call it was. */
export interface Proof extends PlanRule {
  /** What can be found out before, part by part, by whoever can not wait for the whole proof: it is kept with the graph. */
  readonly prepare?: readonly ((subject: PlanSubject) => unknown)[];
  prove(subject: PlanSubject): Proven;
}

/** A claim, and the proof that it was judged by. */
export interface ProvenClaim extends Claim {
  readonly proof: Proof;
}

/** Makes the rule of a proof. */
export function proofRule(kind: Omit<DiagnosticKind, 'since'> & Pick<PlanRule, 'isTolerant'> & Pick<Proof, 'prepare'> & { readonly since?: string }, prove: (subject: PlanSubject) => Proven): Proof {
  return {
    since: '0.1', ...kind, subject: 'plan', prove,
    check(subject, report) {
      for (const finding of prove(subject).findings) report(finding);
    },
  };
}

const cache = new WeakMap<PlanGraph, Events>();

/** The events of a graph; every proof asks for them, they are made once. */
export function eventsOf(graph: PlanGraph): Events {
  let events = cache.get(graph);
  if (events === undefined) cache.set(graph, (events = new Events(graph)));
  return events;
}
