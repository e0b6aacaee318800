/** More members than this that wait for each other are refused: the table has a bit for each pair. */
export const MOST_LINKED = 20_000;

/** Which members of a small directed graph without cycles come before which others. */
export interface Reachability {
  /** Whether there is a path from the first to the second. */
  before(first: number, second: number): boolean;
  /** Those of the members that come before none of the others: what is left to wait for. */
  last(members: readonly number[]): readonly number[];
}

/**
 * Makes the table of what comes before what. Members without edges cost nothing.
 *
 * @param order the members in a topological order
 * @param before for each member those right before it
 * @returns undefined where more than {@link MOST_LINKED} members have edges
 */
export function reachabilityOf(order: readonly number[], before: readonly (readonly number[])[]): Reachability | undefined {
  const columns = new Map<number, number>();
  for (const member of order) {
    const own = before[member] ?? [];
    if (own.length === 0) continue;
    for (const one of [...own, member]) if (!columns.has(one)) columns.set(one, columns.size);
    if (columns.size > MOST_LINKED) return undefined;
  }
  const rows = new Map<number, Uint32Array>();
  const unite = (members: readonly number[]): Uint32Array => {
    const row = new Uint32Array((columns.size + 31) >> 5);
    for (const member of members) {
      const earlier = rows.get(member);
      if (earlier !== undefined) for (let word = 0; word < row.length; word += 1) row[word] = (row[word] ?? 0) | (earlier[word] ?? 0);
    }
    return row;
  };
  const has = (row: Uint32Array | undefined, member: number): boolean => {
    const column = columns.get(member);
    return row !== undefined && column !== undefined && ((row[column >> 5] ?? 0) & (1 << (column & 31))) !== 0;
  };
  for (const member of order) {
    const own = before[member] ?? [];
    if (own.length === 0) continue;
    const row = unite(own);
    for (const one of own) {
      const column = columns.get(one) ?? 0;
      row[column >> 5] = (row[column >> 5] ?? 0) | (1 << (column & 31));
    }
    rows.set(member, row);
  }
  return {
    before: (first, second) => has(rows.get(second), first),
    last(members) {
      if (members.length < 2) return members;
      const covered = unite(members);
      return members.filter((member) => !has(covered, member));
    },
  };
}
