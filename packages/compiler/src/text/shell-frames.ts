/** What bash can be in the middle of while it reads a command. See `shell-reader.ts`. */

/** A word that has begun. */
export interface Word {
  /** Its characters up to the first quote, expansion or value. */
  lead: string;
  /** Nothing but `lead` so far. */
  plain: boolean;
}

/** A simple command, as far as it was read. */
export interface Command {
  /** `start`: a reserved word may follow; `prefix`: the name follows; `transparent`: after `command`, `exec`. */
  position: 'start' | 'time' | 'prefix' | 'transparent' | 'function' | 'for' | 'arguments';
  name: string;
  previous: string;
  /** What the next word is to a redirection: nothing, a file, or (after `>&`) a descriptor. */
  redirect: 'none' | 'file' | 'descriptor';
  /** A shell, as in `sudo bash`, was among the words. */
  shell: boolean;
  /** The host of an `ssh` was among the words. */
  host: boolean;
}

/** What is made of words: commands, a `case`, the words of an array, a `[[ ]]`. */
export interface WordFrame {
  readonly kind: 'commands' | 'case' | 'array' | 'test';
  word: Word | undefined;
  command: Command;
  /** Of a `case`. */
  phase: 'subject' | 'in' | 'pattern' | 'body';
  /** Of a `case`: nothing of the pattern was read. */
  fresh: boolean;
  /** Of a `[[ ]]`: open parentheses. */
  depth: number;
  /** Of a `[[ ]]`: an operator evaluates its operands. */
  evaluates: boolean;
  /** Of a `[[ ]]`: the part that is its first value. */
  value: number | undefined;
  /** Commands inside a word, as in `$(…)`, and not a subshell. */
  readonly expansion: boolean;
}

export type BarredKind = 'comment' | 'here-document' | 'parameter' | 'arithmetic' | 'backticks';

/** Where no value may stand, at any depth. */
export interface BarredFrame {
  readonly kind: BarredKind;
  /** Open parentheses in arithmetic. */
  depth: number;
  /** Inside double quotes. */
  readonly quoted: boolean;
  /** `((…))`, and not `$((…))`. */
  readonly command: boolean;
}

export interface QuoteFrame {
  readonly kind: 'double' | 'single' | 'ansi';
}

export type Frame = WordFrame | QuoteFrame | BarredFrame;

/** The way out that always works. */
export const NAME_IT = 'give it a name at the start of the text (name=${…}) and use "$name" here';

export const BARRED: Readonly<Record<BarredKind, string>> = {
  comment: 'it stands in a comment, which a line break in the value would end; take it out of the comment',
  'here-document': 'it stands in a here-document, where nothing can be quoted; use printf, or put a file',
  parameter: `it stands inside \${…}, where quotes mean something else; ${NAME_IT}`,
  arithmetic:
    'it stands in arithmetic, which would evaluate the value as an expression; compare with [ … -gt … ]',
  backticks: 'it stands between backticks; write $( … ) instead',
};

export const UNCLOSED: Readonly<Record<Frame['kind'], string>> = {
  commands: 'a parenthesis is never closed',
  case: 'a case has no esac',
  array: 'the parenthesis of an array is never closed',
  test: 'a [[ has no ]]',
  double: 'a double quote is never closed',
  single: 'a single quote is never closed',
  ansi: "a $' is never closed",
  comment: 'a comment is never closed',
  'here-document': 'a here-document never ends',
  parameter: 'a ${ is never closed',
  arithmetic: 'an arithmetic expression is never closed',
  backticks: 'a backtick is never closed',
};

export const freshCommand = (): Command => ({
  position: 'start',
  name: '',
  previous: '',
  redirect: 'none',
  shell: false,
  host: false,
});

export const wordFrame = (kind: WordFrame['kind'], expansion: boolean): WordFrame => ({
  kind,
  word: undefined,
  command: freshCommand(),
  phase: 'subject',
  fresh: true,
  depth: 0,
  evaluates: false,
  value: undefined,
  expansion,
});

export const isWordFrame = (frame: Frame): frame is WordFrame =>
  frame.kind === 'commands' || frame.kind === 'case' || frame.kind === 'array' || frame.kind === 'test';

export const isBarred = (frame: Frame): frame is BarredFrame => frame.kind in BARRED;
