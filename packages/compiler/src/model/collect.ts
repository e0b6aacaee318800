import { Graph } from '@dagrejs/graphlib';
import { OPENSTACK_TRAIN } from '../catalogue/openstack-train.ts';
import { KINDS } from '../diagnostics/kinds.ts';
import { resolvePath } from '../project/paths.ts';
import type { MissingReason, Project } from '../project/project.ts';
import type { Statement } from '../syntax/tree.ts';
import type { Span } from '../text/source.ts';
import { drawCycle } from './draw-cycle.ts';
import { declaredName, Declarations, nameOrExcuse, reportDuplicate, reportUnknown, type Declared, type NamedKind } from './declarations.ts';
import type { BindingMemory } from './binding-memory.ts';
import { bindLet, bindParam, bindSecret, type Settings } from './bind-names.ts';
import type { CloudBinding } from './cloud-binding.ts';
import { literalText, wordOf, type Here } from './evaluate.ts';
import type { Train } from './model.ts';
import { inOrderOfUse } from './name-order.ts';
import type { Placed } from './placed.ts';
import { locate, type Reporter } from './reporter.ts';
import { Scope } from './scope.ts';

/** What all files of a project declare at their top. */
export interface Universe {
  readonly project: Project;
  readonly reporter: Reporter;
  readonly declarations: Declarations;
  readonly scope: Scope;
  readonly trains: ReadonlyMap<string, Train>;
  readonly settings: Settings;
  /** Clouds that are bound already: several plans may be for the same one. */
  readonly clouds: Map<Declared, CloudBinding>;
  /** What was bound when the project was checked before. */
  readonly memory?: BindingMemory;
}

const NAMED: Readonly<Record<string, NamedKind>> = {
  cloud: 'cloud', plan: 'plan', recipe: 'recipe', catalogue: 'catalogue', train: 'train', window: 'window', check: 'check', mode: 'mode',
};

/** Gathers the declarations of all files; imports share everything. */
export function collect(project: Project, settings: Settings, reporter: Reporter): Universe {
  const declarations = new Declarations();
  const scope = new Scope();
  const trains = new Map<string, Train>();
  const imports = new Graph({ directed: true });
  const naming: Placed[] = [];
  for (const [file, tree] of project.trees) {
    const here: Here = { file, scope, reporter };
    for (const statement of tree.statements) {
      switch (statement.declaration.id) {
        case 'use': bindUse(statement, file, trains, reporter); break;
        case 'import': bindImport(statement, file, project, imports, reporter); break;
        case 'let': case 'param': case 'secret': naming.push({ statement, here }); break;
        case 'train': bindTrain(statement, file, trains, reporter); break;
        case 'catalogue':
          for (const inner of statement.block?.statements ?? []) if (inner.declaration.id === 'train') bindTrain(inner, file, trains, reporter);
          addNamed(declarations, statement, file, scope, reporter);
          break;
        default: addNamed(declarations, statement, file, scope, reporter);
      }
    }
  }
  for (const { statement, here } of inOrderOfUse(naming)) bindNaming(statement, here, settings, declarations);
  reportImportCycles(imports, project, reporter);
  return { project, reporter, declarations, scope, trains, settings, clouds: new Map() };
}

/** Adds a declaration with a name of its own, if the statement is one. */
export function addNamed(declarations: Declarations, statement: Statement, file: string, scope: Scope, reporter: Reporter): void {
  const kind = NAMED[statement.declaration.id];
  if (kind === undefined) return;
  const name = nameOrExcuse(statement, reporter, kind);
  if (name !== undefined) declarations.add(kind, { name, statement, file, scope }, reporter);
}

/** Binds a `let`, `param` or `secret`. */
export function bindNaming(statement: Statement, here: Here, settings: Settings, declarations: Declarations): void {
  const { id } = statement.declaration;
  if (id === 'let') bindLet(statement, here);
  else if (id === 'param') bindParam(statement, here, settings);
  else bindSecret(statement, here, declarations);
}

/** Whether a statement names a value. */
export function isNaming(statement: Statement): boolean {
  return statement.declaration.id === 'let' || statement.declaration.id === 'param' || statement.declaration.id === 'secret';
}

function bindUse(statement: Statement, file: string, trains: Map<string, Train>, reporter: Reporter): void {
  const name = wordOf(statement.arguments['catalogue']);
  const at = locate(file, statement.arguments['catalogue'] ?? statement);
  if (name === 'openstack') {
    const known = trains.get(name);
    // A train of the same name that somebody declared is another one; a second `use` is not.
    if (known !== undefined && known.releases !== OPENSTACK_TRAIN.releases) reportDuplicate('train', name, at, known.location ?? at, reporter);
    else if (known === undefined) trains.set(name, { ...OPENSTACK_TRAIN, location: at });
  } else if (name !== undefined) reportUnknown('catalogue', name, statement.arguments['catalogue'] ?? statement, file, ['openstack'], reporter);
}

function bindImport(statement: Statement, file: string, project: Project, imports: Graph, reporter: Reporter): void {
  const path = namedPath(statement, 'path', file, project, reporter);
  if (path !== undefined) imports.setEdge(nodeOf(file), nodeOf(path), statement);
  else for (const what of IMPORTED) reporter.excuse(what);
}

/**
 * The file that a statement names, as a path from the workspace root; reports a path that leaves the workspace and a file that can't be read.
 */
export function namedPath(statement: Statement, argument: string, file: string, project: Project, reporter: Reporter): string | undefined {
  const value = statement.arguments[argument];
  if (value === undefined) return undefined;
  const at = locate(file, value);
  const text = value.node === 'text' && value.parts.every((part) => part.part === 'chunk') ? literalText(value) : undefined;
  if (text === undefined) {
    reporter.report(KINDS.wrongType, { message: 'This path has to be written out: files are found before any value is known.', at });
    return undefined;
  }
  const path = resolvePath(file, text);
  if (path === undefined) {
    reporter.report(KINDS.missingFile, {
      message: `\`${text}\` leads out of the workspace. Files are named relative to this file, with \`/\`, and stay inside.`, at,
    });
    return undefined;
  }
  const result = project.files.get(path);
  if (result?.found === true) return path;
  reporter.report(KINDS.missingFile, { message: `\`${path}\` ${MISSING[result?.reason ?? 'missing']}`, at, label: 'named here', notes: ['Paths are relative to the file that names them.'] });
  return undefined;
}

/** Why a file can not be read, behind its path. */
export const MISSING: Readonly<Record<MissingReason, string>> = {
  missing: 'does not exist.',
  outside: 'is a link that leads out of the workspace; such files are not read.',
  directory: 'is a folder; a file is expected.',
  'too-large': 'is too large, or the project names too many files.',
  unreadable: 'can not be read.',
};

/** What a file that can't be read may have declared. */
const IMPORTED = [...Object.values(NAMED), 'release', 'value'];

/** Names of nodes are keys of plain objects in graphlib: a file named `__proto__` would be none. */
function nodeOf(file: string): string {
  return `file ${file}`;
}

function reportImportCycles(imports: Graph, project: Project, reporter: Reporter): void {
  // A walk without recursion: a file is on the path while its imports are looked at.
  const done = new Set<string>();
  for (const root of project.trees.keys()) {
    const path: { node: string; next: string[] }[] = [];
    const depths = new Map<string, number>();
    const enter = (node: string): void => {
      depths.set(node, path.length);
      path.push({ node, next: [...(imports.successors(node) ?? [])].reverse() });
    };
    if (imports.hasNode(nodeOf(root)) && !done.has(nodeOf(root))) enter(nodeOf(root));
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = top.next.pop();
      if (next === undefined) {
        done.add(top.node);
        depths.delete(top.node);
        path.pop();
        continue;
      }
      const start = depths.get(next);
      if (start === undefined) {
        if (!done.has(next)) enter(next);
        continue;
      }
      const circle = path.slice(start).map(({ node }) => fileOf(node));
      const statement = imports.edge(top.node, next) as Statement;
      reporter.report(KINDS.importCycle, {
        message: circle.length === 1 ? 'This file imports itself. Remove the import.' : 'These files import each other in a circle. Move what they share to a file of its own, and import that.',
        at: locate(fileOf(top.node), statement.arguments['path'] ?? statement),
        notes: circle.length === 1 ? [] : [drawCycle(circle)],
      });
    }
  }
}

function fileOf(node: string): string {
  return node.slice('file '.length);
}

function bindTrain(statement: Statement, file: string, trains: Map<string, Train>, reporter: Reporter): void {
  const name = declaredName(statement);
  if (name === undefined) return;
  const location = locate(file, statement.arguments['name'] ?? statement);
  const releases = new Map<string, { name: string; slurp: boolean; span: Span }>();
  for (const one of statement.block?.statements ?? []) {
    const release = wordOf(one.arguments['name']);
    const span = one.arguments['name'] ?? one;
    if (one.declaration.id !== 'train.release' || release === undefined) continue;
    const first = releases.get(release);
    if (first === undefined) releases.set(release, { name: release, slurp: one.words.includes('slurp'), span });
    else reportDuplicate('release of this train', release, locate(file, span), locate(file, first.span), reporter);
  }
  const known = trains.get(name);
  if (known?.location !== undefined) reportDuplicate('train', name, location, known.location, reporter);
  else trains.set(name, { name, location, releases: [...releases.values()].map((one) => ({ name: one.name, slurp: one.slurp })) });
}
