import { fstatSync, writeSync } from 'node:fs';
import process from 'node:process';
import { displayWidth, neutralize } from '../diagnostics/display-text.ts';

export type ColorChoice = 'auto' | 'always' | 'never';

/** Standard output or standard error; `process.stdout` is one too. */
export interface Stream {
  readonly fd: number;
}

// Node's own streams cost milliseconds to set up, and writing to a pipe through them is asynchronous.
export const STANDARD_OUTPUT: Stream = { fd: 1 };
export const STANDARD_ERROR: Stream = { fd: 2 };

const DEFAULT_WIDTH = 100;
const WIDEST = 120;

/** Whether to color what goes to a stream. NO_COLOR counts unless color was asked for: https://no-color.org */
export function useColor(choice: ColorChoice, stream: Stream): boolean {
  if (choice !== 'auto') return choice === 'always';
  const { NO_COLOR: noColor = '', TERM: terminal } = process.env;
  return noColor === '' && terminal !== 'dumb' && terminalOf(stream) !== undefined;
}

/** Columns for text on a stream: the terminal's, within what reads well; 100 elsewhere. */
export function lineWidth(stream: Stream): number {
  return Math.min(terminalOf(stream)?.columns || DEFAULT_WIDTH, WIDEST);
}

function terminalOf({ fd }: Stream): NodeJS.WriteStream | undefined {
  try {
    if (!fstatSync(fd).isCharacterDevice()) return undefined;
  } catch {
    return undefined;
  }
  const stream = fd === 2 ? process.stderr : process.stdout;
  return stream.isTTY ? stream : undefined;
}

/** Prints the product of a command. The exit code is to be set before: the process ends here if nobody reads any more. */
export function printOut(text: string): void {
  write(STANDARD_OUTPUT, text);
}

/** Prints what is not the product of a command. */
export function printError(text: string): void {
  write(STANDARD_ERROR, text);
}

/** A notice or a complaint, on standard error. What it quotes can not control the terminal. */
export function complain(message: string): void {
  printError(`belay: ${neutralize(message)}\n`);
}

function write({ fd }: Stream, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      // As with `belay list | head -1`: whoever reads has seen enough.
      if (code === 'EPIPE') process.exit();
      // The stream may be shared with a process that set it to non-blocking, as an ssh session does.
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

/** Rows of cells as aligned columns, two spaces between them. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, displayWidth(cell));
  }
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - displayWidth(cell)))
      .join('  ')
      .trimEnd();
  return rows.map((row) => `${line(row)}\n`).join('');
}
