import { ShellReader, type ShellPlace } from './shell-reader.ts';

/** A piece of a command: its text, a constant, a variable that is set when the command runs, or text as it is. */
export type ShellPart =
  string | { readonly value: string } | { readonly variable: string } | { readonly raw: string };

/** The command, or the index of the part that can't stand where it stands, and why. */
export type Interpolated =
  { readonly text: string } | { readonly error: { readonly part: number; readonly reason: string } };

/**
 * Quotes a value so that every POSIX shell reads it as exactly one word. NUL can't stand in a shell word and is
 * left out; `interpolateShell` reports it instead.
 */
export function quoteShell(value: string): string {
  return `'${value.replaceAll('\0', '').replaceAll("'", "'\\''")}'`;
}

/**
 * Puts values into a bash text so that each is part of one word, whatever it holds: the quotes fit the quotes
 * that the value stands in. Where bash would read a value again, or evaluate it, or where no quotes can help,
 * the result is an error. Pieces of type `raw` are text like any other and are not quoted.
 *
 * What a value means to the program that gets it (an option, a pattern of grep, a script of awk) stays the
 * author's business.
 */
export function interpolateShell(parts: readonly ShellPart[]): Interpolated {
  const reader = new ShellReader();
  let text = '';
  let pending = '';
  let placed = false;
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index] as ShellPart;
    if (typeof part === 'string' || 'raw' in part) {
      pending += typeof part === 'string' ? part : part.raw;
      continue;
    }
    const wrong = wrongPart(part);
    if (wrong !== undefined) return { error: { part: index, reason: wrong } };
    reader.read(pending, false);
    text += pending;
    pending = '';
    const found = reader.place(index);
    if ('reason' in found) return { error: { part: index, reason: found.reason } };
    if (reader.late !== undefined) return { error: reader.late };
    text += 'value' in part ? constant(part.value, found.place) : variable(part.variable, found.place);
    placed = true;
  }
  if (!placed) return { text: pending };
  reader.read(pending, true);
  const unfinished = reader.finish();
  if (reader.late !== undefined) return { error: reader.late };
  if (unfinished !== undefined) return { error: { part: parts.length - 1, reason: unfinished } };
  return { text: text + pending };
}

function wrongPart(part: { readonly value: string } | { readonly variable: string }): string | undefined {
  if ('value' in part)
    return part.value.includes('\0') ? 'a command cannot hold the character NUL' : undefined;
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(part.variable)
    ? undefined
    : 'the name of the variable is not one of bash';
}

function constant(value: string, place: ShellPlace): string {
  const quoted = quoteShell(value);
  switch (place) {
    case 'unquoted':
      return quoted;
    case 'single':
      return quoted.slice(1, -1);
    case 'double':
      return `"${quoted}"`;
    case 'ansi':
      return `'${quoted}$'`;
  }
}

function variable(name: string, place: ShellPlace): string {
  switch (place) {
    case 'unquoted':
      return `"$${name}"`;
    case 'single':
      return `'"$${name}"'`;
    case 'double':
      return `\${${name}}`;
    case 'ansi':
      return `'"$${name}"$'`;
  }
}
