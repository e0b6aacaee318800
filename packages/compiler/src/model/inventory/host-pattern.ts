/** More hosts in one pattern are a typing error rather than a cloud. */
const MOST_HOSTS = 20_000;

/** The longest name that DNS can hold; log files are named after hosts too. */
const LONGEST_NAME = 253;

const LONGEST_PATTERN = 1024;

/** As in Ansible, letters of a range go from `a` to `z` and on from `A` to `Z`. */
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

const LABEL = String.raw`(?:[\p{L}\p{N}_]|\[[^\]]*\])(?:[\p{L}\p{N}_-]|\[[^\]]*\])*(?<![_-])`;

export type HostPattern =
  /** In Ansible's order: the first range varies slowest. No name twice. `port`: from `host:port`. */
  { readonly hosts: string[]; readonly port?: number } | { readonly error: HostPatternError };

export interface HostPatternError {
  /** Where in the pattern, in UTF-16 units. */
  readonly offset: number;
  readonly length: number;
  readonly message: string;
}

/** A part of a pattern: a text, or the values of a range. */
type Piece = { readonly literal: string } | { readonly values: readonly string[] };

/** A problem on its way out of the functions below. */
class PatternProblem extends Error {
  readonly offset: number;
  readonly length: number;

  constructor(offset: number, length: number, message: string) {
    super(message);
    this.offset = offset;
    this.length = length;
  }
}

/**
 * Expands a host name with ranges, as Ansible's inventories write them: `cmp[01:40].zrh`, `db-[a:c]`, `r[1:3]n[0:10:2]`,
 * `web1:2222`, `10.0.0.[5:9]`, `[2001:db8::1]:22`.
 *
 * It takes what Ansible takes, and is stricter where Ansible lets typing errors through: ranges that hold no host,
 * negative steps, names that could be taken for an option or a path.
 *
 * @see https://docs.ansible.com/ansible/latest/inventory_guide/intro_inventory.html#adding-ranges-of-hosts
 */
export function parseHostPattern(text: string): HostPattern {
  try {
    return expand(text);
  } catch (problem) {
    if (!(problem instanceof PatternProblem)) throw problem;
    return { error: { offset: problem.offset, length: problem.length, message: problem.message } };
  }
}

function expand(text: string): HostPattern {
  if (text === '') throw new PatternProblem(0, 0, 'the host name is empty');
  if (text.length > LONGEST_PATTERN) {
    throw new PatternProblem(
      LONGEST_PATTERN,
      text.length - LONGEST_PATTERN,
      `the pattern is longer than ${LONGEST_PATTERN} characters`,
    );
  }
  const { start, end, port } = separatePort(text);
  const pieces = readPieces(text, start, end);
  let count = 1;
  let longest = 0;
  for (const piece of pieces) {
    if ('literal' in piece) longest += piece.literal.length;
    else {
      count *= piece.values.length;
      longest += Math.max(piece.values[0]?.length ?? 0, piece.values.at(-1)?.length ?? 0);
    }
  }
  if (count > MOST_HOSTS) {
    throw new PatternProblem(
      start,
      end - start,
      `the ranges stand for ${grouped(count)} hosts; ${grouped(MOST_HOSTS)} is the most in one pattern`,
    );
  }
  if (longest > LONGEST_NAME) {
    throw new PatternProblem(
      start,
      end - start,
      `the name has ${longest} characters; host names have at most ${LONGEST_NAME}`,
    );
  }
  const hosts = [...new Set(product(pieces))];
  const wrong = hosts.find((host) => host.includes(':') && !isIpv6(host));
  if (wrong !== undefined) throw notAnAddress(text, start, end, wrong);
  return port === undefined ? { hosts } : { hosts, port };
}

/** All names, the first range varying slowest. */
function product(pieces: readonly Piece[]): string[] {
  let names = [''];
  for (const piece of pieces) {
    const values = 'literal' in piece ? [piece.literal] : piece.values;
    names = names.flatMap((name) => values.map((value) => name + value));
  }
  return names;
}

/** Finds `:port` at the end; an address in brackets, such as `[::1]:22`, loses them. */
function separatePort(text: string): { start: number; end: number; port?: number } {
  const whole = { start: 0, end: text.length };
  const bracketed = /^\[(.+)\]:([0-9]+)$/.exec(text);
  const inner = bracketed?.[1];
  if (inner !== undefined) {
    if (isIpv6(inner) || mayHavePort(inner)) {
      return { start: 1, end: 1 + inner.length, port: readPort(text, inner.length + 3) };
    }
    throw new PatternProblem(
      0,
      text.length,
      'Ansible takes brackets around a name with a port for those of an address, such as "[::1]:22"; write the port into ansible_port',
    );
  }
  const plain = /^((?:[^:[\]]|\[[^\]]*\])*):([0-9]*)$/.exec(text);
  const host = plain?.[1];
  if (host === undefined || host === '') return whole;
  if (plain?.[2] === '') throw new PatternProblem(host.length, 1, 'a port number is expected after ":"');
  if (!mayHavePort(host) || /\[:/.test(host)) {
    // The characters are looked at first: they are the likelier mistake.
    readPieces(text, 0, host.length);
    throw new PatternProblem(
      host.length,
      text.length - host.length,
      'Ansible takes this for a part of the name, not for a port; write the port into ansible_port',
    );
  }
  return { start: 0, end: host.length, port: readPort(text, host.length + 1) };
}

/** Whether Ansible takes a text for a host name if a port follows, ranges included (its `parsing/utils/addresses.py`). */
function mayHavePort(host: string): boolean {
  return new RegExp(`^${LABEL}(?:\\.${LABEL})*$`, 'u').test(host);
}

function readPort(text: string, offset: number): number {
  const port = Number(text.slice(offset));
  if (port >= 1 && port <= 65_535) return port;
  throw new PatternProblem(offset, text.length - offset, 'a port lies between 1 and 65535');
}

function readPieces(text: string, start: number, end: number): Piece[] {
  const pieces: Piece[] = [];
  let at = start;
  while (at < end) {
    if (text[at] === '[') {
      const close = text.indexOf(']', at);
      if (close === -1 || close >= end)
        throw new PatternProblem(at, end - at, 'the range is not closed; "]" is missing');
      pieces.push({ values: readRange(text, at, close) });
      at = close + 1;
    } else {
      const open = text.indexOf('[', at);
      const stop = open === -1 || open > end ? end : open;
      pieces.push({ literal: text.slice(at, stop) });
      at = stop;
    }
  }
  checkCharacters(text, start, end);
  return pieces;
}

/** The values of a range whose brackets stand at `open` and `close`. */
function readRange(text: string, open: number, close: number): string[] {
  const fail = (message: string): never => {
    throw new PatternProblem(open, close + 1 - open, message);
  };
  const inner = text.slice(open + 1, close);
  const bounds = inner.split(':');
  const [begin = '', end = '', step] = bounds;
  const otherwise = /^([0-9]+|[a-z])(?:-|\.\.+|,)([0-9]+|[a-z])$/i.exec(inner);
  if (otherwise !== null) return fail(`a range is written with a colon: "[${otherwise[1]}:${otherwise[2]}]"`);
  if (isIpv6(inner)) return fail('an IPv6 address stands in brackets only if a port follows');
  if (bounds.length < 2 || bounds.length > 3) return fail('a range is "[first:last]" or "[first:last:step]"');
  if (end === '') return fail('the range has no end; it is "[first:last]"');
  if (step !== undefined && !/^0*[1-9][0-9]*$/.test(step)) return fail('the step of a range is a number, at least 1');
  const stride = step === undefined ? 1n : BigInt(step);

  if (/^[a-z]$/i.test(begin) && /^[a-z]$/i.test(end)) {
    const first = LETTERS.indexOf(begin);
    const last = LETTERS.indexOf(end);
    if (first > last) return fail(`the range runs backwards: "${begin}" comes after "${end}"`);
    const skip = Number(stride > 52n ? 52n : stride);
    return LETTERS.slice(first, last + 1)
      .split('')
      .filter((_, index) => index % skip === 0);
  }
  if (!/^[0-9]*$/.test(begin) || !/^[0-9]+$/.test(end)) {
    return fail('a range goes from number to number, such as "[01:40]", or from letter to letter, such as "[a:c]"');
  }
  const padded = begin.length > 1 && begin.startsWith('0');
  if (padded && begin.length !== end.length) {
    const width = Math.max(begin.length, end.length);
    return fail(
      `with leading zeros both ends have the same length: "[${begin.padStart(width, '0')}:${end.padStart(width, '0')}]"`,
    );
  }
  const first = BigInt(begin === '' ? '0' : begin);
  const last = BigInt(end);
  if (first > last) return fail(`the range runs backwards: ${first} comes after ${last}`);
  const count = (last - first) / stride + 1n;
  if (count > MOST_HOSTS)
    return fail(`the range stands for ${grouped(count)} hosts; ${grouped(MOST_HOSTS)} is the most in one pattern`);
  const width = padded ? begin.length : 0;
  return Array.from({ length: Number(count) }, (_, index) =>
    String(first + BigInt(index) * stride).padStart(width, '0'),
  );
}

/** Refuses what a host name doesn't hold. Ranges are skipped: `readRange` has looked at them. */
function checkCharacters(text: string, start: number, end: number): void {
  const fail = (offset: number, length: number, message: string): never => {
    throw new PatternProblem(offset, length, message);
  };
  const name = text.slice(start, end);
  if (name.startsWith('-'))
    return fail(start, 1, 'a host name does not start with "-": commands would take it for an option');
  const outside = name.replace(/\[[^\]]*\]/g, (range) => 'x'.repeat(range.length));
  // Classes of Unicode cost a millisecond to compile, and hosts are mostly ASCII.
  const wrong = /^[\w.:-]*$/.test(outside) ? null : /[^\p{L}\p{N}\p{M}_.:-]/u.exec(outside);
  if (wrong !== null) return fail(start + wrong.index, wrong[0].length, whyNot(wrong[0]));
  if (name.startsWith('.')) return fail(start, 1, 'a host name does not start with "."');
  const empty = outside.indexOf('..');
  if (empty !== -1) return fail(start + empty, 2, 'a part of the name is missing between the two dots');
  return undefined;
}

function whyNot(character: string): string {
  if (/[\s\p{C}]/u.test(character)) {
    if (character === ' ') return 'a host name holds no spaces';
    const code = character.codePointAt(0) ?? 0;
    return `a host name holds no control characters or special spaces (here U+${code.toString(16).toUpperCase().padStart(4, '0')})`;
  }
  switch (character) {
    case ',':
      return 'a host name holds no ","; write one pattern for each text: "web1", "db1"';
    case '*':
    case '?':
      return `a host name holds no "${character}"; wildcards choose among known hosts, but here hosts are named; a range is "[1:3]"`;
    case '@':
      return 'a host name holds no "@"; the user belongs into the connection (ansible_user in an inventory)';
    case '/':
    case '\\':
      return `a host name holds no "${character}": it is not a path`;
    case ']':
      return '"]" closes a range, but none is open';
    default:
      return `a host name holds letters, digits, "-", "_" and ".", but not "${character}"`;
  }
}

function notAnAddress(text: string, start: number, end: number, host: string): PatternProblem {
  const colon = text.replace(/\[[^\]]*\]/g, (range) => 'x'.repeat(range.length)).indexOf(':', start);
  if (/^[0-9a-f:.]*$/i.test(host) && host.split(':').length > 2)
    return new PatternProblem(start, end - start, `"${host}" is not an IPv6 address`);
  return new PatternProblem(colon, 1, 'a host name holds ":" only before a port number');
}

/** Whether a text is an IPv6 address by RFC 4291, an IPv4 address at its end included. */
function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  let parts = 0;
  for (const [index, half] of halves.entries()) {
    if (half === '') {
      if (halves.length === 1) return false;
      continue;
    }
    const groups = half.split(':');
    for (const [position, group] of groups.entries()) {
      if (/^[0-9a-f]{1,4}$/i.test(group)) parts += 1;
      else if (index === halves.length - 1 && position === groups.length - 1 && isIpv4(group)) parts += 2;
      else return false;
    }
  }
  return halves.length === 2 ? parts <= 7 : parts === 8;
}

function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^[0-9]{1,3}$/.test(part) && Number(part) <= 255);
}

function grouped(count: number | bigint): string {
  return String(count).replace(/\B(?=(?:[0-9]{3})+$)/g, ',');
}
