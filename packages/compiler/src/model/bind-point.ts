import { KINDS } from '../diagnostics/kinds.ts';
import type { Statement } from '../syntax/tree.ts';
import { quoteShell } from '../text/shell-quote.ts';
import type { Operation, Targets } from './action.ts';
import { bindCommands, hostScope, NO_SETTINGS } from './commands.ts';
import { declaredName, nameLocation, reportDuplicate, type Declared } from './declarations.ts';
import { itemsOf, literalText } from './evaluate.ts';
import { findResource, type FoundResource } from './find.ts';
import type { Database } from './model.ts';
import type { Frame } from './plan-context.ts';
import type { ActionModel, Node, StepModel } from './plan-model.ts';
import { locate } from './reporter.ts';
import { scopeOf, type Evaluated } from './scope.ts';
import type { SequenceBinder } from './sequence-binder.ts';
import { headOf } from './step-binder.ts';

type Captured = NonNullable<StepModel['point']>['captures'][number];
type CaptureVerb = 'save' | 'verify' | 'restore';

/** Binds a `rollback point`: what it saves, how it proves that, and how it brings it back. */
export function bindPoint(statement: Statement, frame: Frame, binder: SequenceBinder): Node | undefined {
  const { context } = binder;
  const name = declaredName(statement);
  if (name === undefined) return undefined;
  const location = nameLocation({ statement, file: frame.here.file });
  if (frame.inParallel) {
    context.reporter.report(KINDS.misplacedBlock, {
      message: 'A rollback point can not stand inside `parallel`: what runs beside it would be half in it. Put it before or after.', at: location,
    });
  }
  const first = context.points.get(name);
  if (first !== undefined) {
    reportDuplicate('rollback point', name, location, first.location, context.reporter);
    return undefined;
  }
  const statements = statement.block?.statements ?? [];
  const captures = new Map<string, Captured>();
  const actions: ActionModel[] = [];
  for (const one of statements) {
    if (one.declaration.id !== 'capture') continue;
    for (const captured of new CaptureBinder(one, name, frame, binder).bind()) {
      if (captures.has(captured.resource)) {
        reportDuplicate('capture of this resource', captured.resource, locate(frame.here.file, headOf(one)), locate(frame.here.file, headOf(one)), context.reporter);
        continue;
      }
      captures.set(captured.resource, captured);
      const server = context.cloud.databases.get(captured.resource)?.server;
      const shared = { targets: captured.targets, changes: [], uses: server === undefined ? [] : [server], effect: 'known' as const, inverse: [], location: locate(frame.here.file, headOf(one)) };
      actions.push({ ...shared, verb: 'capture', title: `save ${captured.resource}`, operation: captured.save });
      if (captured.verify !== undefined) actions.push({ ...shared, verb: 'verify', title: `verify ${captured.resource}`, operation: captured.verify });
    }
  }
  context.points.set(name, { captures: [...captures.values()], location });
  const id = context.uniqueId([], name);
  if (id !== name) reportDuplicate('step', name, location, location, context.reporter);
  const step = binder.steps.finish(statement, id, literalText(statement.arguments['title']), actions, statements, frame);
  return { node: 'step', step: { ...step, kind: 'point', point: { captures: [...captures.values()] } } };
}

class CaptureBinder {
  readonly #statement: Statement;
  readonly #point: string;
  readonly #frame: Frame;
  readonly #binder: SequenceBinder;

  constructor(statement: Statement, point: string, frame: Frame, binder: SequenceBinder) {
    this.#statement = statement;
    this.#point = point;
    this.#frame = frame;
    this.#binder = binder;
  }

  bind(): Captured[] {
    const { context } = this.#binder;
    const on = this.#statement.block?.statements.find((one) => one.declaration.id === 'step.on');
    const targets = context.targetOf(this.#statement.arguments['target'] ?? on?.arguments['target'], this.#frame);
    return itemsOf(this.#statement.arguments['resources']).flatMap((value) => {
      const found = findResource(value, this.#frame, context);
      if (found === undefined) return [];
      if (found.kind === 'host' || found.kind === 'mode') {
        context.reporter.report(KINDS.wrongType, {
          message: `A ${found.kind === 'host' ? 'group of hosts' : 'mode'} can not be captured. Databases, components, and files by their path can.`, at: locate(this.#frame.here.file, value),
        });
        return [];
      }
      return found.names.flatMap((name) => this.#capture(found.kind, name, targets) ?? []);
    });
  }

  #capture(kind: FoundResource['kind'], name: string, on: Targets | undefined): Captured | undefined {
    const { context } = this.#binder;
    const database = kind === 'database' ? context.cloud.databases.get(name) : undefined;
    const targets = on ?? this.#defaultTargets(kind, name, database);
    const at = locate(this.#frame.here.file, headOf(this.#statement));
    if (targets === undefined || (targets.hosts.length === 0 && targets.mode !== 'local')) {
      context.reporter.report(KINDS.missingDeclaration, {
        message: kind === 'database' ? `Nothing says where \`${name}\` is saved: declare it \`in\` the service that serves it, or add \`on first GROUP\`.` : `Nothing says on which hosts \`${name}\` is saved: add \`on GROUP\`.`,
        at,
      });
      return undefined;
    }
    const path = this.#path(kind, name, targets);
    const defaults = kind === 'database' && database !== undefined ? databaseCommands(database.database, path)
      : kind === 'file' ? fileCommands(name, path) : undefined;
    const command = (verb: CaptureVerb): Operation | undefined => this.#declared(verb, name, database, path) ?? (defaults === undefined ? undefined : { type: 'shell', shell: defaults[verb] });
    const save = command('save');
    const restore = command('restore');
    const verify = command('verify');
    if (save !== undefined && restore !== undefined) {
      return { resource: name, kind: kind as Captured['kind'], hosts: targets.hosts, targets, save, restore, ...(verify === undefined ? {} : { verify }) };
    }
    context.reporter.report(KINDS.missingCommand, {
      message: `Nothing says how \`${name}\` is saved and restored. Write \`save\`, \`verify\` and \`restore\` in the block of the capture.`, at,
    });
    return undefined;
  }

  #defaultTargets(kind: FoundResource['kind'], name: string, database: Database | undefined): Targets | undefined {
    const { cloud } = this.#binder.context;
    const component = cloud.components.get(database?.server ?? (kind === 'component' ? name : ''));
    if (component === undefined) return undefined;
    return { mode: kind === 'database' ? 'first' : 'all', hosts: component.hosts };
  }

  /** The place of what is saved: on shared storage hosts must not overwrite each other, so files go by host. */
  #path(kind: FoundResource['kind'], name: string, targets: Targets): Evaluated {
    const { captures } = this.#binder.context.cloud;
    const group = [...captures.groups].find(([groupName]) => targets.hosts.length > 0 && targets.hosts.every((host) => this.#binder.context.cloud.groups.get(groupName)?.hosts.includes(host)));
    const folder = `${group?.[1] ?? captures.cloud}/${this.#binder.context.plan}/${this.#point}`;
    const leaf = name.replace(/^\//, '').replaceAll(/[%+]/g, encodeURIComponent).replaceAll('/', '+');
    return kind === 'database' ? [`${folder}/${leaf}`] : [`${folder}/`, { variable: 'BELAY_HOST' }, `/${leaf}`];
  }

  #declared(verb: CaptureVerb, name: string, database: Database | undefined, path: Evaluated): Operation | undefined {
    const { context } = this.#binder;
    const frame = this.#frame;
    const own = this.#statement.block?.statements.find((one) => one.declaration.id === `capture.${verb}`);
    const declared: Declared | undefined = own !== undefined
      ? { name: verb, statement: own, file: frame.here.file, scope: frame.here.scope }
      : database === undefined ? undefined : context.cloud.commands.find(verb, [`database ${database.name}`, `service ${database.service}`, 'cloud']);
    if (declared === undefined) return undefined;
    const scope = hostScope(scopeOf(declared.scope, { capture: path, path: name, database: database?.database, service: database?.service }));
    const operation = bindCommands(declared.statement.block?.statements ?? [], { ...frame.here, file: declared.file, scope }, NO_SETTINGS, context.around(frame))[0]?.operation;
    if (operation === undefined || operation.type === 'shell') return operation;
    context.reporter.report(KINDS.wrongType, { message: `Expected a \`run\` in \`${verb}\`.`, at: locate(declared.file, declared.statement.keyword) });
    return undefined;
  }
}

/** A path as one word of bash. */
function pathWord(path: Evaluated): string {
  return path.map((part) => (typeof part === 'string' ? quoteShell(part) : 'variable' in part ? `"$${part.variable}"` : '')).join('');
}

/**
 * How a database is saved where nothing else is said: a consistent dump that drops the database before it loads, since a dump
 * loaded over a newer schema leaves tables of both behind.
 */
function databaseCommands(database: string, path: Evaluated): Record<CaptureVerb, string> {
  const file = pathWord(path);
  return {
    save: `mkdir -p "$(dirname ${file})" && mysqldump --single-transaction --routines --triggers --events --add-drop-database --databases ${quoteShell(database)} > ${file}.partial && mv ${file}.partial ${file}`,
    verify: `tail -n 1 ${file} | grep -q '^-- Dump completed'`,
    restore: `mysql < ${file}`,
  };
}

/** How files and folders are saved: a tar archive, or a note that there was nothing. */
function fileCommands(name: string, path: Evaluated): Record<CaptureVerb, string> {
  const archive = `${pathWord(path)}.tar`;
  const absent = `${pathWord(path)}.absent`;
  const inside = quoteShell(`.${name}`);
  return {
    save: `mkdir -p "$(dirname ${archive})" && rm -f ${archive} ${absent} && if [ -e ${quoteShell(name)} ]; then tar -C / -cpf ${archive}.partial ${inside} && mv ${archive}.partial ${archive}; else : > ${absent}; fi`,
    verify: `[ -e ${absent} ] || tar -tf ${archive} > /dev/null`,
    restore: `if [ -e ${absent} ]; then rm -rf ${quoteShell(name)}; else rm -rf ${quoteShell(name)} && tar -C / -xpf ${archive}; fi`,
  };
}

