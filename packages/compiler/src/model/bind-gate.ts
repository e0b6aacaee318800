import { KINDS } from '../diagnostics/kinds.ts';
import type { Statement } from '../syntax/tree.ts';
import type { CommandOptions, Probe, Retry, Targets } from './action.ts';
import { nameAt } from './bind-groups.ts';
import { NO_SETTINGS, readRetry, readSettings } from './command-settings.ts';
import { bindCommands, hostScope, onIn } from './commands.ts';
import { reportUnknown, type Declared } from './declarations.ts';
import { itemsOf, literalText } from './evaluate.ts';
import { findComponents } from './find.ts';
import { reportMissingVariables } from './host-variables.ts';
import { reportIdle } from './idle-settings.ts';
import { stepName, type Frame } from './plan-context.ts';
import type { ActionModel, StepModel } from './plan-model.ts';
import { locate } from './reporter.ts';
import type { SequenceBinder } from './sequence-binder.ts';
import { headOf } from './statements.ts';
import { LOCAL } from './targets.ts';

type Poll = NonNullable<CommandOptions['poll']>;

/** Binds a `gate`: the questions of its checks. */
export function bindGate(statement: Statement, frame: Frame, binder: SequenceBinder): StepModel {
  const { context } = binder;
  reportIdle(statement, frame.here);
  const actions: ActionModel[] = [];
  const names: string[] = [];
  const titles: string[] = [];
  const poll = pollIn(statement, frame);
  let retry: Retry | undefined;
  for (const value of itemsOf(statement.arguments['checks'])) {
    const name = nameAt(value, frame.here) ?? '';
    const declared = frame.declarations.get('check', name);
    names.push(name);
    if (declared === undefined) {
      reportUnknown('check', name, value, frame.here.file, frame.declarations.names('check'), context.reporter);
      continue;
    }
    context.notes.use(declared.statement);
    const check = bindCheck(declared, poll, frame, binder);
    for (const action of check.actions) actions.push(action);
    retry = moreOf(retry, check.retry);
    const title = literalText(declared.statement.arguments['title']);
    if (title !== undefined) titles.push(title);
  }
  const id = context.uniqueId(frame.path, stepName('gate', names));
  const title = titles.length === names.length ? titles.join('; ') : undefined;
  const step = binder.steps.finish(statement, id, title, actions, statement.block?.statements ?? [], frame);
  // What the gate says of trying again counts, and without that what its checks say.
  return { ...step, kind: 'gate', ...(retry === undefined || step.retry !== undefined ? {} : { retry }) };
}

/** Binds a `gate healthy`. */
export function bindHealthyGate(statement: Statement, frame: Frame, binder: SequenceBinder): StepModel {
  const { context } = binder;
  reportIdle(statement, frame.here);
  const on = context.targetOf(statement.arguments['target'] ?? onIn(statement.block?.statements ?? []), frame);
  const location = locate(frame.here.file, headOf(statement));
  const names = itemsOf(statement.arguments['components']).map((value) => nameAt(value, frame.here) ?? '');
  const poll = pollIn(statement, frame);
  const actions = healthProbes(statement, frame, on, binder).map((probe) => checkAction(`healthy ${names.join(', ')}`, polled(probe, poll), location));
  const id = context.uniqueId(frame.path, stepName('gate_healthy', names));
  return { ...binder.steps.finish(statement, id, undefined, actions, statement.block?.statements ?? [], frame), kind: 'gate' };
}

/** The questions of a check, as actions that change nothing, and how often the check says that they are to be asked. */
export function bindCheck(declared: Declared, poll: Poll | undefined, frame: Frame, binder: SequenceBinder): { actions: ActionModel[]; retry: Retry | undefined } {
  const { context } = binder;
  const here = { ...frame.here, file: declared.file, scope: hostScope(declared.scope) };
  const statements = declared.statement.block?.statements ?? [];
  const own = readSettings(statements, here, NO_SETTINGS, true).options.poll;
  const probes = bindCommands(statements, here, NO_SETTINGS, context.around(frame)).flatMap((command): Probe[] => {
    const targets = command.targets ?? command.blockTargets ?? (command.operation.type === 'http' ? LOCAL : undefined);
    if (targets !== undefined) {
      reportMissingVariables(command, targets, context.cloud, here);
      return [{ targets, operation: command.operation }];
    }
    here.reporter.report(KINDS.missingDeclaration, {
      message: 'Nothing says where this is asked. Add `on GROUP`, `on any GROUP` or `on local` to the check.', at: locate(here.file, command.statement.keyword),
    });
    return [];
  });
  const inner: Frame = { ...frame, here };
  const healthy = statements.filter((one) => one.declaration.id === 'check.healthy').flatMap((one) => healthProbes(one, inner, undefined, binder));
  const location = locate(declared.file, headOf(declared.statement));
  return {
    actions: [...probes, ...healthy.map((probe) => polled(probe, own))].map((probe) => checkAction(declared.name, polled(probe, poll), location)),
    retry: readRetry(statements, here),
  };
}

/** Asking more often than one of several checks wants does no harm. */
function moreOf(first: Retry | undefined, second: Retry | undefined): Retry | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return { count: Math.max(first.count, second.count), every: Math.max(first.every, second.every) };
}

/** What components say of their health, as questions. */
function healthProbes(statement: Statement, frame: Frame, on: Targets | undefined, { context }: SequenceBinder): Probe[] {
  const wanted = on === undefined ? undefined : new Set(on.hosts);
  return findComponents(statement.arguments['components'], frame, context).flatMap((component) => {
    const at = locate(frame.here.file, statement.keyword);
    if (component.healthy.length === 0) {
      context.reporter.report(KINDS.missingCommand, {
        message: `Nothing says how \`${component.name}\` shows that it is healthy. Write \`healthy run "…"\` or \`healthy http "…"\` in the component.`,
        at, related: [{ location: component.location, message: 'declared here' }],
      });
    }
    const hosts = wanted === undefined ? component.hosts : component.hosts.filter((host) => wanted.has(host));
    if (hosts.length === 0 && component.isUnplaced !== true) {
      context.reporter.report(KINDS.emptyTarget, {
        message: wanted === undefined ? `\`${component.name}\` runs on no host.` : `\`${component.name}\` runs on none of these hosts: nothing would be asked.`,
        at, related: [{ location: component.location, message: 'declared here' }],
      });
    }
    const batch = on?.batch === true ? { batch: true as const } : {};
    return component.healthy.map((probe) => {
      // A question that says itself where it is asked is asked there.
      const isOwn = probe.targets.mode === 'all' && probe.targets.hosts === component.hosts;
      return isOwn ? { ...probe, targets: { mode: on?.mode ?? 'all', hosts, ...batch } } : probe;
    });
  });
}

function pollIn(statement: Statement, frame: Frame): Poll | undefined {
  return readSettings((statement.block?.statements ?? []).filter((one) => one.declaration.id === 'poll'), frame.here, NO_SETTINGS, false).options.poll;
}

function polled(probe: Probe, poll: Poll | undefined): Probe {
  return poll === undefined ? probe : { ...probe, operation: { ...probe.operation, poll } };
}

function checkAction(name: string, probe: Probe, location: ActionModel['location']): ActionModel {
  return {
    verb: 'check', title: `check ${name}`, targets: probe.targets, operation: probe.operation, changes: [], uses: [], effect: 'declared', inverse: [], location,
  };
}
