/** A range of a source, in UTF-16 units: from `start` up to, not including, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A place in a file of the workspace. */
export interface Location extends Span {
  /** Relative to the workspace root, with `/`. */
  readonly file: string;
}

/** From 1; columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A text with its file name and an index of its lines, made on first use. Lines end in `\n`, `\r\n`, or `\r` alone, as in editors. */
export class Source {
  readonly file: string;
  readonly text: string;
  #lineStarts: Uint32Array | undefined;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
  }

  /** The number of lines; an empty text has one. */
  get lineCount(): number {
    return this.#starts().length;
  }

  /** The position of an offset; offsets beyond the text count as its end. */
  position(offset: number): Position {
    const starts = this.#starts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: Math.min(offset, this.text.length) - (starts[low] ?? 0) + 1 };
  }

  /** The offset at which a line (from 1) starts. */
  lineStart(line: number): number {
    const starts = this.#starts();
    return starts[Math.min(Math.max(line, 1), starts.length) - 1] ?? 0;
  }

  /** The text of a line (from 1), without its line break. */
  line(line: number): string {
    const end = line < this.lineCount ? this.lineStart(line + 1) : this.text.length;
    return this.text.slice(this.lineStart(line), end).replace(/\r?\n$|\r$/, '');
  }

  #starts(): Uint32Array {
    return (this.#lineStarts ??= this.findLineStarts());
  }

  /** The offsets at which lines start, in order; asked for once. */
  protected findLineStarts(): Uint32Array {
    return Uint32Array.from(lineStartsOf(this.text));
  }
}

/** The offsets at which the lines of a text start. */
export function lineStartsOf(text: string): number[] {
  const starts = [0];
  if (!text.includes('\r')) {
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    return starts;
  }
  for (const match of text.matchAll(/\r\n|\r|\n/g)) starts.push(match.index + match[0].length);
  return starts;
}
