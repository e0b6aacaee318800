import {
  chmodSync,
  chownSync,
  closeSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
  type Stats,
} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { CommandError } from './command-error.ts';
import { reasonOf } from './find-files.ts';

/** Permission bits of a new file, of which the umask takes some away, or a file to take mode and owner from. */
export type Permissions = number | Pick<Stats, 'mode' | 'uid' | 'gid'>;

/**
 * Writes a file in one step: whoever reads it sees the old content or the new one, after a crash too.
 *
 * @throws CommandError if it can't be written; the old file is unharmed.
 */
export function writeFileWhole(file: string, content: string | Buffer, permissions: Permissions): void {
  const temporary = path.join(path.dirname(file), `.${path.basename(file).slice(0, 100)}.${process.pid}-${Date.now().toString(36)}.tmp`);
  try {
    const handle = openSync(temporary, 'wx', typeof permissions === 'number' ? permissions : 0o600);
    try {
      const bytes = typeof content === 'string' ? Buffer.from(content) : content;
      for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    if (typeof permissions !== 'number') takeOver(temporary, permissions);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new CommandError(`cannot write "${file}": ${reasonOf(error)}`);
  }
}

function takeOver(file: string, { mode, uid, gid }: Exclude<Permissions, number>): void {
  try {
    chownSync(file, uid, gid);
  } catch {
    // Only root may give a file away; anybody else keeps it.
  }
  chmodSync(file, mode & 0o7777);
}
