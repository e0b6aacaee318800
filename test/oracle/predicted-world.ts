import type { PlanModel } from '../../packages/compiler/src/model/plan-model.ts';
import { stepsOf } from '../../packages/compiler/src/model/walk.ts';
import { movesOf, type Move } from './explorer.ts';
import type { World } from './cloud-folder.ts';

type Facts = Readonly<Record<string, string>>;

/**
 * What the model says of a world, and the same of the world that was found: what is installed and running on each host, which hosts are drained, which modes are
 * entered, and what was done to each database, in order.
 *
 * @param point up to which rollback point the plan has run; to its end, if left out
 */
export function predictedWorld(plan: PlanModel, point: string | undefined, world: World): { readonly predicted: Facts; readonly found: Facts } {
  const predicted: Record<string, string> = {};
  for (const component of plan.cloud.components.values()) {
    for (const host of component.hosts) {
      predicted[`${host}/installed.${component.unit ?? ''}`] = 'r1';
      predicted[`${host}/running.${component.unit ?? ''}`] = 'r1';
    }
  }
  const databases = new Map([...plan.cloud.databases].map(([name, { database }]) => [name, [`${database} r1`]]));
  const saved = new Map<string, ReadonlyMap<string, string[]>>();
  const steps = upTo(plan, point);
  for (const move of movesOf(plan)) {
    if (!steps.has(move.step)) continue;
    if (plan.cloud.hosts.has(move.host) && move.action.verb === 'capture') saved.set(move.step, saved.get(move.step) ?? new Map([...databases].map(([name, done]) => [name, [...done]])));
    applyToHosts(predicted, plan, move);
    applyToDatabases(databases, saved, plan, move);
  }
  for (const [name, done] of databases) predicted[`d1/data/${plan.cloud.databases.get(name)?.database ?? ''}`] = done.join('; ');
  return { predicted: sorted(predicted), found: sorted(factsOf(world)) };
}

/** The ids of the steps up to a point, those of rolls with their bodies. */
function upTo(plan: PlanModel, point: string | undefined): ReadonlySet<string> {
  const steps = stepsOf(plan.body);
  const end = point === undefined ? steps.length : steps.findIndex(({ id }) => id === point) + 1;
  return new Set(steps.slice(0, end).flatMap(({ id, roll }) => [id, ...(roll === undefined ? [] : stepsOf(roll.body).map((inner) => inner.id))]));
}

function applyToHosts(predicted: Record<string, string>, plan: PlanModel, { action, host }: Move): void {
  for (const change of action.changes) {
    if (change.kind === 'component' && change.becomes !== 'rewritten') {
      const unit = plan.cloud.components.get(change.name)?.unit ?? '';
      const installed = predicted[`${host}/installed.${unit}`] ?? '';
      if (change.becomes === 'installed') predicted[`${host}/installed.${unit}`] = change.release;
      else if (change.becomes === 'stopped') delete predicted[`${host}/running.${unit}`];
      else if (change.becomes === 'restarted') predicted[`${host}/running.${unit}`] = installed;
      else if (change.becomes === 'started') predicted[`${host}/running.${unit}`] ??= installed;
    } else if (change.kind === 'host' && change.becomes === 'drained') predicted[`${host}/drained`] = '';
    else if (change.kind === 'host' && change.becomes === 'returned') delete predicted[`${host}/drained`];
    else if (change.kind === 'host' && change.becomes === 'rebooted') {
      for (const key of Object.keys(predicted)) if (key.startsWith(`${host}/running.`)) predicted[key] = predicted[key.replace('running.', 'installed.')] ?? '';
    } else if (change.kind === 'mode' && change.becomes === 'entered') predicted[`${host}/quiet`] = '';
    else if (change.kind === 'mode' && change.becomes === 'left') delete predicted[`${host}/quiet`];
  }
}

function applyToDatabases(databases: Map<string, string[]>, saved: ReadonlyMap<string, ReadonlyMap<string, string[]>>, plan: PlanModel, { action }: Move): void {
  for (const change of action.changes) {
    if (change.kind !== 'database') continue;
    if (change.becomes === 'restored') databases.set(change.name, [...(saved.get(change.point)?.get(change.name) ?? [])]);
    else if (change.becomes === 'rewritten') databases.get(change.name)?.push('rewrite');
    else databases.get(change.name)?.push(`${action.verb} ${plan.cloud.databases.get(change.name)?.database ?? ''} ${change.release}`);
  }
}

function factsOf(world: World): Record<string, string> {
  return Object.fromEntries(Object.entries(world).flatMap(([path, content]) => {
    const [, file = ''] = path.split('/');
    if (file === 'data') return [[path, content.trim().split('\n').map((line) => (line.startsWith('rewrite ') ? 'rewrite' : line)).join('; ')]];
    if (!/^(?:installed\.|running\.|drained$|quiet$)/.test(file)) return [];
    return [[path, content.split(' ')[0]?.trim() ?? '']];
  }));
}

function sorted(facts: Facts): Facts {
  return Object.fromEntries(Object.entries(facts).sort(([first], [second]) => (first < second ? -1 : 1)));
}
