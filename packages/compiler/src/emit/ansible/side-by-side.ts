import type { Plan, Step } from '../../plan/plan.ts';
import { playName, shownText, stageOf, tagText } from './names.ts';
import { play, playHosts } from './plays.ts';
import { control, type Context, type Tasks } from './tasks.ts';
import { userText, type Fields } from './yaml.ts';

/** A week: a command has its own limit, if it has one. */
const LONGEST = 604_800;

/** Steps of the plan that may run side by side; a group of one is a play of its own. */
export type Group = readonly [Step, ...Step[]];

/**
 * The steps of a plan in groups, in an order in which they may run. Steps as far from the start as each other (counted in steps) wait for none of each other, so they
 * are one group. Rolls and approvals are plays of their own, and so is what is tried several times, since Ansible repeats tasks only.
 */
export function groupsOf(steps: readonly Step[]): Group[] {
  const levels = new Map<string, number>();
  const groups = new Map<number, Step[]>();
  const alone: { level: number; step: Step }[] = [];
  for (const step of steps) {
    const before = step.after.reduce((most, id) => Math.max(most, levels.get(id) ?? 0), 0);
    const level = step.kind === 'join' ? before : before + 1;
    levels.set(step.id, level);
    if (step.kind === 'join') continue;
    if (step.roll !== undefined || step.retry !== undefined || step.kind === 'approve' || step.kind === 'no-return') alone.push({ level, step });
    else groups.set(level, [...(groups.get(level) ?? []), step]);
  }
  const all = [...groups].map(([level, group]) => ({ level, group: group as unknown as Group }));
  return [...all, ...alone.map(({ level, step }) => ({ level, group: [step] as Group }))]
    .toSorted((left, right) => left.level - right.level)
    .map(({ group }) => group);
}

/**
 * The plays of steps that run side by side. Where each is one action on hosts of its own, the strategy `free` lets the hosts of one step run while those of another do.
 * Elsewhere their first actions are started in the background and waited for, then their second ones: the strategies let hosts run ahead of
 * each other, not tasks.
 */
export function groupPlays(plan: Plan, steps: Group, tasks: Tasks): Fields[] {
  const lists = steps.map((step) => [
    ...step.actions.map((action, index) => ({ step, label: String(index + 1), action })),
    ...(step.verify ?? []).map((action, index) => ({ step, label: `v${index + 1}`, action })),
  ]);
  const hosts = playHosts(plan, [...lists.flat().map((one) => one.action), ...steps.flatMap((step) => step.unless ?? [])]);
  const context: Context = { hosts: new Set(hosts), isBody: true };
  const isFree = onOwnHosts(steps);
  const rounds = Math.max(...lists.map((list) => list.length));
  const work = Array.from({ length: rounds }, (_, index) => index).flatMap((index) => {
    const round = lists.flatMap((list) => list[index] ?? []).map(({ step, label, action }, at) => {
      const whole = tasks.action(step, label, action, context);
      return { step, whole, ...launched(whole, at + 1) };
    });
    if (isFree) return round.map(({ step, whole }) => part(step, whole));
    const first = round.flatMap(({ step, start, wait }) => (wait.length === 0 ? [] : [part(step, start)]));
    const rest = round.flatMap(({ step, start, wait }) => [part(step, wait.length === 0 ? start : wait)]);
    return [...first, ...rest];
  });
  const begin = steps.flatMap((step) => {
    const id = userText(step.id);
    const questions = (step.unless ?? []).flatMap((probe, index) => tasks.action(step, `?${index + 1}`, probe, context));
    return [
      control('step', `Step ${step.id}: begin`, { step: id, state: 'begin', shared: true }),
      ...(questions.length === 0 ? [] : [...questions, control('step', `Step ${step.id}: decide`, { step: id, state: 'decide' })]),
    ].map((task) => ({ ...task, tags: tagsOf(step) }));
  });
  const end = {
    ...control('step', `Steps ${steps.map((step) => step.id).join(', ')}: end`, { step: userText(steps[0].id), steps: steps.map((step) => userText(step.id)), state: 'end' }),
    tags: [...new Set(steps.flatMap((step) => tagsOf(step).map((tag) => tag.text)))].map(userText),
  };
  const ids = steps.map((step) => step.id).join(', ');
  const one = (name: string, more: Fields, inner: readonly Fields[]): Fields => {
    const { tags: _none, ...fields } = play(shownText(name), hosts, [], { ignore_unreachable: true, ...more }, inner) as Fields & { tags: unknown };
    return fields;
  };
  if (!isFree) return [one(`Steps ${ids}, side by side`, {}, [...begin, ...work, end])];
  // `run_once` is not for `free`.
  return [one(`Steps ${ids}: begin`, {}, begin), one(`Steps ${ids}, side by side`, { strategy: 'ansible.builtin.free' }, work), one(`Steps ${ids}: end`, {}, [end])];
}

/** Whether each step is one action on hosts of its own. */
function onOwnHosts(steps: Group): boolean {
  const seen = new Set<string>();
  return steps.every(({ unless = [], verify = [], actions: [action, ...more] }) => {
    if (action === undefined || more.length + unless.length + verify.length > 0 || action.targets.mode !== 'all') return false;
    return action.targets.hosts.every((host) => !seen.has(host) && seen.add(host));
  });
}

const tagsOf = (step: Step): ReturnType<typeof userText>[] => [...new Set([stageOf(step), step.id].map(tagText))].map(userText);

/** What fails in one of the steps is not to keep the others from their end. */
function part(step: Step, block: readonly Fields[]): Fields {
  return {
    name: playName(step),
    tags: tagsOf(step),
    block,
    rescue: [{ name: shownText(`Step ${step.id}: a host failed`), 'ansible.builtin.debug': { msg: 'The end of the step decides.' } }],
  };
}

/** A command is started in the background, and waited for behind what else is started; a task of another kind is not. */
function launched(tasks: readonly Fields[], number: number): { readonly start: readonly Fields[]; readonly wait: readonly Fields[] } {
  const last = tasks.at(-1);
  const isCommand = last !== undefined && ('ansible.builtin.shell' in last || 'ansible.builtin.command' in last) && last['until'] === undefined;
  if (!isCommand) return { start: tasks, wait: [] };
  const { changed_when: changed, failed_when: failed, register: _register, ...rest } = last as Fields & Record<string, never>;
  const vars = last['vars'] as Fields;
  const action = vars['belay_action'] as Fields;
  const job = `belay_job_${number}`;
  const place = Object.fromEntries(['delegate_to', 'become', 'become_user', 'no_log'].flatMap((key) => (last[key] === undefined ? [] : [[key, last[key]]])));
  const start: Fields = {
    ...rest,
    '#': 'Ansible starts nothing in the background in check mode.',
    async: `{{ ansible_check_mode | ternary(0, ${LONGEST}) }}`,
    poll: 0,
    register: job,
    changed_when: false,
    vars: { ...vars, belay_action: { ...action, part: 'first' } },
  };
  const wait: Fields = {
    name: `${nameOf(last)}, wait`,
    'ansible.builtin.async_status': { jid: `{{ ${job}.ansible_job_id }}` },
    ...place,
    register: 'belay_result',
    until: 'belay_result.finished | default(0) == 1',
    retries: LONGEST,
    delay: 1,
    ...(changed === undefined ? {} : { changed_when: changed }),
    ...(failed === undefined ? {} : { failed_when: failed }),
    when: `${job}.ansible_job_id is defined`,
    vars: { ...vars, belay_action: { ...action, part: 'last' } },
  };
  return { start: [...tasks.slice(0, -1), start], wait: [wait] };
}

function nameOf(task: Fields): string {
  const name = task['name'] as string | { readonly text: string } | undefined;
  return typeof name === 'string' ? name : (name?.text ?? '');
}
