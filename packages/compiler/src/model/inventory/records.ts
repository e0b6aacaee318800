import type { OpaqueReason } from './variable-value.ts';

/** A variable as it was set; where it has no usable value, with its line. */
export type StoredValue = string | { readonly opaque: OpaqueReason; readonly line: number };

export interface GroupRecord {
  readonly name: string;
  readonly hosts: Set<string>;
  /** Name of the child → line on which it was named. */
  readonly children: Map<string, number>;
  readonly variables: Map<string, StoredValue>;
  /** `ansible_group_priority`: among groups of the same depth the higher wins. */
  priority: number;
}

export interface HostRecord {
  readonly groups: Set<string>;
  readonly variables: Map<string, StoredValue>;
}
