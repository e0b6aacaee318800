import type { Change } from '../../packages/compiler/src/model/action.ts';
import type { ActionModel, Node, PlanModel, StepModel } from '../../packages/compiler/src/model/plan-model.ts';

/** One action on one host: what the explorer moves. */
export interface Move {
  readonly step: string;
  readonly action: ActionModel;
  readonly host: string;
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
}

/** Takes a plan apart into moves, by its nesting alone; knows nothing of the graph that the proofs use. */
export function movesOf(plan: PlanModel): Move[] {
  const moves: { step: string; action: ActionModel; host: string; after: number[] }[] = [];

  function place(node: Node, before: readonly number[], batch: readonly string[] | undefined): number[] {
    if (node.node === 'step') return step(node.step, before, batch);
    if (node.node === 'series') {
      let last = [...before];
      for (const item of node.items) last = place(item, last, batch);
      return last;
    }
    const ends = node.branches.map((branch) => place(branch.body, before, batch));
    return [...new Set(ends.flat())];
  }

  function step(model: StepModel, before: readonly number[], batch: readonly string[] | undefined): number[] {
    let last = [...before];
    for (const part of model.roll?.batches ?? []) last = place(model.roll?.body ?? { node: 'series', items: [], location: model.location }, last, part);
    for (const action of model.actions) {
      const { targets } = action;
      const all = targets.mode === 'local' ? ['local'] : targets.hosts;
      const inBatch = targets.batch === true && batch !== undefined ? all.filter((host) => batch.includes(host)) : all;
      const hosts = targets.mode === 'first' || targets.mode === 'any' ? inBatch.slice(0, 1) : inBatch;
      let after = last;
      const mine: number[] = [];
      for (const host of hosts) {
        moves.push({ step: model.id, action, host, after: [...after] });
        mine.push(moves.length - 1);
        if (targets.mode === 'each') after = [moves.length - 1];
      }
      if (mine.length > 0) last = mine;
    }
    return last;
  }

  place(plan.body, [], undefined);
  return moves;
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
  const initial = plan.release?.from ?? '';
  const installed = new Map<string, string>();
  const running = new Map<string, string>();
  const oldest = new Map<string, string>();
  const newest = new Map<string, string>();
  const modes = new Set<string>();
  for (const component of plan.cloud.components.values()) {
    for (const host of component.hosts) {
      installed.set(`${component.name} ${host}`, initial);
      running.set(`${component.name} ${host}`, initial);
    }
  }
  for (const database of plan.cloud.databases.keys()) {
    oldest.set(database, initial);
    newest.set(database, initial);
  }
  const apply = (change: Change, host: string): void => {
    if (change.kind === 'component') {
      const key = `${change.name} ${host}`;
      if (change.becomes === 'installed') installed.set(key, change.release);
      else if (change.becomes === 'stopped') running.delete(key);
      else if (change.becomes === 'started' || change.becomes === 'restarted') running.set(key, installed.get(key) ?? '');
    } else if (change.kind === 'database' && 'release' in change) {
      const phased = plan.cloud.databases.get(change.name)?.phased === true;
      if (change.becomes === 'expanded') newest.set(change.name, change.release);
      else if (change.becomes === 'contracted' || newest.get(change.name) !== change.release) {
        oldest.set(change.name, change.release);
        newest.set(change.name, change.release);
      } else if (!phased) oldest.set(change.name, change.release);
    } else if (change.kind === 'mode') {
      if (change.becomes === 'entered') modes.add(change.name);
      else modes.delete(change.name);
    }
  };
  for (const [index, move] of moves.entries()) {
    if ((done & (1 << index)) !== 0) for (const change of move.action.changes) apply(change, move.host);
  }
  return { installed, running, oldest, newest, modes };
}
