import type { Project } from '../project/project.ts';
import type { Value } from '../syntax/tree.ts';
import type { Targets } from './action.ts';
import type { CloudBinding } from './cloud-binding.ts';
import type { Surroundings } from './commands.ts';
import { ComponentState } from './component-state.ts';
import type { Declarations } from './declarations.ts';
import type { Here } from './evaluate.ts';
import type { ReleaseModel } from './plan-model.ts';
import { PlanNotes } from './plan-notes.ts';
import type { Reporter } from './reporter.ts';
import { resolveTarget, type RollPlace } from './targets.ts';

/** What binding the statements of one plan shares. */
export class PlanContext {
  readonly project: Project;
  readonly reporter: Reporter;
  readonly cloud: CloudBinding;
  readonly plan: string;
  readonly release: ReleaseModel | undefined;
  /** The releases that can be named; empty where no train is known. */
  readonly releases: readonly string[];
  /** All that statements leave for those behind them; nothing else here changes, but that the plan may become full. */
  readonly notes: PlanNotes;
  readonly state: ComponentState;
  /** Set where the plan has become too large. */
  isFull = false;

  constructor(project: Project, reporter: Reporter, cloud: CloudBinding, plan: string, release: ReleaseModel | undefined, releases: readonly string[], notes = new PlanNotes()) {
    this.project = project;
    this.reporter = reporter;
    this.cloud = cloud;
    this.plan = plan;
    this.release = release;
    this.releases = releases;
    this.notes = notes;
    this.state = new ComponentState(release?.from, notes);
  }

  /** An id that no other step has: a second `stop_nova` becomes `stop_nova_2`. */
  uniqueId(path: readonly string[], name: string): string {
    const id = [...path, name].join('/');
    const count = (this.notes.get('id', id) ?? 0) + 1;
    this.notes.set('id', id, count);
    return count === 1 ? id : this.uniqueId(path, `${name}_${count}`);
  }

  /** The hosts of an `on …`, if there is one and its names are known. */
  targetOf(value: Value | undefined, frame: Frame): Targets | undefined {
    return resolveTarget(value, frame.here, this.cloud, frame.roll);
  }

  around(frame: Frame): Surroundings {
    return { project: this.project, places: this.cloud, releases: this.releases, ...(frame.roll === undefined ? {} : { roll: frame.roll }) };
  }
}

/** Where in a plan a statement is bound. */
export interface Frame {
  readonly here: Here;
  readonly declarations: Declarations;
  /** Names of the blocks around, for the ids of steps. */
  readonly path: readonly string[];
  readonly roll?: RollPlace;
  readonly window?: string;
  /** The service whose jump the statement is part of. */
  readonly service?: string;
  /** In the `upgrade` of a service: what the jump leaves behind, or leaves stopped. What the `upgrade` calls `nova.*` does not hold it then. */
  readonly leaving?: { readonly components: ReadonlySet<string>; readonly stopped: boolean };
  readonly inParallel: boolean;
  /** The modes that blocks around hold. */
  readonly held?: ReadonlySet<string>;
  /** How many blocks are around. */
  readonly depth: number;
  /** Recipes that are being applied, outermost first. */
  readonly recipes: readonly string[];
}

/** The name of a step that was not given one: its keyword and what it is about. */
export function stepName(keyword: string, about: readonly string[]): string {
  const slug = [keyword, ...about].join('_').replaceAll(/[^A-Za-z0-9]+/g, '_').replaceAll(/^_|_$/g, '');
  return slug.length > 60 ? slug.slice(0, 60).replace(/_+$/, '') : slug;
}
