import { KINDS } from '../diagnostics/kinds.ts';
import type { Statement } from '../syntax/tree.ts';
import type { ShellOperation, Targets } from './action.ts';
import { databaseCommands, fileCommands, type CaptureVerb, type DatabaseEngine } from './capture-commands.ts';
import { captureFolder } from './capture-folder.ts';
import { bindOnlyCommand, hostScope, onIn } from './commands.ts';
import type { Declared } from './declarations.ts';
import { itemsOf, wordOf } from './evaluate.ts';
import { findResource, type FoundResource } from './find.ts';
import { reportMissingVariables, type VariableUse } from './host-variables.ts';
import type { Database } from './model.ts';
import type { Frame } from './plan-context.ts';
import type { StepModel } from './plan-model.ts';
import { locate } from './reporter.ts';
import { scopeOf, type Evaluated } from './scope.ts';
import type { SequenceBinder } from './sequence-binder.ts';
import { headOf } from './statements.ts';

export type Captured = NonNullable<StepModel['point']>['captures'][number];
type CapturedKind = Captured['kind'];

/** A capture, and where it is saved and verified; where it is restored stands in the capture. */
export interface BoundCapture {
  readonly captured: Captured;
  readonly saving: Targets;
  readonly verifying: Targets;
}

interface CaptureCommand {
  readonly operation: ShellOperation;
  /** Where the command says itself that it runs. */
  readonly targets?: Targets;
  readonly uses: readonly VariableUse[];
}

/** Binds a `capture`: how each of its resources is saved, verified, and brought back. */
export class CaptureBinder {
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

  bind(): BoundCapture[] {
    const { context } = this.#binder;
    const targets = context.targetOf(this.#statement.arguments['target'] ?? onIn(this.#statement.block?.statements ?? []), this.#frame);
    return itemsOf(this.#statement.arguments['resources']).flatMap((value) => {
      const found = findResource(value, this.#frame, context);
      if (found === undefined) return [];
      const { kind } = found;
      if (kind === 'host' || kind === 'mode') {
        context.reporter.report(KINDS.wrongType, {
          message: `A ${kind === 'host' ? 'group of hosts' : 'mode'} can not be captured. Databases, components, and files by their path can.`, at: locate(this.#frame.here.file, value),
        });
        return [];
      }
      return found.names.flatMap((name) => this.#capture(kind, name, targets) ?? []);
    });
  }

  #capture(kind: CapturedKind, name: string, on: Targets | undefined): BoundCapture | undefined {
    const { context } = this.#binder;
    const database = kind === 'database' ? context.cloud.databases.get(name) : undefined;
    const usual = this.#usualTargets(kind, name, database);
    const at = locate(this.#frame.here.file, headOf(this.#statement));
    // Where something is kept depends on where it is saved.
    const saves = this.#declared('save', name, database, []);
    const saving = on ?? saves?.targets ?? usual;
    // A target without hosts is reported where it is written.
    if (saving !== undefined && saving === on && saving.hosts.length === 0 && saving.mode !== 'local') return undefined;
    if (saving === undefined || (saving.hosts.length === 0 && saving.mode !== 'local')) {
      context.reporter.report(KINDS.missingDeclaration, {
        message: kind === 'database' ? `Nothing says where \`${name}\` is saved: declare it \`in\` the service that serves it, or add \`on first GROUP\`.` : `Nothing says on which hosts \`${name}\` is saved: add \`on GROUP\`.`,
        at,
      });
      return undefined;
    }
    const path = this.#path(kind, name, saving);
    const defaults = kind === 'database' && database !== undefined ? databaseCommands(this.#engineOf(database), name, database.database, path)
      : kind === 'file' ? fileCommands(name, path) : undefined;
    const isOwn = new Set<CaptureVerb>();
    const command = (verb: CaptureVerb): CaptureCommand | undefined => {
      const declared = this.#declared(verb, name, database, path);
      if (declared !== undefined) isOwn.add(verb);
      return declared ?? (defaults === undefined ? undefined : { operation: { type: 'shell', shell: defaults[verb].trimEnd() }, uses: [] });
    };
    const save = command('save');
    const restore = command('restore');
    const usualVerify = command('verify');
    const verify = this.#inFull(name, isOwn, defaults?.verifyFull) ?? usualVerify;
    if (save === undefined || restore === undefined) {
      const databases = context.cloud.services.get(context.cloud.components.get(name)?.service ?? '')?.databases ?? [];
      context.reporter.report(KINDS.missingCommand, {
        message: `Nothing says how \`${name}\` is saved and restored. Write \`save\`, \`verify\` and \`restore\` in the block of the capture.`, at,
        notes: databases.length === 0 ? [] : [`What its service keeps is in its databases: \`capture ${databases.join(', ')}\`.`],
      });
      return undefined;
    }
    const targets = on ?? restore.targets ?? saving;
    const verifying = on ?? verify?.targets ?? saving;
    for (const [one, where] of [[save, saving], [restore, targets], [verify, verifying]] as const) if (one !== undefined) reportMissingVariables(one, where, context.cloud, this.#frame.here);
    return {
      captured: { resource: name, kind, hosts: targets.hosts, targets, save: save.operation, restore: restore.operation, ...(verify === undefined ? {} : { verify: verify.operation }) },
      saving,
      verifying,
    };
  }

  /** What `verify full` does, if the block of the capture has it; reports one that can not do anything. */
  #inFull(name: string, isOwn: ReadonlySet<CaptureVerb>, verifyFull: string | undefined): CaptureCommand | undefined {
    const full = this.#statement.block?.statements.find((one) => one.declaration.id === 'capture.verify-full');
    if (full === undefined) return undefined;
    if (verifyFull !== undefined && isOwn.size === 0) return { operation: { type: 'shell', shell: verifyFull.trimEnd() }, uses: [] };
    this.#binder.context.reporter.report(KINDS.missingCommand, {
      message: verifyFull === undefined || !isOwn.has('verify')
        ? `Nothing says how \`${name}\` is verified in full: Belay reads back only what it saves and restores by its own commands. Write \`verify run "…"\` instead.`
        : `\`${name}\` is verified by a command of its own. Remove that, or \`verify full\`.`,
      at: locate(this.#frame.here.file, full.keyword),
    });
    return undefined;
  }

  /** What serves a database: MariaDB, where nothing is said; MySQL has the same tools. */
  #engineOf(database: Database): DatabaseEngine {
    const declared = this.#binder.context.cloud.commands.find('engine', [`database ${database.name}`, `service ${database.service}`, 'cloud']);
    return wordOf(declared?.statement.arguments['engine']) === 'postgresql' ? 'postgresql' : 'mariadb';
  }

  #usualTargets(kind: FoundResource['kind'], name: string, database: Database | undefined): Targets | undefined {
    const { cloud } = this.#binder.context;
    const component = cloud.components.get(database?.server ?? (kind === 'component' ? name : ''));
    if (component === undefined) return undefined;
    return { mode: kind === 'database' ? 'first' : 'all', hosts: component.hosts };
  }

  /** The place of what is saved: on shared storage hosts must not overwrite each other, so files go by host. */
  #path(kind: CapturedKind, name: string, targets: Targets): Evaluated {
    const { cloud, plan } = this.#binder.context;
    const folder = `${captureFolder(cloud, targets.hosts)}/${plan}/${this.#point}`;
    const leaf = name.replace(/^\//, '').replaceAll(/[%+]/g, encodeURIComponent).replaceAll('/', '+');
    return kind === 'database' ? [`${folder}/${leaf}`] : [`${folder}/`, { variable: 'BELAY_HOST' }, `/${leaf}`];
  }

  /** The command of the capture's own block, else for a database that of the database, its service, or the cloud. */
  #declared(verb: CaptureVerb, name: string, database: Database | undefined, path: Evaluated): CaptureCommand | undefined {
    const { context } = this.#binder;
    const frame = this.#frame;
    const own = this.#statement.block?.statements.find((one) => one.declaration.id === `capture.${verb}`);
    const declared: Declared | undefined = own !== undefined
      ? { name: verb, statement: own, file: frame.here.file, scope: frame.here.scope }
      : database === undefined ? undefined : context.cloud.commands.find(verb, [`database ${database.name}`, `service ${database.service}`, 'cloud']);
    if (declared === undefined) return undefined;
    const scope = hostScope(scopeOf(declared.scope, { capture: path, path: name, database: database?.database, service: database?.service }));
    const here = { ...frame.here, file: declared.file, scope };
    const command = bindOnlyCommand(declared.statement.block?.statements ?? [], `\`${verb}\``, here, context.around(frame));
    if (command === undefined) return undefined;
    const targets = command.targets ?? command.blockTargets;
    if (command.operation.type === 'shell') return { operation: command.operation, uses: command.uses, ...(targets === undefined ? {} : { targets }) };
    context.reporter.report(KINDS.wrongType, { message: `Expected a \`run\` in \`${verb}\`, found \`${command.operation.type}\`.`, at: locate(declared.file, declared.statement.keyword) });
    return undefined;
  }
}
