import { KINDS } from '../diagnostics/kinds.ts';
import type { Value, Word } from '../syntax/tree.ts';
import type { Span } from '../text/source.ts';
import { reportUnknown, shown } from './declarations.ts';
import { constantText, itemsOf, nameText } from './evaluate.ts';
import type { Component, Database } from './model.ts';
import type { Frame, PlanContext } from './plan-context.ts';
import { locate } from './reporter.ts';
import { hostPath } from './resources.ts';

/**
 * The components that a list names; `nova.*` is every component of a service.
 *
 * @param except components that `nova.*` does not stand for
 */
export function findComponents(value: Value | undefined, frame: Frame, context: PlanContext, except?: ReadonlySet<string>): Component[] {
  return findDotted(value, frame, context, 'component', context.cloud.components, (service) => service.components, except);
}

/** The databases that a list names; `nova.*` is every database of a service. */
export function findDatabases(value: Value | undefined, frame: Frame, context: PlanContext): Database[] {
  return findDotted(value, frame, context, 'database', context.cloud.databases, (service) => service.databases);
}

function findDotted<T extends { name: string }>(
  value: Value | undefined, frame: Frame, context: PlanContext, what: string, known: ReadonlyMap<string, T>,
  members: (service: { components: readonly string[]; databases: readonly string[] }) => readonly string[], except?: ReadonlySet<string>,
): T[] {
  const found = new Map<string, T>();
  for (const item of itemsOf(value)) {
    if (item.node !== 'word') continue;
    for (const name of namesAt(item, frame)) for (const one of findOne(item, name)) found.set(one.name, one);
  }
  return [...found.values()];

  function findOne(item: Value, name: string): T[] {
    // An argument that fits no parameter is reported at the `apply`.
    if (name === '') return [];
    const [serviceName, rest] = splitDotted(name);
    const service = context.cloud.services.get(serviceName);
    if (rest === '*') {
      if (service === undefined) reportUnknown('service', serviceName, partOf(item, serviceName), frame.here.file, context.cloud.services.keys(), context.reporter);
      const all = service === undefined ? [] : members(service).flatMap((one) => known.get(one) ?? []);
      if (service !== undefined && all.length === 0) {
        context.reporter.report(KINDS.unknownName, { message: `Service ${shown(serviceName)} has no ${what}.`, at: locate(frame.here.file, item) });
      }
      return except === undefined ? all : all.filter((one) => !except.has(one.name));
    }
    const one = known.get(name);
    if (one !== undefined) return [one];
    if (service === undefined || rest !== undefined) reportUnknown(what, name, item, frame.here.file, known.keys(), context.reporter);
    else {
      const at = locate(frame.here.file, item);
      context.reporter.report(KINDS.unknownName, {
        message: `${shown(name)} is a service, no ${what}. For every ${what} of it write ${shown(`${name}.*`)}.`,
        at,
        fixes: item.node === 'word' && item.text === name ? [{ title: `Write ${shown(`${name}.*`)}`, applicability: 'likely', edits: [{ location: { ...at, start: at.end }, newText: '.*' }] }] : [],
      });
    }
    return [];
  }
}

/** The place of the start of a word, if that is how the word starts. */
function partOf(value: Value, start: string): Span | Value {
  return value.node === 'word' && value.text.startsWith(start) ? { start: value.start, end: value.start + start.length } : value;
}

function splitDotted(name: string): [string, string | undefined] {
  const dot = name.indexOf('.');
  return dot === -1 ? [name, undefined] : [name.slice(0, dot), name.slice(dot + 1)];
}

/** The names that a word stands for: one, or those of a list. */
export function namesAt(word: Word, frame: Frame): readonly string[] {
  const bound = frame.here.scope.lookup(word.text);
  return bound?.kind === 'list' ? bound.items : [nameText(word, frame.here)];
}

/** What a resource is: components, databases, a path of files, a group of hosts, or a mode. */
export interface FoundResource {
  readonly kind: 'component' | 'database' | 'file' | 'host' | 'mode';
  readonly names: readonly string[];
}

/** Resolves what `rewrites` and `capture` name. */
export function findResource(value: Value, frame: Frame, context: PlanContext): FoundResource | undefined {
  if (value.node === 'text') {
    return fileResource(constantText(value, frame.here, 'A path'), value, frame, context);
  }
  if (value.node !== 'word') return undefined;
  const name = nameText(value, frame.here);
  if (name === '') return undefined;
  if (name.startsWith('/')) return fileResource(name, value, frame, context);
  const { cloud } = context;
  const [first, rest] = splitDotted(name);
  const service = cloud.services.get(first);
  if (service !== undefined && rest === '*' && service.components.length > 0) return { kind: 'component', names: service.components };
  if (cloud.components.has(name)) return { kind: 'component', names: [name] };
  if (cloud.databases.has(name)) return { kind: 'database', names: [name] };
  const group = cloud.groups.get(name);
  if (group !== undefined) return { kind: 'host', names: group.hosts };
  if (frame.declarations.get('mode', name) !== undefined) return { kind: 'mode', names: [name] };
  reportUnknown('component, database, group or mode', name, value, frame.here.file, resourceNames(frame, context), context.reporter,
    ['A file is named by its path, in quotes.']);
  return undefined;
}

function fileResource(path: string, value: Value, frame: Frame, context: PlanContext): FoundResource | undefined {
  const known = hostPath(path);
  if (known !== undefined) return { kind: 'file', names: [known] };
  context.reporter.report(KINDS.wrongType, {
    message: `${shown(path)} is no absolute path of a file or folder, without \`.\` and \`..\`.`, at: locate(frame.here.file, value),
  });
  return undefined;
}

function* resourceNames(frame: Frame, { cloud }: PlanContext): Generator<string> {
  yield* cloud.components.keys();
  yield* cloud.databases.keys();
  yield* cloud.groups.keys();
  yield* frame.declarations.names('mode');
}
