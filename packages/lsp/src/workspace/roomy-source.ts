import { CloseBrace, countWhile, endOf, isUnterminated, lineStartsOf, Newline, OpenBrace, Source, tokenize, type Position, type Span } from '@belay/compiler/analysis';
import { commonEnd, commonStart } from './moved-offsets.ts';

/** So many blanks stand at the end of each part: what is typed takes from them. */
const ROOM = 512;

/** Parts of a block are about so long at least. Shorter ones are read and bound as fast together. */
const SHORTEST_PART = 400;

/** Longer texts get no room, so that limits of what is read hold for what was written. */
const LONGEST_TEXT = 2 * 1024 * 1024;

/** A part that has more blanks than this, after much was deleted, gets its usual room again. */
const MOST_ROOM = 4_096;

/** A part of a text, up to a line break. */
interface Part {
  /** The offset of the line break. */
  readonly end: number;
  /** The number of blanks before it that nobody wrote. */
  readonly room: number;
}

/** An edit after which everything outside of one part stands where it stood. */
interface PartEdit {
  readonly before: WeakRef<Source>;
  /** The part, with its line break. */
  readonly start: number;
  readonly end: number;
  readonly lineStarts: Uint32Array | undefined;
}

/**
 * A text in which what stands behind an edit keeps its place: at the ends of some lines there are blanks that nobody wrote, and what is typed takes from
 * the next of them. Blanks there mean nothing. So a statement that was not edited is the same as before, with all its places, and what is known of
 * it holds. Lines and columns are those of the text that was written.
 */
export class RoomySource extends Source {
  readonly #parts: readonly Part[];
  readonly #edit: PartEdit | undefined;
  /** How many blanks that nobody wrote stand before each part. */
  #rooms: readonly number[] | undefined;

  private constructor(file: string, text: string, parts: readonly Part[], edit?: PartEdit) {
    super(file, text);
    this.#parts = parts;
    this.#edit = edit;
  }

  /** Gives a text of the language room. */
  static of(file: string, written: string): RoomySource {
    if (written.length > LONGEST_TEXT) return new RoomySource(file, written, []);
    const ends = endsOfParts(written);
    const blanks = ' '.repeat(ROOM);
    const texts: string[] = [];
    let from = 0;
    for (const end of ends) {
      texts.push(written.slice(from, end), blanks);
      from = end;
    }
    return new RoomySource(file, texts.join('') + written.slice(from), ends.map((end, index) => ({ end: end + ROOM * (index + 1), room: ROOM })));
  }

  /** The text with something else in the place of a range. What stands in other parts keeps its place, unless the range is in several. */
  edited(start: number, end: number, put: string): RoomySource {
    const index = this.#partAt(end);
    const part = this.#parts[index];
    const from = this.#startOf(index);
    const until = part === undefined ? 0 : part.end - part.room;
    const text = this.text.slice(from, start) + put + this.text.slice(end, until);
    const room = this.#roomFor(put.length - (end - start), part);
    if (part === undefined || start < from || end > until || room === undefined || !isClosed(text)) {
      return RoomySource.of(this.file, this.written(0, start) + put + this.written(end));
    }
    const grown = text + ' '.repeat(room);
    const edit = { before: new WeakRef(this), start: from, end: this.#startOf(index + 1), lineStarts: this.#lineStartsWith(grown, from, part.end) };
    return new RoomySource(this.file, this.text.slice(0, from) + grown + this.text.slice(part.end), this.#parts.with(index, { end: part.end, room }), edit);
  }

  /** The lines around all that differs from another text; undefined where anything behind that stands at other places. */
  changedSince(before: Source): Span | undefined {
    if (before.text.length !== this.text.length || this.#parts.length === 0) return undefined;
    if (this.#edit !== undefined && this.#edit.before.deref() === before) return { start: this.#edit.start, end: this.#edit.end };
    const start = commonStart(before.text, this.text);
    const end = this.text.length - commonEnd(before.text, this.text, this.text.length - start);
    const last = this.#partAt(end);
    return { start: this.#startOf(this.#partAt(start)), end: this.#startOf(last + 1) };
  }

  /** What was written between two offsets. */
  written(start = 0, end = this.text.length): string {
    let text = '';
    let from = start;
    for (let index = this.#partAt(start); from < end; index += 1) {
      const part = this.#parts[index];
      if (part === undefined) return text + this.text.slice(from, end);
      text += this.text.slice(from, Math.max(from, Math.min(end, part.end - part.room)));
      from = Math.max(from, part.end);
    }
    return text;
  }

  /** Where in the written text an offset stands. */
  toWritten(offset: number): number {
    const index = this.#partAt(offset);
    const part = this.#parts[index];
    return (part === undefined ? offset : Math.min(offset, part.end - part.room)) - this.#roomBefore(index);
  }

  /** The offset of an offset in the written text. */
  fromWritten(written: number): number {
    return written + this.#roomBefore(countWhile(this.#parts.length, (index) => {
      const { end, room } = this.#parts[index] as Part;
      return end - room - this.#roomBefore(index) < written;
    }));
  }

  protected override findLineStarts(): Uint32Array {
    return this.#edit?.lineStarts ?? super.findLineStarts();
  }

  /** Where lines start when another text of the same length stands between two offsets; undefined where that is not certain. */
  #lineStartsWith(text: string, start: number, end: number): Uint32Array | undefined {
    if (text.endsWith('\r')) return undefined;
    const first = this.position(start).line;
    const inside = lineStartsOf(text);
    const behind = first + countWhile(this.lineCount - first, (index) => this.lineStart(first + 1 + index) <= end);
    const starts = new Uint32Array(this.lineCount + first - 1 + inside.length - behind);
    for (let line = 1; line < first; line += 1) starts[line - 1] = this.lineStart(line);
    for (const [index, one] of inside.entries()) starts[first - 1 + index] = start + one;
    for (let line = behind + 1; line <= this.lineCount; line += 1) starts[starts.length - 1 - this.lineCount + line] = this.lineStart(line);
    return starts;
  }

  #roomBefore(index: number): number {
    if (this.#rooms === undefined) {
      const rooms = [0];
      for (const { room } of this.#parts) rooms.push((rooms.at(-1) ?? 0) + room);
      this.#rooms = rooms;
    }
    return this.#rooms[index] ?? 0;
  }

  /** In the room of a line: where the line ends that was written. */
  override position(offset: number): Position {
    const part = this.#parts[this.#partAt(offset)];
    return super.position(part === undefined ? offset : Math.min(offset, part.end - part.room));
  }

  override line(line: number): string {
    const text = super.line(line);
    const end = this.lineStart(line) + text.length;
    const part = this.#parts[this.#partAt(end)];
    return part?.end === end ? text.slice(0, text.length - part.room) : text;
  }

  /** The index of the part in which an offset stands; behind all parts their number. */
  #partAt(offset: number): number {
    return countWhile(this.#parts.length, (index) => (this.#parts[index]?.end ?? 0) < offset);
  }

  #startOf(index: number): number {
    if (index === 0) return 0;
    const before = this.#parts[index - 1];
    if (before === undefined) return this.text.length;
    return before.end + (this.text[before.end] === '\r' ? 2 : 1);
  }

  /** The room that is left when a part grows; undefined where that is none, or too much. */
  #roomFor(growth: number, part: Part | undefined): number | undefined {
    const room = (part?.room ?? 0) - growth;
    return room < 0 || room > MOST_ROOM ? undefined : room;
  }
}

/** The line breaks at which parts end: behind lines that end a statement at the top of the file or directly in the block of one, or that open such a block. */
function endsOfParts(text: string): number[] {
  const { tokens } = tokenize(text);
  const ends: number[] = [];
  let depth = 0;
  /** The last place in the block at which a part could end. */
  let possible = 0;
  for (const [index, token] of tokens.entries()) {
    if (token.tokenType === OpenBrace) depth += 1;
    if (token.tokenType === CloseBrace) {
      depth -= 1;
      // What is outside of a block is no part of what is inside.
      if (depth === 0 && possible > (ends.at(-1) ?? 0)) ends.push(possible);
    }
    const opens = token.tokenType === OpenBrace && depth === 1;
    const closes = token.tokenType === CloseBrace && (depth === 0 || depth === 1);
    const next = tokens[index + 1];
    if (!(opens || closes) || next?.tokenType !== Newline || next.image === '\r' || text.slice(endOf(token), next.startOffset).trim() !== '') continue;
    possible = next.startOffset;
    if (opens || possible - (ends.at(-1) ?? 0) >= SHORTEST_PART) ends.push(possible);
  }
  return ends;
}

/** Whether a part ends by itself: nothing in it goes on behind its last line, or would take blanks there for its own. */
function isClosed(text: string): boolean {
  const { tokens, comments } = tokenize(text);
  const last = tokens.at(-1);
  const lastLine = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r'));
  if ((comments.at(-1)?.startOffset ?? -1) > lastLine || (last !== undefined && isUnterminated(last))) return false;
  return !tokens.some((token) => token.image.startsWith('"""') && isUnterminated(token));
}
