import type { Span, Statement, SyntaxTree } from '@belay/compiler/analysis';
import type { WorkspaceFile } from '../workspace/workspace-file.ts';

/** What a name can be the name of. */
export type SymbolKind =
  | 'cloud' | 'plan' | 'recipe' | 'catalogue' | 'train' | 'release' | 'window' | 'check' | 'mode' | 'group' | 'zone' | 'service' | 'component'
  | 'database' | 'let' | 'param' | 'secret' | 'parameter' | 'step' | 'stage' | 'point';

/** Where a name is declared. */
export interface SymbolDeclaration {
  readonly kind: SymbolKind;
  /** As it is written where it is declared: `api`. */
  readonly label: string;
  /** As it is used elsewhere: `nova.api`. */
  readonly name: string;
  /** The name itself. */
  readonly span: Span;
  readonly statement: Statement;
  readonly file: WorkspaceFile;
  /** The block that it is declared in. */
  readonly scope: SymbolScope;
}

/** Where a name is used. Of a dotted name each part is a use of its own. */
export interface SymbolUse {
  /** What it may be the name of, the likeliest first. */
  readonly kinds: readonly SymbolKind[];
  /** The whole name up to and including this part: `nova.api`. */
  readonly name: string;
  /** The part that stands at the place: `api`. */
  readonly label: string;
  /** The part of the text that holds the label. */
  readonly span: Span;
  readonly statement: Statement;
  /** The argument of the statement in which it stands. */
  readonly argument: string;
  readonly file: WorkspaceFile;
  /** The block that it stands in. */
  readonly scope: SymbolScope;
}

/** A block in which names are declared, or in which they are seen. */
export interface SymbolScope {
  readonly file: WorkspaceFile;
  /** Whoever holds a name holds the tree that it is from: names of the same tree are the same objects. */
  readonly tree: SyntaxTree;
  /** Absent for the file itself. */
  readonly statement?: Statement | undefined;
  readonly parent?: SymbolScope | undefined;
  /** What is declared in this very block, by label. */
  readonly declarations: ReadonlyMap<string, readonly SymbolDeclaration[]>;
  /** What of some kinds is declared in it, in the order of the text. */
  ofKinds(kinds: readonly SymbolKind[]): readonly SymbolDeclaration[];
}

/** The names of one file. */
export interface FileSymbols {
  readonly file: WorkspaceFile;
  readonly scope: SymbolScope;
  /** In the order of the text. */
  readonly declarations: readonly SymbolDeclaration[];
  /** In the order of the text. */
  readonly uses: readonly SymbolUse[];
  /** Uses by label. */
  readonly usesOf: ReadonlyMap<string, readonly SymbolUse[]>;
  /** The clouds and catalogues of the file with the names in them. */
  readonly clouds: readonly SymbolScope[];
  /** The blocks that statements of the file open, where something can be declared in them. */
  readonly scopeOf: { get(statement: Statement): SymbolScope | undefined };
  /** What a statement of the file declares itself, its parameters included. */
  declaredBy(statement: Statement): readonly SymbolDeclaration[];
  /** The names that a statement of the file uses itself. */
  usesIn(statement: Statement): readonly SymbolUse[];
}

/** Kinds of names that stand for values: what `${name}` may hold. */
export const VALUE_KINDS: readonly SymbolKind[] = ['parameter', 'let', 'param', 'secret'];

/** Names that Belay itself gives to commands, and what they hold. */
export const BUILT_IN_VALUES: Readonly<Record<string, string>> = {
  host: 'The host that the command runs on, as the inventory names it. `${host.NAME}` is a variable of the inventory.',
  unit: 'The systemd unit of the component.',
  package: 'The package of the component.',
  component: 'The component, such as `nova.api`.',
  service: 'The service that the component or database belongs to.',
  database: 'The name that the database server knows the database by.',
  release: 'The release that is installed or migrated to.',
  capture: 'The file or folder that holds what was saved.',
  key: 'The key of the lock.',
};
