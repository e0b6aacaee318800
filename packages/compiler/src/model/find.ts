import { KINDS } from '../diagnostics/kinds.ts';
import type { Value } from '../syntax/tree.ts';
import { reportUnknown } from './declarations.ts';
import { constantText, itemsOf, wordText } from './evaluate.ts';
import type { Component, Database } from './model.ts';
import type { Frame, PlanContext } from './plan-context.ts';
import { locate } from './reporter.ts';

/** The components that a list names; `nova.*` is every component of a service. */
export function findComponents(value: Value | undefined, frame: Frame, context: PlanContext): Component[] {
  return findDotted(value, frame, context, 'component', context.cloud.components, (service) => service.components);
}

/** The databases that a list names; `nova.*` is every database of a service. */
export function findDatabases(value: Value | undefined, frame: Frame, context: PlanContext): Database[] {
  return findDotted(value, frame, context, 'database', context.cloud.databases, (service) => service.databases);
}

function findDotted<T extends { name: string }>(
  value: Value | undefined, frame: Frame, context: PlanContext, what: string, known: ReadonlyMap<string, T>,
  members: (service: { components: readonly string[]; databases: readonly string[] }) => readonly string[],
): T[] {
  const found = new Map<string, T>();
  for (const item of itemsOf(value)) {
    if (item.node !== 'word') continue;
    for (const one of findOne(item, resolveDotted(item.text, item, frame))) found.set(one.name, one);
  }
  return [...found.values()];

  function findOne(item: Value, name: string): T[] {
    const [serviceName, rest] = splitDotted(name);
    const service = context.cloud.services.get(serviceName);
    if (rest === '*') {
      if (service === undefined) reportUnknown('service', serviceName, item, frame.here.file, [...context.cloud.services.keys()], context.reporter);
      const all = service === undefined ? [] : members(service).flatMap((one) => known.get(one) ?? []);
      if (service !== undefined && all.length === 0) {
        context.reporter.report(KINDS.unknownName, { message: `\`${serviceName}\` has no ${what}.`, at: locate(frame.here.file, item) });
      }
      return all;
    }
    const one = known.get(name);
    if (one !== undefined) return [one];
    const hint = service !== undefined && rest === undefined
      ? [`\`${name}\` is a service. For all that belongs to it write \`${name}.*\`.`]
      : [];
    reportUnknown(what, name, item, frame.here.file, hint.length > 0 ? [] : [...known.keys()], context.reporter, hint);
    return [];
  }
}

function splitDotted(name: string): [string, string | undefined] {
  const dot = name.indexOf('.');
  return dot === -1 ? [name, undefined] : [name.slice(0, dot), name.slice(dot + 1)];
}

/** The first part of a dotted name may be a parameter that stands for a service. */
function resolveDotted(name: string, value: Value, frame: Frame): string {
  const whole = value.node === 'word' ? wordText(value, frame.here) : name;
  if (whole !== name) return whole;
  const [first, rest] = splitDotted(name);
  const bound = frame.here.scope.lookup(first);
  return bound?.kind === 'alias' && rest !== undefined ? `${bound.text}.${rest}` : name;
}

/** What a resource is: components, databases, a path of files, a group of hosts, or a mode. */
export interface FoundResource {
  readonly kind: 'component' | 'database' | 'file' | 'host' | 'mode';
  readonly names: readonly string[];
}

/** Resolves what `rewrites` and `capture` name. */
export function findResource(value: Value, frame: Frame, context: PlanContext): FoundResource | undefined {
  if (value.node === 'text') {
    const path = constantText(value, frame.here, 'A path').replace(/(?<=.)\/+$/, '');
    if (path.startsWith('/') && path.length > 1 && !path.split('/').includes('..')) return { kind: 'file', names: [path] };
    context.reporter.report(KINDS.wrongType, {
      message: `\`${path.slice(0, 60)}\` is no absolute path of a file or folder.`, at: locate(frame.here.file, value),
    });
    return undefined;
  }
  if (value.node !== 'word') return undefined;
  const name = resolveDotted(value.text, value, frame);
  const { cloud } = context;
  const [first, rest] = splitDotted(name);
  const service = cloud.services.get(first);
  if (service !== undefined && rest === '*') return { kind: 'component', names: service.components };
  if (cloud.components.has(name)) return { kind: 'component', names: [name] };
  if (cloud.databases.has(name)) return { kind: 'database', names: [name] };
  const group = cloud.groups.get(name);
  if (group !== undefined) return { kind: 'host', names: group.hosts };
  if (frame.declarations.get('mode', name) !== undefined) return { kind: 'mode', names: [name] };
  reportUnknown('component, database, group or mode', name, value, frame.here.file, [...cloud.components.keys(), ...cloud.databases.keys(), ...cloud.groups.keys(), ...frame.declarations.names('mode')], context.reporter,
    ['A file is named by its path, in quotes.']);
  return undefined;
}
