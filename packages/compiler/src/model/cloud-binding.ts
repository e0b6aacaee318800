import type { Declarations, Declared } from './declarations.ts';
import type { Cloud } from './model.ts';
import type { Scope } from './scope.ts';

/** A cloud with what binding plans on it needs: its names, and the commands that its parts declare. */
export interface CloudBinding extends Cloud {
  readonly declarations: Declarations;
  readonly scope: Scope;
  readonly commands: CommandTable;
  /** The file of the `cloud` statement. */
  readonly file: string;
  /** The folder for captures, for the cloud or by group. */
  readonly captures: { readonly cloud: string; readonly groups: ReadonlyMap<string, string> };
  /** The service's own recipe for `jump`. */
  readonly upgrades: ReadonlyMap<string, Declared>;
  /** Kinds of names of which the cloud may have more than could be read. */
  readonly excused: ReadonlySet<string>;
}

/** Commands that parts of a cloud declare for actions, by owner (`cloud`, `service nova`, `component nova.api`, `group computes`). */
export class CommandTable {
  readonly #commands = new Map<string, Declared>();

  set(owner: string, declared: Declared): void {
    const verb = declared.statement.declaration.keyword;
    const key = `${owner} ${verb}`;
    if (!this.#commands.has(key)) this.#commands.set(key, declared);
  }

  /** The first of the owners that has a command of its own for the verb. */
  find(verb: string, owners: readonly string[]): Declared | undefined {
    for (const owner of owners) {
      const found = this.#commands.get(`${owner} ${verb}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  has(verb: string, owner: string): boolean {
    return this.#commands.has(`${owner} ${verb}`);
  }
}
