import { analyzeInSteps, analyzePlan, CheckMemory, type Analysis, type Diagnostic, type Project, type Source, type Span } from '@belay/compiler/analysis';
import { movedDiagnostic } from './moved-diagnostic.ts';
import { keyOf } from './roots.ts';
import { sharedPart } from './shared-part.ts';
import type { Checks, Snapshot } from './snapshot.ts';
import type { WorkspaceFile } from './workspace-file.ts';

/** How far a file has been checked: bound and judged by the rules, or proven as well. */
export type Phase = 'judged' | 'proven';

/** What checking one file found, in all files of its project. */
interface Result {
  readonly entry: WorkspaceFile;
  readonly basis: Basis;
  /** What reading the file found. */
  readonly syntax: readonly Diagnostic[];
  /** Let go of when a closed file is proven. */
  analysis: Analysis | undefined;
  phase: Phase;
  diagnostics: readonly Diagnostic[];
  /** What an earlier check proved; it counts until the proofs were run again. */
  late: Late | undefined;
  proving: ReturnType<Analysis['prove']> | undefined;
}

/** What a check was made from, as far as it matters whether that is still the same. Trees of other files are not held. */
interface Basis extends Pick<Project, 'sources' | 'inventories' | 'files'> {
  readonly project: WeakRef<Project>;
  /** What the entry sees of each other file of the language. */
  readonly shared: ReadonlyMap<string, string>;
}

/** Findings of proofs, with the texts that they were made for. */
interface Late {
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, Source>;
}

/** A check that is under way. */
interface Judging {
  readonly snapshot: Snapshot;
  readonly file: WorkspaceFile;
  readonly project: Project;
  readonly steps: ReturnType<typeof analyzeInSteps>;
  /** How long it took so far, in milliseconds. */
  time: number;
}

/** What was found in the plan that is being edited, before the rest of the file was judged. */
interface Glance {
  readonly source: Source;
  readonly plan: Span;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Checks files, and keeps what was found as long as it holds. A check of a file is used again until the file, or what it sees of others, has
 * changed.
 */
export class Checker implements Checks {
  readonly #results = new Map<string, Result>();
  readonly #glances = new Map<string, Glance>();
  readonly #durations = new Map<string, number>();
  /** Of open documents: they are checked again after each edit. */
  readonly #memories = new Map<string, CheckMemory>();
  #judging: Judging | undefined;

  /**
   * What checking a file finds without its proofs, at once.
   *
   * @returns undefined as long as files that it names were not read
   */
  judge(file: WorkspaceFile, snapshot: Snapshot): Analysis | undefined {
    while (!this.judgeOn(file, snapshot)) { /* plan by plan */ }
    return this.#current(file, snapshot)?.analysis;
  }

  /**
   * Goes on judging a file, by one of its plans.
   *
   * @returns whether that is done, or can't be as long as files that it names were not read
   */
  judgeOn(file: WorkspaceFile, snapshot: Snapshot): boolean {
    const known = this.#current(file, snapshot);
    if (known?.analysis !== undefined) return true;
    if (this.#judging?.file !== file || this.#judging.snapshot !== snapshot) {
      const { project, wanted } = snapshot.project(file);
      if (wanted.length > 0) return true;
      this.#judging = { snapshot, file, project, steps: analyzeInSteps(project, {}, this.#memoryOf(file)), time: 0 };
    }
    const { project, steps } = this.#judging;
    const start = performance.now();
    const step = steps.next();
    this.#judging.time += performance.now() - start;
    if (step.done !== true) return false;
    this.#durations.set(file.key, this.#judging.time);
    this.#judging = undefined;
    this.#glances.delete(file.key);
    const analysis = step.value;
    const before = this.#results.get(file.key);
    const isKnown = known !== undefined;
    this.#results.set(file.key, {
      entry: file, basis: basisOf(project), syntax: file.tree.diagnostics, analysis, phase: isKnown ? known.phase : 'judged', diagnostics: isKnown ? known.diagnostics : analysis.diagnostics,
      late: isKnown ? known.late : before?.late, proving: undefined,
    });
    return true;
  }

  /** Judges only the plan that stands around an offset, where a file has several and was checked before; the others wait. */
  glance(file: WorkspaceFile, snapshot: Snapshot, offset: number): void {
    if (!this.#results.has(file.key) || this.#current(file, snapshot) !== undefined) return;
    const plans = file.tree.statements.filter(({ declaration }) => declaration.id === 'plan');
    const plan = plans.find(({ start, end }) => start <= offset && offset <= end);
    const { project, wanted } = snapshot.project(file);
    if (plans.length < 2 || plan === undefined || wanted.length > 0) return;
    const diagnostics = analyzePlan(project, plan);
    if (diagnostics !== undefined) this.#glances.set(file.key, { source: file.source, plan, diagnostics });
  }

  /** How long judging a file took when it was done last, in milliseconds. */
  duration(file: WorkspaceFile): number {
    return this.#durations.get(file.key) ?? 0;
  }

  /** The check of a file as far as it has come, if it still holds. */
  analysis(file: WorkspaceFile, snapshot: Snapshot): Analysis | undefined {
    return this.#current(file, snapshot)?.analysis;
  }

  /** How far a file has been checked; undefined where that does not hold any more. */
  phase(file: WorkspaceFile, snapshot: Snapshot): Phase | undefined {
    return this.#current(file, snapshot)?.phase;
  }

  /**
   * Goes on with the proofs of a file, by one.
   *
   * @returns whether they are done
   */
  prove(file: WorkspaceFile, snapshot: Snapshot): boolean {
    const analysis = this.judge(file, snapshot);
    const result = this.#results.get(file.key);
    if (analysis === undefined || result === undefined || result.phase === 'proven') return true;
    result.proving ??= analysis.prove();
    const step = result.proving.next();
    if (step.done !== true) return false;
    const early = new Set(analysis.diagnostics.map(identity));
    result.late = { diagnostics: step.value.filter((one) => !early.has(identity(one))), sources: result.basis.sources };
    result.diagnostics = step.value;
    result.phase = 'proven';
    result.proving = undefined;
    if (!file.isOpen) result.analysis = undefined;
    return true;
  }

  /** The files, by path, into which the findings of a file point. */
  affected(file: WorkspaceFile): readonly string[] {
    const result = this.#results.get(file.key);
    return result === undefined ? [] : [...new Set([...result.diagnostics, ...(result.late?.diagnostics ?? [])].map(({ primary }) => primary.file))];
  }

  /**
   * Everything that is known to be wrong with a file of the language or an inventory: what checking it found, and what checking the files that
   * use it found in it. Places are those of the snapshot; what was found in an older text moved with it.
   */
  findings(path: string, entries: readonly WorkspaceFile[], snapshot: Snapshot): Diagnostic[] {
    const found = new Map<string, Diagnostic>();
    for (const entry of entries) {
      const own = entry.path === path;
      const result = this.#results.get(entry.key);
      if (own && (result === undefined || result.entry !== entry)) for (const one of entry.tree.diagnostics) found.set(identity(one), one);
      if (result === undefined) continue;
      const isOld = result.entry !== entry;
      const glance = own ? this.#glanceAt(entry, result) : undefined;
      const add = (diagnostics: readonly Diagnostic[], sources: ReadonlyMap<string, Source>, isLate: (one: Diagnostic) => boolean): void => {
        for (const one of diagnostics) {
          if (one.primary.file !== path) continue;
          const moved = movedDiagnostic(one, sources, (name) => snapshot.source(entry.root, name));
          if (moved !== undefined && !(glance !== undefined && !isLate(one) && isIn(moved.primary, glance.plan))) found.set(identity(moved), moved);
        }
      };
      const late = new Set(glance === undefined || result.phase === 'judged' ? [] : result.late?.diagnostics.map(identity));
      // The text itself was read again; what else was found of an older one counts until that was checked.
      const syntax = isOld ? new Set(result.syntax.map(identity)) : undefined;
      add(syntax === undefined ? result.diagnostics : result.diagnostics.filter((one) => !syntax.has(identity(one))), result.basis.sources, (one) => late.has(identity(one)));
      if (result.phase === 'judged' && result.late !== undefined) add(result.late.diagnostics, result.late.sources, () => true);
      for (const one of glance?.diagnostics ?? []) found.set(identity(one), one);
    }
    return [...found.values()];
  }

  /** Lets go of what is known of files that are not there any more. */
  retain(snapshot: Snapshot): void {
    for (const kept of [this.#results, this.#glances, this.#durations]) for (const key of kept.keys()) if (!snapshot.parts.files.has(key)) kept.delete(key);
    for (const key of this.#memories.keys()) if (snapshot.parts.files.get(key)?.isOpen !== true) this.#memories.delete(key);
    this.#judging = undefined;
  }

  #memoryOf(file: WorkspaceFile): CheckMemory | undefined {
    if (!file.isOpen) return undefined;
    let memory = this.#memories.get(file.key);
    if (memory === undefined) this.#memories.set(file.key, (memory = new CheckMemory()));
    return memory;
  }

  /** What is known of the plan that is being edited, as long as nothing newer is. */
  #glanceAt(entry: WorkspaceFile, result: Result): Glance | undefined {
    const glance = this.#glances.get(entry.key);
    return glance?.source === entry.source && result.entry.source !== entry.source ? glance : undefined;
  }

  #current(file: WorkspaceFile, snapshot: Snapshot): Result | undefined {
    const result = this.#results.get(file.key);
    if (result === undefined || result.entry.source !== file.source) return undefined;
    const { project, wanted } = snapshot.project(file);
    return wanted.length === 0 && (result.basis.project.deref() === project || isSame(result.basis, project)) ? result : undefined;
  }
}

function isIn(place: Span, around: Span): boolean {
  return around.start <= place.start && place.end <= around.end;
}

function basisOf(project: Project): Basis {
  const shared = new Map([...project.trees].filter(([path]) => path !== project.entry).map(([path, tree]) => [path, sharedPart(tree)]));
  return { project: new WeakRef(project), sources: project.sources, inventories: project.inventories, files: project.files, shared };
}

/** Whether checking a project with the same entry again would find the same. */
function isSame(before: Basis, now: Project): boolean {
  if (before.shared.size !== now.trees.size - 1 || before.inventories.size !== now.inventories.size || before.files.size !== now.files.size) return false;
  for (const [path, tree] of now.trees) {
    if (path === now.entry || before.sources.get(path) === tree.source) continue;
    if (before.shared.get(path) !== sharedPart(tree)) return false;
  }
  for (const [path, inventory] of now.inventories) if (before.inventories.get(path) !== inventory) return false;
  for (const [path, file] of now.files) {
    const old = before.files.get(path);
    if (old === undefined || old.found !== file.found || (!old.found && !file.found && old.reason !== file.reason)) return false;
  }
  return true;
}

/** What makes two findings the same. */
export function identity({ code, primary, message }: Diagnostic): string {
  return `${code} ${primary.start}-${primary.end} ${message}`;
}

/** The files of which a project names an inventory. */
export function entriesForInventory(key: string, snapshot: Snapshot): WorkspaceFile[] {
  return [...snapshot.files()].filter((file) => [...snapshot.project(file).project.inventories.keys()].some((path) => keyOf({ root: file.root, path }) === key));
}
