import type { ActionModel, PlanModel } from '../../packages/compiler/src/model/plan-model.ts';
import { isEnabled, stateAfter, type Move, type State } from './explorer.ts';

const RANK = new Map([['r1', 1], ['r2', 2], ['r3', 3]]);

/** A promise that some order breaks. */
export interface Broken {
  readonly code: string;
  /** What it is about, as the messages say it. */
  readonly about: string;
  /** The ids of the steps that are begun when it is broken: each of the smallest such sets. */
  readonly ways: readonly string[];
}

/** What every order says of a plan: which promises about releases some of them break. */
export function brokenReleases(plan: PlanModel, moves: readonly Move[], masks: readonly number[]): Broken[] {
  const found = new Ways(moves);
  for (const done of masks) {
    const state = stateAfter(plan, moves, done);
    for (const about of skewed(plan, state)) found.add('B0611', about, done);
    for (const about of mismatched(plan, state)) found.add('B0621', about, done);
    for (const [index, move] of moves.entries()) if (move.action.under !== undefined && isEnabled(move, index, done) && lacksCode(plan, state, move)) found.add('B0631', String(move.action.location.start), done, move);
    for (const [index, move] of moves.entries()) if (isEnabled(move, index, done) && isUnderFloor(plan, state, move)) found.add('B0403', String(move.action.location.start), done, move);
    for (const [index, move] of moves.entries()) for (const name of isEnabled(move, index, done) ? serversDown(plan, state, move) : []) found.add('B0642', name, done, move);
  }
  for (const { about, done } of leftOpen(plan, moves, masks)) found.add('B0641', about, done);
  return found.list();
}

/** The ways into bad states, of which the shortest are kept. */
export class Ways {
  readonly #moves: readonly Move[];
  readonly #found = new Map<string, { readonly code: string; readonly about: string; count: number; readonly ways: Set<string> }>();

  constructor(moves: readonly Move[]) {
    this.#moves = moves;
  }

  /** @param also a move that is about to begin */
  add(code: string, about: string, done: number, also?: Move): void {
    const steps = new Set(this.#moves.flatMap(({ outer }, index) => ((done & (1 << index)) === 0 ? [] : [outer])));
    if (also !== undefined) steps.add(also.outer);
    const way = [...steps].sort().join(' ');
    const known = this.#found.get(`${code} ${about}`);
    if (known === undefined || steps.size < known.count) this.#found.set(`${code} ${about}`, { code, about, count: steps.size, ways: new Set([way]) });
    else if (steps.size === known.count) known.ways.add(way);
  }

  list(): Broken[] {
    return [...this.#found.values()].map(({ code, about, ways }) => ({ code, about, ways: [...ways] }));
  }
}

function skewed(plan: PlanModel, state: State): string[] {
  return [...plan.cloud.components.values()].flatMap(({ name, hosts, lags }) => lags.flatMap((lag) => {
    const pairs = hosts.flatMap((host) => (plan.cloud.components.get(lag.component)?.hosts ?? []).map((other) => [state.running.get(`${name} ${host}`), state.running.get(`${lag.component} ${other}`)]));
    const distances = pairs.flatMap(([mine, theirs]) => (mine === undefined || theirs === undefined ? [] : [(RANK.get(theirs) ?? Number.NaN) - (RANK.get(mine) ?? Number.NaN)]));
    return [...(distances.some((distance) => distance > lag.releases) ? [`${name} behind`] : []), ...(distances.some((distance) => distance < 0) ? [`${name} ahead`] : [])];
  }));
}

function mismatched(plan: PlanModel, state: State): string[] {
  return [...plan.cloud.databases.values()].flatMap(({ name, usedBy, tolerates }) => usedBy.filter((user) => plan.cloud.components.get(user)?.hosts.some((host) => {
    const code = RANK.get(state.running.get(`${user} ${host}`) ?? '');
    return code !== undefined && (code < (RANK.get(state.oldest.get(name) ?? '') ?? 0) - tolerates || code > (RANK.get(state.newest.get(name) ?? '') ?? 0));
  })));
}

/** Might a command begin on a host where no component has the release that it needs? */
function lacksCode(plan: PlanModel, state: State, { action, host, batch }: Move): boolean {
  const hosts = action.targets.mode === 'any' ? action.targets.hosts.filter((one) => action.targets.batch !== true || batch?.includes(one)) : [host];
  const names = codeOf(plan, action);
  return hosts.some((one) => !names.some((name) => state.installed.get(`${name} ${one}`) === action.under));
}

/** Does a change of a schema find one that is older than its code can migrate? */
function isUnderFloor({ cloud }: PlanModel, state: State, { action }: Move): boolean {
  return action.changes.some((change) => {
    if (change.kind !== 'database' || !('release' in change)) return false;
    const to = RANK.get(change.release) ?? 0;
    const floors = (cloud.databases.get(change.name)?.floors ?? []).filter(({ code }) => (RANK.get(code) ?? 0) <= to);
    return floors.some(({ schema }) => (RANK.get(state.newest.get(change.name) ?? '') ?? 0) < (RANK.get(schema) ?? 0));
  });
}

/** The servers that an action needs and that are stopped wherever they are. */
function serversDown({ cloud }: PlanModel, state: State, { action }: Move): readonly string[] {
  return action.uses.filter((name) => cloud.components.get(name)?.hosts.every((host) => !state.running.has(`${name} ${host}`)));
}

/** The components that may bring a command: those of the services that it changes something of; else all. */
function codeOf(plan: PlanModel, { changes, service }: ActionModel): readonly string[] {
  const services = new Set([...(service === undefined ? [] : [service]), ...changes.flatMap((change) => ('name' in change && change.name.includes('.') ? [change.name.split('.')[0] ?? ''] : []))]);
  const named = [...plan.cloud.components.values()].filter((component) => services.has(component.service)).map(({ name }) => name);
  return named.length > 0 ? named : [...plan.cloud.components.keys()];
}

/** What a plan opens and no order closes again: sets of moves at which it is open and stays so whatever follows. */
function leftOpen(plan: PlanModel, moves: readonly Move[], masks: readonly number[]): { readonly about: string; readonly done: number }[] {
  const open = new Map(masks.map((done) => [done, new Set(openIn(plan, stateAfter(plan, moves, done)))]));
  return [...open.get(masks.at(-1) ?? 0) ?? []].flatMap((thing) => masks.flatMap((done) => {
    const stays = open.get(done)?.has(thing) === true && masks.every((later) => (later & done) !== done || open.get(later)?.has(thing) === true);
    return stays ? [{ about: thing.replace(/ on \w+$/, ''), done }] : [];
  }));
}

/** Modes, components and hosts that are not as before the plan. */
export function openIn(plan: PlanModel, state: State): string[] {
  return [
    ...[...state.modes].map((mode) => `mode ${mode}`),
    ...[...plan.cloud.components.values()].flatMap(({ name, hosts }) => hosts.flatMap((host) => (state.running.has(`${name} ${host}`) ? [] : [`${name} on ${host}`]))),
    ...[...state.drained].map((host) => `drained hosts on ${host}`),
  ];
}
