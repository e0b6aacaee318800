import type * as yamlLibrary from 'yaml';
import type { Alias, Document, Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { plainType, scalarValue, type YamlType } from './yaml-scalar.ts';
import { OPAQUE, textValue, type VariableValue } from './variable-value.ts';

export type Yaml = typeof yamlLibrary;

/** An entry of a mapping, `<<` resolved. */
export interface Entry {
  /** Nothing, if the key is no text: a number or a boolean, for example. */
  readonly key: string | undefined;
  /** The key as it is written. */
  readonly source: string;
  readonly value: Node | null;
  readonly line: number;
  /** The key stands in the mapping more than once. Its last value counts. */
  readonly repeated: boolean;
}

/** Entries that may be looked at in all; aliases could stand for ever so many. */
const MOST_ENTRIES = 1_000_000;

/** Mappings merged into mappings with `<<`, one in the other. */
const DEEPEST_MERGE = 20;

const CORE_TYPES: Readonly<Record<string, YamlType>> = {
  'tag:yaml.org,2002:str': 'text',
  'tag:yaml.org,2002:int': 'integer',
  'tag:yaml.org,2002:float': 'float',
  'tag:yaml.org,2002:bool': 'boolean',
  'tag:yaml.org,2002:null': 'null',
};

/** A document as Ansible's loader sees it: aliases followed, `<<` merged, scalars typed by YAML 1.1. */
export class YamlDocument {
  readonly root: Node | null;
  readonly #yaml: Yaml;
  readonly #lineOf: (offset: number) => number;
  readonly #targets = new Map<Alias, Node>();
  #entries = 0;

  constructor(yaml: Yaml, document: Document, lineOf: (offset: number) => number) {
    this.#yaml = yaml;
    this.#lineOf = lineOf;
    this.#findTargets(document.contents);
    this.root = this.follow(document.contents);
  }

  /** More entries were looked at than a file of people has; `entries` gives none any more. */
  get exhausted(): boolean {
    return this.#entries > MOST_ENTRIES;
  }

  lineOf(node: Node | null): number {
    return this.#lineOf(node?.range?.[0] ?? 0);
  }

  /** The node that an alias stands for; any other node is itself. */
  follow(node: Node | null | undefined): Node | null {
    let found = node ?? null;
    for (let steps = 0; found !== null && this.#yaml.isAlias(found); steps += 1) {
      found = steps > DEEPEST_MERGE ? null : (this.#targets.get(found) ?? null);
    }
    return found;
  }

  isMapping(node: Node | null): node is YAMLMap {
    return node !== null && this.#yaml.isMap(node) && (node.tag === undefined || node.tag === 'tag:yaml.org,2002:map');
  }

  /** Whether a node is what Python takes for false or None: nothing, null, false, zero, an empty text or collection. */
  isEmpty(node: Node | null): boolean {
    if (node === null) return true;
    if (this.#yaml.isCollection(node)) return node.items.length === 0;
    const value = this.value(node);
    return typeof value === 'string' ? /^(?:|False|-?0(?:\.0)?)$/.test(value) : value === OPAQUE.null;
  }

  isNull(node: Node | null): boolean {
    return node === null || (this.#yaml.isScalar(node) && this.value(node) === OPAQUE.null);
  }

  /** The value of a node as a variable. */
  value(node: Node | null): VariableValue {
    if (node === null) return OPAQUE.null;
    const { tag } = node as Scalar;
    if (tag === '!vault' || tag === '!vault-encrypted') return OPAQUE.vault;
    if (!this.#yaml.isScalar(node)) {
      return tag !== undefined && tag.startsWith('!') ? OPAQUE.tag : OPAQUE.structure;
    }
    const source = this.#source(node);
    if (tag === '!unsafe') return source;
    if (tag === undefined) return node.type === 'PLAIN' ? scalarValue(source, plainType(source)) : textValue(source);
    if (tag === '!') return textValue(source);
    return taggedValue(source, CORE_TYPES[tag]);
  }

  /** A scalar that is a text, such as the name of a group. */
  text(node: Node | null): string | undefined {
    if (node === null || !this.#yaml.isScalar(node)) return undefined;
    const { tag } = node;
    if (tag === undefined)
      return node.type === 'PLAIN' && plainType(this.#source(node)) !== 'text' ? undefined : this.#source(node);
    return tag === 'tag:yaml.org,2002:str' || tag === '!' ? this.#source(node) : undefined;
  }

  /** The entries of a mapping in Python's order: merged ones first, a repeated key at its first place with its last value. */
  entries(map: YAMLMap): Entry[] {
    const byKey = new Map<string, Entry>();
    const own = new Set<string>();
    for (const { pair, merged } of this.#pairs(map, 0)) {
      const keyNode = this.follow(pair.key);
      const key = this.text(keyNode);
      const source = keyNode !== null && this.#yaml.isScalar(keyNode) ? this.#source(keyNode) : '';
      const identity = `${key === undefined ? 'other' : 'text'} ${source}`;
      byKey.set(identity, {
        key,
        source,
        value: this.follow(pair.value),
        line: this.lineOf(keyNode),
        repeated: own.has(identity),
      });
      if (!merged) own.add(identity);
    }
    return [...byKey.values()];
  }

  *#pairs(map: YAMLMap, depth: number): Generator<{ pair: Pair<Node, Node | null>; merged: boolean }> {
    const pairs = map.items as Pair<Node, Node | null>[];
    const isMerge = (pair: Pair<Node, Node | null>): boolean => {
      const key = pair.key as Node | null;
      return (
        key !== null && this.#yaml.isScalar(key) && key.type === 'PLAIN' && key.tag === undefined && key.value === '<<'
      );
    };
    for (const pair of pairs) {
      if (!isMerge(pair) || depth >= DEEPEST_MERGE) continue;
      if (this.exhausted) return;
      const target = this.follow(pair.value);
      // Of several merged mappings the first wins, so it comes last.
      const merged =
        target !== null && this.#yaml.isSeq(target) ? (target as YAMLSeq<Node>).items.toReversed() : [target];
      for (const item of merged) {
        const mapping = this.follow(item);
        if (!this.isMapping(mapping) || this.exhausted) continue;
        for (const { pair: inner } of this.#pairs(mapping, depth + 1)) yield { pair: inner, merged: true };
      }
    }
    for (const pair of pairs) {
      this.#entries += 1;
      if (this.exhausted) return;
      if (!isMerge(pair)) yield { pair, merged: false };
    }
  }

  #source(scalar: Scalar): string {
    return typeof scalar.value === 'string' ? scalar.value : (scalar.source ?? '');
  }

  /** Finds for each alias the anchor that stands last before it. */
  #findTargets(root: unknown): void {
    const anchors = new Map<string, Node>();
    const stack: unknown[] = [root];
    while (stack.length > 0) {
      const node = stack.pop();
      if (this.#yaml.isAlias(node)) {
        const target = anchors.get(node.source);
        if (target !== undefined) this.#targets.set(node, target);
      } else if (this.#yaml.isPair(node)) {
        stack.push(node.value, node.key);
      } else if (this.#yaml.isNode(node)) {
        const { anchor } = node as Scalar;
        if (anchor !== undefined) anchors.set(anchor, node);
        if (this.#yaml.isCollection(node)) for (const item of node.items.toReversed()) stack.push(item);
      }
    }
  }
}

function taggedValue(source: string, type: YamlType | undefined): VariableValue {
  if (type === undefined) return OPAQUE.tag;
  if (type === 'text') return textValue(source);
  if (type === 'null') return OPAQUE.null;
  const found = plainType(source);
  if (found === type) return scalarValue(source, type);
  const integer = type === 'float' && found === 'integer' ? scalarValue(source, 'integer') : undefined;
  return typeof integer === 'string' ? `${integer}.0` : OPAQUE.tag;
}
