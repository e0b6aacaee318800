import { diagnostic, type Diagnostic, type DiagnosticKind, type Finding } from '../diagnostics/diagnostic.ts';
import { KINDS } from '../diagnostics/kinds.ts';
import type { Location, Span } from '../text/source.ts';

/** More findings than this are not collected: a hostile file can not flood the report. */
const MOST_FINDINGS = 2_000;

/** What one check may cost in sum: small texts that multiply each other would go on for hours. */
const LIMITS = {
  /** Statements of plans; those of a recipe count wherever it is applied. */
  statements: { most: 400_000, what: 'statements are put together, those of recipes counted wherever they are applied' },
  /** Hosts that patterns stand for. */
  patterns: { most: 500_000, what: 'hosts are named by patterns' },
  /** Hosts of groups and of actions. */
  hosts: { most: 5_000_000, what: 'hosts are named by groups and actions, each counted wherever it is named' },
  /** Characters of texts and commands after interpolation. */
  characters: { most: 32_000_000, what: 'characters stand in texts and commands, each counted wherever it is put' },
} as const;

export type Cost = keyof typeof LIMITS;

/** Pairs of letters that are compared to find what a mistyped name was meant to be; then there are no suggestions. */
const MOST_COMPARED = 20_000_000;

/** Collects findings, each once: a recipe that is applied twice reports a fault in it once. Keeps count of what the check costs. */
export class Reporter {
  readonly #parent: Reporter | undefined;
  readonly #found = new Map<string, Diagnostic>();
  readonly #spent = new Map<Cost, number>();
  readonly #excused = new Set<string>();
  #left = 0;
  #compared = 0;

  /** @param parent who keeps count of the costs, where findings are looked at before they are reported */
  constructor(parent?: Reporter) {
    this.#parent = parent;
  }

  report(kind: DiagnosticKind, finding: Finding): void {
    if (this.isFull) {
      this.#left += 1;
      return;
    }
    this.#add(diagnostic(kind, finding));
  }

  /** Takes over what another reporter has collected. */
  adopt(found: Diagnostic): void {
    if (this.isFull) this.#left += 1;
    else this.#add(found);
  }

  /** Whether further findings are only counted. */
  get isFull(): boolean {
    return this.#found.size >= MOST_FINDINGS;
  }

  /**
   * Adds to what the check costs; reports the first place at which that is more than it may be.
   *
   * @returns whether there is something left: if not, the caller leaves out what it was about to do.
   */
  spend(cost: Cost, amount: number, at: Location): boolean {
    if (this.#parent !== undefined) return this.#parent.spend(cost, amount, at);
    const { most, what } = LIMITS[cost];
    const before = this.#spent.get(cost) ?? 0;
    this.#spent.set(cost, before + amount);
    if (before + amount <= most) return true;
    if (before <= most) {
      this.#add(diagnostic(KINDS.limitExceeded, {
        message: `More than ${String(most).replaceAll(/\B(?=(?:\d{3})+$)/g, ',')} ${what}. What follows is left out; split the file, or the plan.`, at,
      }));
    }
    return false;
  }

  /** Says that names of this kind may stand in a file that could not be read: that they are unknown is a consequence, and not reported. */
  excuse(what: string): void {
    this.#excused.add(what);
  }

  isExcused(what: string): boolean {
    return this.#excused.has(what) || this.#parent?.isExcused(what) === true;
  }

  /** Whether mistyped names are still compared with known ones. */
  get isComparing(): boolean {
    return this.#parent?.isComparing ?? this.#compared <= MOST_COMPARED;
  }

  /** Whether so many pairs of letters may still be compared. */
  mayCompare(pairs: number): boolean {
    if (this.#parent !== undefined) return this.#parent.mayCompare(pairs);
    this.#compared += pairs;
    return this.#compared <= MOST_COMPARED;
  }

  get diagnostics(): Diagnostic[] {
    const found = [...this.#found.values()];
    const last = found.at(-1);
    if (this.#left === 0 || last === undefined) return found;
    return [...found, diagnostic(KINDS.limitExceeded, {
      message: `${this.#left} more findings are not shown. Mend the first ones, and check again.`, at: { ...last.primary, start: 0, end: 0 },
    })];
  }

  #add(made: Diagnostic): void {
    const { file, start, end } = made.primary;
    const key = `${made.code} ${file}:${start}-${end} ${made.message}`;
    if (!this.#found.has(key)) this.#found.set(key, made);
  }
}

/** A span in a file. */
export function locate(file: string, span: Span): Location {
  return { file, start: span.start, end: span.end };
}
