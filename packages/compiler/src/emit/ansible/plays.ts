import type { Action, Plan, Probe, Roll, Step } from '../../plan/plan.ts';
import { playName, shownText, stageOf, tagText } from './names.ts';
import { control, type Context, type Tasks } from './tasks.ts';
import { userText, type Fields, type Value } from './yaml.ts';

const ENVIRONMENT: Fields = { BELAY_HOST: '{{ belay_host }}', BELAY_PLAN: '{{ belay_plan }}', BELAY_RUN: '{{ belay_run }}' };

/** What every play has. The hosts of a play stand in it by name, so that it means the same on every inventory. */
export function play(name: string, hosts: readonly string[], tags: readonly string[], more: Fields, tasks: readonly Value[]): Fields {
  return {
    name,
    hosts: hosts.length === 0 ? 'localhost' : hosts.map(userText),
    gather_facts: false,
    ...more,
    tags: [...new Set(tags.map(tagText))].map(userText),
    vars_files: ['../vars/belay.yml'],
    environment: ENVIRONMENT,
    tasks,
  };
}

/** The hosts that a play for these actions runs on: of those that run on all their hosts at the same time. */
export function playHosts(plan: Plan, actions: readonly (Action | Probe)[]): string[] {
  const named = new Set(actions.flatMap(({ targets }) => (targets.mode === 'all' || (targets.mode === 'each' && targets.hosts.length === 1) ? targets.hosts : [])));
  return plan.hosts.map((host) => host.name).filter((name) => named.has(name));
}

/** Whether a failure of one host is known to be the end of the step for all of them. */
const FATAL: Fields = { any_errors_fatal: true };

/** The play of a step of the plan itself. */
export function stepPlay(plan: Plan, step: Step, tasks: Tasks): Fields {
  if (step.roll !== undefined) return rollPlay(step, step.roll, tasks);
  const all = [...(step.unless ?? []), ...step.actions, ...(step.verify ?? [])];
  const hosts = playHosts(plan, all);
  const inner = step.kind === 'approve' ? approval(step) : stepTasks(step, tasks, { hosts: new Set(hosts) });
  return play(playName(step), hosts, [stageOf(step), step.id], FATAL, inner);
}

function approval(step: Step): Fields[] {
  const id = userText(step.id);
  return [
    control('step', `Step ${step.id}: begin`, { step: id, state: 'begin' }),
    {
      '#': 'Without a terminal Ansible does not wait, and there is no answer: the plan stops here, unless belay_yes says yes.',
      name: shownText(`Step ${step.id}: ask`),
      'ansible.builtin.pause': { prompt: '{{ belay_question }} [y/N]' },
      delegate_to: 'localhost',
      run_once: true,
      when: 'belay_action.step is belay.run.waiting',
      vars: { belay_question: userText(step.text ?? step.title ?? step.id), belay_action: { step: id, action: 'answer', at: 'local' } },
    },
    control('step', `Step ${step.id}: answer`, { step: id, state: 'approve' }),
  ];
}

/** The tasks of a step, in or outside a roll. */
export function stepTasks(step: Step, tasks: Tasks, context: Context): Fields[] {
  const id = userText(step.id);
  const attempts = 1 + (step.retry?.count ?? 0);
  const questions = (step.unless ?? []).flatMap((probe, index) => tasks.action(step, `?${index + 1}`, probe, context));
  const work = [
    ...step.actions.flatMap((action, index) => tasks.action(step, String(index + 1), action, context)),
    ...(step.verify ?? []).flatMap((probe, index) => tasks.action(step, `v${index + 1}`, probe, context)),
  ];
  const isRescued = work.length > 0 && (context.isBody === true || attempts > 1);
  const limit = step.timeout === undefined ? {} : { timeout: Math.max(1, Math.ceil(step.timeout)) };
  const body = isRescued
    ? [{
        name: playName(step), ...limit, block: work,
        rescue: [{ name: shownText(`Step ${step.id}: a host failed`), 'ansible.builtin.debug': { msg: '{{ inventory_hostname }} leaves this attempt; the end of the step decides.' } }],
      }]
    : step.timeout === undefined || work.length === 0 ? work : [{ name: playName(step), ...limit, block: work }];
  const inner = [
    control('step', `Step ${step.id}: begin`, { step: id, state: 'begin' }),
    ...(questions.length === 0 ? [] : [...questions, control('step', `Step ${step.id}: decide`, { step: id, state: 'decide' })]),
    ...body,
    control('step', `Step ${step.id}: end`, { step: id, state: 'end' }),
  ];
  if (attempts === 1) return inner;
  const rest: Fields = {
    name: shownText(`Step ${step.id}: wait for the next attempt`),
    'ansible.builtin.wait_for': { timeout: Math.ceil(step.retry?.every ?? 0) },
    delegate_to: 'localhost',
    run_once: true,
    when: 'belay_step is belay.run.waiting',
    vars: { belay_step: id },
  };
  return [tasks.attempts(step, attempts, [...inner, rest])];
}

/**
 * A roll: `serial` goes through the batches as the plan has them, the canaries first.
 *
 * `max_fail_percentage` counts the hosts of one batch, and Ansible ends a play whatever it says when all hosts of a batch failed; the plan counts
 * over the whole roll. So the failure of a host is rescued, the journal counts it, and what is not rescued ends the roll.
 */
function rollPlay(step: Step, roll: Roll, tasks: Tasks): Fields {
  const hosts = roll.batches.flat();
  const context: Context = { hosts: new Set(hosts) };
  const id = userText(step.id);
  const batch = (state: string, what: string): Fields => control('batch', `Roll ${step.id}: ${what}`, { step: id, state });
  const needed = roll.needed === undefined ? [] : [...tasks.action(step, 'needed', roll.needed, context), batch('needed', 'the hosts that need it')];
  const body: Context = { ...context, isBody: true };
  return play(playName(step), hosts, [stageOf(step), step.id], { serial: roll.batches.map((one) => one.length), max_fail_percentage: 0, ignore_unreachable: true }, [
    batch('begin', 'begin the batch'),
    ...(needed.length === 0 ? [batch('needed', 'all hosts need it')] : needed),
    ...(roll.lock === undefined ? [] : tasks.action(step, 'lock', roll.lock.acquire, context)),
    batch('locked', roll.lock === undefined ? 'there is no lock' : 'the lock is held'),
    ...(roll.lock === undefined ? [] : needed),
    batch('body', 'begin the body'),
    ...roll.steps.filter((inner) => inner.kind !== 'join').flatMap((inner) => stepTasks(inner, tasks, body)),
    batch('release', 'the body is over'),
    ...(roll.lock === undefined ? [] : tasks.action(step, 'unlock', roll.lock.release, context)),
    batch('end', 'end the batch'),
    ...(roll.pause === 0 ? [] : [{
      name: shownText(`Roll ${step.id}: pause`),
      'ansible.builtin.pause': { seconds: '{{ belay_step | belay.run.rest }}' },
      when: 'belay_step is belay.run.resting',
      vars: { belay_step: id },
    }]),
  ]);
}
