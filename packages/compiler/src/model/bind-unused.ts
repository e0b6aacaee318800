import { KINDS } from '../diagnostics/kinds.ts';
import type { Parameter } from '../syntax/tree.ts';
import { typed, bindValue } from './bind-names.ts';
import { bindCheck } from './bind-gate.ts';
import type { CloudBinding } from './cloud-binding.ts';
import { nameLocation, shown, type Declarations, type Declared } from './declarations.ts';
import type { Here } from './evaluate.ts';
import { PlanContext, type Frame } from './plan-context.ts';
import { PlanNotes } from './plan-notes.ts';
import { Reporter } from './reporter.ts';
import { Scope, type Binding } from './scope.ts';
import { SequenceBinder } from './sequence-binder.ts';

const KINDS_OF_PARTS = ['recipe', 'check', 'mode'] as const;

/** How plans use a part, for messages. */
const USED_BY = { recipe: 'no `apply` puts it anywhere', check: 'no `gate` asks it', mode: 'nothing enters it' } as const;

/** What depends on where a part is used, and says nothing of one that is not used. */
const DEPENDENT: ReadonlySet<string> = new Set([KINDS.missingDeclaration, KINDS.emptyTarget, KINDS.missingCommand].map(({ code }) => code));

/**
 * Binds the recipes, checks and modes that a plan and its cloud declare and that the plan does not use, as if it did: a mistake in them is found now, and not
 * in the night in which somebody uses them. What only the plan could use and does not is noted.
 */
export function bindUnused(context: PlanContext, frame: Frame, levels: readonly Declarations[]): void {
  const [own] = levels;
  for (const level of levels) {
    for (const kind of KINDS_OF_PARTS) {
      for (const declared of level.own(kind).values()) if (!context.notes.used.has(declared.statement)) bindOne(kind, declared, context, frame);
    }
  }
  for (const kind of KINDS_OF_PARTS) {
    for (const declared of own?.own(kind).values() ?? []) {
      if (context.notes.used.has(declared.statement)) continue;
      context.reporter.report(KINDS.unusedDeclaration, {
        message: `The ${kind} ${shown(declared.name)} is not used: ${USED_BY[kind]}. Remove it, or use it.`, at: nameLocation(declared),
      });
    }
  }
}

function bindOne(kind: (typeof KINDS_OF_PARTS)[number], declared: Declared, context: PlanContext, outer: Frame): void {
  const reporter = new Reporter(context.reporter);
  const scratch = new PlanContext(context.project, reporter, context.cloud, context.plan, context.release, context.releases, new PlanNotes(context.notes.used));
  for (const [name, point] of context.notes.all('point')) scratch.notes.set('point', name, point);
  const binder = new SequenceBinder(scratch);
  const scope = new Scope(declared.scope);
  const here: Here = { file: declared.file, scope, reporter };
  const frame: Frame = { ...outer, here, recipes: [declared.name] };
  let isSampled = false;
  if (kind === 'check') bindCheck(declared, undefined, frame, binder);
  else if (kind === 'mode') {
    binder.steps.make.mode('enter', declared, frame, nameLocation(declared));
    binder.steps.make.mode('leave', declared, frame, nameLocation(declared));
  } else {
    const parameters = declared.statement.arguments['parameters'];
    for (const parameter of parameters?.node === 'parameters' ? parameters.items : []) {
      const sample = parameter.default === undefined ? sampleOf(parameter, context.cloud, frame) : typed(bindValue(parameter.default, here), parameter.type.text, parameter, here);
      // Nothing fits the type here: what the recipe does with it can not be tried.
      if (sample === undefined) return;
      isSampled ||= parameter.default === undefined;
      scope.define(parameter.name.text, sample);
    }
    binder.series(declared.statement.block?.statements ?? [], frame, nameLocation(declared));
  }
  for (const found of reporter.diagnostics) {
    // What becomes of a sample is no mistake of the recipe; a name that nothing declares is.
    if (isSampled ? found.code === KINDS.unknownName.code : !DEPENDENT.has(found.code)) context.reporter.adopt(found);
  }
}

const SAMPLES: Readonly<Record<string, string>> = { text: 'sample', path: '/sample', word: 'sample', count: '1', percent: '1%', amount: '1', duration: '1s', size: '1GB' };

/** Something that an argument of this type could be. */
function sampleOf({ type, name }: Parameter, cloud: CloudBinding, { declarations, here }: Frame): Binding | undefined {
  const location = { file: here.file, start: name.start, end: name.end };
  const value = SAMPLES[type.text];
  if (value !== undefined) return { kind: 'value', value: [value], location };
  const known: Readonly<Record<string, () => Iterable<string>>> = {
    service: () => cloud.services.keys(), component: () => cloud.components.keys(), components: () => cloud.components.keys(), resource: () => cloud.components.keys(),
    database: () => cloud.databases.keys(), databases: () => cloud.databases.keys(), group: () => cloud.groups.keys(),
    mode: () => declarations.names('mode'), check: () => declarations.names('check'), window: () => declarations.names('window'), cloud: () => [cloud.name],
  };
  for (const text of known[type.text]?.() ?? []) return { kind: 'alias', text, location };
  return undefined;
}
