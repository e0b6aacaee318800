import { readSync } from 'node:fs';
import { CommandError } from './command-error.ts';
import { reasonOf } from './find-files.ts';

/** As for files. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * Whether the arguments of a command are `-`, standard input.
 *
 * @throws CommandError if there are others beside it.
 */
export function isStandardInput(paths: readonly string[]): boolean {
  if (!paths.includes('-')) return false;
  if (paths.length > 1) throw new CommandError('"-" (standard input) stands alone, without other files');
  return true;
}

/** Everything on standard input. */
export function readStandardInput(): Uint8Array {
  const chunks: Buffer[] = [];
  let total = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(65_536);
    const count = readChunk(chunk);
    if (count === 0) return Buffer.concat(chunks);
    total += count;
    if (total > MOST_BYTES) throw new CommandError('standard input is larger than 16 MiB');
    chunks.push(chunk.subarray(0, count));
  }
}

function readChunk(chunk: Buffer): number {
  for (;;) {
    try {
      return readSync(0, chunk, 0, chunk.length, null);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EOF') return 0;
      // Standard input may be shared with a process that set it to non-blocking, as an ssh session does.
      if (code !== 'EAGAIN') throw new CommandError(`cannot read standard input: ${reasonOf(error)}`);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}
