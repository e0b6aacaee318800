import type { Part } from './signature.ts';

/**
 * The blocks in which statements stand. A statement kind names the blocks that may hold it, and the block that
 * follows it, if one may.
 */
export type BlockKind =
  | 'file' | 'train' | 'catalogue' | 'cloud' | 'group' | 'service' | 'component' | 'database' | 'mode' | 'check' | 'window'
  | 'plan' | 'stage' | 'parallel' | 'holding' | 'within' | 'jump' | 'roll' | 'recipe' | 'upgrade'
  | 'step' | 'action' | 'point' | 'capture' | 'lock' | 'commands' | 'question' | 'connection' | 'deploy';

/** One statement kind. Parsing, messages, the reference page and the editor's help all come from it. */
export interface Declaration {
  /** Unique; the keyword, with its home in front where several kinds share a keyword: `component.stop`. */
  readonly id: string;
  /** The words that start the statement: `rollback point`. */
  readonly keyword: string;
  /** One or more signatures; the first that fits is taken. */
  readonly signatures: readonly Signature[];
  readonly in: readonly BlockKind[];
  readonly body?: BlockKind;
  /** `required`: a block must follow. `inline`: the block's statements may also follow on the same line, without braces. */
  readonly bodyIs: 'none' | 'optional' | 'required' | 'inline';
  /** At most one in a block. */
  readonly once: boolean;
  readonly doc: string;
  readonly example: string;
  readonly since: string;
  /** Heading of the reference page. */
  readonly category: Category;
}

export type Category =
  | 'Files and names' | 'Releases' | 'Clouds and hosts' | 'Services' | 'Promises' | 'Plans' | 'Order' | 'Actions'
  | 'Opaque actions' | 'Step settings' | 'The way back' | 'Rolls' | 'Windows and waves' | 'Commands' | 'Deployment';

export interface Signature {
  /** As written in the declaration, such as `retry <count:count> every <delay:duration>`. */
  readonly text: string;
  /** What follows the keyword. */
  readonly parts: readonly Part[];
}
