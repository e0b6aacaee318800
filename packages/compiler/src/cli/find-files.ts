import { readdirSync, statSync, type Dirent } from 'node:fs';
import path from 'node:path';
import { CommandError } from './command-error.ts';

const EXTENSION = '.belay';

/** More files below the folders that were named are a mistake, such as `/`. */
const MOST_FILES = 20_000;
const MOST_FOLDERS = 200_000;

/**
 * The files that the arguments of a command stand for: files as they are, folders with all `*.belay` below them, sorted. Hidden folders and
 * `node_modules` are left out, links to folders are not followed.
 *
 * @param fail is told what can't be read; the others are found all the same.
 */
export function findFiles(paths: readonly string[], fail: (message: string) => void): string[] {
  // As a person would name them, by their absolute paths.
  const found = new Map<string, string>();
  for (const named of paths) {
    let isFolder: boolean;
    try {
      isFolder = statSync(named).isDirectory();
    } catch (error) {
      fail(`cannot read "${named}": ${reasonOf(error)}`);
      continue;
    }
    if (!isFolder) {
      found.set(path.resolve(named), named);
      continue;
    }
    const below = filesBelow(named, fail);
    if (below.length === 0) fail(`there is no *${EXTENSION} file below "${named}"`);
    for (const file of below) {
      const absolute = path.resolve(file);
      if (!found.has(absolute)) found.set(absolute, file);
    }
  }
  return [...found.values()];
}

function filesBelow(top: string, fail: (message: string) => void): string[] {
  const files: string[] = [];
  const folders = [top];
  for (const folder of folders) {
    let entries: Dirent[];
    try {
      entries = readdirSync(folder, { withFileTypes: true });
    } catch (error) {
      fail(`cannot read "${folder}": ${reasonOf(error)}`);
      continue;
    }
    for (const entry of entries) {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!entry.name.startsWith('.') && entry.name !== 'node_modules') folders.push(file);
      } else if (entry.name.endsWith(EXTENSION) && entry.name !== EXTENSION) files.push(file);
    }
    if (files.length > MOST_FILES || folders.length > MOST_FOLDERS) {
      throw new CommandError(`there are too many files below "${top}"`, 'name the folders that hold your plans');
    }
  }
  return files.sort();
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  ENOTDIR: 'a part of the path is not a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'its symbolic links lead in a circle',
  ENAMETOOLONG: 'the name is too long',
  EISDIR: 'it is a folder',
  ENOSPC: 'there is no space left on the device',
  EROFS: 'the file system is read-only',
};

/** Why a call of the system failed, in words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error));
}
