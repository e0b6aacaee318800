import { KINDS } from '../diagnostics/kinds.ts';
import type { Statement } from '../syntax/tree.ts';
import type { Location } from '../text/source.ts';
import type { Replacement } from './action-source.ts';
import type { DatabaseVerb } from './actions.ts';
import { nameAt } from './bind-groups.ts';
import { NO_SETTINGS } from './command-settings.ts';
import { reportUnknown } from './declarations.ts';
import { itemsOf } from './evaluate.ts';
import { findComponents } from './find.ts';
import type { Frame } from './plan-context.ts';
import type { ActionModel, Node, Series } from './plan-model.ts';
import { locate } from './reporter.ts';
import { Scope } from './scope.ts';
import type { SequenceBinder } from './sequence-binder.ts';
import { takenBy } from './step-binder.ts';

/** What a jump leaves at the old release, or leaves stopped at the new one. */
interface Leaving {
  readonly components: ReadonlySet<string>;
  readonly stopped: boolean;
}

/** Binds a `jump`: its block, else the `upgrade` of the service, else what every service needs. */
export function bindJump(statement: Statement, frame: Frame, location: Location, binder: SequenceBinder): Node | undefined {
  const value = statement.arguments['service'];
  const name = nameAt(value, frame.here);
  const { cloud, release, reporter } = binder.context;
  if (value === undefined || name === undefined) return undefined;
  const isKnown = cloud.services.has(name);
  if (!isKnown) {
    reportUnknown('service', name, value, frame.here.file, cloud.services.keys(), reporter);
    if (statement.block === undefined) return undefined;
  }
  if (release === undefined) {
    reporter.report(KINDS.missingDeclaration, {
      message: 'A jump needs to know from which release to which: write `release FROM -> TO` at the start of the plan.', at: locate(frame.here.file, statement.keyword),
    });
  }
  const left = itemsOf(statement.arguments['leaving']).flatMap((one) => findComponents(one, frame, binder.context).filter((component) => {
    if (component.service === name || !isKnown) return true;
    reporter.report(KINDS.unknownName, { message: `\`${component.name}\` is no component of \`${name}\`: this jump can not leave it behind. Remove it here.`, at: locate(frame.here.file, one) });
    return false;
  }));
  const leaving: Leaving = {
    components: new Set(left.map((one) => one.name)), stopped: statement.words.includes('stopped'),
  };
  const inner: Frame = { ...withoutLeaving(frame), path: [...frame.path, name], service: name };
  const statements = statement.block?.statements ?? [];
  const upgrade = cloud.upgrades.get(name);
  const acting = statements.some((one) => one.declaration.id !== 'after' && one.declaration.id !== 'allow');
  const series = acting ? binder.series(statements, inner, location)
    : upgrade !== undefined ? binder.series(upgrade.statement.block?.statements ?? [], { ...inner, leaving, here: { ...inner.here, file: upgrade.file, scope: new Scope(upgrade.scope) } }, location)
    : plainJump(name, leaving, inner, location, binder);
  return { ...series, jump: { service: name, leaving: [...leaving.components], stopped: leaving.stopped } };
}

function withoutLeaving({ leaving: _, ...frame }: Frame): Frame {
  return frame;
}

/** A jump without a block, of a service without an `upgrade`: stop, install, bring the databases over, start. */
function plainJump(name: string, leaving: Leaving, frame: Frame, location: Location, { context, steps }: SequenceBinder): Series {
  const { cloud, release } = context;
  const service = cloud.services.get(name);
  const all = (service?.components ?? []).flatMap((one) => cloud.components.get(one) ?? []).filter((one) => one.hosts.length > 0);
  const rest = all.filter((one) => !leaving.components.has(one.name));
  const databases = (service?.databases ?? []).flatMap((one) => cloud.databases.get(one) ?? []);
  const replacement: Replacement = { outer: NO_SETTINGS, isStep: true };
  const items: Node[] = [];
  const add = (keyword: string, actions: readonly ActionModel[]): void => {
    if (actions.length === 0) return;
    context.notes.steps += 1;
    const takes = takenBy(actions);
    items.push({
      node: 'step',
      step: {
        id: context.uniqueId(frame.path, keyword), kind: 'actions', location, actions, unless: [], verify: [], repeatable: false,
        ...(takes === undefined ? {} : { takes }), ...(frame.window === undefined ? {} : { window: frame.window }),
      },
    });
  };
  const each = (verb: 'stop' | 'install' | 'start', components: typeof all): void => add(verb, components.flatMap((component) => (
    steps.components.make({ verb, component, targets: { mode: 'all', hosts: component.hosts }, release: verb === 'install' ? release?.to : undefined, replacement, frame, location })
  )));
  const work = (verb: DatabaseVerb): void => add(verb, databases
    .filter((one) => verb === 'migrate' || cloud.commands.find(verb, [`database ${one.name}`, `service ${one.service}`, 'cloud']) !== undefined)
    .flatMap((one) => steps.make.database(verb, one, release?.to, undefined, replacement, frame, location)));
  // What is left stopped goes to the target too; what is left behind is not touched.
  each('stop', leaving.stopped ? all : rest);
  each('install', leaving.stopped ? all : rest);
  work('expand');
  work('migrate');
  work('contract');
  each('start', rest);
  return { node: 'series', items, location };
}
