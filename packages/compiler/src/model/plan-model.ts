import type { Location } from '../text/source.ts';
import type { Change, Operation, Probe, Retry, Targets, Verb } from './action.ts';
import type { CloudBinding } from './cloud-binding.ts';
import type { CaptureModel, NamedSecret } from './model.ts';

/** A plan bound to a cloud: what is done, in the nesting in which it was written. */
export interface PlanModel {
  readonly name: string;
  readonly title?: string;
  readonly location: Location;
  readonly cloud: CloudBinding;
  readonly release?: ReleaseModel;
  readonly body: Series;
  readonly secrets: ReadonlyMap<string, NamedSecret>;
  readonly modes: ReadonlyMap<string, { readonly name: string; readonly title?: string }>;
  readonly windows: ReadonlyMap<string, WindowModel>;
  /** By component, how it is started anew on hosts that the plan reboots: all that runs there has loaded what it found then. */
  readonly restarts?: ReadonlyMap<string, readonly ActionModel[]>;
  readonly waves: readonly { readonly clouds: readonly string[]; readonly soak: number; readonly location: Location }[];
}

export interface ReleaseModel {
  readonly train: string;
  readonly from: string;
  readonly to: string;
  readonly skipping: readonly { readonly name: string; readonly location: Location }[];
  readonly location: Location;
}

export interface WindowModel {
  readonly name: string;
  readonly title?: string;
  readonly days: readonly string[];
  readonly at: string;
  /** Seconds. */
  readonly length: number;
  readonly zone: string;
}

/** Order as written: a series runs one after the other, a parallel part in any order that its edges allow. */
export type Node = Series | Parallel | StepNode;

export interface Series {
  readonly node: 'series';
  readonly items: readonly Node[];
  readonly location: Location;
  /** Set where the series is a `within`: the window that it runs in. */
  readonly window?: string;
  /** Set where the series is the jump of a service. */
  readonly jump?: { readonly service: string; readonly leaving: readonly string[]; /** What is left is at the target, and only down. */ readonly stopped: boolean };
}

export interface Parallel {
  readonly node: 'parallel';
  readonly branches: readonly Branch[];
  readonly location: Location;
}

export interface Branch {
  readonly body: Node;
  /** What `after` calls it. */
  readonly name?: string;
  readonly after: readonly { readonly name: string; readonly location: Location }[];
  /** The services that it jumps; `needs` between them orders the branches. */
  readonly services: readonly string[];
  readonly location: Location;
}

export interface StepNode {
  readonly node: 'step';
  readonly step: StepModel;
}

export interface StepModel {
  readonly id: string;
  readonly kind: 'actions' | 'gate' | 'approve' | 'point' | 'no-return' | 'roll';
  readonly title?: string;
  readonly location: Location;
  readonly actions: readonly ActionModel[];
  readonly unless: readonly Probe[];
  readonly verify: readonly Probe[];
  readonly undo?: readonly ActionModel[];
  readonly irreversible?: string;
  readonly retry?: Retry;
  readonly timeout?: number;
  readonly takes?: number;
  readonly repeatable: boolean;
  readonly window?: string;
  readonly text?: string;
  readonly roll?: RollModel;
  readonly point?: { readonly captures: readonly (CaptureModel & { readonly targets: Targets })[] };
}

export interface ActionModel {
  readonly verb: Verb;
  readonly title: string;
  readonly targets: Targets;
  readonly operation: Operation;
  readonly changes: readonly Change[];
  /** Components that have to be up for it, such as the server of a database. */
  readonly uses: readonly string[];
  /** `declared`: an opaque action that says what it changes, or that it changes nothing. `unknown`: one that says neither. */
  readonly effect: 'known' | 'declared' | 'unknown';
  /** The release whose code has the command. */
  readonly under?: string;
  /** Estimated seconds, where the command is declared with an estimate. */
  readonly takes?: number;
  /** A stop that is meant to last. */
  readonly forGood?: true;
  /** The service whose jump it is part of. */
  readonly service?: string;
  /** In a way back: the component that it has load again what is back below it. Not done where nothing had made it load anything else. */
  readonly refresh?: string;
  /** What takes it back; absent where only a capture can. Empty: nothing has to be done. */
  readonly inverse?: readonly ActionModel[];
  readonly location: Location;
}

export interface LockModel {
  readonly driver: string;
  readonly key: string;
  readonly acquire: ActionModel;
  readonly release: ActionModel;
  /** It lapses so many seconds after its last renewal; `keep` makes it last. */
  readonly lease?: { readonly ttl: number; readonly renew: ActionModel; readonly keep?: ActionModel };
}

export interface RollModel {
  readonly group: string;
  readonly batches: readonly (readonly string[])[];
  readonly pause: number;
  readonly maxFailures: number;
  readonly needed?: Probe;
  readonly lock?: LockModel;
  readonly body: Series;
}
