import type { Project } from '../project/project.ts';
import { decodeLoosely, decodeUtf8 } from '../text/decode.ts';
import type { PlanFile } from './plan.ts';

/** The digits of Base64 (RFC 4648, section 4), as bytes. */
const DIGITS = Uint8Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', (digit) => digit.charCodeAt(0));
const PADDING = '='.charCodeAt(0);

/** The files that a plan carries, numbered in the order of their first use; one content, one file. */
export class FileTable {
  readonly #project: Project;
  readonly #files = new Map<string, PlanFile>();
  readonly #byPath = new Map<string, string>();

  constructor(project: Project) {
    this.#project = project;
  }

  /** @param path a path of the workspace that was read when the project was loaded. */
  idOf(path: string): string {
    const known = this.#byPath.get(path);
    if (known !== undefined) return known;
    const read = this.#project.files.get(path);
    const bytes = read?.found === true ? read.bytes : new Uint8Array();
    const text = decodeUtf8(bytes);
    // NUL can't travel through the shell as text.
    const plain = text !== undefined && !text.includes('\0');
    const content = plain ? text : toBase64(bytes);
    const key = `${plain ? 'utf8' : 'base64'} ${content}`;
    let file = this.#files.get(key);
    if (file === undefined) {
      file = { id: `file${this.#files.size + 1}`, path, encoding: plain ? 'utf8' : 'base64', content };
      this.#files.set(key, file);
    }
    this.#byPath.set(path, file.id);
    return file.id;
  }

  list(): PlanFile[] {
    return [...this.#files.values()];
  }
}

function toBase64(bytes: Uint8Array): string {
  const out = new Uint8Array(4 * Math.ceil(bytes.length / 3));
  let to = 0;
  for (let at = 0; at < bytes.length; at += 3) {
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const left = bytes.length - at;
    out[to] = DIGITS[group >> 18] ?? 0;
    out[to + 1] = DIGITS[(group >> 12) & 63] ?? 0;
    out[to + 2] = left > 1 ? (DIGITS[(group >> 6) & 63] ?? 0) : PADDING;
    out[to + 3] = left > 2 ? (DIGITS[group & 63] ?? 0) : PADDING;
    to += 4;
  }
  return decodeLoosely(out);
}
