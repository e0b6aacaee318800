/**
 * Orders nodes so that each stands after those before it, the smallest number first (Kahn's algorithm), or finds a cycle. Neither recurses: chains of any length work.
 *
 * @param before for each node the nodes that come before it
 * @returns the order, and where there is one a shortest-looking cycle: each member waits for the next.
 */
export function findCycle(before: readonly (readonly number[])[]): { order: number[]; cycle?: number[] } {
  const waiting = before.map((one) => one.length);
  const followers: number[][] = before.map(() => []);
  for (const [index, one] of before.entries()) for (const earlier of one) followers[earlier]?.push(index);
  const ready = new MinHeap();
  for (const [index, count] of waiting.entries()) if (count === 0) ready.push(index);
  const order: number[] = [];
  for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
    order.push(next);
    for (const follower of followers[next] ?? []) {
      waiting[follower] = (waiting[follower] ?? 0) - 1;
      if (waiting[follower] === 0) ready.push(follower);
    }
  }
  if (order.length === before.length) return { order };
  // Every node left waits for one that is left: following those leads around a cycle.
  const placed = new Set(order);
  const seen = new Map<number, number>();
  const path: number[] = [];
  let node = before.findIndex((_, index) => !placed.has(index));
  while (!seen.has(node)) {
    seen.set(node, path.length);
    path.push(node);
    node = before[node]?.find((one) => !placed.has(one)) ?? node;
  }
  return { order, cycle: path.slice(seen.get(node)) };
}

/** A binary heap of numbers, the smallest first. */
class MinHeap {
  readonly #values: number[] = [];

  push(value: number): void {
    const values = this.#values;
    let at = values.push(value) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((values[parent] as number) <= value) break;
      values[at] = values[parent] as number;
      at = parent;
    }
    values[at] = value;
  }

  pop(): number | undefined {
    const values = this.#values;
    const first = values[0];
    const last = values.pop();
    if (first === undefined || last === undefined || values.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= values.length) break;
      if (child + 1 < values.length && (values[child + 1] as number) < (values[child] as number)) child += 1;
      if ((values[child] as number) >= last) break;
      values[at] = values[child] as number;
      at = child;
    }
    values[at] = last;
    return first;
  }
}
