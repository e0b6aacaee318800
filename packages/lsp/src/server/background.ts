import type { CancellationToken } from 'vscode-languageserver';
import type { Checker } from '../workspace/checker.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { WorkspaceFile } from '../workspace/workspace-file.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { later } from './later.ts';
import type { LongWork } from './long-work.ts';

/** Work goes on for so long, in milliseconds, before messages of the client are looked at. */
const SLICE = 8;

/** So long after everything was done, in milliseconds, nobody seems to be there. */
const IDLE = 2_500;

/** Who has not typed for so long, in milliseconds, has made more than a pause between two words. */
const REST = 600;

/** A proof is not interrupted. Where one takes longer than this, in milliseconds, they wait for a longer pause: so many times as long as the longest took. */
const LONG_PROOF = 16;
const PATIENCE = 5;

/**
 * Checks what can wait: open documents first, judged by the rules and then proven; then the other files. Each change of the workspace makes a new
 * start, in which what still holds is not done again.
 */
export class Background {
  readonly #workspace: Workspace;
  readonly #checker: Checker;
  readonly #onChecked: (file: WorkspaceFile, paths: readonly string[]) => void;
  readonly #onRest: (isShort: boolean) => void;
  readonly #work: LongWork;
  readonly #waiting = new Set<() => void>();
  #queue: Job[] = [];
  #total = 0;
  #snapshot: Snapshot | undefined;
  #lastChange = 0;
  /** How long the longest proof of the open document took that was proven last, in milliseconds. */
  #longestProof = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #cancel: () => void = () => undefined;
  #isReading = false;
  #isDisposed = false;

  /**
   * @param onChecked is told of the files, by path, in which a check found something, or did before
   * @param onRest is called when nobody has typed for a while: what was urgent is done; and again some time after everything is. A short rest may be a pause between two words
   * @param work shows how far that is
   */
  constructor(workspace: Workspace, checker: Checker, onChecked: (file: WorkspaceFile, paths: readonly string[]) => void, onRest: (isShort: boolean) => void, work: LongWork) {
    this.#workspace = workspace;
    this.#checker = checker;
    this.#onChecked = onChecked;
    this.#onRest = onRest;
    this.#work = work;
  }

  /**
   * Begins anew, for what the workspace is now.
   *
   * @param first the key of the file to begin with
   */
  restart(first?: string): void {
    if (this.#isDisposed) return;
    const { snapshot } = this.#workspace;
    if (snapshot === this.#snapshot && this.#queue.length > 0) return;
    this.#snapshot = snapshot;
    this.#lastChange = performance.now();
    this.#work.ends();
    this.#queue = jobsFor(snapshot, first);
    this.#total = this.#queue.length;
    this.#schedule();
  }

  /** Resolves when everything is checked, or the request is cancelled. */
  async finished(token: CancellationToken, progress: (done: number, of: number) => void): Promise<void> {
    this.restart();
    while (!this.#isDisposed && !token.isCancellationRequested && (this.#queue.length > 0 || this.#isReading)) {
      progress(this.#total - this.#queue.length, this.#total);
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
        setTimeout(resolve, 50);
      });
    }
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#work.ends();
    clearTimeout(this.#timer);
    clearTimeout(this.#idle);
    this.#cancel();
    this.#wake();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    this.#cancel();
    clearTimeout(this.#idle);
    const [next] = this.#queue;
    if (next === undefined) {
      this.#idle = setTimeout(() => {
        this.#onRest(false);
        this.#idle = setTimeout(() => this.#onRest(false), IDLE);
      }, Math.max(0, this.#lastChange + REST - performance.now()));
      this.#wake();
      return;
    }
    const wait = next.isUrgent ? 0 : this.#pauseEnd() - performance.now();
    if (wait <= 0) this.#cancel = later(() => this.#run());
    else this.#timer = setTimeout(() => this.#run(), wait);
  }

  #run(): void {
    const { snapshot } = this.#workspace;
    if (snapshot !== this.#snapshot) {
      this.restart();
      return;
    }
    const end = performance.now() + SLICE;
    let isResting = false;
    do {
      const [job] = this.#queue;
      if (job === undefined || (!job.isUrgent && performance.now() < this.#pauseEnd())) break;
      if (snapshot.project(job.file).wanted.length > 0) {
        void this.#read(job.file);
        return;
      }
      isResting = !job.isUrgent;
      if (this.#isDone(job, snapshot)) this.#queue.shift();
    } while (performance.now() < end);
    if (isResting) {
      this.#onRest(performance.now() < this.#lastChange + REST);
      const [next] = this.#queue;
      if (next === undefined) this.#work.ends();
      else this.#work.goesOn(this.#total - this.#queue.length, this.#total, next.file.path);
    }
    this.#schedule();
  }

  /** Does a part of a job; returns whether it is done. */
  #isDone(job: Job, snapshot: Snapshot): boolean {
    const { file, goal, touched } = job;
    const phase = this.#checker.phase(file, snapshot);
    if (phase === 'proven' || phase === goal) return true;
    for (const path of [file.path, ...this.#checker.affected(file)]) touched.add(path);
    if (!this.#checker.judgeOn(file, snapshot) || (goal === 'proven' && !this.#proveOn(job, snapshot))) return false;
    this.#onChecked(file, [...new Set([...touched, ...this.#checker.affected(file)])]);
    return true;
  }

  /** Runs one proof; returns whether that was the last. */
  #proveOn(job: Job, snapshot: Snapshot): boolean {
    const start = performance.now();
    const isDone = this.#checker.prove(job.file, snapshot);
    job.longestProof = Math.max(job.longestProof, performance.now() - start);
    if (isDone && job.file.isOpen) this.#longestProof = job.longestProof;
    return isDone;
  }

  /** When the pause of somebody who types is long enough for proofs. */
  #pauseEnd(): number {
    const { proofDelay } = this.#workspace.snapshot.settings;
    return this.#lastChange + Math.max(proofDelay, this.#longestProof > LONG_PROOF ? Math.min(REST, PATIENCE * this.#longestProof) : 0);
  }

  /** Reads what a file names; the workspace is another one then. */
  async #read(file: WorkspaceFile): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      await this.#workspace.complete(file.uri);
    } finally {
      this.#isReading = false;
    }
    this.restart();
    this.#schedule();
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

interface Job {
  readonly file: WorkspaceFile;
  readonly goal: 'judged' | 'proven';
  /** It does not wait until nobody types. */
  readonly isUrgent: boolean;
  /** The files, by path, in which it found something, or a check before it did. */
  readonly touched: Set<string>;
  /** How long the longest of its proofs took so far, in milliseconds. */
  longestProof: number;
}

function jobsFor(snapshot: Snapshot, first: string | undefined): Job[] {
  const files = [...snapshot.files()].sort((a, b) => Number(b.key === first) - Number(a.key === first));
  const open = files.filter((file) => file.isOpen);
  const closed = files.filter((file) => !file.isOpen);
  const jobOf = (goal: Job['goal'], isUrgent: boolean) => (file: WorkspaceFile): Job => ({ file, goal, isUrgent, touched: new Set(), longestProof: 0 });
  return [
    ...open.map(jobOf('judged', true)),
    ...open.map(jobOf('proven', false)),
    // The models of a closed file are let go of when it is proven: one after the other, they take the room of one.
    ...closed.map(jobOf('proven', false)),
  ];
}
