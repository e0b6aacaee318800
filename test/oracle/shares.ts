import process from 'node:process';
import type { Diagnostic } from '../../packages/compiler/src/diagnostics/diagnostic.ts';

/** Counts how many plans break each rule. */
export class Shares {
  readonly #broken: Map<string, number>;
  #plans = 0;

  constructor(rules: readonly string[]) {
    this.#broken = new Map(rules.map((rule) => [rule, 0]));
  }

  /** Counts a plan that breaks some rules. */
  count(broken: ReadonlySet<string>): void {
    this.#plans += 1;
    for (const [rule, count] of this.#broken) if (broken.has(rule)) this.#broken.set(rule, count + 1);
  }

  print(what: string): void {
    const shares = [...this.#broken].map(([rule, count]) => `${rule} broken in ${Math.round((1000 * count) / this.#plans) / 10} %`);
    process.stderr.write(`oracle, ${what}: ${this.#plans} plans compared; ${shares.join(', ')}\n`);
  }

  /** Rules that hardly any plan breaks, or hardly any keeps: of those the comparison says nothing. */
  onesided(): string[] {
    const least = Math.max(1, this.#plans / 200);
    return [...this.#broken].flatMap(([rule, count]) => (count < least || this.#plans - count < least ? [`${rule} broken in ${count} of ${this.#plans} plans`] : []));
  }
}

/** The steps of the sequence that a finding lists, sorted; each of them has to be among its places too, but for one that is its own place. */
export function listedSteps({ notes, related }: Diagnostic): string {
  const lines = notes.find((note) => note.startsWith('The shortest way there:'))?.split('\n') ?? ['no sequence'];
  const ids = lines.slice(1).flatMap((line) => /^ +\d+\. ([^\s,]+)/.exec(line)?.[1] ?? []);
  const missing = ids.filter((id) => !related.some(({ message }) => message.endsWith(`\`${id}\``)));
  return missing.length > 1 ? `without a place: ${missing.join(' ')}` : lines.length === 1 ? 'no sequence' : ids.sort().join(' ');
}
