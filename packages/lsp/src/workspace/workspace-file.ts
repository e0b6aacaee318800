import { parse, Source, type KnownFile, type SyntaxTree } from '@belay/compiler/analysis';
import type { Position, Range } from 'vscode-languageserver-protocol';
import { offsetAt, placesOf, positionAt, rangeOf, type PositionEncoding } from './positions.ts';
import { keyOf, type Place, type Root } from './roots.ts';

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

  constructor(place: Place, uri: string, text: string, version: number | undefined, encoding: PositionEncoding) {
    this.root = place.root;
    this.path = place.path;
    this.uri = uri;
    this.key = keyOf(place);
    this.source = new Source(place.path, text);
    this.version = version;
    this.encoding = encoding;
  }

  get isOpen(): boolean {
    return this.version !== undefined;
  }

  get text(): string {
    return this.source.text;
  }

  /**
   * Read when it is first asked for. That of a document is kept; that of a closed file as long as somebody holds it, since there may be hundreds.
   */
  get tree(): SyntaxTree {
    const known = this.#tree instanceof WeakRef ? this.#tree.deref() : this.#tree;
    if (known !== undefined) return known;
    const tree = parse(this.source);
    this.#tree = this.isOpen ? tree : new WeakRef(tree);
    return tree;
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
