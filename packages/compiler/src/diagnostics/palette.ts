import picocolors from 'picocolors';
import type { Level } from './diagnostic.ts';

type Paint = (text: string) => string;

/** The colors of a report; without color each leaves its text as it is. */
export interface Palette {
  readonly level: Readonly<Record<Level, Paint>>;
  readonly gutter: Paint;
  readonly primary: Paint;
  readonly secondary: Paint;
  readonly removed: Paint;
  readonly added: Paint;
  readonly strong: Paint;
}

export function makePalette(color: boolean, level: Level = 'error'): Palette {
  const colors = picocolors.createColors(color);
  const levels: Record<Level, Paint> = {
    error: (text) => colors.bold(colors.red(text)),
    warning: (text) => colors.bold(colors.yellow(text)),
    note: (text) => colors.bold(colors.cyan(text)),
  };
  return {
    level: levels,
    gutter: colors.blue,
    primary: levels[level],
    secondary: colors.blue,
    removed: colors.red,
    added: colors.green,
    strong: colors.bold,
  };
}
