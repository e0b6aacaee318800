import type { Location } from '../text/source.ts';
import type { Connection, Operation, Probe, Secret } from './action.ts';
import type { OpaqueReason } from './inventory/variable-value.ts';

/** What the sources declare, with every name resolved. Plans are bound on demand, since a plan may be tried on several clouds. */
export interface Cloud {
  readonly name: string;
  readonly title?: string;
  readonly location: Location;
  readonly hosts: ReadonlyMap<string, HostModel>;
  readonly groups: ReadonlyMap<string, Group>;
  readonly services: ReadonlyMap<string, Service>;
  /** By dotted name: `nova.api`. */
  readonly components: ReadonlyMap<string, Component>;
  /** By dotted name: `nova.main`. */
  readonly databases: ReadonlyMap<string, Database>;
  readonly keeps: readonly Keep[];
}

export interface HostModel {
  readonly name: string;
  readonly connection: Connection;
  readonly variables: Readonly<Record<string, string>>;
  /** Variables of the inventory that are left out, and why. */
  readonly opaque?: Readonly<Record<string, OpaqueReason>>;
}

export interface Group {
  readonly name: string;
  readonly location: Location;
  /** In inventory order, then as written. */
  readonly hosts: readonly string[];
  /** How many hosts may be drained at the same time. */
  readonly spare?: number;
  /** The same, exactly: which hosts stand in for which. */
  readonly room?: Room;
  readonly zones: readonly { readonly name: string; readonly hosts: readonly string[] }[];
}

/**
 * How many hosts of a group may be out of service at the same time. A share counts in each zone for itself, because guests move only inside theirs; hosts
 * without a zone count as one more. A number is for the whole group.
 */
export interface Room {
  readonly location: Location;
  /** No host is in two of them. */
  readonly pools: readonly Pool[];
}

export interface Pool {
  readonly zone?: string;
  readonly hosts: readonly string[];
  /** So many of the hosts may be away. */
  readonly most: number;
}

export interface Service {
  readonly name: string;
  readonly title?: string;
  readonly location: Location;
  readonly needs: readonly { readonly service: string; readonly location: Location }[];
  /** Dotted names. */
  readonly components: readonly string[];
  readonly databases: readonly string[];
}

export interface Component {
  /** Dotted: `nova.api`. */
  readonly name: string;
  readonly service: string;
  readonly location: Location;
  readonly hosts: readonly string[];
  /** Where it runs is not known, which is reported where it is declared: that it runs nowhere follows from that. */
  readonly isUnplaced?: true;
  readonly unit?: string;
  readonly package?: string;
  readonly healthy: readonly Probe[];
  readonly lags: readonly { readonly component: string; readonly releases: number; readonly location: Location }[];
}

export interface Database {
  /** Dotted: `nova.main`. */
  readonly name: string;
  readonly service: string;
  readonly location: Location;
  /** The name that the server knows it by. */
  readonly database: string;
  /** The component that serves it. */
  readonly server?: string;
  /** Has it an `expand`, a `contract` of its own? Then a jump is complete only after the contract. */
  readonly phased: boolean;
  /** Components whose code works on it, dotted. */
  readonly usedBy: readonly string[];
  /** How many releases behind the schema the code may be that works on it. */
  readonly tolerates: number;
  /** The oldest schema that the code of a release, and of those after it, can migrate. */
  readonly floors: readonly { readonly schema: string; readonly code: string; readonly location: Location }[];
}

export type Keep =
  | { readonly kind: 'instances'; readonly component: string; readonly count: number; readonly location: Location }
  | { readonly kind: 'available'; readonly component: string; /** Seconds. */ readonly budget: number; readonly location: Location };

export interface Train {
  readonly name: string;
  readonly location?: Location;
  /** The oldest first. */
  readonly releases: readonly { readonly name: string; readonly slurp: boolean }[];
}

export interface NamedSecret extends Secret {
  readonly location: Location;
}

/** What a rollback point saves of one resource, and how it brings it back. */
export interface CaptureModel {
  readonly resource: string;
  readonly kind: 'database' | 'file' | 'component';
  readonly hosts: readonly string[];
  readonly save: Operation;
  readonly verify?: Operation;
  readonly restore: Operation;
}
