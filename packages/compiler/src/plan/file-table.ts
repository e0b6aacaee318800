import type { Project } from '../project/project.ts';
import { toBase64 } from '../text/base64.ts';
import { decodeUtf8 } from '../text/decode.ts';
import type { PlanFile } from './plan.ts';

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
