import type { Action, Plan, Step } from '../../plan/plan.ts';
import { playName, shownText, stageOf } from './names.ts';
import { play, playHosts } from './plays.ts';
import { control, type Context, type Tasks } from './tasks.ts';
import { userText, type Fields } from './yaml.ts';

/** An action of the way back, and what the journal calls it. */
interface Back {
  readonly step: Step;
  readonly label: string;
  readonly action: Action;
}

/**
 * The plays that take a step back, all that may have to be done; what has to be is known from the journal when the rollback begins.
 */
export function backPlays(plan: Plan, step: Step, tasks: Tasks): Fields[] {
  const name = `Back: ${playName(step)}`;
  const tags = [stageOf(step), step.id];
  const rest = [...(step.roll === undefined ? ownBack(step) : []), ...restores(plan, step)];
  const hosts = playHosts(plan, rest.map((one) => one.action));
  const context: Context = { hosts: new Set(hosts), place: step.id };
  const last = play(name, hosts, tags, { any_errors_fatal: true }, [
    ...rest.flatMap((one) => tasks.action(one.step, one.label, one.action, context)),
    undone(step, step),
  ]);
  return step.roll === undefined ? [last] : [rollBack(step, name, tags, tasks), last];
}

const undone = (place: Step, step: Step): Fields =>
  control('undo', `Back: step ${step.id} counts as not done`, { place: userText(place.id), step: userText(step.id), state: 'undone' });

/** The last batch first. */
function rollBack(step: Step, name: string, tags: readonly string[], tasks: Tasks): Fields {
  const batches = (step.roll?.batches ?? []).toReversed();
  const context: Context = { hosts: new Set(batches.flat()), place: step.id };
  const lock = step.roll?.lock;
  return play(`${name}, batch by batch`, batches.flat(), tags, { serial: batches.map((one) => one.length), any_errors_fatal: true }, [
    control('undo', shownText(`Back: the batch of ${step.id}`), { place: userText(step.id), step: userText(step.id), state: 'batch' }),
    ...(step.roll?.steps ?? []).filter((inner) => inner.kind !== 'join').toReversed().flatMap((inner) => [
      ...ownBack(inner).flatMap((one) => tasks.action(one.step, one.label, one.action, context)),
      undone(step, inner),
    ]),
    ...(lock === undefined ? [] : tasks.action(step, 'unlock', lock.release, context)),
  ]);
}

/** The undo of a step, or the ways back of its actions, the last one first. */
function ownBack(step: Step): Back[] {
  if (step.undo !== undefined) return step.undo.map((action, index) => ({ step, label: `u${index + 1}`, action }));
  return step.actions.flatMap((forward, index) =>
    forward.back.by === 'inverse' ? forward.back.actions.map((action, at) => ({ step, label: `b${index + 1}.${at + 1}`, action })) : [],
  ).toSorted((left, right) => Number(right.label.slice(1).split('.')[0]) - Number(left.label.slice(1).split('.')[0]));
}

function restores(plan: Plan, step: Step): Back[] {
  return (step.restores ?? []).flatMap((one) => {
    const point = plan.points.find((candidate) => candidate.id === one.point);
    const pointStep = plan.steps.find((candidate) => candidate.id === one.point);
    const index = point?.captures.findLastIndex((capture) => capture.resource === one.resource) ?? -1;
    const capture = point?.captures[index];
    if (capture === undefined || pointStep === undefined) return [];
    const action: Action = { verb: 'restore', title: `restore ${capture.resource}`, targets: capture.targets, operation: capture.restore, changes: [], back: { by: 'nothing' } };
    return [{ step: pointStep, label: `r${index + 1}`, action }];
  });
}
