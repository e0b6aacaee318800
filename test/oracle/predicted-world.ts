import type { PlanModel } from '../../packages/compiler/src/model/plan-model.ts';
import { movesOf } from './explorer.ts';
import type { World } from './cloud-folder.ts';

type Facts = Readonly<Record<string, string>>;

/**
 * What the model says that a plan leaves behind, and the same of a world: what is installed and running on each host, which hosts are drained,
 * which modes are entered, and the last change of each schema.
 */
export function predictedWorld(plan: PlanModel | undefined, world: World): { readonly predicted: Facts; readonly found: Facts } {
  const predicted: Record<string, string> = {};
  for (const component of plan?.cloud.components.values() ?? []) {
    for (const host of component.hosts) {
      predicted[`${host}/installed.${component.unit ?? ''}`] = 'r1';
      predicted[`${host}/running.${component.unit ?? ''}`] = 'r1';
    }
  }
  for (const { action, host } of plan === undefined ? [] : movesOf(plan)) {
    for (const change of action.changes) {
      if (change.kind === 'component' && change.becomes !== 'rewritten') {
        const unit = plan?.cloud.components.get(change.name)?.unit ?? '';
        const installed = predicted[`${host}/installed.${unit}`] ?? '';
        if (change.becomes === 'installed') predicted[`${host}/installed.${unit}`] = change.release;
        else if (change.becomes === 'stopped') delete predicted[`${host}/running.${unit}`];
        else if (change.becomes === 'restarted') predicted[`${host}/running.${unit}`] = installed;
        else if (change.becomes === 'started') predicted[`${host}/running.${unit}`] ??= installed;
      } else if (change.kind === 'host' && change.becomes === 'drained') predicted[`${host}/drained`] = '';
      else if (change.kind === 'host' && change.becomes === 'returned') delete predicted[`${host}/drained`];
      else if (change.kind === 'mode' && change.becomes === 'entered') predicted[`${host}/quiet`] = '';
      else if (change.kind === 'mode' && change.becomes === 'left') delete predicted[`${host}/quiet`];
    }
  }
  const found = Object.fromEntries(Object.entries(world).flatMap(([path, content]) => {
    const [, file = ''] = path.split('/');
    if (!/^(?:installed\.|running\.|drained$|quiet$)/.test(file)) return [];
    return [[path, content.split(' ')[0]?.trim() ?? '']];
  }));
  return { predicted: sorted(predicted), found: sorted(found) };
}

function sorted(facts: Facts): Facts {
  return Object.fromEntries(Object.entries(facts).sort(([first], [second]) => (first < second ? -1 : 1)));
}
