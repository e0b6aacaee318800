import { KINDS } from '../diagnostics/kinds.ts';
import type { Statement } from '../syntax/tree.ts';
import type { Location } from '../text/source.ts';
import { CaptureBinder, type Captured } from './capture-binder.ts';
import { declaredName, nameLocation, reportDuplicate } from './declarations.ts';
import { literalText } from './evaluate.ts';
import type { Frame } from './plan-context.ts';
import type { ActionModel, Node } from './plan-model.ts';
import { locate } from './reporter.ts';
import type { SequenceBinder } from './sequence-binder.ts';
import { headOf } from './statements.ts';

/** What a rollback to the very beginning is called; no point can have that name. */
const START = 'start';

/** Binds a `rollback point`: what it saves, how it proves that, and how it brings it back. */
export function bindPoint(statement: Statement, frame: Frame, binder: SequenceBinder): Node | undefined {
  const { context } = binder;
  const name = declaredName(statement);
  if (name === undefined) return undefined;
  const location = nameLocation({ statement, file: frame.here.file });
  if (frame.inParallel || frame.roll !== undefined) {
    context.reporter.report(KINDS.misplacedBlock, {
      message: frame.inParallel
        ? 'A rollback point can not stand inside `parallel`: what runs beside it would be half in it. Put it before or after.'
        : 'A rollback point can not stand inside `roll`: it would be reached once for every batch. Put it before or after.',
      at: location,
    });
  }
  if (name === START) {
    context.reporter.report(KINDS.duplicateName, { message: `\`${START}\` is what \`rollback --to\` calls the start of the plan. Give the point another name.`, at: location });
  }
  const first = context.notes.get('point', name);
  if (first !== undefined) {
    reportDuplicate('rollback point', name, location, first.location, context.reporter);
    return undefined;
  }
  const statements = statement.block?.statements ?? [];
  const captures = new Map<string, { readonly captured: Captured; readonly location: Location }>();
  const actions: ActionModel[] = [];
  for (const one of statements) {
    if (one.declaration.id !== 'capture') continue;
    const at = locate(frame.here.file, headOf(one));
    for (const { captured, saving, verifying } of new CaptureBinder(one, name, frame, binder).bind()) {
      const known = captures.get(captured.resource);
      if (known !== undefined) {
        context.reporter.report(KINDS.duplicateName, {
          message: captured.kind === 'database'
            ? `\`${captured.resource}\` is captured by this point already. Remove one of the two.`
            : `\`${captured.resource}\` is captured by this point already. Name all of its hosts in one \`capture\`: \`on GROUP, GROUP\`.`,
          at, label: 'captured again', related: [{ location: known.location, message: 'captured first' }],
        });
        continue;
      }
      captures.set(captured.resource, { captured, location: at });
      const server = context.cloud.databases.get(captured.resource)?.server;
      const shared = { changes: [], uses: server === undefined ? [] : [server], effect: 'known' as const, inverse: [], location: at };
      actions.push({ ...shared, verb: 'capture', title: `save ${captured.resource}`, targets: saving, operation: captured.save });
      if (captured.verify !== undefined) actions.push({ ...shared, verb: 'verify', title: `verify ${captured.resource}`, targets: verifying, operation: captured.verify });
    }
  }
  const all = [...captures.values()].map(({ captured }) => captured);
  context.notes.set('point', name, { captures: all, location });
  for (const { resource } of all) context.notes.set('captured', resource, true);
  if (context.notes.hasTooManyPairs()) {
    context.reporter.report(KINDS.limitExceeded, { message: 'The plan has too many rollback points that capture too many things: each point has to know where each of them is restored. Split the plan.', at: location });
    return undefined;
  }
  const id = context.uniqueId([], name);
  if (id !== name) reportDuplicate('step', name, location, context.notes.get('name', name) ?? location, context.reporter);
  else context.notes.set('name', name, location);
  const step = binder.steps.finish(statement, id, literalText(statement.arguments['title']), actions, statements, frame);
  return { node: 'step', step: { ...step, kind: 'point', point: { captures: all } } };
}
