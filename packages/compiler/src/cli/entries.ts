import { realpathSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { loadProject } from '../project/load.ts';
import type { MissingReason, Project } from '../project/project.ts';
import { CommandError } from './command-error.ts';
import { reasonOf } from './find-files.ts';
import { findRoot, isBelow, WorkspaceFiles, workspacePath } from './workspace-files.ts';

/** A file that was named, with everything that it names. */
export interface LoadedEntry {
  /** As a person would name it, from the working directory. */
  readonly shown: string;
  readonly root: string;
  readonly project: Project;
}

/** What `--root` and standard input have to do with reading files. */
export interface EntryOptions {
  /** `--root`. */
  readonly root?: string;
  /** Is told of each file that can't be read; the others are loaded all the same. */
  readonly fail: (message: string) => void;
}

/** Loads files, each with everything that it names. */
export async function loadEntries(files: readonly string[], options: EntryOptions): Promise<LoadedEntry[]> {
  const hosts = new Map<string, WorkspaceFiles>();
  const loaded: LoadedEntry[] = [];
  for (const file of files) {
    const located = locate(file, options);
    if (located === undefined) continue;
    const { root, entry } = located;
    const host = hosts.get(root) ?? new WorkspaceFiles(root);
    hosts.set(root, host);
    const project = await loadProject(entry, host);
    const result = project.files.get(entry);
    if (result?.found === true) loaded.push({ shown: file, root, project });
    else options.fail(`cannot read "${file}": ${MISSING[result?.reason ?? 'missing']}`);
  }
  return loaded;
}

/** Loads a text as if it stood in a file. */
export async function loadText(text: Uint8Array, file: string, options: EntryOptions): Promise<LoadedEntry[]> {
  const located = locate(file, options);
  if (located === undefined) return [];
  const host = new WorkspaceFiles(located.root, new Map([[located.entry, text]]));
  return [{ shown: file, root: located.root, project: await loadProject(located.entry, host) }];
}

const MISSING: Readonly<Record<MissingReason, string>> = {
  missing: 'no such file',
  outside: 'a symbolic link leads out of the workspace',
  directory: 'it is a folder',
  'too-large': 'it is larger than 16 MiB',
  unreadable: 'it is no regular file, or permission is denied',
};

/** The workspace of a file, and the file's path in it. */
function locate(file: string, { root: chosen, fail }: EntryOptions): { root: string; entry: string } | undefined {
  let folder: string;
  try {
    folder = realpathSync.native(path.dirname(path.resolve(file)));
  } catch (error) {
    fail(`cannot read "${file}": ${reasonOf(error)}`);
    return undefined;
  }
  const root = chosen === undefined ? findRoot(folder) : realRoot(chosen);
  if (isBelow(root, folder)) return { root, entry: workspacePath(root, path.join(folder, path.basename(file))) };
  fail(`"${file}" lies outside of the workspace "${root}"; name another with --root`);
  return undefined;
}

function realRoot(chosen: string): string {
  try {
    return realpathSync.native(chosen);
  } catch (error) {
    throw new CommandError(`cannot use "${chosen}" as the workspace root: ${reasonOf(error)}`);
  }
}

/** How a file of a workspace is named from the working directory. */
export function shownPath(root: string, file: string): string {
  return path.relative(process.cwd(), path.join(root, file)).split(path.sep).join('/');
}
