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

/** What was found and spent while something was bound. */
export interface Account {
  readonly found: Diagnostic[];
  readonly spent: Map<Cost, number>;
  excused: ReadonlySet<string>;
  compared: number;
  /** A limit was reached: what was left out because of it depends on everything before. */
  isLimited: boolean;
}

/** Collects findings, each once: a recipe that is applied twice reports a fault in it once. Keeps count of what the check costs. */
export class Reporter {
  readonly #parent: Reporter | undefined;
  readonly #found = new Map<string, Diagnostic>();
  readonly #spent = new Map<Cost, number>();
  #excused: ReadonlySet<string> = new Set();
  #left = 0;
  #compared = 0;
  #account: Account | undefined;

  /** @param parent who keeps count of the costs, where findings are looked at before they are reported */
  constructor(parent?: Reporter) {
    this.#parent = parent;
  }

  report(kind: DiagnosticKind, finding: Finding): void {
    if (this.isFull) this.#leaveOut();
    else this.#add(diagnostic(kind, finding));
  }

  /** Takes over what another reporter has collected. */
  adopt(found: Diagnostic): void {
    if (this.isFull) this.#leaveOut();
    else this.#add(found);
  }

  /** Does something, and notes what it finds and spends. */
  noting<T>(run: () => T): { readonly value: T; readonly account: Account } {
    const outer = this.#account;
    const account: Account = { found: [], spent: new Map(), excused: new Set(), compared: 0, isLimited: false };
    this.#account = account;
    const value = run();
    this.#account = outer;
    if (outer !== undefined) {
      for (const one of account.found) outer.found.push(one);
      for (const [cost, amount] of account.spent) outer.spent.set(cost, (outer.spent.get(cost) ?? 0) + amount);
      outer.excused = new Set([...outer.excused, ...account.excused]);
      outer.compared += account.compared;
      outer.isLimited ||= account.isLimited;
    }
    return { value, account };
  }

  /** Whether what was noted elsewhere would be found here too: no limit stands against it. */
  mayTakeOver({ found, spent, compared, isLimited }: Account): boolean {
    if (isLimited || this.#found.size + found.length >= MOST_FINDINGS || this.#compared + compared > MOST_COMPARED) return false;
    for (const [cost, amount] of spent) if ((this.#spent.get(cost) ?? 0) + amount > LIMITS[cost].most) return false;
    return true;
  }

  /** Takes over what was noted when the same was done before. */
  takeOver({ found, spent, excused, compared }: Account): void {
    for (const one of found) this.#add(one);
    for (const [cost, amount] of spent) this.#count(cost, amount);
    for (const what of excused) this.excuse(what);
    this.mayCompare(compared);
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
    const before = this.#count(cost, amount);
    if (before + amount <= most) return true;
    if (before <= most) {
      this.#add(diagnostic(KINDS.limitExceeded, {
        message: `More than ${String(most).replaceAll(/\B(?=(?:\d{3})+$)/g, ',')} ${what}. What follows is left out; split the file, or the plan.`, at,
      }));
    }
    this.#noteLimit();
    return false;
  }

  /** Says that names of this kind may stand where a file, or a name, could not be read: that they are unknown is a consequence, and not reported. */
  excuse(what: string): void {
    this.#excused = new Set([...this.#excused, what]);
    if (this.#account !== undefined) this.#account.excused = new Set([...this.#account.excused, what]);
  }

  /** Does something of which the excuses hold for itself only; returns what they are. */
  excusing<T>(run: () => T): { readonly value: T; readonly excused: ReadonlySet<string> } {
    const [before, account, noted] = [this.#excused, this.#account, this.#account?.excused];
    const value = run();
    const excused = this.#excused;
    this.#excused = before;
    if (account !== undefined && noted !== undefined) account.excused = noted;
    return { value, excused };
  }

  /** @param what a kind, or several as they stand in a message: `component, database, group or mode` */
  isExcused(what: string): boolean {
    return what.split(/, | or /).some((one) => this.#excused.has(one)) || this.#parent?.isExcused(what) === true;
  }

  /** Whether mistyped names are still compared with known ones. */
  get isComparing(): boolean {
    if (this.#parent !== undefined) return this.#parent.isComparing;
    if (this.#compared > MOST_COMPARED) this.#noteLimit();
    return this.#compared <= MOST_COMPARED;
  }

  /** Whether so many pairs of letters may still be compared. */
  mayCompare(pairs: number): boolean {
    if (this.#parent !== undefined) return this.#parent.mayCompare(pairs);
    this.#compared += pairs;
    if (this.#account !== undefined) this.#account.compared += pairs;
    if (this.#compared > MOST_COMPARED) this.#noteLimit();
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

  /** @returns what was spent before */
  #count(cost: Cost, amount: number): number {
    const before = this.#spent.get(cost) ?? 0;
    this.#spent.set(cost, before + amount);
    if (this.#account !== undefined) this.#account.spent.set(cost, (this.#account.spent.get(cost) ?? 0) + amount);
    return before;
  }

  #leaveOut(): void {
    this.#left += 1;
    this.#noteLimit();
  }

  #noteLimit(): void {
    if (this.#account !== undefined) this.#account.isLimited = true;
  }

  #add(made: Diagnostic): void {
    if (this.#account !== undefined) {
      this.#account.found.push(made);
      this.#account.isLimited ||= made.code === KINDS.limitExceeded.code;
    }
    const { file, start, end } = made.primary;
    const key = `${made.code} ${file}:${start}-${end} ${made.message}`;
    if (!this.#found.has(key)) this.#found.set(key, made);
  }
}

/** A span in a file. */
export function locate(file: string, span: Span): Location {
  return { file, start: span.start, end: span.end };
}
