/** Shows how far something is that takes long. */
export interface ProgressBar {
  begin(title: string, percentage: number, message: string): void;
  report(percentage: number, message: string): void;
  done(): void;
}

/** Work of less than this, in milliseconds, is not worth looking at. */
const SHORT = 1_000;

/** Shows the client how far the proofs are, once they have taken a while. */
export class LongWork {
  readonly #make: (() => Promise<ProgressBar>) | undefined;
  readonly #now: () => number;
  #since: number | undefined;
  #bar: Promise<ProgressBar> | undefined;
  #shown = '';

  /** @param make makes a bar; absent where the client shows none */
  constructor(make: (() => Promise<ProgressBar>) | undefined, now = (): number => performance.now()) {
    this.#make = make;
    this.#now = now;
  }

  /** So much of the work is done; `what` is being worked on. */
  goesOn(done: number, of: number, what: string): void {
    this.#since ??= this.#now();
    if (this.#make === undefined || this.#now() - this.#since < SHORT) return;
    const percentage = of === 0 ? 100 : Math.floor((done / of) * 100);
    const shown = `${percentage} ${what}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    if (this.#bar === undefined) {
      this.#bar = this.#make().then((bar) => {
        bar.begin('Belay: proving', percentage, what);
        return bar;
      });
    } else void this.#bar.then((bar) => bar.report(percentage, what), ignore);
    this.#bar.catch(ignore);
  }

  /** It is over, or was given up. */
  ends(): void {
    void this.#bar?.then((bar) => bar.done(), ignore);
    this.#bar = undefined;
    this.#since = undefined;
    this.#shown = '';
  }
}

/** A client that does not want a bar gets none. */
function ignore(): void {
  // Nothing depends on it.
}
