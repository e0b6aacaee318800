import type { Change } from '../../packages/compiler/src/model/action.ts';
import type { ActionModel, Node, PlanModel } from '../../packages/compiler/src/model/plan-model.ts';
import { isEnabled, ModelWorld, needsOf, type Move } from './explorer.ts';
import { openIn } from './release-verdicts.ts';

/** A jump, with the moves of its steps. */
interface Jump {
  readonly service: string;
  readonly leaving: readonly string[];
  readonly stopped: boolean;
  readonly moves: readonly number[];
}

/** What every order says of a plan: which rules about jumps, order and the way back some of them break, each with what it is about. */
export function brokenJumps(plan: PlanModel, moves: readonly Move[], masks: readonly number[]): Set<string> {
  const found = new Set<string>();
  const jumps = jumpsIn(plan.body, moves);
  for (const jump of jumps) if (masks.some((done) => endsAt(jump, moves, done) && lacks(plan, moves, done, jump))) found.add(`B0402 ${jump.service}`);
  for (const pair of earlyPairs(plan, moves, masks, jumps)) found.add(`B0411 ${pair}`);
  if (hasConflict(plan, moves, masks)) found.add('B0414');
  if (repeats(moves)) found.add('B0415');
  const isDone = (done: number, kind: string): boolean => moves.some((move, index) => move.model.kind === kind && (done & (1 << index)) !== 0);
  for (const done of masks) {
    if (isDone(done, 'no-return') && !isDone(done, 'approve')) found.add('B0503');
    // A run that is past a point of no return goes forward only.
    if (isDone(done, 'no-return')) continue;
    if (!comesBack(moves, done)) found.add('B0502');
    else if (openAfterRollback(plan, moves, done).length > 0) found.add('left open by a rollback');
  }
  return found;
}

function jumpsIn(node: Node, moves: readonly Move[]): Jump[] {
  if (node.node === 'step') return [];
  const children = node.node === 'series' ? node.items : node.branches.map(({ body }) => body);
  const inner = children.flatMap((child) => jumpsIn(child, moves));
  if (node.node !== 'series' || node.jump === undefined) return inner;
  const ids = new Set(idsIn(node));
  return [{ ...node.jump, moves: [...moves.keys()].filter((index) => ids.has(moves[index]?.outer ?? '')) }, ...inner];
}

function idsIn(node: Node): string[] {
  if (node.node === 'step') return [node.step.id];
  return (node.node === 'series' ? node.items : node.branches.map(({ body }) => body)).flatMap(idsIn);
}

/** Has a jump just ended: is all of it done, and may one of its moves have been the last of all? */
function endsAt(jump: Jump, moves: readonly Move[], done: number): boolean {
  if (jump.moves.some((index) => (done & (1 << index)) === 0)) return false;
  return jump.moves.some((index) => moves.every((move, other) => (done & (1 << other)) === 0 || !move.after.includes(index)));
}

/** Is something of the service of a jump not where it should be? */
function lacks(plan: PlanModel, moves: readonly Move[], done: number, { service, leaving, stopped }: Jump): boolean {
  const target = plan.release?.to ?? '';
  const state = new ModelWorld(plan);
  // That an opaque command rewrites a component does not say that it becomes another release.
  for (const [index, { action, host }] of moves.entries()) if ((done & (1 << index)) !== 0) for (const change of action.changes) if (change.becomes !== 'rewritten') state.apply(change, host);
  const components = [...plan.cloud.components.values()].filter((one) => one.service === service && (stopped || !leaving.includes(one.name)));
  const behind = components.some(({ name, hosts }) => hosts.some((host) => {
    const running = state.running.get(`${name} ${host}`);
    return state.installed.get(`${name} ${host}`) !== target || (running === undefined ? !leaving.includes(name) : running !== target);
  }));
  const changes = moves.flatMap(({ action }, index) => ((done & (1 << index)) === 0 ? [] : action.changes));
  const last = (name: string, becomes: string): string | undefined => changes.flatMap((change) => (change.kind === 'database' && change.name === name && change.becomes === becomes && 'release' in change ? [change.release] : [])).at(-1);
  const databases = [...plan.cloud.databases.values()].filter((one) => one.service === service);
  return behind || databases.some(({ name, phased }) => last(name, 'migrated') !== target || (phased && last(name, 'contracted') !== target));
}

/** Services of which some order upgrades the first before any jump of the second, which it needs, is over. What stands in two jumps belongs to the inner one. */
function earlyPairs(plan: PlanModel, moves: readonly Move[], masks: readonly number[], jumps: readonly Jump[]): string[] {
  const isUpgrade = ({ verb, changes }: ActionModel): boolean => ['install', 'expand', 'migrate', 'contract'].includes(verb) || changes.some(({ kind, becomes }) => becomes === 'rewritten' && (kind === 'component' || kind === 'database'));
  return jumps.flatMap((jump) => [...needsOf(jump.service, plan.cloud)].flatMap((needed) => {
    const others = jumps.filter((other) => other.service === needed);
    if (others.length === 0) return [];
    const early = others.every((other) => {
      const isInner = jump.moves.length <= other.moves.length;
      const upgrades = jump.moves.filter((index) => (isInner || !other.moves.includes(index)) && isUpgrade((moves[index] as Move).action));
      const own = other.moves.filter((index) => !isInner || !jump.moves.includes(index));
      return masks.some((done) => upgrades.some((index) => isEnabled(moves[index] as Move, index, done)) && own.some((index) => (done & (1 << index)) === 0));
    });
    return early ? [`${jump.service} before ${needed}`] : [];
  }));
}

/** What a move touches, and whether it changes it; on every host where it may run. */
function touchesOf(plan: PlanModel, { action, batch }: Move): { readonly key: string; readonly writes: boolean }[] {
  const { targets } = action;
  const all = targets.mode === 'first' ? targets.hosts.slice(0, 1) : targets.hosts;
  const hosts = targets.batch === true && batch !== undefined ? all.filter((host) => batch.includes(host)) : all;
  const wholeHosts = (names: readonly string[]): string[] => names.flatMap((host) => [`host ${host}`, ...[...plan.cloud.components.values()].flatMap((one) => (one.hosts.includes(host) ? [`${one.name} ${host}`] : []))]);
  const keys = action.changes.flatMap((change): string[] => {
    if (change.kind === 'database' || change.kind === 'mode') return [change.name];
    if (change.kind === 'component' || change.kind === 'file') return hosts.map((host) => `${change.name} ${host}`);
    if (change.becomes === 'rebooted') return wholeHosts(hosts);
    return change.becomes === 'rewritten' ? wholeHosts([change.name]) : hosts.map((host) => `host ${host}`);
  });
  const used = action.uses.flatMap((name) => (plan.cloud.components.get(name)?.hosts ?? []).map((host) => `${name} ${host}`));
  return [...keys.map((key) => ({ key, writes: true })), ...used.map((key) => ({ key, writes: false }))];
}

/** Do two moves of different steps touch the same thing, of which one changes it, and come in either order? */
function hasConflict(plan: PlanModel, moves: readonly Move[], masks: readonly number[]): boolean {
  const touches = moves.map((move) => touchesOf(plan, move));
  const isAround = (outer: string, inner: string): boolean => outer.startsWith('/') && inner.startsWith(`${outer.split(' ')[0]}/`) && outer.split(' ')[1] === inner.split(' ')[1];
  const meets = (first: number, second: number): boolean => touches[first]?.some((one) => touches[second]?.some((other) => (
    (one.writes || other.writes) && (one.key === other.key || isAround(one.key, other.key) || isAround(other.key, one.key))
  ))) === true;
  const comesFirst = (first: number, second: number): boolean => masks.some((done) => (done & (1 << first)) !== 0 && (done & (1 << second)) === 0);
  return moves.some((one, first) => moves.some((other, second) => first < second && one.step !== other.step && meets(first, second) && comesFirst(first, second) && comesFirst(second, first)));
}

/** Does a roll change something in one batch and again in the next? Modes may be entered again, and opaque commands say nothing of how often. */
function repeats(moves: readonly Move[]): boolean {
  const seen = new Map<string, readonly string[] | undefined>();
  return moves.some((move) => move.batch !== undefined && move.action.changes.some((change) => {
    if (change.becomes === 'rewritten' || change.kind === 'mode') return false;
    const key = `${move.step} ${move.model.actions.indexOf(move.action)} ${change.kind === 'database' ? change.name : move.host}`;
    const known = seen.get(key);
    seen.set(key, move.batch);
    return known !== undefined && known !== move.batch;
  }));
}

/**
 * Does everything that a failed run has changed come back? An inverse takes back what its action did, no more; what was captured brings back the whole as it was then. A change that neither
 * takes back is left.
 */
function comesBack(moves: readonly Move[], done: number): boolean {
  const made = [...moves.entries()].filter(([index]) => (done & (1 << index)) !== 0);
  const left = new Set(made.flatMap(([index, { action, host }]) => action.changes.map((change) => `${index} ${keyOf(change, host)}`)));
  for (const [index, { action, host, model }] of made.toReversed()) {
    if (model.irreversible !== undefined) return false;
    for (const change of action.changes) {
      const key = keyOf(change, host);
      if (action.inverse !== undefined || model.undo !== undefined) left.delete(`${index} ${key}`);
      else if (made.some(([earlier, move]) => earlier < index && captures(move, change, host))) {
        const point = made.findLastIndex(([earlier, move]) => earlier < index && captures(move, change, host));
        for (const [later] of made.slice(point + 1)) left.delete(`${later} ${key}`);
      }
    }
  }
  return left.size === 0;
}

/** Does a move save what a change changes on a host, by itself or with a folder around it? */
function captures({ action, model }: Move, change: Change, host: string): boolean {
  if (action.verb !== 'capture' || !('name' in change)) return false;
  return (model.point?.captures ?? []).some(({ resource, kind, hosts }) => (
    (resource === change.name || (change.name.startsWith('/') && change.name.startsWith(`${resource}/`))) && (kind === 'database' || hosts.includes(host))
  ));
}

function keyOf(change: Change, host: string): string {
  const name = 'name' in change ? change.name : 'host';
  return change.kind === 'database' || change.kind === 'mode' ? name : `${name} ${host}`;
}

/** What a run leaves open that fails after some moves and takes them back in reverse order. */
export function openAfterRollback(plan: PlanModel, moves: readonly Move[], done: number): string[] {
  const world = new ModelWorld(plan);
  const made = moves.filter((_, index) => (done & (1 << index)) !== 0);
  for (const { action, host } of made) for (const change of action.changes) world.apply(change, host);
  for (const { action, host } of made.toReversed()) {
    for (const back of action.inverse ?? []) if (back.targets.mode === 'local' || back.targets.hosts.includes(host)) for (const change of back.changes) world.apply(change, host);
  }
  return openIn(plan, world);
}
