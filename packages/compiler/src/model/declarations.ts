import { shortened } from '../diagnostics/diagnostic.ts';
import { KINDS } from '../diagnostics/kinds.ts';
import type { Statement, Value } from '../syntax/tree.ts';
import type { Location, Span } from '../text/source.ts';
import { suggest } from '../text/suggest.ts';
import { wordOf } from './evaluate.ts';
import { locate, type Reporter } from './reporter.ts';
import type { Scope } from './scope.ts';

/** A declaration where it stands: its file, and the names that it sees. */
export interface Declared {
  readonly name: string;
  readonly statement: Statement;
  readonly file: string;
  readonly scope: Scope;
}

/** Named parts that plans refer to. */
export type NamedKind = 'cloud' | 'plan' | 'recipe' | 'catalogue' | 'train' | 'window' | 'check' | 'mode' | 'secret';

/** Declarations by kind and name, with those of the blocks around; the innermost wins. */
export class Declarations {
  readonly #parent: Declarations | undefined;
  readonly #byKind = new Map<NamedKind, Map<string, Declared>>();

  constructor(parent?: Declarations) {
    this.#parent = parent;
  }

  add(kind: NamedKind, declared: Declared, reporter: Reporter): void {
    const known = this.own(kind);
    const first = known.get(declared.name);
    if (first === undefined) known.set(declared.name, declared);
    else reportDuplicate(kind, declared.name, nameLocation(declared), nameLocation(first), reporter);
  }

  own(kind: NamedKind): Map<string, Declared> {
    let known = this.#byKind.get(kind);
    if (known === undefined) this.#byKind.set(kind, (known = new Map()));
    return known;
  }

  get(kind: NamedKind, name: string): Declared | undefined {
    let found = this.#byKind.get(kind)?.get(name);
    for (let level = this.#parent; found === undefined && level !== undefined; level = level.#parent) found = level.#byKind.get(kind)?.get(name);
    return found;
  }

  names(kind: NamedKind): string[] {
    const names = new Set<string>(this.#byKind.get(kind)?.keys());
    for (let level = this.#parent; level !== undefined; level = level.#parent) {
      for (const name of level.#byKind.get(kind)?.keys() ?? []) names.add(name);
    }
    return [...names];
  }
}

/** Where the name of a declaration stands. */
export function nameLocation(declared: { readonly statement: Statement; readonly file: string }): Location {
  const name = declared.statement.arguments['name'] ?? declared.statement.keyword;
  return locate(declared.file, name);
}

/** The name that a statement declares, if it could be read. */
export function declaredName(statement: Statement): string | undefined {
  return wordOf(statement.arguments['name']);
}

/** The name that a statement declares; where it could not be read, it may be any of these kinds that seems to be unknown elsewhere. */
export function nameOrExcuse(statement: Statement, reporter: Reporter, ...kinds: readonly string[]): string | undefined {
  const name = declaredName(statement);
  if (name === undefined) for (const kind of kinds) reporter.excuse(kind);
  return name;
}

/** Longer names are cut in messages. */
const LONGEST_SHOWN = 80;

/** Names that are listed where none is near. */
const MOST_LISTED = 12;

/** A name in a message. */
export function shown(name: string): string {
  return `\`${shortened(name, LONGEST_SHOWN)}\``;
}

export function reportDuplicate(what: string, name: string, again: Location, first: Location, reporter: Reporter): void {
  reporter.report(KINDS.duplicateName, {
    message: `There is a ${what} named ${shown(name)} already. Give one of them another name.`,
    at: again,
    label: 'declared again',
    related: [{ location: first, message: 'declared first' }],
  });
}

/**
 * Reports a name that nothing declares, with the nearest that something does.
 *
 * @param at the value that holds the name, or the place of the name alone
 * @param known the names that would have fitted; not read where there are too many findings already
 */
export function reportUnknown(what: string, name: string, at: Span | Value, file: string, known: Iterable<string>, reporter: Reporter, extra: readonly string[] = []): void {
  if (reporter.isExcused(what)) return;
  const location = locate(file, at);
  const message = `There is no ${what} named ${shown(name)}.`;
  if (reporter.isFull) {
    reporter.report(KINDS.unknownName, { message, at: location });
    return;
  }
  const names = reporter.isComparing ? [...known] : [];
  const letters = names.reduce((sum, one) => sum + one.length, 0);
  const near = reporter.mayCompare(letters * name.length) ? suggest(name, names) : [];
  const quote = 'node' in at && at.node === 'text' ? '"' : '';
  const standsFor = 'node' in at && at.node === 'word' && at.text !== name;
  const isWhole = !standsFor && location.end - location.start === name.length + 2 * quote.length;
  reporter.report(KINDS.unknownName, {
    message: `${message}${near.length > 0 ? ` Did you mean ${near.map(shown).join(' or ')}?` : ''}`,
    at: location,
    label: 'not declared',
    notes: [
      ...(standsFor ? [`${shown(at.text)} stands for ${shown(name)} here.`] : []),
      ...(near.length > 0 || names.length === 0 ? [] : [`Known here: ${listed(names)}.`]),
      ...extra,
    ],
    fixes: isWhole ? near.slice(0, 1).map((one) => ({
      title: `Write ${shown(one)}`, applicability: 'likely', edits: [{ location, newText: `${quote}${one}${quote}` }],
    })) : [],
  });
}

function listed(names: readonly string[]): string {
  const left = names.length - MOST_LISTED;
  const first = names.slice(0, left > 1 ? MOST_LISTED : MOST_LISTED + 1).map(shown).join(', ');
  return left > 1 ? `${first} and ${left} more` : first;
}
