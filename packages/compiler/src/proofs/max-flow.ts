/**
 * Maximum flow by Dinic's algorithm (E. A. Dinic, 1970), without recursion. On networks like those of bipartite matching it takes
 * O(edges · √nodes).
 */
export class FlowNetwork {
  readonly #heads: number[];
  readonly #next: number[] = [];
  readonly #to: number[] = [];
  readonly #capacity: number[] = [];

  /** @param nodes the number of nodes; they are numbered from 0. */
  constructor(nodes: number) {
    this.#heads = Array.from({ length: nodes }, () => -1);
  }

  /** Adds an edge with a capacity. */
  connect(from: number, to: number, capacity: number): void {
    this.#half(from, to, capacity);
    this.#half(to, from, 0);
  }

  #half(from: number, to: number, capacity: number): void {
    this.#to.push(to);
    this.#capacity.push(capacity);
    this.#next.push(this.#heads[from] ?? -1);
    this.#heads[from] = this.#to.length - 1;
  }

  /** Sends as much as can be sent, and returns how much that was. */
  maximize(source: number, sink: number): number {
    let total = 0;
    for (;;) {
      const levels = this.#levels(source);
      if (levels[sink] === -1) return total;
      const edges = Int32Array.from(this.#heads);
      for (let sent = this.#augment(source, sink, levels, edges); sent > 0; sent = this.#augment(source, sink, levels, edges)) total += sent;
    }
  }

  /** The nodes that more could be sent to: one side of a minimum cut. */
  reachable(source: number): boolean[] {
    return Array.from(this.#levels(source), (level) => level !== -1);
  }

  #levels(source: number): Int32Array {
    const levels = new Int32Array(this.#heads.length).fill(-1);
    levels[source] = 0;
    const queue = [source];
    for (const node of queue) {
      for (let edge = this.#heads[node] ?? -1; edge !== -1; edge = this.#next[edge] ?? -1) {
        const to = this.#to[edge] ?? 0;
        if ((this.#capacity[edge] ?? 0) <= 0 || levels[to] !== -1) continue;
        levels[to] = (levels[node] ?? 0) + 1;
        queue.push(to);
      }
    }
    return levels;
  }

  /** Finds one path along rising levels, and sends along it what its narrowest edge takes. */
  #augment(source: number, sink: number, levels: Int32Array, edges: Int32Array): number {
    const path: number[] = [];
    let node = source;
    while (node !== sink) {
      let edge = edges[node] ?? -1;
      while (edge !== -1 && ((this.#capacity[edge] ?? 0) <= 0 || levels[this.#to[edge] ?? 0] !== (levels[node] ?? 0) + 1)) edge = this.#next[edge] ?? -1;
      edges[node] = edge;
      if (edge !== -1) {
        path.push(edge);
        node = this.#to[edge] ?? 0;
        continue;
      }
      const back = path.pop();
      if (back === undefined) return 0;
      // A dead end: the node before tries its next edge.
      node = this.#to[back ^ 1] ?? 0;
      edges[node] = this.#next[back] ?? -1;
    }
    const sent = path.reduce((least, edge) => Math.min(least, this.#capacity[edge] ?? 0), Number.POSITIVE_INFINITY);
    for (const edge of path) {
      this.#capacity[edge] = (this.#capacity[edge] ?? 0) - sent;
      this.#capacity[edge ^ 1] = (this.#capacity[edge ^ 1] ?? 0) + sent;
    }
    return sent;
  }
}
