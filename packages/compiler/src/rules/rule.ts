import type { DiagnosticKind, Finding } from '../diagnostics/diagnostic.ts';
import type { PlanGraph } from '../graph/plan-graph.ts';
import type { Cloud, Train } from '../model/model.ts';
import type { PlanModel } from '../model/plan-model.ts';

/** What rules about plans look at. */
export interface PlanSubject {
  readonly plan: PlanModel;
  readonly graph: PlanGraph;
  /** The train of the plan's jump, if it has one that is known. */
  readonly train?: Train;
}

type Report = (finding: Finding) => void;

/** A rule about one plan on one cloud. */
export interface PlanRule extends DiagnosticKind {
  readonly subject: 'plan';
  /** It judges plans too of which parts could not be read: what is missing there makes no difference to it. */
  readonly isTolerant?: true;
  check(subject: PlanSubject, report: Report): void;
}

/** A rule about one cloud, whatever the plans. */
export interface CloudRule extends DiagnosticKind {
  readonly subject: 'cloud';
  check(cloud: Cloud, report: Report): void;
}

export type Rule = PlanRule | CloudRule;
