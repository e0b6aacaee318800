import type { Location } from '../text/source.ts';

/** A text after evaluation: constants, and what is known only on the host when the plan runs. */
export type Evaluated = readonly EvaluatedPart[];

export type EvaluatedPart =
  | string
  /** A variable that is set when the command runs: `BELAY_HOST`, `BELAY_VAR_rack`. */
  | { readonly variable: string }
  | { readonly secret: string };

/** What a name stands for inside a block. */
export type Binding =
  | {
      readonly kind: 'value';
      readonly value: Evaluated;
      readonly location?: Location;
      /** It may come from outside the sources (`--set`). */
      readonly given?: true;
      /** It was written as a bare word, and may stand for the name of something. */
      readonly bare?: true;
      /** What is wrong with it is reported already. */
      readonly isFaulty?: true;
    }
  /** A parameter that stands for something declared: `what: component`. */
  | { readonly kind: 'alias'; readonly text: string; readonly location: Location }
  | { readonly kind: 'list'; readonly items: readonly string[]; readonly location: Location }
  | { readonly kind: 'secret'; readonly name: string; readonly location: Location };

/** Names in nested blocks; the innermost wins. */
export class Scope {
  readonly #parent: Scope | undefined;
  readonly #bindings = new Map<string, Binding>();

  constructor(parent?: Scope) {
    this.#parent = parent;
  }

  define(name: string, binding: Binding): void {
    this.#bindings.set(name, binding);
  }

  /** What is declared in this very block. */
  own(name: string): Binding | undefined {
    return this.#bindings.get(name);
  }

  lookup(name: string): Binding | undefined {
    let binding = this.#bindings.get(name);
    for (let scope = this.#parent; binding === undefined && scope !== undefined; scope = scope.#parent) binding = scope.#bindings.get(name);
    return binding;
  }

  /** Every name that can be used here, for suggestions. */
  names(): string[] {
    const names = [...this.#bindings.keys()];
    for (let scope = this.#parent; scope !== undefined; scope = scope.#parent) for (const name of scope.#bindings.keys()) names.push(name);
    return names;
  }
}

/** A scope with a few fixed values, such as `unit` and `package` of a component. */
export function scopeOf(parent: Scope, values: Readonly<Record<string, string | Evaluated | undefined>>): Scope {
  const scope = new Scope(parent);
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) scope.define(name, { kind: 'value', value: typeof value === 'string' ? [value] : value });
  }
  return scope;
}
