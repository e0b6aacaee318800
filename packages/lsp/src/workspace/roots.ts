/** A folder of the workspace. Files below it are named by their paths relative to it. */
export interface Root {
  /** As the client writes it, without a slash at its end. */
  readonly uri: string;
  readonly name: string;
  /** Files outside of every folder: only what is open in the editor is known there. */
  readonly isLoose: boolean;
}

/** A file of the workspace. */
export interface Place {
  readonly root: Root;
  /** Relative to the root, with `/`. */
  readonly path: string;
}

/** The folders of a workspace, and where a file stands among them. */
export class Roots {
  readonly list: readonly Root[];
  readonly #byPrefix: readonly (readonly [string, Root])[];

  constructor(folders: readonly { readonly uri: string; readonly name: string }[]) {
    const known = new Map<string, Root>();
    for (const { uri, name } of folders) {
      const trimmed = uri.replace(/\/+$/, '');
      if (!known.has(normalize(trimmed))) known.set(normalize(trimmed), { uri: trimmed, name, isLoose: false });
    }
    // A folder inside of another one is part of that: each file has one path only.
    this.#byPrefix = [...known].filter(([prefix]) => ![...known.keys()].some((other) => prefix.startsWith(`${other}/`)));
    this.list = this.#byPrefix.map(([, root]) => root);
  }

  /** Where a file stands. Files outside of every folder have one of their own, named by the start of their address. */
  place(uri: string): Place {
    const normal = normalize(uri);
    for (const [prefix, root] of this.#byPrefix) {
      if (normal.startsWith(`${prefix}/`) && normal.length > prefix.length + 1) return { root, path: normal.slice(prefix.length + 1) };
    }
    const slash = uri.lastIndexOf('/');
    const folder = slash === -1 ? '' : uri.slice(0, slash);
    return { root: { uri: folder, name: folder, isLoose: true }, path: normalize(uri.slice(slash + 1)) };
  }
}

/** The address of a file. */
export function uriOf({ root, path }: Place): string {
  const encoded = path.split('/').map((segment) => encodeURIComponent(segment).replaceAll(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)).join('/');
  return root.uri === '' ? encoded : `${root.uri}/${encoded}`;
}

/** A key for a file, the same however the client escapes its address. */
export function keyOf({ root, path }: Place): string {
  return `${normalize(root.uri)}/${path}`;
}

/** An address without escapes; the letter of a Windows drive is small. */
function normalize(uri: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(uri);
  } catch {
    decoded = uri;
  }
  return decoded.replace(/^file:\/\/\/([A-Z]):/, (_, letter: string) => `file:///${letter.toLowerCase()}:`);
}
