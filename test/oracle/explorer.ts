import type { Change } from '../../packages/compiler/src/model/action.ts';
import type { ActionModel, Branch, Node, PlanModel, Series, StepModel } from '../../packages/compiler/src/model/plan-model.ts';

/** One action on one host: what the explorer moves. A step without actions, such as a point of no return, is one move that changes nothing. */
export interface Move {
  /** The id of its step; in the body of a roll, of the inner one. */
  readonly step: string;
  readonly model: StepModel;
  /** The id of the step of the plan that it belongs to: of the roll, for its body. */
  readonly outer: string;
  readonly action: ActionModel;
  readonly host: string;
  /** In a roll: the hosts of the batch. */
  readonly batch?: readonly string[];
  /** Moves that have to be over before. */
  readonly after: readonly number[];
}

/** The state of the model. */
export interface State {
  /** By component and host. */
  readonly installed: ReadonlyMap<string, string>;
  /** By component and host; absent: stopped. */
  readonly running: ReadonlyMap<string, string>;
  readonly oldest: ReadonlyMap<string, string>;
  readonly newest: ReadonlyMap<string, string>;
  readonly modes: ReadonlySet<string>;
  readonly drained: ReadonlySet<string>;
}

/** Takes a plan apart into moves, by its nesting alone; knows nothing of the graph that the proofs use. */
export function movesOf(plan: PlanModel): Move[] {
  const moves = movesIn(plan);
  if (moves === undefined) throw new Error('parts of the plan wait for each other in a circle');
  return moves;
}

/** The same; undefined where parallel parts wait for each other in a circle. */
export function movesIn(plan: PlanModel): Move[] | undefined {
  const maker = new MoveMaker(plan);
  maker.place(plan.body, [], undefined);
  return maker.isCircle ? undefined : maker.moves;
}

/** Where a statement stands in a roll. */
interface InRoll {
  readonly outer: string;
  readonly batch: readonly string[];
}

class MoveMaker {
  readonly moves: Move[] = [];
  isCircle = false;
  readonly #plan: PlanModel;

  constructor(plan: PlanModel) {
    this.#plan = plan;
  }

  /** @returns the moves that have to be over for what follows */
  place(node: Node, before: readonly number[], roll: InRoll | undefined): readonly number[] {
    if (node.node === 'step') return this.#step(node.step, before, roll);
    if (node.node === 'series') return node.items.reduce((last, item) => this.place(item, last, roll), before);
    const ends: (readonly number[] | undefined)[] = node.branches.map(() => undefined);
    const left = new Set(node.branches.keys());
    while (left.size > 0) {
      const next = [...left].find((index) => waitsOf(node.branches, index, this.#plan).every((one) => ends[one] !== undefined));
      if (next === undefined) {
        this.isCircle = true;
        return before;
      }
      left.delete(next);
      const waits = waitsOf(node.branches, next, this.#plan);
      ends[next] = this.place((node.branches[next] as Branch).body, waits.length === 0 ? before : [...new Set([...before, ...waits.flatMap((one) => ends[one] ?? [])])], roll);
    }
    return [...new Set(ends.flatMap((end) => end ?? []))];
  }

  #step(model: StepModel, before: readonly number[], roll: InRoll | undefined): readonly number[] {
    let last = before;
    for (const batch of model.roll?.batches ?? []) last = this.place(model.roll?.body as Series, last, { outer: model.id, batch });
    if (model.roll === undefined && model.actions.length === 0) last = [this.#add(model, nothing(model), 'local', last, roll)];
    for (const action of model.actions) last = this.#action(model, action, last, roll);
    return last;
  }

  #action(model: StepModel, action: ActionModel, before: readonly number[], roll: InRoll | undefined): readonly number[] {
    const { targets } = action;
    const all = targets.mode === 'local' ? ['local'] : targets.hosts;
    const inBatch = targets.batch === true && roll !== undefined ? all.filter((host) => roll.batch.includes(host)) : all;
    const hosts = targets.mode === 'first' || targets.mode === 'any' ? inBatch.slice(0, 1) : inBatch;
    let after = before;
    const mine: number[] = [];
    for (const host of hosts) {
      mine.push(this.#add(model, action, host, after, roll));
      if (targets.mode === 'each') after = mine.slice(-1);
    }
    return mine.length > 0 ? mine : before;
  }

  #add(model: StepModel, action: ActionModel, host: string, after: readonly number[], roll: InRoll | undefined): number {
    return this.moves.push({ step: model.id, model, outer: roll?.outer ?? model.id, action, host, after, ...(roll === undefined ? {} : { batch: roll.batch }) }) - 1;
  }
}

/** The branches that one of them waits for, by `after` and by what its services need. */
function waitsOf(branches: readonly Branch[], index: number, { cloud }: PlanModel): number[] {
  const branch = branches[index] as Branch;
  const needed = new Set<string>();
  for (const service of branch.services) for (const one of needsOf(service, cloud)) needed.add(one);
  return [...branches.entries()].flatMap(([number, { name, services }]) => {
    const waits = branch.after.some((after) => after.name === name) || services.some((service) => needed.has(service));
    return number !== index && waits ? [number] : [];
  });
}

/** The services that a service needs, directly or through others. */
export function needsOf(service: string, cloud: PlanModel['cloud']): Set<string> {
  const found = new Set<string>();
  const open = [service];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const need of cloud.services.get(name)?.needs ?? []) if (!found.has(need.service)) open.push(need.service);
    for (const need of cloud.services.get(name)?.needs ?? []) found.add(need.service);
  }
  return found;
}

function nothing({ location }: StepModel): ActionModel {
  return { verb: 'wait', title: 'nothing', targets: { mode: 'local', hosts: [] }, operation: { type: 'wait', seconds: 0 }, changes: [], uses: [], effect: 'known', inverse: [], location };
}

/** Every set of moves that can be over at some time, as bit masks; a plan of too many moves gives undefined. */
export function reachable(moves: readonly Move[]): number[] | undefined {
  if (moves.length > 20) return undefined;
  const needs = moves.map((move) => move.after.reduce((mask, one) => mask | (1 << one), 0));
  const seen = new Set([0]);
  const queue = [0];
  for (const done of queue) {
    for (let move = 0; move < moves.length; move += 1) {
      const bit = 1 << move;
      if ((done & bit) !== 0 || ((needs[move] ?? 0) & ~done) !== 0 || seen.has(done | bit)) continue;
      seen.add(done | bit);
      queue.push(done | bit);
    }
  }
  return queue;
}

/** May a move be under way when these are over? */
export function isEnabled(move: Move, index: number, done: number): boolean {
  return (done & (1 << index)) === 0 && move.after.every((one) => (done & (1 << one)) !== 0);
}

/** The state after a set of moves; moves of the same thing have an order, in which they stand. */
export function stateAfter(plan: PlanModel, moves: readonly Move[], done: number): State {
  const world = new ModelWorld(plan);
  for (const [index, { action, host }] of moves.entries()) if ((done & (1 << index)) !== 0) for (const change of action.changes) world.apply(change, host);
  return world;
}

/** The model as changes go by. What an opaque command rewrites is unknown afterwards. */
export class ModelWorld implements State {
  readonly installed = new Map<string, string>();
  readonly running = new Map<string, string>();
  readonly oldest = new Map<string, string>();
  readonly newest = new Map<string, string>();
  readonly modes = new Set<string>();
  readonly drained = new Set<string>();
  readonly #plan: PlanModel;

  constructor(plan: PlanModel) {
    this.#plan = plan;
    const initial = plan.release?.from ?? '';
    for (const { name, hosts } of plan.cloud.components.values()) {
      for (const host of hosts) {
        this.installed.set(`${name} ${host}`, initial);
        this.running.set(`${name} ${host}`, initial);
      }
    }
    for (const database of plan.cloud.databases.keys()) {
      this.oldest.set(database, initial);
      this.newest.set(database, initial);
    }
  }

  apply(change: Change, host: string): void {
    if (change.kind === 'component') this.#component(change, `${change.name} ${host}`);
    else if (change.kind === 'database' && 'release' in change) this.#database(change.name, change.becomes, change.release);
    else if (change.kind === 'mode' && change.becomes === 'entered') this.modes.add(change.name);
    else if (change.kind === 'mode' && change.becomes === 'left') this.modes.delete(change.name);
    else if (change.kind === 'host' && change.becomes === 'drained') this.drained.add(host);
    else if (change.kind === 'host' && change.becomes === 'returned') this.drained.delete(host);
    else if (change.kind === 'host' && change.becomes === 'rebooted') {
      for (const key of this.running.keys()) if (key.endsWith(` ${host}`)) this.running.set(key, this.installed.get(key) ?? '');
    }
  }

  #component(change: Change, key: string): void {
    if (change.becomes === 'installed') this.installed.set(key, change.release);
    else if (change.becomes === 'rewritten') this.installed.set(key, 'unknown');
    else if (change.becomes === 'stopped') this.running.delete(key);
    else if (change.becomes === 'started' || change.becomes === 'restarted') this.running.set(key, this.installed.get(key) ?? '');
  }

  #database(name: string, becomes: string, release: string): void {
    const isPhased = this.#plan.cloud.databases.get(name)?.phased === true;
    if (becomes === 'expanded') this.newest.set(name, release);
    else if (becomes === 'contracted' || this.newest.get(name) !== release) {
      this.oldest.set(name, release);
      this.newest.set(name, release);
    } else if (!isPhased) this.oldest.set(name, release);
  }
}
