import { KINDS } from '../diagnostics/kinds.ts';
import type { Statement } from '../syntax/tree.ts';
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

  /** Replaces what an outer cloud declared under the same name. */
  replace(kind: NamedKind, declared: Declared): void {
    this.own(kind).set(declared.name, declared);
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

export function reportDuplicate(what: string, name: string, again: Location, first: Location, reporter: Reporter): void {
  reporter.report(KINDS.duplicateName, {
    message: `There is a ${what} named \`${name}\` already. Give one of them another name.`,
    at: again,
    label: 'declared again',
    related: [{ location: first, message: 'declared first' }],
  });
}

/** Reports a name that nothing declares, with the nearest that something does. */
export function reportUnknown(what: string, name: string, span: Span, file: string, known: readonly string[], reporter: Reporter, extra: readonly string[] = []): void {
  const near = suggest(name, known);
  const listed = known.length > 0 && known.length <= 12 ? [`Known here: ${known.join(', ')}.`] : [];
  reporter.report(KINDS.unknownName, {
    message: `There is no ${what} named \`${name}\`.${near.length > 0 ? ` Did you mean ${near.map((one) => `\`${one}\``).join(' or ')}?` : ''}`,
    at: locate(file, span),
    label: 'not declared',
    notes: [...(near.length > 0 ? [] : listed), ...extra],
    fixes: near.slice(0, 1).map((one) => ({
      title: `Write \`${one}\``, applicability: 'likely', edits: [{ location: locate(file, span), newText: one }],
    })),
  });
}
