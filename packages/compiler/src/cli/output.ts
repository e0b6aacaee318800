import process from 'node:process';
import { displayWidth, neutralize } from '../diagnostics/display-text.ts';

export type ColorChoice = 'auto' | 'always' | 'never';

/** Standard output or standard error. */
export type Stream = NodeJS.WriteStream;

const DEFAULT_WIDTH = 100;
const WIDEST = 120;

/** Whether to color what goes to a stream. NO_COLOR counts unless color was asked for: https://no-color.org */
export function useColor(choice: ColorChoice, stream: Stream): boolean {
  if (choice !== 'auto') return choice === 'always';
  const { NO_COLOR: noColor = '', TERM: terminal } = process.env;
  return stream.isTTY && noColor === '' && terminal !== 'dumb';
}

/** Columns for text on a stream: the terminal's, within what reads well; 100 elsewhere. */
export function lineWidth(stream: Stream): number {
  return stream.isTTY ? Math.min(stream.columns || DEFAULT_WIDTH, WIDEST) : DEFAULT_WIDTH;
}

export function printOut(text: string): void {
  process.stdout.write(text);
}

/** A notice or a complaint, on standard error. What it quotes can not control the terminal. */
export function complain(message: string): void {
  process.stderr.write(`belay: ${neutralize(message)}\n`);
}

/** Ends the process quietly once nobody reads its output any more, as with `belay list | head -1`. */
export function endWithReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit();
    });
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
