import {
  isBarred,
  isWordFrame,
  freshCommand,
  wordFrame,
  type BarredFrame,
  type BarredKind,
  type Frame,
  type WordFrame,
} from './shell-frames.ts';

const MAX_DEPTH = 200;

/**
 * What bash is in the middle of, and how it reads quotes, expansions and arithmetic. `ShellReader` adds words and
 * commands.
 */
export abstract class ShellScanner {
  protected readonly frames: Frame[] = [wordFrame('commands', false)];
  protected barred = 0;
  /** Why nothing can be told from here on. */
  protected doubt: string | undefined;
  /** The text ended in a backslash that quotes what follows. */
  protected escaping = false;
  /** The text ended in a `$`. */
  protected dollar = false;
  protected text = '';
  protected last = false;

  /** Reads on in commands, words of an array, a `case` or a `[[ ]]`. Returns where to go on. */
  protected abstract words(at: number, frame: WordFrame): number;

  protected top(): Frame {
    return this.frames[this.frames.length - 1] as Frame;
  }

  protected push(frame: Frame): void {
    if (this.frames.length >= MAX_DEPTH) this.doubt ??= 'the text is nested too deeply to be read safely';
    if (isBarred(frame)) this.barred += 1;
    this.frames.push(frame);
  }

  protected pop(): void {
    if (isBarred(this.frames.pop() as Frame)) this.barred -= 1;
  }

  protected bar(kind: BarredKind, quoted: boolean, command = false): void {
    this.push({ kind, depth: 0, quoted, command });
  }

  /** The word of `frame` goes on with something that is quoted or expanded. */
  protected mark(frame: WordFrame): void {
    frame.word ??= { lead: '', plain: true };
    frame.word.plain = false;
  }

  protected step(at: number): number {
    this.escaping = false;
    this.dollar = false;
    const frame = this.top();
    switch (frame.kind) {
      case 'single':
        return this.until("'", at, 1);
      case 'comment':
        return this.until('\n', at, 0);
      case 'ansi':
        return this.quoted(at, "'", false);
      case 'double':
        return this.quoted(at, '"', true);
      case 'backticks':
        return this.backticks(at);
      case 'parameter':
        return this.parameter(at, frame.quoted);
      case 'arithmetic':
        return this.arithmetic(at, frame);
      case 'here-document':
        return this.text.length;
      default:
        return this.words(at, frame);
    }
  }

  private until(close: string, at: number, length: number): number {
    const end = this.text.indexOf(close, at);
    if (end < 0) return this.text.length;
    this.pop();
    return end + length;
  }

  protected escape(at: number): number {
    this.escaping = at + 1 >= this.text.length;
    return at + 2;
  }

  private quoted(at: number, close: string, expands: boolean): number {
    const character = this.text[at];
    if (character === '\\') return this.escape(at);
    if (character === close) this.pop();
    else if (expands && character === '$') return this.expansion(at, true);
    else if (expands && character === '`') this.bar('backticks', true);
    return at + 1;
  }

  private backticks(at: number): number {
    const character = this.text[at];
    if (character === '\\') return this.escape(at);
    if (character === '`') this.pop();
    else if (character === '#') this.doubt ??= 'a # between backticks may or may not start a comment';
    return at + 1;
  }

  private parameter(at: number, quoted: boolean): number {
    const character = this.text[at];
    if (character === '\\') return this.escape(at);
    if (character === '$') return this.expansion(at, quoted);
    if (character === '}') this.pop();
    else if (character === '`') this.bar('backticks', quoted);
    else if (character === '"') this.push({ kind: 'double' });
    else if (character === "'") {
      if (quoted) this.doubt ??= 'a single quote inside "${…}" may or may not quote';
      this.push({ kind: 'single' });
    }
    return at + 1;
  }

  private arithmetic(at: number, frame: BarredFrame): number {
    const character = this.text[at];
    if (character === '$') return this.expansion(at, true);
    if (character === '(') frame.depth += 1;
    else if (character === ')' && frame.depth > 0) frame.depth -= 1;
    else if (character === ')') {
      if (this.text[at + 1] !== ')')
        this.doubt ??= '(( may be arithmetic or two subshells; put a space between them';
      this.pop();
      const parent = this.top();
      if (frame.command && isWordFrame(parent)) parent.command = freshCommand();
      return at + 2;
    } else if (character === '`') this.bar('backticks', true);
    else if (character === '"') this.push({ kind: 'double' });
    else if (character === "'" || character === '\\')
      this.doubt ??= 'a quote in arithmetic may or may not quote';
    return at + 1;
  }

  /** At a `$`. */
  protected expansion(at: number, quoted: boolean): number {
    const next = this.text[at + 1];
    this.dollar = next === undefined;
    if (next === '(') {
      const arithmetic = this.text[at + 2] === '(';
      if (arithmetic) this.bar('arithmetic', quoted);
      else this.push(wordFrame('commands', true));
      return arithmetic ? at + 3 : at + 2;
    }
    if (next === '{') {
      if (/[\s|]/.test(this.text[at + 2] ?? '')) this.doubt ??= 'not every bash reads ${ followed by a blank';
      this.bar('parameter', quoted);
      return at + 2;
    }
    if (next === '[') this.doubt ??= '$[…] is an old form of arithmetic';
    if (!quoted && (next === '"' || next === "'")) {
      this.push({ kind: next === '"' ? 'double' : 'ansi' });
      return at + 2;
    }
    return next !== undefined && /[A-Za-z0-9_$!?#*@-]/.test(next) ? at + 2 : at + 1;
  }
}
