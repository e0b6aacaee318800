import { KINDS } from '../diagnostics/kinds.ts';
import type { Statement } from '../syntax/tree.ts';
import type { Operation, PutOperation, Targets } from './action.ts';
import { nameAt } from './bind-groups.ts';
import { namedPath } from './collect.ts';
import { reportUnknown, shown } from './declarations.ts';
import { constantText, itemsOf, wordOf } from './evaluate.ts';
import { findResource } from './find.ts';
import type { Frame, PlanContext } from './plan-context.ts';
import type { ActionModel } from './plan-model.ts';
import { locate } from './reporter.ts';
import { hostPath } from './resources.ts';
import { headOf } from './statements.ts';
import { inRoll } from './targets.ts';

/** What is at a path is kept by host: that costs more than to name the host. */
const COST_OF_FILE = 5;

/** Binds actions that put something in its place: files of the workspace, and what rollback points have saved. */
export class FileActions {
  readonly #context: PlanContext;

  constructor(context: PlanContext) {
    this.#context = context;
  }

  /** Binds a `put`. */
  put(statement: Statement, on: Targets | undefined, as: string | undefined, frame: Frame): ActionModel[] {
    const { here } = frame;
    const file = namedPath(statement, 'file', here.file, this.#context.project, here.reporter);
    const path = constantText(statement.arguments['path'], here, 'The path on the hosts');
    const location = locate(here.file, headOf(statement));
    if (hostPath(path) !== path) {
      here.reporter.report(KINDS.wrongType, { message: 'Expected the absolute path of a file on the hosts, without `.` and `..`, `//`, and `/` at its end.', at: locate(here.file, statement.arguments['path'] ?? statement) });
      return [];
    }
    const mode = wordOf(statement.arguments['mode']);
    if (mode !== undefined && !/^[0-7]{3,4}$/.test(mode)) {
      here.reporter.report(KINDS.wrongType, { message: `Expected a mode such as \`0640\`, found ${shown(mode)}.`, at: locate(here.file, statement.arguments['mode'] ?? statement) });
    }
    const owner = statement.arguments['owner'] === undefined ? undefined : constantText(statement.arguments['owner'], here, 'The owner');
    const targets = on ?? (frame.roll === undefined ? undefined : { mode: 'all' as const, hosts: frame.roll.ordered, batch: true as const });
    if (targets === undefined) here.reporter.report(KINDS.missingDeclaration, { message: 'Nothing says where the file is put: add `on GROUP`.', at: location });
    if (file === undefined || targets === undefined || !here.reporter.spend('hosts', COST_OF_FILE * targets.hosts.length, location)) return [];
    const operation: PutOperation = {
      type: 'put', file, path, ...(mode === undefined ? {} : { mode }), ...(owner === undefined ? {} : { owner }), ...(as === undefined ? {} : { as }),
    };
    const shared = { verb: 'put' as const, targets, changes: [{ kind: 'file' as const, name: path, becomes: 'rewritten' as const }], uses: [], effect: 'known' as const, location };
    return [{ ...shared, title: `put ${path}`, operation, inverse: this.#takeBack(operation, shared) }];
  }

  /** What was at the path before: what a `put` before this one left there, else what was kept beside it. */
  #takeBack(operation: PutOperation, shared: Omit<ActionModel, 'title' | 'operation'>): ActionModel[] {
    const { notes, state } = this.#context;
    const put = state.isAside ? undefined : notes.change('put', operation.path);
    const known = put ?? notes.get('put', operation.path);
    const before = new Map<string | undefined, string[]>();
    for (const host of shared.targets.hosts) {
      const file = known?.get(host);
      const hosts = before.get(file);
      if (hosts === undefined) before.set(file, [host]);
      else hosts.push(host);
      put?.set(host, operation.file);
    }
    if (before.size === 0) before.set(undefined, []);
    const mode = shared.targets.mode === 'any' || shared.targets.mode === 'first' ? 'all' : shared.targets.mode;
    return [...before].map(([file, hosts]): ActionModel => ({
      ...shared, title: `put ${operation.path} back`, targets: { ...shared.targets, mode, hosts: before.size === 1 ? shared.targets.hosts : hosts },
      operation: file === undefined ? { ...operation, takeBack: true } : { ...operation, file }, inverse: [],
    }));
  }

  /** Binds a `restore`: what a rollback point saved, on the way forward. */
  restore(statement: Statement, frame: Frame): ActionModel[] {
    const value = statement.arguments['point'];
    const name = nameAt(value, frame.here);
    if (value === undefined || name === undefined) return [];
    const point = this.#context.notes.get('point', name);
    if (point === undefined) {
      reportUnknown('rollback point before this', name, value, frame.here.file, this.#context.notes.all('point').keys(), this.#context.reporter);
      return [];
    }
    return itemsOf(statement.arguments['resources']).flatMap((resource) => {
      const found = findResource(resource, frame, this.#context);
      return (found?.names ?? []).flatMap((wanted): ActionModel[] => {
        const capture = point.captures.find((one) => one.resource === wanted);
        if (capture === undefined) {
          reportUnknown(`capture in \`${name}\``, wanted, resource, frame.here.file, point.captures.map((one) => one.resource), this.#context.reporter);
          return [];
        }
        const server = this.#context.cloud.databases.get(wanted)?.server;
        return [{
          verb: 'restore', title: `restore ${wanted} from ${name}`, targets: inRoll(capture.targets, frame.roll), operation: capture.restore as Operation,
          changes: [capture.kind === 'database' ? { kind: 'database', name: wanted, becomes: 'restored', point: name } : { kind: capture.kind, name: wanted, becomes: 'rewritten' }],
          uses: server === undefined ? [] : [server], effect: 'known', location: locate(frame.here.file, headOf(statement)),
        }];
      });
    });
  }
}
