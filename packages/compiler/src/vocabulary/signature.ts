/** What a place in a signature accepts. `ref.*` are names that something else declares. */
export type ValueType =
  | 'name' | 'title' | 'text' | 'command' | 'path' | 'count' | 'amount' | 'duration' | 'percent' | 'release' | 'hosts'
  | 'clock' | 'day' | 'word' | 'value' | 'type' | 'target' | 'parameters' | 'arguments' | 'environment'
  | 'ref.service' | 'ref.component' | 'ref.components' | 'ref.database' | 'ref.databases' | 'ref.group' | 'ref.mode' | 'ref.check'
  | 'ref.cloud' | 'ref.window' | 'ref.recipe' | 'ref.step' | 'ref.point' | 'ref.resource' | 'ref.catalogue' | 'ref.catalogued' | 'ref.rule';

export type Part =
  | { readonly part: 'word'; readonly word: string }
  | { readonly part: 'value'; readonly name: string; readonly type: ValueType; readonly list: boolean }
  /** One of several words. */
  | { readonly part: 'choice'; readonly name: string; readonly words: readonly string[] }
  | { readonly part: 'optional'; readonly parts: readonly Part[] };

const TYPES: ReadonlySet<string> = new Set<ValueType>([
  'name', 'title', 'text', 'command', 'path', 'count', 'amount', 'duration', 'percent', 'release', 'hosts', 'clock', 'day',
  'word', 'value', 'type', 'target', 'parameters', 'arguments', 'environment', 'ref.service', 'ref.component', 'ref.components',
  'ref.database', 'ref.databases', 'ref.group', 'ref.mode', 'ref.check', 'ref.cloud', 'ref.window', 'ref.recipe', 'ref.step',
  'ref.point', 'ref.resource', 'ref.catalogue', 'ref.catalogued', 'ref.rule',
]);

const PIECE = /\s*(?:(\[)|(\])|<([a-z]+):([^>]+)>|(->|[^\s[\]<>]+))/gy;

/**
 * Reads a signature: words stand for themselves, `<name:type>` is a value, `<name:type,...>` a list of them,
 * `<name:a|b>` one of several words, `[…]` may be left out.
 *
 * @throws Error on a signature that can't be read: the vocabulary itself is wrong, and a test says so.
 */
export function readSignature(text: string): Part[] {
  const open: Part[][] = [[]];
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < text.length) {
    const piece = PIECE.exec(text);
    if (piece === null) throw new Error(`signature "${text}" can't be read`);
    const [, opening, closing, name, type, word] = piece;
    if (opening !== undefined) open.push([]);
    else if (closing !== undefined) {
      const parts = open.pop();
      if (parts === undefined || open.length === 0) throw new Error(`signature "${text}" closes a bracket too many`);
      open.at(-1)?.push({ part: 'optional', parts });
    } else if (name !== undefined && type !== undefined) open.at(-1)?.push(readValue(name, type, text));
    else if (word !== undefined) open.at(-1)?.push({ part: 'word', word });
  }
  const [parts, ...unclosed] = open;
  if (parts === undefined || unclosed.length > 0) throw new Error(`signature "${text}" leaves a bracket open`);
  return parts;
}

/** A signature for people, such as `retry <count> every <delay>`: values by their names, their types left out. */
export function displaySignature(keyword: string, parts: readonly Part[]): string {
  return `${keyword} ${displayParts(parts)}`.trim().replaceAll(' : ', ': ');
}

function displayParts(parts: readonly Part[]): string {
  return parts.map((part) => {
    if (part.part === 'word') return part.word;
    if (part.part === 'choice') return part.words.join('|');
    if (part.part === 'optional') return `[${displayParts(part.parts)}]`;
    return part.list ? `<${part.name}>, …` : `<${part.name}>`;
  }).join(' ');
}

function readValue(name: string, type: string, text: string): Part {
  const list = type.endsWith(',...');
  const single = list ? type.slice(0, -4) : type;
  if (TYPES.has(single)) return { part: 'value', name, type: single as ValueType, list };
  const words = single.split('|');
  if (words.length > 1 && !list) return { part: 'choice', name, words };
  throw new Error(`signature "${text}" names no known type: ${type}`);
}
