/** Values by key, in their order. */
export function grouped<K, V>(values: Iterable<V>, keyOf: (value: V) => K): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const value of values) {
    const key = keyOf(value);
    const same = groups.get(key);
    if (same === undefined) groups.set(key, [value]);
    else same.push(value);
  }
  return groups;
}
