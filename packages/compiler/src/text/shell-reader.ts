import { EVALUATED_TEST, endWord, opensArray, refusal, type WordEvent } from './shell-commands.ts';
import {
  BARRED,
  freshCommand,
  isBarred,
  isWordFrame,
  NAME_IT,
  UNCLOSED,
  wordFrame,
  type Word,
  type WordFrame,
} from './shell-frames.ts';
import { hereDocumentEnd, hereDocumentStart, type HereDocument } from './shell-here-document.ts';
import { ShellScanner } from './shell-scanner.ts';

/** How bash reads the place where a value is to stand. */
export type ShellPlace = 'unquoted' | 'double' | 'single' | 'ansi';

/** `<(` and `>(` are expansions and not in it. */
const REDIRECTION = /^(?:<<<|<&|<>|<|>>|>&|>\||>)/;

/**
 * Reads bash text piece by piece and knows, between two pieces, how bash would read what stands there. It
 * follows the token rules of the bash manual (Quoting, Expansions, Redirections, Compound Commands), not the
 * grammar. Where bash itself would need more than that, the reader doubts, and from there on it refuses every
 * value: it never guesses.
 */
export class ShellReader extends ShellScanner {
  /** A value that was placed before bash turned out to evaluate it. */
  late: { readonly part: number; readonly reason: string } | undefined;

  private readonly hereDocuments: HereDocument[] = [];

  /**
   * Reads the next piece of text. Pieces with no value between them have to be joined before.
   * @param last - whether the whole text ends with it
   */
  read(text: string, last: boolean): void {
    this.text = text;
    this.last = last;
    let at = 0;
    while (at < text.length && this.doubt === undefined) at = this.step(at);
  }

  /**
   * Places a value: how bash reads the place, or why no value can stand there.
   * @param part - its index, for `late`
   */
  place(part: number): { readonly place: ShellPlace } | { readonly reason: string } {
    if (this.doubt !== undefined) return { reason: `${this.doubt}; ${NAME_IT}` };
    if (this.escaping) return { reason: 'a backslash stands right before it and would take its quote away' };
    if (this.dollar) return { reason: 'a $ stands right before it and would change its quotes; write \\$' };
    if (this.barred > 0) return { reason: BARRED[this.frames.findLast(isBarred)?.kind ?? 'comment'] };
    const top = this.top();
    const owner = isWordFrame(top) ? top : (this.frames[this.frames.length - 2] as WordFrame);
    const reason = refusal(owner, part);
    if (reason !== undefined) return { reason };
    this.mark(owner);
    return { place: isWordFrame(top) ? 'unquoted' : (top.kind as ShellPlace) };
  }

  /** After the last piece: why the text is not complete, if it isn't. */
  finish(): string | undefined {
    if (this.doubt !== undefined) return undefined;
    if (this.top().kind === 'comment') this.pop();
    const top = this.top();
    if (isWordFrame(top)) this.end(top);
    if (this.frames.length > 1) return UNCLOSED[this.top().kind];
    return this.hereDocuments.length > 0 ? UNCLOSED['here-document'] : undefined;
  }

  private end(frame: WordFrame): void {
    this.react(frame, endWord(frame));
  }

  private react(frame: WordFrame, event: WordEvent): void {
    if (typeof event === 'object') this.doubt ??= event.doubt;
    else if (event === 'case' || event === 'test') this.push(wordFrame(event, false));
    else if (event === 'esac' && frame.kind !== 'case') this.doubt ??= 'an esac has no case';
    else if (event !== undefined) {
      if (event === 'test-end' && frame.evaluates && frame.value !== undefined) {
        this.late ??= { part: frame.value, reason: EVALUATED_TEST };
      }
      this.pop();
      const parent = this.top();
      if (isWordFrame(parent)) parent.command = freshCommand();
    }
  }

  protected override words(at: number, frame: WordFrame): number {
    const character = this.text[at] as string;
    switch (character) {
      case '\\':
        if (this.text[at + 1] === '\n') return at + 2;
        this.mark(frame);
        return this.escape(at);
      case "'":
      case '"':
        this.mark(frame);
        this.push({ kind: character === '"' ? 'double' : 'single' });
        return at + 1;
      case '`':
        this.mark(frame);
        this.bar('backticks', false);
        return at + 1;
      case '$':
        this.mark(frame);
        return this.expansion(at, false);
      case ' ':
      case '\t':
        this.end(frame);
        return at + 1;
      case '\n':
        return this.newline(at, frame);
      case ';':
      case '&':
      case '|':
      case '(':
      case ')':
      case '<':
      case '>':
        return this.operator(at, frame, character);
      case '#':
        if (frame.word === undefined) {
          if (frame.kind === 'test') this.doubt ??= 'a # inside [[ ]] may or may not start a comment';
          this.bar('comment', false);
          return at + 1;
        }
    }
    frame.word ??= { lead: '', plain: true };
    if (frame.word.plain) frame.word.lead += character;
    return at + 1;
  }

  private newline(at: number, frame: WordFrame): number {
    this.end(frame);
    const now = this.top();
    if (isWordFrame(now) && now.kind === frame.kind && (now.kind === 'commands' || now.phase === 'body')) {
      now.command = freshCommand();
    }
    let from = at + 1;
    for (const document of this.hereDocuments.splice(0)) {
      if (document.depth !== this.frames.length) {
        this.doubt ??= 'a here-document begins inside another command';
        return from;
      }
      const end = hereDocumentEnd(this.text, from, document, this.last);
      if (end === undefined) {
        this.bar('here-document', false);
        return this.text.length;
      }
      from = end;
    }
    return from;
  }

  /** At a character that ends a word by itself. */
  private operator(at: number, frame: WordFrame, character: string): number {
    const next = this.text[at + 1];
    if ((character === '<' || character === '>') && next === '(' && frame.kind !== 'test') {
      this.mark(frame);
      this.push(wordFrame('commands', true));
      return at + 2;
    }
    if (frame.kind === 'array') return this.arrayOperator(at, frame, character);
    if (frame.kind === 'test') return this.testOperator(at, frame, character, next);
    if (frame.kind === 'case' && frame.phase !== 'body') return this.caseOperator(at, frame, character);
    switch (character) {
      case '(':
        return this.openParenthesis(at, frame, next);
      case ')':
        return this.closeParenthesis(at, frame);
      case '<':
      case '>':
        return this.redirection(at, frame, character);
      default:
        return this.separator(at, frame, character, next);
    }
  }

  private arrayOperator(at: number, frame: WordFrame, character: string): number {
    if (character !== ')') this.doubt ??= `${character} stands among the words of an array`;
    this.end(frame);
    this.pop();
    return at + 1;
  }

  private testOperator(at: number, frame: WordFrame, character: string, next: string | undefined): number {
    const glued = frame.word !== undefined;
    const before = this.frames.length;
    this.end(frame);
    if (this.frames.length !== before) return at;
    if (character === '(') {
      if (glued) this.doubt ??= 'an extended pattern is read in more than one way';
      frame.depth += 1;
    } else if (character === ')') {
      frame.depth -= 1;
      if (frame.depth < 0) this.doubt ??= 'a parenthesis inside [[ ]] is not balanced';
    } else if (character === '&' || character === '|') {
      if (next !== character) this.doubt ??= 'a pattern inside [[ ]] is read in more than one way';
      return at + 2;
    } else if (character === ';' || next === '(') this.doubt ??= `${character} stands inside [[ ]]`;
    return at + 1;
  }

  private caseOperator(at: number, frame: WordFrame, character: string): number {
    const fresh = frame.fresh && frame.word === undefined;
    const glued = frame.word !== undefined;
    const before = this.frames.length;
    this.end(frame);
    if (this.frames.length !== before) return at;
    const pattern = frame.phase === 'pattern';
    if (pattern && character === '(' && fresh && !glued) frame.fresh = false;
    else if (pattern && character === ')') {
      frame.phase = 'body';
      frame.command = freshCommand();
    } else if (!(pattern && character === '|')) this.doubt ??= `${character} stands in the head of a case`;
    return at + 1;
  }

  private openParenthesis(at: number, frame: WordFrame, next: string | undefined): number {
    const { word, command } = frame;
    if (word !== undefined) {
      const rest = /^\([ \t]*\)/.exec(this.text.slice(at, at + 80));
      if (opensArray(word)) {
        this.mark(frame);
        this.push(wordFrame('array', true));
        return at + 1;
      }
      if (rest === null || !word.plain || /[?*+@!]$/.test(word.lead)) this.doubt ??= '( follows a word';
      frame.word = undefined;
      frame.command = freshCommand();
      return at + (rest?.[0].length ?? 1);
    }
    if (next === '(' && (command.position === 'start' || command.position === 'for')) {
      this.bar('arithmetic', false, true);
      return at + 2;
    }
    if (command.position !== 'start') this.doubt ??= '( stands where no command starts';
    this.push(wordFrame('commands', false));
    return at + 1;
  }

  private closeParenthesis(at: number, frame: WordFrame): number {
    const before = this.frames.length;
    this.end(frame);
    if (this.frames.length < before) return at;
    const closes = frame.kind === 'commands' && this.top() === frame && this.frames.length > 1;
    if (!closes) this.doubt ??= 'a parenthesis is closed that was not opened';
    else if (this.hereDocuments.some((document) => document.depth >= this.frames.length)) {
      this.doubt ??= 'a here-document does not end before its parenthesis';
    } else {
      this.pop();
      const parent = this.top();
      if (!frame.expansion && isWordFrame(parent)) parent.command = freshCommand();
    }
    return at + 1;
  }

  private separator(at: number, frame: WordFrame, character: string, next: string | undefined): number {
    const before = this.frames.length;
    this.end(frame);
    if (this.frames.length !== before) {
      if (this.frames.length > before) this.doubt ??= `${character} follows a word that opens something`;
      return at;
    }
    if (character === '&' && next === '>') {
      frame.command.redirect = 'file';
      return at + (this.text[at + 2] === '>' ? 3 : 2);
    }
    frame.command = freshCommand();
    if (character !== ';' || (next !== ';' && next !== '&')) {
      return at + (next === character || (character === '|' && next === '&') ? 2 : 1);
    }
    if (frame.kind === 'case') {
      frame.phase = 'pattern';
      frame.fresh = true;
    } else this.doubt ??= ';; stands outside a case';
    return at + (next === ';' && this.text[at + 2] === '&' ? 3 : 2);
  }

  private redirection(at: number, frame: WordFrame, character: string): number {
    const word: Word | undefined = frame.word;
    if (word?.plain === true && /^(?:[0-9]+|\{[A-Za-z_][A-Za-z0-9_]*\})$/.test(word.lead))
      frame.word = undefined;
    const before = this.frames.length;
    this.end(frame);
    if (this.frames.length !== before) return at;
    if (this.text.startsWith('<<', at) && this.text[at + 2] !== '<') {
      const start = hereDocumentStart(this.text, at, this.frames.length, this.last);
      if (start === undefined) {
        this.doubt ??= 'the end of a here-document is written in a way that is not read';
        return this.text.length;
      }
      this.hereDocuments.push(start.document);
      if (frame.command.position === 'start') frame.command.position = 'prefix';
      return start.end;
    }
    const redirection = REDIRECTION.exec(this.text.slice(at, at + 3))?.[0] ?? character;
    frame.command.redirect = redirection.endsWith('&') ? 'descriptor' : 'file';
    return at + redirection.length;
  }
}
