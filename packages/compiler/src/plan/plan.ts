/**
 * The JSON plan, `belay.plan/1`: the one form that every emitter reads. It is complete: whoever holds it
 * needs neither the sources nor the inventory. `plan.schema.json` is its published schema; this file is the
 * same shape for TypeScript.
 */

import type {
  Change, Connection, Operation, Probe, Retry, Secret, ShellOperation, Source, Targets, Verb,
} from '../model/action.ts';
import type { Reach } from '../proofs/way-back/reach.ts';
import type { Restore } from '../proofs/way-back/restores.ts';

export type { Reach, Restore };
export type {
  Change, CommandOptions, Connection, HttpOperation, Operation, Probe, PutOperation, RebootOperation, Retry, ScriptOperation, Secret,
  ShellOperation, Source, Targets, Template, Verb, WaitOperation,
} from '../model/action.ts';

export const PLAN_FORMAT = 'belay.plan/1';

export interface Plan {
  readonly format: typeof PLAN_FORMAT;
  readonly name: string;
  readonly title?: string;
  /** `sha256:` and 64 hex digits over what is executed; titles, sources, estimates, groups of hosts, windows, waves and proofs are left out. */
  readonly digest: string;
  readonly cloud: { readonly name: string; readonly title?: string };
  readonly release?: ReleaseJump;
  /** Every host that the plan reaches, sorted by name. `local`, the machine that runs the plan, is not listed. */
  readonly hosts: readonly Host[];
  readonly secrets: readonly Secret[];
  /** Contents that the plan carries (`put`, `script`). */
  readonly files: readonly PlanFile[];
  readonly components: readonly PlanComponent[];
  readonly databases: readonly PlanDatabase[];
  readonly modes: readonly PlanMode[];
  /** In a topological order: a step stands after everything in its `after`. */
  readonly steps: readonly Step[];
  readonly points: readonly RollbackPoint[];
  readonly refreshes: readonly Refresh[];
  readonly windows: readonly PlanWindow[];
  readonly waves: readonly Wave[];
  readonly proofs: ProofTable;
}

/** What was proven of the plan, over every order of its steps. */
export interface ProofTable {
  /** Over how many orders, as people say it: `about 10^12 orders`. */
  readonly orders: string;
  readonly rows: readonly ProofRow[];
}

/** One promise, and how near the plan comes to breaking it. */
export interface ProofRow {
  /** Of the rule: `B0601`. */
  readonly code: string;
  /** Its name: `too-many-down`. */
  readonly rule: string;
  /** What it is about: `mariadb.server`. */
  readonly about: string;
  /** False only where a warning was accepted. */
  readonly holds: boolean;
  /** The closest call: `1 of 3 down at most, 1 allowed`. */
  readonly closest: string;
  /** Id of the step at which that is. */
  readonly step?: string;
}

export interface ReleaseJump {
  readonly train: string;
  readonly from: string;
  readonly to: string;
  readonly skipping: readonly string[];
}

export interface Host {
  readonly name: string;
  readonly groups: readonly string[];
  readonly connection: Connection;
  /** Host variables that some command uses; exported to it as `BELAY_VAR_<NAME>`. */
  readonly variables?: Readonly<Record<string, string>>;
}

export interface PlanFile {
  readonly id: string;
  /** The path in the workspace, for people. */
  readonly path: string;
  readonly encoding: 'utf8' | 'base64';
  readonly content: string;
}

export interface PlanComponent {
  readonly name: string;
  readonly unit?: string;
  readonly package?: string;
  readonly hosts: readonly string[];
  /** How to ask whether it works. A rollback asks it of what it has touched and left running. Absent if nothing says how. */
  readonly healthy?: readonly Probe[];
}

export interface PlanDatabase {
  readonly name: string;
  /** The name that the database server knows it by. */
  readonly database?: string;
  /** The component that serves it, such as `mariadb.server`. */
  readonly server?: string;
}

export interface PlanMode {
  readonly name: string;
  readonly title?: string;
}

/** What a step is to the one who runs it. */
export type StepKind =
  | 'actions'
  /** Checks that have to pass; changes nothing. */
  | 'gate'
  /** Waits for a person's yes. */
  | 'approve'
  /** A rollback point: saves and verifies. */
  | 'point'
  /** From here on the way is forward only. */
  | 'no-return'
  /** A body that runs batch by batch. */
  | 'roll'
  /** Does nothing; keeps the number of edges small between two wide parallel parts. */
  | 'join';

export interface Step {
  /** Unique in the plan, and stable; containers are separated by slashes: `nova/flavors`. */
  readonly id: string;
  readonly kind: StepKind;
  readonly title?: string;
  /** Ids of the steps that have to be complete before this one starts. Inside a roll: steps of the same body. */
  readonly after: readonly string[];
  readonly source: Source;
  /** Run one after the other. */
  readonly actions: readonly Action[];
  /** The step is skipped, and counts as done, if this exits 0 on each of its targets (asked before each attempt). */
  readonly unless?: readonly Probe[];
  /** Run after the actions; the step fails if one does. */
  readonly verify?: readonly Probe[];
  /**
   * What takes the step back as a whole; it replaces the ways back of its actions. Empty: nothing is to be done. What has the targets of an action of the step runs on
   * each of these hosts on which the step ran or may have run, anything else on its own targets.
   */
  readonly undo?: readonly Action[];
  /** Captures that are restored when a rollback passes this step, after its own way back. Steps in the body of a roll have none: the roll has. */
  readonly restores?: readonly Restore[];
  /** Seconds that one attempt at the whole step may take. */
  readonly timeout?: number;
  readonly retry?: Retry;
  /** Estimated seconds. */
  readonly takes?: number;
  readonly repeat: Repeat;
  readonly window?: string;
  /**
   * Here the plan may rest: when this step and all above it are done, and none below it has begun, every `keep` holds and nothing is open: no mode
   * entered, no host drained, no component stopped that is to start again. Only on steps of the plan itself, not inside rolls.
   */
  readonly safeStop?: true;
  /** How far a rollback can go once the step has begun; absent where the way is forward only. Not on joins, nor on steps inside rolls: the roll has it. */
  readonly reach?: Reach;
  /** Why the step can't be taken back; set behind a point of no return only. */
  readonly irreversible?: string;
  /** For `approve`: what is asked; for `no-return`: why. */
  readonly text?: string;
  readonly roll?: Roll;
}

/**
 * May a step that failed, or was running when the program died, be run again?
 * `safe`: yes. `ask`: only a person can tell. `restore`: no (a schema change may be half applied); roll back first.
 */
export type Repeat = 'safe' | 'ask' | 'restore';

export interface Action {
  readonly verb: Verb;
  /** One line for people, such as `stop nova.api`. */
  readonly title: string;
  readonly targets: Targets;
  readonly operation: Operation;
  /** What it does to the state of the model. Empty: it changes nothing. */
  readonly changes: readonly Change[];
  /**
   * In the way back of an install: it has this component run what is installed again. Only on hosts on which something that the rollback takes back, later in the
   * plan, had started, stopped, restarted or reloaded the component, or rebooted the host.
   */
  readonly refresh?: string;
  readonly back: WayBack;
}

/**
 * How an action is taken back. The actions of an inverse run on their own targets, but of the hosts of the action only on those where it ran or may
 * have run.
 */
export type WayBack =
  | { readonly by: 'nothing' }
  /** A restore (see `Step.restores`) or the undo of a step takes care of it. */
  | { readonly by: 'restore' }
  | { readonly by: 'inverse'; readonly actions: readonly Action[] }
  | { readonly by: 'none'; readonly why: string };

export interface RollbackPoint {
  /** Also the id of its step. */
  readonly id: string;
  readonly title?: string;
  readonly captures: readonly Capture[];
}

export interface Capture {
  /** `nova.main`, or an absolute path. */
  readonly resource: string;
  readonly kind: 'database' | 'file' | 'component';
  readonly targets: Targets;
  readonly restore: ShellOperation;
}

/**
 * How a component loads again what a rollback has brought back below it: a file on a host counts for each component of the host, and the rewriting of a component for that
 * component. It is done on a host where something that the rollback takes back, behind that change, had the component load anything or rebooted the
 * host, unless the component was down when the change was made; once, when the last of these things is back.
 */
export interface Refresh {
  readonly component: string;
  /** `reload`: where no more was done to the component than to reload it, or where there is no `restart` for the host. */
  readonly by: 'restart' | 'reload';
  /** One after the other, each only on those of its hosts where it is due; with `batch` one host at a time, unless it is due for a batch of a roll. */
  readonly actions: readonly Action[];
}

export interface Roll {
  readonly group: string;
  /** Host names, batch by batch; the canaries are the first batch. */
  readonly batches: readonly (readonly string[])[];
  /** Seconds between two batches. */
  readonly pause: number;
  /** Hosts that may fail before the roll stops. A failed host leaves the rest of its batch's body. */
  readonly maxFailures: number;
  /** Exit 0: the host needs the body. Asked before the lock is taken and again after. Without it every host does. */
  readonly needed?: Probe;
  readonly lock?: Lock;
  /** The body, in a topological order; its targets have `batch` set where they are hosts of the roll. */
  readonly steps: readonly Step[];
}

/** Taken for each batch that has a host in need, released when the whole body went well, kept after a failure. */
export interface Lock {
  readonly driver: string;
  readonly key: string;
  readonly acquire: Action;
  readonly release: Action;
  /** Where the lock lapses if nobody renews it. */
  readonly lease?: Lease;
}

/** A lock that is renewed while the run lives, and that lapses when it has died. */
export interface Lease {
  /** Whole seconds after the last renewal. */
  readonly ttl: number;
  /** Done where the lock was taken; with the mode `any`, on another of its hosts if that does not answer. Exit 3: the lock is not held any more. */
  readonly renew: Action;
  /** Makes the lock last, until it is acquired again or released; for a run that stops while it holds the lock. */
  readonly keep?: Action;
}

export interface PlanWindow {
  readonly name: string;
  readonly title?: string;
  readonly days: readonly string[];
  /** `22:00`. */
  readonly at: string;
  /** Seconds. */
  readonly length: number;
  readonly zone: string;
}

export interface Wave {
  readonly clouds: readonly string[];
  /** Seconds to wait after the wave before the next may start. */
  readonly soak: number;
}
