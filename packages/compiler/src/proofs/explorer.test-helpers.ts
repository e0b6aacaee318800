import type { GraphStep, PlanGraph } from '../graph/plan-graph.ts';
import type { Component } from '../model/model.ts';
import type { ActionModel, StepModel } from '../model/plan-model.ts';

/** The begin or the end of an action on a host, or of a pause. */
interface Move {
  /** Numbers of the moves that have to be made before. */
  readonly after: readonly number[];
  /** The execution of a step that it belongs to; each batch of a roll executes the steps of the body anew. */
  readonly execution: Execution;
  readonly begins: boolean;
  readonly host?: string;
  readonly action?: ActionModel;
}

export interface Execution {
  readonly step: StepModel;
  readonly takes: number;
  readonly moves: number[];
  /** Set in a roll. */
  readonly roll?: { readonly step: StepModel; readonly batch: number };
}

/** What a run has come to. */
export interface Reached {
  /** The moves that were made: bit i is move i. */
  readonly made: number;
  readonly away: ReadonlySet<string>;
  /** Hosts of earlier batches that would be away, had they failed; by roll. */
  readonly fallible: ReadonlyMap<StepModel, ReadonlySet<string>>;
}

/** More moves than this take too long to explore. */
const MOST_MOVES = 26;
const MOST_STATES = 60_000;

/**
 * Runs a small plan in every order that there is, move by move, as `events.ts` says that plans run; a run may end anywhere. It shares nothing with the proofs but the edges of
 * the graph.
 *
 * @returns every state that can be reached; undefined where there are too many
 */
export class Explorer {
  readonly moves: Move[] = [];
  readonly executions: Execution[] = [];
  readonly #effectOf: (action: ActionModel) => Effect | undefined;
  readonly #rolls: { readonly step: StepModel; readonly batches: readonly (readonly number[])[]; readonly repeated: ReadonlySet<string> }[] = [];

  constructor(graph: PlanGraph, effectOf: (action: ActionModel) => Effect | undefined) {
    this.#effectOf = effectOf;
    this.#addGraph(graph, [], undefined);
  }

  #addGraph(graph: PlanGraph, before: readonly number[], roll: Execution['roll']): number[] {
    const ends: (readonly number[])[] = [];
    for (const [index, node] of graph.steps.entries()) {
      const after = node.after.length === 0 ? before : node.after.flatMap((one) => ends[one] ?? []);
      ends[index] = node.step === undefined ? after : this.#addStep(node.step, node, after, roll);
    }
    const followed = new Set(graph.steps.flatMap((one) => one.after));
    const last = graph.steps.flatMap((_, index) => (followed.has(index) ? [] : ends[index] ?? []));
    return graph.steps.length === 0 ? [...before] : [...new Set(last)];
  }

  #addStep(step: StepModel, node: GraphStep, after: readonly number[], roll: Execution['roll']): readonly number[] {
    if (step.roll !== undefined && node.body !== undefined) return this.#addRoll(step, node.body, after);
    const execution = this.#execution(step, step.takes ?? 0, roll);
    let last = after;
    for (const action of step.actions) last = this.#addAction(action, execution, last);
    return execution.moves.length > 0 || execution.takes === 0 ? last : this.#addPair(execution, after);
  }

  #execution(step: StepModel, takes: number, roll: Execution['roll']): Execution {
    const execution = { step, takes, moves: [], ...(roll === undefined ? {} : { roll }) };
    this.executions.push(execution);
    return execution;
  }

  #addPair(execution: Execution, after: readonly number[]): number[] {
    const begin = this.#move({ after, execution, begins: true });
    return [this.#move({ after: [begin], execution, begins: false })];
  }

  #addAction(action: ActionModel, execution: Execution, after: readonly number[]): readonly number[] {
    const { mode, hosts: named, batch } = action.targets;
    const members = batch === true && execution.roll !== undefined ? (execution.roll.step.roll?.batches[execution.roll.batch] ?? []).filter((host) => named.includes(host)) : named;
    const hosts = mode === 'any' || mode === 'first' ? members.slice(0, 1) : members;
    // What changes nothing here need not be told apart by host.
    if (hosts.length === 0) return after;
    if (this.#effectOf(action) === undefined) return this.#addPair(execution, after);
    let last = after;
    const ends: number[] = [];
    for (const host of hosts) {
      const begin = this.#move({ after: last, execution, begins: true, host, action });
      const end = this.#move({ after: [begin], execution, begins: false, host, action });
      ends.push(end);
      if (mode === 'each') last = [end];
    }
    return mode === 'each' ? last : ends;
  }

  #addRoll(step: StepModel, body: PlanGraph, after: readonly number[]): readonly number[] {
    let last = after;
    const batches: number[][] = [];
    for (const batch of (step.roll?.batches ?? []).keys()) {
      if (batch > 0 && step.roll !== undefined && step.roll.pause > 0) last = this.#addPair(this.#execution(step, step.roll.pause, undefined), last);
      const first = this.moves.length;
      last = this.#addGraph(body, last, { step, batch });
      batches.push(Array.from({ length: this.moves.length - first }, (_, index) => first + index));
    }
    const repeated = new Set(body.steps.flatMap((one) => one.step?.actions ?? []).filter((action) => action.targets.batch !== true && this.#effectOf(action) !== undefined)
      .flatMap(({ targets }) => (targets.mode === 'any' || targets.mode === 'first' ? targets.hosts.slice(0, 1) : targets.hosts)));
    this.#rolls.push({ step, batches, repeated });
    return last;
  }

  #move(move: Move): number {
    const number = this.moves.push(move) - 1;
    move.execution.moves.push(number);
    return number;
  }

  /** Every state, with those that one move leads to. */
  explore(): Map<string, { readonly state: Reached; readonly next: string[] }> | undefined {
    if (this.moves.length > MOST_MOVES) return undefined;
    const after = this.moves.map((move) => move.after.reduce((mask, one) => mask | (1 << one), 0));
    const start: Reached = { made: 0, away: new Set(), fallible: new Map() };
    const found = new Map([[keyOf(start), { state: start, next: [] as string[] }]]);
    for (const { state, next } of found.values()) {
      for (const [number, move] of this.moves.entries()) {
        const bit = 1 << number;
        if ((state.made & bit) !== 0 || (state.made & (after[number] ?? 0)) !== (after[number] ?? 0)) continue;
        const reached = this.#make(state, move, bit);
        const key = keyOf(reached);
        if (!found.has(key)) found.set(key, { state: reached, next: [] });
        next.push(key);
      }
      if (found.size > MOST_STATES) return undefined;
    }
    return found;
  }

  #make(state: Reached, move: Move, bit: number): Reached {
    const made = state.made | bit;
    const effect = move.action === undefined ? undefined : this.#effectOf(move.action);
    if (effect === undefined || move.host === undefined) return { ...state, made };
    const { host } = move;
    const away = new Set(state.away);
    let { fallible } = state;
    if (move.begins && effect !== 'back') {
      if (!away.has(host) && move.execution.roll !== undefined && move.action?.targets.batch === true) fallible = withHost(fallible, move.execution.roll.step, host);
      away.add(host);
    } else if (!move.begins && effect !== 'away' && !(effect === 'passing' && this.#wasAway(state, move))) away.delete(host);
    return { made, away, fallible };
  }

  /** Was it away on the host before the action of this move began? Then a stop came before that was not taken back. */
  #wasAway(state: Reached, end: Move): boolean {
    const number = this.moves.indexOf(end);
    let away = false;
    for (const [index, move] of this.moves.entries()) {
      // On each host there is an order; the number of a move is a place in it.
      if (index >= number - 1 || move.host !== end.host || (state.made & (1 << index)) === 0 || move.action === undefined) continue;
      const effect = this.#effectOf(move.action);
      if (effect === 'away' && move.begins) away = true;
      if ((effect === 'back' || effect === 'renewed') && !move.begins) away = false;
    }
    return away;
  }

  /** Hosts that stay away in this state if they failed in their batch, by roll; only while the roll goes on. */
  fallibleIn(state: Reached): { readonly most: number; readonly hosts: readonly string[] }[] {
    return this.#rolls.flatMap(({ step, batches, repeated }) => {
      const current = batches.findIndex((moves) => moves.some((move) => (state.made & (1 << move)) === 0));
      const roll = step.roll;
      if (current < 1 || roll === undefined) return [];
      const earlier = new Set(roll.batches.slice(0, current).flat());
      return [{ most: roll.maxFailures, hosts: [...(state.fallible.get(step) ?? [])].filter((host) => earlier.has(host) && !repeated.has(host) && !state.away.has(host)) }];
    });
  }

  hasBegun(execution: Execution, state: Reached): boolean {
    return execution.moves.some((move) => (state.made & (1 << move)) !== 0);
  }

  hasEnded(execution: Execution, state: Reached): boolean {
    return execution.moves.every((move) => (state.made & (1 << move)) !== 0);
  }
}

export type Effect = 'away' | 'back' | 'passing' | 'renewed';

export function componentEffect(component: Component): (action: ActionModel) => Effect | undefined {
  const effects: Readonly<Record<string, Effect>> = { stop: 'away', start: 'back', restart: 'renewed', reboot: 'passing' };
  return ({ verb, changes }) => (changes.some((change) => change.kind === 'host' || (change.kind === 'component' && change.name === component.name)) ? effects[verb] : undefined);
}

export function hostEffect({ verb }: ActionModel): Effect | undefined {
  const effects: Readonly<Record<string, Effect>> = { drain: 'away', return: 'back', reboot: 'passing' };
  return effects[verb];
}

function keyOf({ made, away, fallible }: Reached): string {
  return `${made} ${[...away].sort().join('')} ${[...fallible].map(([step, hosts]) => `${step.id}:${[...hosts].sort().join('')}`).sort().join(' ')}`;
}

function withHost(fallible: Reached['fallible'], step: StepModel, host: string): Reached['fallible'] {
  return new Map([...fallible, [step, new Set([...(fallible.get(step) ?? []), host])]]);
}
