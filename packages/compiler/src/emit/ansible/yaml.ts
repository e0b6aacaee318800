import { Document, Scalar, YAMLMap, YAMLSeq, type Node, type Pair } from 'yaml';

/** What a project's YAML files are made of. The key `#` of a map is the comment above it. */
export type Value = string | number | boolean | UserText | readonly Value[] | { readonly [key: string]: Value | undefined };
export type Fields = { readonly [key: string]: Value | undefined };

/** Text that Ansible must not read as a template. Strings are texts of this emitter and may be templates. */
export class UserText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export const userText = (text: string): UserText => new UserText(text);

/** A string with a comment behind it, such as `noqa: no-changed-when`. */
export class Noted {
  readonly text: string;
  readonly note: string;

  constructor(text: string, note: string) {
    this.text = text;
    this.note = note;
  }
}

/** The delimiters of Jinja: a text without them is never a template. */
const TEMPLATE = /\{[{%#]/;

/** What PyYAML does not read raw: controls, surrogates, byte order marks, and the line ends of Unicode. */
// oxlint-disable-next-line no-control-regex
const UNREADABLE = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]/gu;

/** A text in which no template can stand, for names and comments, which Ansible would evaluate. */
export function plainText(text: string): string {
  return text.replaceAll(/\{(?=[{%#])/g, '{ ').replaceAll(/([%#}])(?=\})/g, '$1 ');
}

/**
 * One YAML 1.1 document, as PyYAML reads it.
 *
 * @param heading lines of a comment at the top
 */
export function yamlText(value: Value, heading: readonly string[] = []): string {
  const document = new Document(null, { version: '1.1' });
  document.contents = nodeOf(value) as never;
  const text = document.toString({ lineWidth: 0, indentSeq: true, defaultStringType: 'PLAIN', blockQuote: 'literal' });
  const readable = text.replaceAll(UNREADABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `${heading.map((line) => (line === '' ? '#\n' : `# ${line}\n`)).join('')}---\n${readable}`;
}

function nodeOf(value: Value | Noted): Node {
  if (value instanceof UserText) return scalar(value.text, TEMPLATE.test(value.text) ? '!unsafe' : undefined);
  if (value instanceof Noted) {
    const node = scalar(value.text);
    node.comment = ` ${value.note}`;
    return node;
  }
  if (typeof value === 'string') return scalar(value);
  if (typeof value !== 'object') return new Scalar(value);
  if (Array.isArray(value)) {
    const seq = new YAMLSeq();
    seq.items = (value as readonly Value[]).map(nodeOf);
    if (seq.items.length === 0) seq.flow = true;
    return seq;
  }
  const map = new YAMLMap();
  for (const [key, item] of Object.entries(value as Fields)) {
    if (item === undefined) continue;
    if (key === '#') map.commentBefore = ` ${(item as string).replaceAll('\n', '\n ')}`;
    else map.items.push({ key: scalar(key), value: nodeOf(item) } as unknown as Pair);
  }
  if (map.items.length === 0) map.flow = true;
  return fixPairs(map);
}

/** `YAMLMap.set` makes real pairs, which print themselves. */
function fixPairs(map: YAMLMap): YAMLMap {
  const pairs = map.items as unknown as readonly { key: Node; value: Node }[];
  map.items = [];
  for (const { key, value } of pairs) map.set(key, value);
  return map;
}

function scalar(text: string, tag?: string): Scalar<string> {
  const node = new Scalar(text);
  if (tag !== undefined) node.tag = tag;
  if (text.search(UNREADABLE) >= 0) node.type = Scalar.QUOTE_DOUBLE;
  else if (text.includes('\n') && !/^[\s]|[ \t]\n|\t/.test(text) && /\S/.test(text)) node.type = Scalar.BLOCK_LITERAL;
  else if (text.includes('\n')) node.type = Scalar.QUOTE_DOUBLE;
  return node;
}
