import { quoteShell } from '../../text/shell-quote.ts';

/** A word of bash, in quotes only where it needs some: what is plain may become a module of Ansible. */
export function word(value: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(value) ? value : quoteShell(value);
}

export function words(values: readonly string[]): string {
  return values.map(word).join(' ');
}

/**
 * The start of a text that ends at the first command that fails.
 *
 * @param variables bash words by the name of a variable
 */
export function begin(variables: Readonly<Record<string, string>>): string {
  return `set -euo pipefail\n${Object.entries(variables).map(([name, value]) => `${name}=${value}\n`).join('')}`;
}

/**
 * Commands that write down, in the file `$record`, what a command prints, once: a record that is there was made before anything was changed. A run
 * may be killed at any moment, so the file is there as a whole or not at all, and it is on the disk before anything is changed.
 */
export function recordOnce(print: string): string {
  return `if [[ ! -e $record ]]; then
  mkdir -p -- "\${record%/*}"
${print.replaceAll(/^(?=.)/gm, '  ')}
  sync -d -- "$record.new"
  mv -fT -- "$record.new" "$record"
fi
`;
}

/** Ends a text early where there is no record: nothing was changed, and there is nothing to take back. */
export const UNLESS_RECORDED = '[[ -e $record ]] || exit 0\n';

export const FORGET = 'rm -f -- "$record"\n';
