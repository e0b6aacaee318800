import type { Span } from '../text/source.ts';
import type { BlockKind, Declaration } from '../vocabulary/index.ts';

/** A statement as it was matched against its declaration. */
export interface Statement extends Span {
  readonly declaration: Declaration;
  /** Values by the names in the signature; what is missing was left out, or could not be read. */
  readonly arguments: Readonly<Record<string, Value>>;
  /** Optional words of the signature that were written, such as `slurp`. */
  readonly words: readonly string[];
  readonly keyword: Span;
  readonly block?: Block;
}

export interface Block extends Span {
  readonly kind: BlockKind;
  readonly statements: readonly Statement[];
  /** Written without braces, after an `inline` statement. */
  readonly inline: boolean;
}

export type Value = Word | Text | List | Target | Parameters | Arguments;

/** A bare word: a name, a number, a duration, a release; its place says which. */
export interface Word extends Span {
  readonly node: 'word';
  readonly text: string;
}

/** A text in quotes. */
export interface Text extends Span {
  readonly node: 'text';
  readonly parts: readonly TextPart[];
}

export type TextPart = Chunk | Interpolation;

/** Literal text, escapes resolved. */
export interface Chunk extends Span {
  readonly part: 'chunk';
  readonly text: string;
}

/** `${name}` or `${raw name}`. */
export interface Interpolation extends Span {
  readonly part: 'interpolation';
  readonly name: string;
  readonly raw: boolean;
}

export interface List extends Span {
  readonly node: 'list';
  readonly items: readonly Value[];
}

/** Where something runs. */
export interface Target extends Span {
  readonly node: 'target';
  readonly mode: 'all' | 'any' | 'first' | 'each';
  readonly hosts: readonly (Word | Text)[];
  readonly except: readonly (Word | Text)[];
}

export interface Parameters extends Span {
  readonly node: 'parameters';
  readonly items: readonly Parameter[];
}

export interface Parameter extends Span {
  readonly name: Word;
  readonly type: Word;
  readonly default?: Value;
}

export interface Arguments extends Span {
  readonly node: 'arguments';
  readonly items: readonly Argument[];
}

export interface Argument extends Span {
  readonly name?: Word;
  readonly value: Value;
}

export interface Comment extends Span {
  /** With the `#`. */
  readonly text: string;
}
