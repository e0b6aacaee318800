import { KINDS } from '../diagnostics/kinds.ts';
import type { Statement } from '../syntax/tree.ts';
import type { Targets } from './action.ts';
import { findGroup } from './bind-groups.ts';
import { bindLock } from './bind-lock.ts';
import { bindQuestion, hostScope } from './commands.ts';
import { shown } from './declarations.ts';
import { evaluateAmount, evaluateCount, evaluateDuration, literalText } from './evaluate.ts';
import type { Group } from './model.ts';
import type { Frame } from './plan-context.ts';
import type { Node, RollModel } from './plan-model.ts';
import { locate } from './reporter.ts';
import type { SequenceBinder } from './sequence-binder.ts';
import { headOf } from './statements.ts';
import type { RollPlace } from './targets.ts';

/** Binds a `roll`: its batches, its lock, and its body. */
export function bindRoll(statement: Statement, frame: Frame, binder: SequenceBinder): Node | undefined {
  const { context } = binder;
  const group = findGroup(statement.arguments['group'], frame.here, context.cloud.groups);
  if (group === undefined) return undefined;
  const location = locate(frame.here.file, headOf(statement));
  if (frame.roll !== undefined) {
    context.reporter.report(KINDS.misplacedBlock, { message: 'A roll can not stand inside another one.', at: location });
    return undefined;
  }
  if (group.hosts.length === 0) context.reporter.report(KINDS.emptyTarget, { message: `Group ${shown(group.name)} has no hosts: the roll would do nothing.`, at: location });
  if (!context.reporter.spend('hosts', group.hosts.length, location)) return undefined;
  const statements = statement.block?.statements ?? [];
  const find = (id: string): Statement | undefined => statements.find((one) => one.declaration.id === id);
  const place: RollPlace = { group: group.name, hosts: new Set(group.hosts), ordered: group.hosts };
  const id = context.uniqueId(frame.path, `roll_${group.name}`.replaceAll(/[^A-Za-z0-9_]+/g, '_'));
  const inner: Frame = { ...frame, roll: place, path: [...frame.path, id.split('/').at(-1) ?? id], here: { ...frame.here, scope: hostScope(frame.here.scope) } };
  const needed = find('needed');
  const batch: Targets = { mode: 'all', hosts: group.hosts, batch: true };
  const probes = needed === undefined ? [] : bindQuestion(needed, inner.here, batch, context.around(inner));
  if (needed !== undefined && probes.length > 1) {
    context.reporter.report(KINDS.wrongType, {
      message: '`needed` is one question. Join the commands with `&&`, or write them as lines of one `run """…"""`.', at: locate(frame.here.file, needed.keyword),
    });
  }
  const [probe] = probes;
  const maxFailures = evaluateCount(find('max-failures')?.arguments['count'], frame.here) ?? 0;
  const lock = find('lock');
  if (lock !== undefined && maxFailures > 0) {
    context.reporter.report(KINDS.wrongType, {
      message: 'A roll with a lock stops at the first failed host, which keeps the lock: `max failures` can not be more than 0.',
      at: locate(frame.here.file, find('max-failures') ?? lock), related: [{ location: locate(frame.here.file, headOf(lock)), message: 'the lock' }],
    });
  }
  const amount = find('batch')?.arguments['amount'];
  const size = evaluateAmount(amount, frame.here, group.hosts.length) ?? 1;
  if (size === 0 && amount !== undefined) {
    context.reporter.report(KINDS.wrongType, { message: 'A batch has at least one host.', at: locate(frame.here.file, amount) });
  }
  const roll: RollModel = {
    group: group.name,
    batches: batchesOf(group, size, evaluateCount(find('canary')?.arguments['count'], frame.here) ?? 0),
    pause: evaluateDuration(find('pause')?.arguments['pause'], frame.here) ?? 0,
    maxFailures,
    ...(probe === undefined ? {} : { needed: probe }),
    ...(lock === undefined ? {} : { lock: bindLock(lock, inner, binder, group) }),
    body: binder.series(statements, inner, location),
  };
  const title = literalText(statement.arguments['title']);
  const step = binder.steps.finish(statement, id, title, [], [], frame);
  return { node: 'step', step: { ...step, kind: 'roll', roll } };
}

/**
 * Cuts a group into batches, in its own order. Where the group has zones a batch stays in one of them, zone after zone; hosts
 * without a zone come last. No batch has more hosts than the group can spare.
 *
 * @param canary the most hosts of the first batch; 0 where it is like the others
 */
export function batchesOf(group: Group, size: number, canary: number): string[][] {
  const zoned = new Set(group.zones.flatMap((zone) => zone.hosts));
  const parts = group.zones.length === 0 ? [group.hosts] : [...group.zones.map((zone) => zone.hosts), group.hosts.filter((host) => !zoned.has(host))];
  const batches: string[][] = [];
  let first = canary;
  for (const part of parts) {
    const step = Math.max(1, Math.min(size, ...spareFor(group, part)));
    for (let at = 0; at < part.length;) {
      const next = first > 0 ? Math.min(first, step) : step;
      batches.push(part.slice(at, at + next));
      first = 0;
      at += next;
    }
  }
  return batches;
}

/** How many of some hosts can be spared at the same time, by every rule that says so. */
function spareFor({ room }: Group, hosts: readonly string[]): number[] {
  const first = hosts[0] ?? '';
  return (room?.pools ?? []).filter((pool) => pool.hosts.includes(first)).map((pool) => pool.most);
}
