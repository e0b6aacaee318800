import { parse, reparse, Source, type KnownFile, type SyntaxTree } from '@belay/compiler/analysis';
import type { Position, Range } from 'vscode-languageserver-protocol';
import { offsetAt, placesOf, positionAt, rangeOf, type PositionEncoding } from './positions.ts';
import { keyOf, type Place, type Root } from './roots.ts';
import { RoomySource } from './roomy-source.ts';

/** A file of the language as it is at one moment. It never changes; an edit makes another one. */
export class WorkspaceFile implements Place {
  readonly root: Root;
  readonly path: string;
  /** As the client writes it. */
  readonly uri: string;
  /** The same for a file however its address is escaped. */
  readonly key: string;
  readonly source: Source;
  /** Of a document that is open in the editor. */
  readonly version: number | undefined;
  readonly encoding: PositionEncoding;
  #tree: SyntaxTree | WeakRef<SyntaxTree> | undefined;
  /** Of the text before the last edits, until the tree of this one is read. */
  #before: SyntaxTree | undefined;

  /** @param before the same document before it was edited: what is still the same is not read again */
  constructor(place: Place, uri: string, text: string | RoomySource, version: number | undefined, encoding: PositionEncoding, before?: WorkspaceFile) {
    this.root = place.root;
    this.path = place.path;
    this.uri = uri;
    this.key = keyOf(place);
    this.source = typeof text === 'string' ? new Source(place.path, text) : text;
    this.#before = before?.isOpen === true ? before.#known ?? before.#before : undefined;
    this.version = version;
    this.encoding = encoding;
  }

  get isOpen(): boolean {
    return this.version !== undefined;
  }

  /** The text to which offsets belong. In that of a large document there are blanks that nobody wrote: see `RoomySource`. */
  get text(): string {
    return this.source.text;
  }

  /** What the editor shows between two offsets; without them the whole text. */
  written(start = 0, end = this.text.length): string {
    return this.source instanceof RoomySource ? this.source.written(start, end) : this.text.slice(start, end);
  }

  /**
   * Read when it is first asked for. That of a document is kept; that of a closed file as long as somebody holds it, since there may be hundreds.
   */
  get tree(): SyntaxTree {
    const known = this.#known;
    if (known !== undefined) return known;
    const { source } = this;
    const tree = this.#before === undefined ? parse(source) : reparse(this.#before, source, source instanceof RoomySource ? source.changedSince(this.#before.source) : undefined);
    this.#before = undefined;
    this.#tree = this.isOpen ? tree : new WeakRef(tree);
    return tree;
  }

  get #known(): SyntaxTree | undefined {
    return this.#tree instanceof WeakRef ? this.#tree.deref() : this.#tree;
  }

  get known(): KnownFile {
    return { size: this.source.text.length, source: this.source, tree: this.tree };
  }

  /** The offset of a position that the client sent; positions beyond a line count as its end. */
  offset(position: Position): number {
    return offsetAt(this.source, position, this.encoding);
  }

  position(offset: number): Position {
    return positionAt(this.source, offset, this.encoding);
  }

  /** Of many spans in order, none of which holds a line break: line, character and length, one after the other. */
  places(spans: readonly { readonly start: number; readonly end: number }[]): Uint32Array {
    return placesOf(this.source, spans, this.encoding);
  }

  range(span: { readonly start: number; readonly end: number }): Range {
    return rangeOf(this.source, span, this.encoding);
  }
}
