import { OPAQUE, printFloat, textValue, type VariableValue } from './variable-value.ts';

/** Deeper literals are containers anyway; Python itself stops at 200 brackets. */
const DEEPEST = 100;

/** Longer numbers are taken for texts, as Python does with decimals. */
const MOST_DIGITS = 4300;

type Literal =
  | { readonly kind: 'number'; readonly text: string; readonly complex: boolean }
  | { readonly kind: 'text'; readonly text: string; readonly bytes: boolean }
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'null' }
  | { readonly kind: 'container' };

/** Thrown inside where the text turns out to be no literal; it is a plain text then. */
const NOT_A_LITERAL = new Error('not a Python literal');

/**
 * The value of a variable in an INI inventory. Ansible evaluates it with Python's `ast.literal_eval`, and takes what that refuses
 * as it stands: `5` is a number, `010` a text, `3.10` becomes `3.1`, `"a" "b"` becomes `ab`, `yes` stays `yes`.
 *
 * @returns the text that Ansible would print for the value; opaque for null and for containers.
 * @see https://docs.python.org/3/library/ast.html#ast.literal_eval
 */
export function readPythonLiteral(text: string): VariableValue {
  let literal: Literal;
  try {
    literal = new Reader(text.replace(/^[ \t]+/, '')).whole();
  } catch (error) {
    if (error !== NOT_A_LITERAL) throw error;
    return textValue(text);
  }
  switch (literal.kind) {
    case 'null':
      return OPAQUE.null;
    case 'container':
      return OPAQUE.structure;
    case 'number':
      return literal.complex ? OPAQUE.structure : literal.text;
    case 'text':
      return textValue(literal.text);
    case 'word':
      return literal.text;
  }
}

const NUMBER = new RegExp(
  [
    '0[xX](?:_?[0-9a-fA-F])+',
    '0[oO](?:_?[0-7])+',
    '0[bB](?:_?[01])+',
    String.raw`(?:[0-9](?:_?[0-9])*)?\.[0-9](?:_?[0-9])*(?:[eE][+-]?[0-9](?:_?[0-9])*)?[jJ]?`,
    String.raw`[0-9](?:_?[0-9])*\.?(?:[eE][+-]?[0-9](?:_?[0-9])*)?[jJ]?`,
  ].join('|'),
  'y',
);
const STRING_START = /([rR]?[bB]|[bB][rR]|[rRuU]?)('''|"""|'|")/y;

class Reader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Literal {
    const literal = this.#tuple(undefined);
    this.#space();
    if (this.#at < this.#text.length && this.#text[this.#at] !== '#') throw NOT_A_LITERAL;
    return literal;
  }

  /** One item, or several with commas between. `close` is the bracket that ends it. */
  #tuple(close: string | undefined): Literal {
    const first = this.#item();
    if (!this.#take(',')) return first;
    while (!this.#ends(close)) {
      this.#item();
      if (!this.#take(',')) break;
    }
    return { kind: 'container' };
  }

  #item(): Literal {
    const literal = this.#signed();
    this.#space();
    const operator = this.#text[this.#at];
    if (operator !== '+' && operator !== '-') return literal;
    this.#at += 1;
    const right = this.#atom();
    const isComplex = literal.kind === 'number' && !literal.complex && right.kind === 'number' && right.complex;
    if (!isComplex) throw NOT_A_LITERAL;
    return right;
  }

  #signed(): Literal {
    this.#space();
    const sign = this.#text[this.#at];
    if (sign !== '+' && sign !== '-') return this.#atom();
    this.#at += 1;
    const number = this.#atom();
    if (number.kind !== 'number') throw NOT_A_LITERAL;
    return sign === '+' ? number : { ...number, text: negate(number.text) };
  }

  #atom(): Literal {
    this.#space();
    const character = this.#text[this.#at];
    if (character === '(') return this.#bracket(')');
    if (character === '[') return this.#bracket(']');
    if (character === '{') return this.#braces();
    if (this.#text.startsWith('...', this.#at)) {
      this.#at += 3;
      return { kind: 'container' };
    }
    STRING_START.lastIndex = this.#at;
    if (STRING_START.test(this.#text)) return this.#strings();
    NUMBER.lastIndex = this.#at;
    const number = NUMBER.exec(this.#text)?.[0];
    if (number !== undefined) {
      this.#at += number.length;
      return readNumber(number);
    }
    const word = /[A-Za-z]+/y;
    word.lastIndex = this.#at;
    const name = word.exec(this.#text)?.[0] ?? '';
    this.#at += name.length;
    if (/[\p{L}\p{N}_]/u.test(this.#text.charAt(this.#at))) throw NOT_A_LITERAL;
    if (name === 'True' || name === 'False') return { kind: 'word', text: name };
    if (name === 'None') return { kind: 'null' };
    if (name === 'set' && this.#take('(') && this.#take(')')) return { kind: 'container' };
    throw NOT_A_LITERAL;
  }

  #bracket(close: ')' | ']'): Literal {
    this.#at += 1;
    this.#deeper();
    if (this.#take(close)) {
      this.#depth -= 1;
      return { kind: 'container' };
    }
    const inner = this.#tuple(close);
    if (!this.#take(close)) throw NOT_A_LITERAL;
    this.#depth -= 1;
    return close === ')' ? inner : { kind: 'container' };
  }

  /** A set or a dictionary. */
  #braces(): Literal {
    this.#at += 1;
    this.#deeper();
    let pairs: boolean | undefined;
    while (!this.#ends('}')) {
      this.#item();
      const pair = this.#take(':');
      if (pair) this.#item();
      if (pairs !== undefined && pairs !== pair) throw NOT_A_LITERAL;
      pairs = pair;
      if (!this.#take(',')) break;
    }
    if (!this.#take('}')) throw NOT_A_LITERAL;
    this.#depth -= 1;
    return { kind: 'container' };
  }

  /** One or more strings in a row, which count as one. */
  #strings(): Literal {
    let text = '';
    let bytes: boolean | undefined;
    for (;;) {
      this.#space();
      STRING_START.lastIndex = this.#at;
      const start = STRING_START.exec(this.#text);
      if (start === null) break;
      const [all, prefix = '', quote = ''] = start;
      const isBytes = /b/i.test(prefix);
      if (bytes !== undefined && bytes !== isBytes) throw NOT_A_LITERAL;
      bytes = isBytes;
      this.#at += all.length;
      text += this.#stringBody(quote, /r/i.test(prefix), isBytes);
    }
    return { kind: 'text', text, bytes: bytes ?? false };
  }

  #stringBody(quote: string, raw: boolean, bytes: boolean): string {
    let body = '';
    while (!this.#text.startsWith(quote, this.#at)) {
      const character = this.#text[this.#at];
      if (character === undefined) throw NOT_A_LITERAL;
      this.#at += 1;
      if (character !== '\\') {
        if (bytes && character > '\u007f') throw NOT_A_LITERAL;
        body += character;
        continue;
      }
      const escape = raw ? undefined : this.#escape(bytes);
      if (escape === undefined) {
        body += `\\${this.#text[this.#at] ?? ''}`;
        this.#at += 1;
      } else {
        body += escape;
      }
    }
    this.#at += quote.length;
    return body;
  }

  /** What an escape sequence stands for; nothing for those that Python leaves as they are. */
  #escape(bytes: boolean): string | undefined {
    const next = this.#text[this.#at] ?? '';
    const simple = SIMPLE_ESCAPES[next];
    if (simple !== undefined) {
      this.#at += 1;
      return simple;
    }
    const form = bytes ? /[0-7]{1,3}|x[0-9a-fA-F]{2}/y : /[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}/y;
    form.lastIndex = this.#at;
    const code = form.exec(this.#text)?.[0];
    if (code === undefined) {
      if (next === 'x' || (!bytes && /[uUN]/.test(next))) throw NOT_A_LITERAL;
      return undefined;
    }
    this.#at += code.length;
    const point = /^[0-7]/.test(code) ? Number.parseInt(code, 8) : Number.parseInt(code.slice(1), 16);
    if (point > 0x10ffff) throw NOT_A_LITERAL;
    return String.fromCodePoint(point);
  }

  #take(character: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #ends(close: string | undefined): boolean {
    this.#space();
    const character = this.#text[this.#at];
    return character === undefined || character === close || (close === undefined && character === '#');
  }

  #space(): void {
    while (/[ \t\f]/.test(this.#text.charAt(this.#at))) this.#at += 1;
  }

  #deeper(): void {
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw NOT_A_LITERAL;
  }
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

function readNumber(source: string): Literal {
  const complex = /^[^xX]*[jJ]$/.test(source);
  const digits = source.replaceAll('_', '');
  if (digits.length > MOST_DIGITS) throw NOT_A_LITERAL;
  if (complex) return { kind: 'number', text: digits, complex };
  if (/^0[xXoObB]/.test(digits)) return { kind: 'number', text: String(BigInt(digits.toLowerCase())), complex };
  if (/[.eE]/.test(digits)) return { kind: 'number', text: printFloat(Number(digits)), complex };
  // Python refuses `010`, but not `00`.
  if (/^0+[1-9]/.test(digits)) throw NOT_A_LITERAL;
  return { kind: 'number', text: digits.replace(/^0+(?=0)/, ''), complex };
}

function negate(number: string): string {
  if (number === '0') return number;
  return number.startsWith('-') ? number.slice(1) : `-${number}`;
}
