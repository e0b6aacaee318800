import type { Action, Plan, Refresh, Step } from '../../plan/plan.ts';
import { playName, shownText, stageOf } from './names.ts';
import { play, playHosts } from './plays.ts';
import { control, type Context, type Tasks } from './tasks.ts';
import { userText, type Fields } from './yaml.ts';

/** An action of the way back, and what the journal calls it. */
interface Back {
  readonly step: Step;
  readonly label: string;
  readonly action: Action;
  readonly behind?: string;
}

/**
 * The plays that take a step back, all that may have to be done; what has to be is known from the journal when the rollback begins.
 */
export function backPlays(plan: Plan, step: Step, tasks: Tasks): Fields[] {
  const name = `Back: ${playName(step)}`;
  const tags = [stageOf(step), step.id];
  const rest = [...(step.roll === undefined ? ownBack(plan, step) : []), ...restores(plan, step)].map(inTurns);
  const hosts = playHosts(plan, rest.map((one) => one.action));
  const context: Context = { hosts: new Set(hosts), place: step.id };
  const last = play(name, hosts, tags, { any_errors_fatal: true }, [...backTasks(rest, tasks, context), undone(step, step)]);
  return step.roll === undefined ? [last] : [rollBack(plan, step, name, tags, tasks), last];
}

/** What a roll does batch by batch goes from host to host where there are no batches. */
function inTurns(one: Back): Back {
  const { targets } = one.action;
  if (!one.label.startsWith('f') || targets.batch !== true) return one;
  return { ...one, action: { ...one.action, targets: { mode: 'each', hosts: targets.hosts } } };
}

const backTasks = (list: readonly Back[], tasks: Tasks, context: Context): Fields[] =>
  list.flatMap((one) => tasks.action(one.step, one.label, one.action, one.behind === undefined ? context : { ...context, behind: one.behind }));

/** Stands where a task belongs to no step of the plan, or to one that is known only when it runs. */
const NO_STEP: Step = { id: '', kind: 'actions', after: [], source: { file: '', line: 1, column: 1 }, actions: [], repeat: 'safe' };

/** What a rollback does first: components load again what an earlier one, which did not come to its end, has brought back below them. */
export function firstPlays(plan: Plan, tasks: Tasks): Fields[] {
  if (plan.refreshes.length === 0) return [];
  const loads = refreshes(plan, NO_STEP, () => true).map(inTurns);
  const hosts = playHosts(plan, loads.map((one) => one.action));
  const context: Context = { hosts: new Set(hosts), place: '', behind: 'start', about: 'Load again' };
  return [play('Back: what was brought back before and not loaded again', hosts, ['loads'], { any_errors_fatal: true }, backTasks(loads, tasks, context))];
}

/** Behind a rollback: the checks of the plan, of which those are asked again that had passed where the rollback has led; and what it has touched is asked how it is. */
export function arrivalPlays(plan: Plan, tasks: Tasks): Fields[] {
  const plays = plan.steps.filter((step) => step.roll === undefined).flatMap((step): Fields[] => {
    const checks = [
      ...(step.kind === 'gate' ? step.actions.map((action, index) => ({ label: String(index + 1), action })) : []),
      ...(step.verify ?? []).map((action, index) => ({ label: `v${index + 1}`, action })),
    ];
    if (checks.length === 0) return [];
    const hosts = playHosts(plan, checks.map((check) => check.action));
    const context: Context = { hosts: new Set(hosts), isArrival: true };
    const inner = checks.flatMap(({ label, action }) => tasks.action(step, label, action, context));
    return [play(shownText(`Back: check ${step.id} again`), hosts, ['checks'], {}, inner)];
  });
  const components = plan.components.flatMap(({ name, healthy = [] }): Fields[] => {
    if (healthy.length === 0) return [];
    const hosts = playHosts(plan, healthy);
    const context: Context = { hosts: new Set(hosts), isArrival: true, component: name, about: `Component ${name}` };
    const inner = healthy.flatMap((probe, index) => tasks.action(NO_STEP, `h${index + 1}`, probe, context));
    return [play(shownText(`Back: ask ${name} whether it works`), hosts, ['checks'], {}, inner)];
  });
  const say = (name: string, state: string): Fields => play(name, [], ['checks'], {}, [control('undo', name, { state })]);
  return [say('Back: everything is taken back', 'arrived'), ...plays, ...components, say('Back: what was checked', 'checked')];
}

const undone = (place: Step, step: Step): Fields =>
  control('undo', `Back: step ${step.id} counts as not done`, { place: userText(place.id), step: userText(step.id), state: 'undone' });

/** The last batch first. */
function rollBack(plan: Plan, step: Step, name: string, tags: readonly string[], tasks: Tasks): Fields {
  const batches = (step.roll?.batches ?? []).toReversed();
  const context: Context = { hosts: new Set(batches.flat()), place: step.id };
  const lock = step.roll?.lock;
  return play(`${name}, batch by batch`, batches.flat(), tags, { serial: batches.map((one) => one.length), any_errors_fatal: true }, [
    control('undo', shownText(`Back: the batch of ${step.id}`), { place: userText(step.id), step: userText(step.id), state: 'batch' }),
    ...(step.roll?.steps ?? []).filter((inner) => inner.kind !== 'join').toReversed().flatMap((inner) => [
      ...backTasks(ownBack(plan, inner), tasks, context),
      undone(step, inner),
    ]),
    ...(lock === undefined ? [] : tasks.action(step, 'unlock', lock.release, context)),
  ]);
}

/** The undo of a step, or the ways back of its actions, the last one first; behind each what components have to load again then. */
function ownBack(plan: Plan, step: Step): Back[] {
  if (step.undo !== undefined) {
    const undo = step.undo.map((action, index): Back => ({ step, label: `u${index + 1}`, action: whereItRan(step, action) }));
    return [...undo, ...step.actions.flatMap((action) => loads(plan, step, action)).filter(isFirst).map((one) => ({ ...one, behind: 'u' }))];
  }
  return step.actions.map((forward, index) => ({ forward, number: index + 1 })).toReversed().flatMap(({ forward, number }): Back[] =>
    forward.back.by !== 'inverse' ? [] : [
      ...forward.back.actions.map((action, at) => ({ step, label: `b${number}.${at + 1}`, action })),
      ...loads(plan, step, forward).map((one) => ({ ...one, behind: `b${number}` })),
    ],
  );
}

/** Of a step that runs on any of its hosts, one attempt after the other may have found another; it is taken back on each of these. */
function whereItRan(step: Step, action: Action): Action {
  const isSame = ({ targets }: Action): boolean => JSON.stringify(targets) === JSON.stringify(action.targets);
  return action.targets.mode === 'any' && step.actions.some(isSame) ? { ...action, targets: { ...action.targets, mode: 'each' } } : action;
}

const isFirst = (one: Back, index: number, all: readonly Back[]): boolean => all.findIndex((other) => other.label === one.label) === index;

/** What may have to load again when the changes of an action are taken back: what runs above its files, or the components that it changes. */
function loads(plan: Plan, step: Step, { changes, targets }: Action): Back[] {
  const isFile = changes.some((change) => change.becomes === 'rewritten' && change.kind === 'file');
  const names = new Set(changes.flatMap((change) => (change.becomes === 'rewritten' && change.kind === 'component' ? [change.name] : [])));
  const hosts = new Set(targets.hosts);
  return refreshes(plan, step, ({ component, actions }) => names.has(component) || (isFile && actions[0]?.targets.hosts.some((host) => hosts.has(host)) === true));
}

/** The actions of refreshes, with the labels that they have in the whole plan. */
function refreshes(plan: Plan, step: Step, isMeant: (refresh: Refresh) => boolean): Back[] {
  let count = 0;
  return plan.refreshes.flatMap((refresh) => {
    const first = count;
    count += refresh.actions.length;
    return isMeant(refresh) ? refresh.actions.map((action, index) => ({ step, label: `f${first + index + 1}`, action })) : [];
  });
}

function restores(plan: Plan, step: Step): Back[] {
  const list = step.restores ?? [];
  const above = refreshes(plan, step, ({ component, actions }) => list.some((one) => {
    const capture = plan.points.find((point) => point.id === one.point)?.captures.find((candidate) => candidate.resource === one.resource);
    return one.resource === component || (one.resource.startsWith('/') && actions[0]?.targets.hosts.some((host) => capture?.targets.hosts.includes(host)) === true);
  }));
  const back = list.flatMap((one): Back[] => {
    const point = plan.points.find((candidate) => candidate.id === one.point);
    const pointStep = plan.steps.find((candidate) => candidate.id === one.point);
    const index = point?.captures.findLastIndex((capture) => capture.resource === one.resource) ?? -1;
    const capture = point?.captures[index];
    if (capture === undefined || pointStep === undefined) return [];
    const action: Action = { verb: 'restore', title: `restore ${capture.resource}`, targets: capture.targets, operation: capture.restore, changes: [], back: { by: 'nothing' } };
    return [{ step: pointStep, label: `r${index + 1}`, action }];
  });
  // A point can be meant by several lists of targets; its restore stands here once.
  return [...back.filter((one, index) => back.findIndex((other) => other.label === one.label && other.step === one.step) === index), ...above.map((one) => ({ ...one, behind: 'r' }))];
}
